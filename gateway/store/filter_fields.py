"""The fields that each list can be filtered by: names as in the schema, in snake_case, and what they mean."""

from __future__ import annotations

from typing import Any

from gateway.errors import UnreadableReason
from gateway.sat.kinds import KINDS, Kind
from gateway.sat.return_document import DeclaredFigures
from gateway.sat.terms import RegistryStatus, TaxReturnType
from gateway.store.conditions import (
    Reader,
    amounts,
    contains,
    counterparty_rfcs,
    days,
    flag,
    folded,
    identities,
    instants,
    months,
    numbers,
    one_of,
    one_that_meets,
    product_keys,
    rfcs,
    valid_on,
)
from gateway.store.filter_values import At
from gateway.store.query_language import Filter

TYPES = ("I", "E", "T", "P", "N")
DIRECTIONS = ("ISSUED", "RECEIVED", "OTHER")
STATUSES = ("ACTIVE", "CANCELLED")
METHODS = ("PUE", "PPD")
PARSED = ("COMPLETE", "PARTIAL", "METADATA_ONLY")
SETTLED = ("UNPAID", "PARTIALLY_PAID", "PAID", "OVERPAID", "CANCELLED")
KINDS_OF_PARTIES = ("COMPANY", "PERSON", "PUBLIC", "FOREIGN", "UNKNOWN")
ROLES = ("CUSTOMER", "SUPPLIER", "EMPLOYEE", "EMPLOYER", "WITHHELD", "WITHHOLDER")
SENSES = ("POSITIVE", "NEGATIVE", "SUSPENDED", "NO_OBLIGATIONS", "NOT_REGISTERED", "UNKNOWN")
JOB_STATES = ("QUEUED", "RUNNING", "AWAITING_INPUT", "SUCCEEDED", "PARTIALLY_SUCCEEDED", "FAILED", "EXPIRED")
PAYMENT_STATES = ("PAID", "PARTLY_PAID", "NOTHING_DUE", "UNKNOWN")
ORIGINS = ("CLIENT", "WIDGET", "SYNCFY")


def _currency(text: str) -> str:
    """Return a code in any case; 3.2 may have free text, which is as it is."""
    return text.strip().upper() if len(text.strip()) == 3 else text.strip()


def _employee(value: Any, at: At) -> Filter:
    return {"figures.nature": "PAYROLL", **rfcs("receiver.rfc")(value, at)}


_ONE_RELATED = one_that_meets("related", {"uuid": one_of("uuid", normal=str.upper), "relation": one_of("relation")})


def _related(value: Any, at: At) -> Filter:
    """The UUID stands by itself too: its index holds the rows that name one, which $elemMatch does not tell MongoDB."""
    found = _ONE_RELATED(value, at)
    named = found["related"]["$elemMatch"].get("uuid")
    return found if named is None else {**found, "related.uuid": named}


def _kind_of_taxpayer(value: Any, at: At) -> Filter:
    lengths = {"COMPANY": 12, "PERSON": 13}
    kinds = one_of("kind", tuple(lengths))(value, at)["kind"]
    wanted = [lengths[kind] for kind in (kinds["$in"] if isinstance(kinds, dict) else [kinds])]
    return {"rfc": {"$regex": f"^(?:{'|'.join(f'.{{{length}}}' for length in wanted)})$"}}


#: Of every kind of document.
_ANY: dict[str, Reader] = {
    "parse_status": one_of("parse_status", PARSED),
    "first_seen_at": instants("first_seen_at"),
    "updated_at": instants("updated_at"),
}
#: Of CFDI and retenciones.
_FISCAL: dict[str, Reader] = {
    **_ANY,
    "uuid": identities,
    "direction": one_of("direction", DIRECTIONS),
    "status": one_of("status", STATUSES),
    "folio": one_of("folio"),
    "issued_at": days("issued_at"),
    "cancelled_at": days("cancelled_at"),
    "month": months("month"),
    "counterparty_rfc": counterparty_rfcs,
    "counterparty_name": folded("counterparty.folded"),
    "counterparty_key": one_of("counterparty.key", normal=str),
    "issuer_rfc": rfcs("issuer.rfc"),
    "receiver_rfc": rfcs("receiver.rfc"),
    "has_xml": flag({"parse_status": {"$ne": "METADATA_ONLY"}}, {"parse_status": "METADATA_ONLY"}),
    "complement": one_of("complements"),
}
_INVOICES: dict[str, Reader] = {
    **_FISCAL,
    "version": one_of("version", ("3.2", "3.3", "4.0")),
    "type": one_of("type", TYPES),
    "series": one_of("series"),
    "stamped_at": days("stamped_at"),
    "paid_at": lambda value, at: {"payments": {"$elemMatch": days("paid_at")(value, at)}},
    "last_paid_at": days("settlement.last_paid_at"),
    "total": amounts("amounts.total"),
    "subtotal": amounts("amounts.subtotal"),
    "outstanding": amounts("settlement_amounts.outstanding"),
    "currency": one_of("currency", normal=_currency),
    "payment_form": one_of("payment_form"),
    "payment_method": one_of("payment_method", METHODS),
    "issuer_regime": one_of("issuer.regimes"),
    "receiver_regime": one_of("receiver.regime"),
    "use": one_of("receiver.use"),
    "line_item": one_that_meets(
        "line_items",
        {
            "product_key": product_keys("product_key"),
            "item_number": one_of("item_number"),
            "description": contains("description"),
        },
    ),
    "settlement": one_of("settlement.state", SETTLED),
    "payments_outstanding": flag(
        {"settlement.state": {"$in": ["UNPAID", "PARTIALLY_PAID"]}}, {"settlement.state": {"$in": ["PAID", "OVERPAID"]}}
    ),
    "related": _related,
    "settles_uuid": one_of("payments.settles.uuid", normal=str.upper),
    "employee_rfc": _employee,
}
_WITHHOLDINGS: dict[str, Reader] = {
    **_FISCAL,
    "version": one_of("version", ("1.0", "2.0")),
    "withholding_key": one_of("withholding_key"),
    "year": numbers("period.year", 1900, 9999),
    "total_operation": amounts("amounts.total_operation"),
    "total_withheld": amounts("amounts.total_withheld"),
    "tax": one_of("taxes.tax"),
}
_RETURNS: dict[str, Reader] = {
    **_ANY,
    "operation_number": identities,
    "year": numbers("year", 1900, 9999),
    "period": numbers("period", 1, 12),
    "type": one_of("return_type", tuple(map(str, TaxReturnType))),
    "presented_at": days("presented_at"),
    "due_date": days("due_date"),
    **{name: amounts(f"amounts.{name}") for name in ("amount_due", "paid", *DeclaredFigures.__annotations__)},
    "payment_state": one_of("payment.state", PAYMENT_STATES),
    "paid_at": days("payment.date"),
    "capture_line": one_of("capture_line"),
    "concept": contains("concepts.name"),
}
#: By the collection that a list shows.
FIELDS: dict[str, dict[str, Reader]] = {
    "invoices": _INVOICES,
    "withholdings": _WITHHOLDINGS,
    "annual_returns": {name: reader for name, reader in _RETURNS.items() if name != "period"},
    "monthly_returns": _RETURNS,
    "compliance_opinions": {
        **_ANY,
        "folio": one_of("folio"),
        "sense": one_of("sense", SENSES),
        "issued_at": days("issued_at"),
        "valid_on": valid_on("issued_at", Kind.COMPLIANCE_OPINION),
        "has_tax_credits": flag({"tax_credits.0": {"$exists": True}}, {"tax_credits.0": {"$exists": False}}),
        "omitted_obligation": contains("omitted_obligations.description"),
    },
    "tax_statuses": {
        **_ANY,
        "status": one_of("registry_status", tuple(map(str, RegistryStatus))),
        "regime": one_of("regimes.code"),
        "issued_on": days("issued_on"),
    },
    "changes": {
        "kind": one_of("kind", tuple(map(str, Kind))),
        "field": one_of("field", normal=str),
        "at": instants("at"),
    },
    "counterparties": {
        "rfc": rfcs("rfc"),
        "name": folded("folded"),
        "kind": one_of("kind", KINDS_OF_PARTIES),
        "role": one_of("roles", ROLES),
        "last_issued_at": days("last_issued_at"),
    },
    "unreadable": {
        "kind": one_of("kind", tuple(map(str, Kind))),
        "reason": one_of("reason", tuple(map(str, UnreadableReason))),
        "name": contains("name"),
        "first_seen_at": instants("first_seen_at"),
    },
    "jobs": {
        "state": one_of("state", JOB_STATES),
        "origin": one_of("origin", ORIGINS),
        "active": flag({"active": True}, {"active": False}),
        "created_at": instants("created_at"),
        "finished_at": instants("finished_at"),
    },
    "taxpayers": {
        "rfc": rfcs("rfc"),
        "name": contains("name"),
        "kind": _kind_of_taxpayer,
        "opinion": one_of("compliance_opinion.sense", SENSES),
        "created_at": instants("created_at"),
    },
}
#: The date that `order` begins with where the document has it.
DATED = {**{spec.collection: spec.dated for spec in KINDS.values()}, "counterparties": "last_issued_at"}
