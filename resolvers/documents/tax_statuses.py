"""TaxStatus: constancia de situación fiscal."""

from __future__ import annotations

import strawberry

from gateway.sat import terms
from gateway.store.mongo import Row
from resolvers.documents.codes import Code, coded
from resolvers.documents.completed import from_pdf_field
from resolvers.documents.document import Document, document
from resolvers.documents.identity import CurpFacts, curp_facts_field
from resolvers.documents.obligation_links import LazyOmittedObligation, omissions_field, parts_field
from resolvers.documents.terms import RegistryStatus
from resolvers.documents.totals import InvoiceConnection
from resolvers.fields import termed, text_of
from resolvers.filters.narrowed import invoices_field
from resolvers.scalars import Date, Rfc


@strawberry.type(description="Domicilio registrado.")
class Address:
    postal_code: str | None = strawberry.field(description="Código postal.")
    street_type: str | None = strawberry.field(description="Tipo de vialidad.")
    street: str | None = strawberry.field(description="Nombre de vialidad.")
    exterior_number: str | None = strawberry.field(description="Número exterior.")
    interior_number: str | None = strawberry.field(description="Número interior.")
    neighbourhood: str | None = strawberry.field(description="Colonia.")
    locality: str | None = strawberry.field(description="Localidad.")
    municipality: str | None = strawberry.field(description="Municipio o demarcación territorial.")
    state: str | None = strawberry.field(description="Entidad federativa.")
    between_street: str | None = strawberry.field(description="Entre calle.")
    and_street: str | None = strawberry.field(description="Y calle.")
    email: str | None = strawberry.field(description="Correo electrónico.")
    phone: str | None = strawberry.field(
        description="Teléfono fijo, with its area code (lada); the mobile when no landline is stated."
    )
    mobile_phone: str | None = strawberry.field(description="Teléfono móvil, with its area code (lada).")
    address_status: str | None = strawberry.field(description="Estado del domicilio.")
    taxpayer_status_at_address: str | None = strawberry.field(description="Estado del contribuyente en el domicilio.")


@strawberry.type(description="Actividad económica.")
class EconomicActivity:
    order: int | None = strawberry.field(description="Orden.")
    name: str | None = strawberry.field(description="Actividad.")
    percentage: str | None = strawberry.field(description="Porcentaje of the income.")
    from_date: Date | None = strawberry.field(description="Fecha inicio.")
    to_date: Date | None = strawberry.field(description="Fecha fin.")


def _under(root: Row) -> Row:
    code = root.get("code")
    if code is None:
        return {"uuid": ["00000000-0000-0000-0000-000000000000"]}  # of a regime that can't be told
    issued, received = (
        {"direction": ["ISSUED"], "issuer_regime": [code]},
        {"direction": ["RECEIVED"], "receiver_regime": [code]},
    )
    return {"or": [issued, received]}


@strawberry.type(description="Régimen fiscal of the taxpayer.")
class Regime:
    code: Code | None = coded(
        "code", "regime", "Code of c_RegimenFiscal, derived from the name: the constancia states no code.", context=()
    )
    name: str | None = strawberry.field(description="Régimen, as the constancia states it.")
    from_date: Date | None = strawberry.field(description="Fecha inicio.")
    to_date: Date | None = strawberry.field(description="Fecha fin.")
    invoices: InvoiceConnection = invoices_field(
        _under, "CFDI of the taxpayer under this régimen, as issuer and since 4.0 as receiver, newest first."
    )


@strawberry.type(description="Obligación fiscal.")
class Obligation:
    description: str | None = strawberry.field(description="Descripción de la obligación.")
    due: str | None = strawberry.field(description="Descripción vencimiento.")
    from_date: Date | None = strawberry.field(description="Fecha inicio.")
    to_date: Date | None = strawberry.field(description="Fecha fin.")
    omissions: list[LazyOmittedObligation] = omissions_field()


@document("Constancia de situación fiscal.")
class TaxStatus(Document):
    rfc: Rfc | None = strawberry.field(description="RFC.")
    name: str | None = strawberry.field(description="Denominación o razón social, or the person's name.")
    curp: str | None = strawberry.field(description="CURP of a person.")
    curp_facts: CurpFacts | None = curp_facts_field()
    capital_regime: str | None = strawberry.field(description="Régimen capital of a company.")
    trade_name: str | None = strawberry.field(description="Nombre comercial.")
    started_on: Date | None = strawberry.field(description="Fecha inicio de operaciones.")
    status: RegistryStatus | None = termed("status", RegistryStatus, terms.RegistryStatus, "Estatus en el padrón.")
    status_text: str | None = text_of("status", "Estatus en el padrón, as the constancia states it.")
    status_changed_on: Date | None = strawberry.field(description="Fecha de último cambio de estado.")
    cif: str | None = strawberry.field(description="IdCIF: 11 digits.")
    issued_on: Date | None = strawberry.field(description="Fecha de emisión.")
    place_of_issue: str | None = strawberry.field(description="Lugar de emisión.")
    address: Address = strawberry.field(description="Domicilio registrado.")
    economic_activities: list[EconomicActivity] = strawberry.field(description="Actividades económicas.")
    regimes: list[Regime] = parts_field("regimes", Regime, "Regímenes.")
    obligations: list[Obligation] = parts_field("obligations", Obligation, "Obligaciones; salaried persons have none.")
    original_string: str | None = strawberry.field(description="Cadena original sello.")
    digital_seal: str | None = strawberry.field(description="Sello digital.")
    fields_from_pdf: list[str] = from_pdf_field()
    text: str | None = strawberry.field(description="Full text of the PDF; null unless `readFrom` is PDF.")
