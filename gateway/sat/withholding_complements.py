"""The complements of a retención that have a type: services through digital platforms, dividends, interest."""

from __future__ import annotations

from gateway.sat.invoice_document import Tax
from gateway.sat.node import Node
from gateway.sat.values import day, flag, number, rfc, whole
from gateway.sat.withholding_complement_document import Dividends, Interest, PlatformService, PlatformServices

#: Retenciones code a tax in two digits, CFDI in three.
TAX_CODES = {"01": "001", "02": "002", "03": "003"}

VERSIONS = frozenset({"1.0"})


def read_platform_services(node: Node, notes: list[str]) -> PlatformServices:
    """PlataformasTecnologicas10. Raises BadValue."""
    return {
        "version": node.attributes["Version"],
        "periodicity": node.attributes.get("Periodicidad"),
        "count": whole(node, "NumServ"),
        "total": number(node, "MonTotServSIVA"),
        "vat_transferred": number(node, "TotalIVATrasladado"),
        "vat_withheld": number(node, "TotalIVARetenido"),
        "income_tax_withheld": number(node, "TotalISRRetenido"),
        "vat_difference": number(node, "DifIVAEntregadoPrestServ"),
        "platform_fee": number(node, "MonTotalporUsoPlataforma"),
        "services": [_service(item, notes) for item in node.all("Servicios", "DetallesDelServicio")],
    }


def _service(node: Node, notes: list[str]) -> PlatformService:
    get = node.attributes.get
    contribution = node.child("ContribucionGubernamental") or Node("", {})
    commission = node.child("ComisionDelServicio") or Node("", {})
    return {
        "payment_form": get("FormaPagoServ"),
        "type": get("TipoDeServ"),
        "subtype": get("SubTipServ"),
        "third_party_rfc": rfc(node, "RFCTerceroAutorizado", notes),
        "date": day(node, "FechaServ", notes),
        "price": number(node, "PrecioServSinIVA"),
        "taxes": [_tax(item) for item in node.all("ImpuestosTrasladadosdelServicio")],
        "contribution": number(contribution, "ImpContrib"),
        "contribution_place": contribution.attributes.get("EntidadDondePagaLaContribucion"),
        "commission_base": number(commission, "Base"),
        "commission_percentage": number(commission, "Porcentaje"),
        "commission": number(commission, "Importe"),
    }


def _tax(node: Node) -> Tax:
    tax = node.attributes.get("Impuesto")
    return {
        "tax": TAX_CODES.get(tax, tax) if tax else None,
        "factor": node.attributes.get("TipoFactor"),
        "rate": number(node, "TasaCuota"),
        "base": number(node, "Base"),
        "amount": number(node, "Importe"),
    }


def read_dividends(node: Node, _notes: list[str]) -> Dividends:
    """Raise BadValue."""
    paid = node.child("DividOUtil") or Node("", {})
    remainder = node.child("Remanente") or Node("", {})
    return {
        "version": node.attributes["Version"],
        "type": paid.attributes.get("CveTipDivOUtil"),
        "company_type": paid.attributes.get("TipoSocDistrDiv"),
        "income_tax_credit_mexico": number(paid, "MontISRAcredRetMexico"),
        "income_tax_credit_abroad": number(paid, "MontISRAcredRetExtranjero"),
        "withheld_abroad": number(paid, "MontRetExtDivExt"),
        "income_tax_credit_national": number(paid, "MontISRAcredNal"),
        "accumulable_national": number(paid, "MontDivAcumNal"),
        "accumulable_foreign": number(paid, "MontDivAcumExt"),
        "remainder_share": number(remainder, "ProporcionRem"),
    }


def read_interest(node: Node, _notes: list[str]) -> Interest:
    """Raise BadValue."""
    return {
        "version": node.attributes["Version"],
        "financial_system": flag(node, "SistFinanciero"),
        "retirement_withdrawal": flag(node, "RetiroAORESRetInt"),
        "derivatives": flag(node, "OperFinancDerivad"),
        "nominal": number(node, "MontIntNominal"),
        "real": number(node, "MontIntReal"),
        "loss": number(node, "Perdida"),
    }
