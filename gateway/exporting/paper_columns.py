"""The columns of opiniones and constancias: one line a paper, one an omitted obligation, or one a tax credit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gateway.exporting.tables import Column, Row, Type, column, counted, table_of, texts
from gateway.sat.kinds import Kind

_OTHER = Column("ofAnotherRfc", Type.FLAG, lambda row: bool(row.get("other")), "other")
_ADDRESS = ("postal_code", "street", "exterior_number", "interior_number", "neighbourhood", "municipality", "state")


def _valid_until(row: Row) -> str | None:
    last = Kind.COMPLIANCE_OPINION.spec.valid_until(row)
    return last.isoformat() if last else None


def _running(key: str, name: str) -> Callable[[Row], str]:
    """Join the values of a constancia's list that have not ended."""
    return lambda row: " ".join(held[name] or "" for held in row.get(key) or [] if not held["to_date"])


_OPINIONS = [
    *texts("folio", "rfc", "name"),
    _OTHER,
    column("sense"),
    column("issued_at", Type.MOMENT),
    Column("validUntil", Type.MOMENT, _valid_until, "issued_at"),
    counted("omittedObligationCount", "omitted_obligations", "omitted_obligations"),
    counted("taxCreditCount", "tax_credits", "tax_credits"),
    column("parse_status"),
]
_OF_OPINION = [
    column("opinion.folio", name="folio"),
    column("opinion.rfc", name="rfc"),
    column("opinion.issued_at", Type.MOMENT, "issuedAt"),
]
_OMITTED = [
    *_OF_OPINION,
    column("part.description", name="description"),
    column("part.year", Type.INTEGER, "year"),
    column("part.months", name="months"),
    column("part.period", name="period"),
]
_CREDITS = [
    *_OF_OPINION,
    column("part.number", name="number"),
    column("part.authority", name="authority"),
    column("part.amount", Type.MONEY, "amount"),
    column("part.text", name="text"),
]
_STATUSES = [
    *texts("rfc", "name", "curp", "cif"),
    _OTHER,
    column("issued_on", Type.MOMENT),
    column("started_on", Type.MOMENT),
    column("status", name="statusText"),
    column("status_changed_on", Type.MOMENT),
    *texts("capital_regime", "trade_name"),
    Column("regimes", Type.TEXT, _running("regimes", "code"), "regimes"),
    *texts(*(f"address.{name}" for name in (*_ADDRESS, "email", "phone", "mobile_phone"))),
    counted("economicActivityCount", "economic_activities", "economic_activities"),
    counted("obligationCount", "obligations", "obligations"),
    column("parse_status"),
]


def _parts(key: str) -> Callable[[Row], Iterator[Row]]:
    def lines(row: Row) -> Iterator[Row]:
        for part in row.get(key) or []:
            yield {"opinion": row, "part": part}

    return lines


#: By the name of the export's kind.
TABLES = {
    "COMPLIANCE_OPINIONS": table_of(Kind.COMPLIANCE_OPINION, _OPINIONS),
    "OMITTED_OBLIGATIONS": table_of(
        Kind.COMPLIANCE_OPINION, _OMITTED, _parts("omitted_obligations"), "omitted_obligations"
    ),
    "TAX_CREDITS": table_of(Kind.COMPLIANCE_OPINION, _CREDITS, _parts("tax_credits"), "tax_credits"),
    "TAX_STATUSES": table_of(Kind.TAX_STATUS, _STATUSES),
}
