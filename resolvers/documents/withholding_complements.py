"""The complements of a retención that have a type: services through digital platforms, dividends, interest."""

from __future__ import annotations

import strawberry

from gateway.sat import terms
from resolvers.documents.codes import Code, coded
from resolvers.documents.parties import Tax
from resolvers.documents.terms import DividendCompany
from resolvers.fields import termed
from resolvers.scalars import Date, Decimal, Rfc


@strawberry.type(description="DetallesDelServicio: one service through a digital platform.")
class PlatformService:
    payment_form: str | None = strawberry.field(description="FormaPagoServ.")
    type: str | None = strawberry.field(description="TipoDeServ.")
    subtype: str | None = strawberry.field(description="SubTipServ.")
    third_party_rfc: Rfc | None = strawberry.field(description="RFCTerceroAutorizado.")
    date: Date | None = strawberry.field(description="FechaServ.")
    price: Decimal | None = strawberry.field(description="PrecioServSinIVA, in pesos, without IVA.")
    taxes: list[Tax] = strawberry.field(description="ImpuestosTrasladadosdelServicio.")
    contribution: Decimal | None = strawberry.field(description="ImpContrib of ContribucionGubernamental, in pesos.")
    contribution_place: str | None = strawberry.field(description="EntidadDondePagaLaContribucion.")
    commission_base: Decimal | None = strawberry.field(description="Base of ComisionDelServicio, in pesos.")
    commission_percentage: Decimal | None = strawberry.field(
        description="Porcentaje of ComisionDelServicio, as the document states it."
    )
    commission: Decimal | None = strawberry.field(description="Importe of ComisionDelServicio, in pesos.")


@strawberry.type(description="PlataformasTecnologicas10: what a digital platform withheld from a provider of services.")
class PlatformServices:
    version: str = strawberry.field(description="1.0.")
    periodicity: Code | None = coded("periodicity", "platform_periodicity", "Periodicidad.", context=())
    count: int | None = strawberry.field(description="NumServ.")
    total: Decimal | None = strawberry.field(description="MonTotServSIVA, in pesos, without IVA.")
    vat_transferred: Decimal | None = strawberry.field(description="TotalIVATrasladado, in pesos.")
    vat_withheld: Decimal | None = strawberry.field(description="TotalIVARetenido, in pesos.")
    income_tax_withheld: Decimal | None = strawberry.field(description="TotalISRRetenido, in pesos.")
    vat_difference: Decimal | None = strawberry.field(description="DifIVAEntregadoPrestServ, in pesos.")
    platform_fee: Decimal | None = strawberry.field(description="MonTotalporUsoPlataforma, in pesos.")
    services: list[PlatformService] = strawberry.field(description="Servicios.")


@strawberry.type(description="Dividendos: dividends or profits distributed.")
class Dividends:
    version: str = strawberry.field(description="1.0.")
    type: Code | None = coded("type", "dividend_type", "CveTipDivOUtil.", context=())
    company_type: DividendCompany | None = termed(
        "company_type", DividendCompany, terms.DividendCompany, "TipoSocDistrDiv."
    )
    income_tax_credit_mexico: Decimal | None = strawberry.field(description="MontISRAcredRetMexico, in pesos.")
    income_tax_credit_abroad: Decimal | None = strawberry.field(description="MontISRAcredRetExtranjero, in pesos.")
    withheld_abroad: Decimal | None = strawberry.field(description="MontRetExtDivExt, in pesos.")
    income_tax_credit_national: Decimal | None = strawberry.field(description="MontISRAcredNal, in pesos.")
    accumulable_national: Decimal | None = strawberry.field(description="MontDivAcumNal, in pesos.")
    accumulable_foreign: Decimal | None = strawberry.field(description="MontDivAcumExt, in pesos.")
    remainder_share: Decimal | None = strawberry.field(description="ProporcionRem of a Remanente.")


@strawberry.type(description="Intereses: interest paid.")
class Interest:
    version: str = strawberry.field(description="1.0.")
    financial_system: bool | None = strawberry.field(description="SistFinanciero: paid by the financial system.")
    retirement_withdrawal: bool | None = strawberry.field(description="RetiroAORESRetInt.")
    derivatives: bool | None = strawberry.field(description="OperFinancDerivad: from derivatives.")
    nominal: Decimal | None = strawberry.field(description="MontIntNominal, in pesos.")
    real: Decimal | None = strawberry.field(description="MontIntReal, in pesos.")
    loss: Decimal | None = strawberry.field(description="Perdida, in pesos.")
