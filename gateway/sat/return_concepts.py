"""The "Conceptos de pago" in a return's JSON: objects known by the amounts that they hold."""

from __future__ import annotations

from typing import Any

from gateway.sat.dates import iso_date
from gateway.sat.lenient import Fields, fold
from gateway.sat.money import printed_amount
from gateway.sat.return_document import ReturnConcept

# What makes an object a "Concepto de pago", and the field each name fills.
_AMOUNTS: dict[str, str] = {
    **dict.fromkeys(("acargo", "impuestoacargo", "importeacargo", "charge"), "charge"),
    **dict.fromkeys(("afavor", "impuestoafavor", "saldoafavor", "importeafavor", "favour"), "favour"),
    **dict.fromkeys(("parteactualizada", "actualizacion", "actualizaciones"), "update"),
    **dict.fromkeys(("recargos", "recargo"), "surcharges"),
    **dict.fromkeys(("multas", "multa", "multacorreccion"), "fines"),
    **dict.fromkeys(("montopagadoconanterioridad", "importepagadoconanterioridad"), "paid_before"),
    **dict.fromkeys(("cantidadacargo",), "charge_amount"),
    **dict.fromkeys(("cantidadafavor",), "favour_amount"),
    **dict.fromkeys(("cantidadapagar", "cantidadpagar", "importeapagar"), "amount_to_pay"),
}
_NAMES = (
    "conceptopago",
    "concepto",
    "nombreconcepto",
    "nombre",
    "impuesto",
    "descripcion",
    "obligacion",
    "name",
)
_PAID_BEFORE_ON = ("fechapagorealizadoconanterioridad", "fechapagoanterior", "fechapagoconanterioridad")
_OWN = frozenset(_AMOUNTS) | frozenset(_NAMES) | frozenset(_PAID_BEFORE_ON)


def is_concept(value: dict[str, Any]) -> bool:
    """Return True for an object of such amounts. One that works a tax out has some too, among more of its own."""
    names = {fold(name) for name, held in value.items() if not isinstance(held, dict | list)}
    amounts = names & _AMOUNTS.keys()
    return bool(amounts) and (bool(names & set(_NAMES)) or len(names - _OWN) <= len(amounts))


def concepts_in(tree: Any) -> list[tuple[str, dict[str, Any]]]:
    """(the key it stands under, the object), in document order. The root is the return itself, never a concept."""
    found: list[tuple[str, dict[str, Any]]] = []
    pending: list[tuple[str, Any]] = [("", tree)]
    while pending:
        key, value = pending.pop()
        if isinstance(value, list):
            pending.extend((key, item) for item in reversed(value))
        elif isinstance(value, dict):
            if value is not tree and is_concept(value):
                found.append((key, value))
            else:
                pending.extend(reversed(value.items()))
    return found


def name_of(concept: dict[str, Any]) -> str | None:
    """Return the concept's own name for itself."""
    return Fields(concept).text(*_NAMES)


def concept_of(key: str, raw: dict[str, Any]) -> ReturnConcept:
    fields = Fields(raw)
    amounts: dict[str, str | None] = {}
    for name, field in _AMOUNTS.items():
        if amounts.get(field) is None:
            amounts[field] = printed_amount(fields.value(name))
    return {
        "name": name_of(raw) or key or None,
        "charge": amounts["charge"],
        "favour": amounts["favour"],
        "update": amounts["update"],
        "surcharges": amounts["surcharges"],
        "fines": amounts["fines"],
        "paid_before": amounts["paid_before"],
        "paid_before_on": iso_date(fields.text(*_PAID_BEFORE_ON)),
        "charge_amount": amounts["charge_amount"],
        "favour_amount": amounts["favour_amount"],
        "amount_to_pay": amounts["amount_to_pay"],
    }
