"""Keys beside the record by which a row is found, sorted and summed: pure functions of the record alone.

They are written with the content, and `reindex` writes them anew in rows of an older scheme. A function gets the row as
it is stored: the record's keys, `direction`, `identity` and `order`.

A sort key is one text, unique within a taxpayer because it ends in `order`, so that a page is one range of one index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypedDict

from bson import Decimal128

from gateway.sat import return_figures
from gateway.sat.dates import plain
from gateway.sat.direction import Direction
from gateway.sat.kinds import Kind
from gateway.sat.money import is_amount
from gateway.sat.return_document import DeclaredFigures
from gateway.sat.return_payments import payment
from gateway.sat.rfc import GENERIC_RFCS
from gateway.sat.terms import RegistryStatus, TaxReturnType, term
from gateway.store import figures
from gateway.store.decimals import twin
from gateway.store.mongo import Row

#: Raise it when a function below changes or a key is added; `sat-gateway reindex` then finds the rows of before.
SCHEME = 8
#: Sorts before every digit and letter: the place of what a document does not say.
_NOTHING = "-"
#: Digits of an amount before and after its point that its place in a list depends on.
_WHOLE, _PLACES = 30, 12
_MOST = 10 ** (_WHOLE + _PLACES)
_LONGEST_NAME, _LONGEST_PARTY = 80, 1000


_ToText = Callable[[Mapping[str, Any]], str | None]
_ToValue = Callable[[Mapping[str, Any]], Any]
#: Decimal128 of amounts, by the names of their texts.
Twins = dict[str, Decimal128 | None]


class Counterparty(TypedDict):
    """The other party of a document; `key` tells it apart, `folded` is the name to search."""

    rfc: str | None
    name: str | None
    key: str | None
    folded: str


def _month(row: Mapping[str, Any]) -> str | None:
    """AAAA-MM of the document's own date: local time, which decides the month."""
    issued_at: str | None = row.get("issued_at")
    return issued_at[:7] if issued_at else None


def _counterparty(row: Mapping[str, Any]) -> Counterparty:
    """The other party. Its `key` tells parties apart: the generic RFCs stand for nobody, so there it needs the name.

    A document of others has none: who exchange it are no counterparties of the taxpayer's.
    """
    if row.get("direction") == Direction.OTHER:
        return {"rfc": None, "name": None, "key": None, "folded": ""}
    party = row.get("receiver" if row.get("direction") == "ISSUED" else "issuer") or {}
    # No index and no row of a party gets what nobody can have for an RFC or a name.
    rfc, name = (text and text[:_LONGEST_PARTY] for text in (party.get("rfc"), party.get("name")))
    return {"rfc": rfc, "name": name, "key": counterparty_key(rfc, name), "folded": plain(name) if name else ""}


def counterparty_key(rfc: str | None, name: str | None) -> str | None:
    """Return the key that tells counterparties apart; None for one without an RFC and a name."""
    if rfc and rfc not in GENERIC_RFCS:
        return rfc
    folded = plain(name) if name else ""
    return f"{rfc or ''}|{folded}" if rfc or folded else None


def _amounts(*names: str) -> Callable[[Mapping[str, Any]], Twins]:
    """Decimal128 twins of the money that is summed or ranged."""
    return lambda row: {name: twin(row.get(name)) for name in names}


def _term(name: str, of: type[StrEnum]) -> _ToText:
    """Return the value of a closed set of SAT's that the row's own text stands for: what filters ask for."""

    def value(row: Mapping[str, Any]) -> str | None:
        found = term(of, row.get(name))
        return None if found is None else str(found)

    return value


def _text(name: str) -> _ToText:
    return lambda row: row.get(name)


def _amount(name: str) -> _ToText:
    return lambda row: sortable(row.get(name))


def _name(row: Mapping[str, Any]) -> str:
    # A tab sorts before the blank, so that a name comes before those that go on after it.
    return f"{row['counterparty']['folded'][:_LONGEST_NAME]}\t"


def _period(row: Mapping[str, Any]) -> str | None:
    return f"{row['year']:04}-{row.get('period') or 0:02}" if row.get("year") else None


def _declared_income(row: Mapping[str, Any]) -> str | None:
    income = row["declared"]["income"]
    return sortable(income["amount"]) if income else None


def _of_return(*, monthly: bool) -> dict[str, _ToValue]:
    """Return the keys of a return. Its figures are found anew, so that rows of before have those of today's readers."""

    def declared(row: Mapping[str, Any]) -> DeclaredFigures:
        return return_figures.declared(row, monthly=monthly)

    def amounts(row: Mapping[str, Any]) -> Twins:
        found = {name: twin(held["amount"]) if held else None for name, held in declared(row).items()}  # type: ignore[index]
        return {**found, "amount_due": twin(row.get("amount_due")), "paid": twin(payment(row)["amount"])}

    return_type = _term("type", TaxReturnType)
    return {"declared": declared, "payment": payment, "amounts": amounts, "return_type": return_type}


_RETURN_SORTS: dict[str, _ToText] = {
    "period": _period,
    "amount_due": _amount("amount_due"),
    "income": _declared_income,
}
#: Of each kind: the orders that its list has beside `order`. Each has an index (gateway/store/indexes.py), and is made
#: from the row with the keys of DERIVED.
SORTS: dict[Kind, dict[str, _ToText]] = {
    Kind.INVOICE: {"stamped_at": _text("stamped_at"), "total": _amount("total"), "counterparty": _name},
    Kind.WITHHOLDING: {
        "total_operation": _amount("total_operation"),
        "total_withheld": _amount("total_withheld"),
        "counterparty": _name,
    },
    Kind.ANNUAL_RETURN: _RETURN_SORTS,
    Kind.MONTHLY_RETURN: _RETURN_SORTS,
    Kind.COMPLIANCE_OPINION: {},
    Kind.TAX_STATUS: {},
}
#: Of each kind: a key of the row, and what makes it. A new key is one line here, and a higher SCHEME.
DERIVED: dict[Kind, dict[str, _ToValue]] = {
    Kind.INVOICE: {
        "month": _month,
        "counterparty": _counterparty,
        "amounts": _amounts("subtotal", "discount", "total", "taxes_transferred_total", "taxes_withheld_total"),
        "figures": figures.of_invoice,
    },
    Kind.WITHHOLDING: {
        "month": _month,
        "counterparty": _counterparty,
        "amounts": _amounts("total_operation", "total_taxable", "total_exempt", "total_withheld"),
        "figures": figures.of_withholding,
    },
    Kind.ANNUAL_RETURN: _of_return(monthly=False),
    Kind.MONTHLY_RETURN: _of_return(monthly=True),
    Kind.COMPLIANCE_OPINION: {"amounts": _amounts()},
    Kind.TAX_STATUS: {"amounts": _amounts(), "registry_status": _term("status", RegistryStatus)},
}


def figures_of_return(kind: Kind, row: Mapping[str, Any]) -> Row:
    """Return the figures and the payment of a return's row."""
    return {name: DERIVED[kind][name](row) for name in ("declared", "payment")}


def derived(kind: Kind, row: Mapping[str, Any]) -> Row:
    """Return every derived key of a row, and the scheme that they are of."""
    found = {key: of(row) for key, of in DERIVED[kind].items()}
    whole = {**row, **found}
    sort = {name: f"{key(whole) or _NOTHING}|{row['order']}" for name, key in SORTS[kind].items()}
    return {**found, "sort": sort, "scheme": SCHEME}


def sortable(amount: object) -> str | None:
    """An amount as text of one width whose order is the numbers', the negative ones first. None for what is none.

    Amounts that differ only in digits beyond those of SAT's longest by far are in no order of their own.
    """
    if not isinstance(amount, str) or not is_amount(amount):
        return None
    whole, _, places = amount.partition(".")
    scaled = max(1 - _MOST, min(int(whole + places[:_PLACES].ljust(_PLACES, "0")), _MOST - 1))
    return f"{scaled + _MOST:0{_WHOLE + _PLACES + 1}}"
