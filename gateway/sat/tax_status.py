"""Constancia de Situación Fiscal from Syncfy's JSON. `tax_status_text` turns a PDF's text into the same tree."""

from __future__ import annotations

import re
from typing import Any

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat import regimes, tax_status_text
from gateway.sat.dates import iso_date
from gateway.sat.documents import Address, EconomicActivity, Obligation, Regime, TaxStatus
from gateway.sat.lenient import Fields, listed, section
from gateway.sat.money import amount_or_none
from gateway.sat.rfc import normalize_rfc

# "CELAYA , GUANAJUATO A 30 DE DICIEMBRE DE 2021"
_PLACE_AND_DATE = re.compile(r"^(.*?)\s+A\s+([0-9]{1,2}\s+DE\s+\S+\s+DEL?\s+[0-9]{4})$", re.IGNORECASE)
_LONGEST_PLACE = 300


def read_json(tree: Any, problems: list[str]) -> TaxStatus:
    """Return what the JSON says. Raises UnreadableDocument(NOT_A_SAT_DOCUMENT) when it names no taxpayer."""
    # Only the identification names the taxpayer; activities and obligations have names of their own.
    fields = Fields(tree)
    rfc = fields.text("rfc", "claverfc", "taxid")
    name = _name(fields)
    if rfc is None and name is None:
        raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "no RFC and no name of a constancia")
    place, issued_on = _place_and_date(fields)
    return {
        "rfc": normalize_rfc(rfc) if rfc else None,
        "name": name,
        "curp": fields.text("curp"),
        "capital_regime": fields.text("regimencapital"),
        "trade_name": fields.text("nombrecomercial"),
        "started_on": iso_date(fields.text("fechainiciooperaciones", "iniciooperaciones")),
        "status": fields.text("estatusenpadron", "estatuspadron", "situacioncontribuyente", "estatus"),
        "status_changed_on": iso_date(
            fields.text("fechaultimocambioestado", "fechaultimocambiosituacion", "ultimocambioestado")
        ),
        "cif": fields.text("idcif", "cif"),
        "issued_on": issued_on,
        "place_of_issue": place,
        "address": _address(
            section(tree, "datosubicacion", "datosdomicilioregistrado", "domicilio", "domiciliofiscal")
        ),
        # "actividades_econominas" is how Syncfy spells it.
        "economic_activities": [
            _activity(_row(item))
            for item in listed(tree, "actividadeseconominas", "actividadeseconomicas", "actividades")
        ],
        "regimes": [_regime(_row(item), problems) for item in listed(tree, "regimenes", "regimenesfiscales")],
        "obligations": [_obligation(_row(item)) for item in listed(tree, "obligaciones")],
        "original_string": fields.text("cadenaoriginalsello", "cadenaoriginal"),
        "digital_seal": fields.text("sellodigital"),
        "fields_from_pdf": [],
    }


def read_text(text: str, problems: list[str]) -> TaxStatus:
    """Return what the text of a PDF says. Raises UnreadableDocument(NOT_A_SAT_DOCUMENT) when it names no taxpayer."""
    return read_json(tax_status_text.tree(text, problems), problems)


def lacks(record: TaxStatus) -> list[str]:
    """Say what a constancia must state and this one does not."""
    return [] if record["regimes"] else ["no régimen of the constancia could be read"]


def _name(fields: Fields) -> str | None:
    company = fields.text(
        "denominacionrazonsocial",
        "denominacionorazonsocial",
        "nombredenominacionorazonsocial",
        "nombredenominacionrazonsocial",
        "razonsocial",
    )
    if company:
        return company
    parts = (fields.text("nombres", "nombre"), fields.text("primerapellido"), fields.text("segundoapellido"))
    return " ".join(part for part in parts if part) or None


def _place_and_date(fields: Fields) -> tuple[str | None, str | None]:
    both = fields.text("lugaryfechaemision", "lugarfechaemision")
    if both is None:
        return fields.text("lugaremision"), iso_date(fields.text("fechaemision"))
    found = _PLACE_AND_DATE.match(" ".join(both[:_LONGEST_PLACE].split()))
    if found is None:
        return both, None
    return found[1].replace(" ,", ","), iso_date(found[2])


def _address(home: Any) -> Address:
    fields = Fields(home)
    mobile = _phone(
        fields.text("telmovillada", "telcelularlada", "ladamovil"),
        fields.text("telmovilnumero", "numeromovil", "telmovil", "telcelular", "celular"),
    )
    landline = _phone(fields.text("telfijolada", "lada"), fields.text("telfijonumero", "numero", "telefono", "telfijo"))
    return {
        "postal_code": fields.text("codigopostal", "cp"),
        "street_type": fields.text("tipovialidad"),
        "street": fields.text("nombrevialidad", "vialidad", "calle"),
        "exterior_number": fields.text("numeroexterior"),
        "interior_number": fields.text("numerointerior"),
        "neighbourhood": fields.text("nombrecolonia", "colonia"),
        "locality": fields.text("nombrelocalidad", "localidad"),
        "municipality": fields.text(
            "nombremunicipioodemarcacionterritorial", "municipioodemarcacionterritorial", "nombremunicipio", "municipio"
        ),
        "state": fields.text("nombreentidadfederativa", "entidadfederativa"),
        "between_street": fields.text("entrecalle"),
        "and_street": fields.text("ycalle"),
        "email": fields.text("correoelectronico", "email"),
        "phone": landline or mobile,
        "mobile_phone": mobile,
        "address_status": fields.text("estadodomicilio"),
        "taxpayer_status_at_address": fields.text("estadocontribuyenteendomicilio"),
    }


def _row(item: Any) -> Fields:
    """A row that is mere text is its own description."""
    return Fields(item if isinstance(item, dict) else {"descripcion": item})


def _phone(area_code: str | None, number: str | None) -> str | None:
    return " ".join(part for part in (area_code, number) if part) if number else None


def _activity(fields: Fields) -> EconomicActivity:
    order = fields.text("orden") or ""
    percentage = (fields.text("porcentaje") or "").rstrip("% ")
    return {
        "order": int(order) if order.isascii() and order.isdigit() and len(order) <= 9 else None,
        "name": fields.text("actividadeconomica", "actividad", "descripcion", "nombre"),
        "percentage": amount_or_none(percentage) if percentage else None,
        "from_date": _from(fields),
        "to_date": _to(fields),
    }


def _regime(fields: Fields, problems: list[str]) -> Regime:
    name = fields.text("regimen", "regimenfiscal", "nombre", "descripcion", "regimenes")
    code = regimes.code_of(name) if name else None
    if code is None:
        problems.append("a régimen has a name that c_RegimenFiscal does not tell a code for")
    return {
        "code": code,
        "name": name,
        "from_date": _from(fields),
        "to_date": _to(fields),
    }


def _obligation(fields: Fields) -> Obligation:
    return {
        "description": fields.text("descripcionobligacion", "descripcion", "obligacion"),
        "due": fields.text("descripcionvencimiento", "vencimiento"),
        "from_date": _from(fields),
        "to_date": _to(fields),
    }


def _from(fields: Fields) -> str | None:
    return iso_date(fields.text("fechainicio", "fechaalta"))


def _to(fields: Fields) -> str | None:
    return iso_date(fields.text("fechafin", "fechabaja"))
