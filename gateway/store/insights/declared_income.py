"""Income declared beside income invoiced: the difference by the basis that the law gives the taxpayer, and why.

Companies declare what they invoiced (accrual); persons, and companies in the régimen simplificado de confianza, what
they collected. A cause of a difference is an amount that it could come from: one that equals the difference, to the
whole pesos of returns, explains it. Causes are no parts of the difference, and are not to be added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gateway.sat.declared_taxes import takes_all_back
from gateway.sat.exact_sums import decimal
from gateway.sat.return_document import DeclaredAmount
from gateway.store.decimals import stored
from gateway.store.insights import periods, sums
from gateway.store.insights.coverage import NONE, Coverage
from gateway.store.insights.invoiced import ISSUED, Invoiced
from gateway.store.insights.periods import By
from gateway.store.insights.sums import Sums
from gateway.store.insights.tax_flows import NOT_HERE, OFFSET, REFUNDS, UNRELATED, Flows
from gateway.store.mongo import Row, Store, aggregate
from gateway.store.query_language import Filter

_COMPANY = 12
_BY_COLLECTION = ("confianza", "cobrad", "percibid")
_INCOME: Filter = {"direction": ISSUED, "figures.nature": {"$in": ["INCOME", "INSTALMENT"]}}


class Basis(StrEnum):
    """The moment at which income counts. The names are GraphQL enum values too."""

    ACCRUED = "ACCRUED"
    COLLECTED = "COLLECTED"


class Cause(StrEnum):
    """A reason that a difference may have. The names are GraphQL enum values too."""

    OTHER_BASIS = "OTHER_BASIS"
    CREDIT_NOTES = "CREDIT_NOTES"
    CANCELLED = "CANCELLED"
    ONE_INVOICE = "ONE_INVOICE"
    UNKNOWN_AMOUNTS = "UNKNOWN_AMOUNTS"
    RETURN_MISSING = "RETURN_MISSING"
    INCOME_NOT_STATED = "INCOME_NOT_STATED"
    UNEXPLAINED = "UNEXPLAINED"


def basis_of(rfc: str, returns: Iterable[Mapping[str, Any]]) -> Basis:
    """Return the basis of a taxpayer: a company's is told by what its returns call its income and its ISR."""
    if len(rfc) != _COMPANY:
        return Basis.COLLECTED
    for record in returns:
        income = (record.get("declared") or {}).get("income")
        names = [concept["name"] or "" for concept in record.get("concepts") or []]
        told = " ".join([income["label"] if income else "", *names]).lower()
        if any(word in told for word in _BY_COLLECTION):
            return Basis.COLLECTED
    return Basis.ACCRUED


def declared_in(returns: Iterable[Mapping[str, Any]], name: str = "income") -> tuple[DeclaredAmount | None, Any]:
    """Return a figure of a period and the return that states it: of its returns in order the last that does."""
    found: tuple[DeclaredAmount | None, Any] = (None, None)
    for record in returns:
        if takes_all_back(record):
            found = (None, None)
        elif held := (record.get("declared") or {}).get(name):
            found = (held, record)
    return found


async def cancelled(store: Store, taxpayer: str, range: periods.Range) -> dict[str, Sums]:
    """Sum by month the cancelled CFDI of income, of which mostly the metadata alone is held."""
    where = {"taxpayer": taxpayer, **_INCOME, "status": "CANCELLED", **range.documents()}
    group = {"_id": range.key, **sums.counting(sums.reason(None), net="$figures.mxn.net")}
    found = await aggregate(store["invoices"], [{"$match": where}, {"$group": group}])
    return {row["_id"]: sums.read(row, ("net",)) for row in found}


@dataclass(frozen=True, slots=True)
class Books:
    """The invoiced side of a range of months, by which income is compared."""

    taxpayer: str
    rfc: str
    flows: Flows
    months: Mapping[str, Invoiced]
    whole: Invoiced
    voided: Mapping[str, Sums]
    basis: Basis
    by: By

    def income(self, months: list[str], row: Invoiced, told: DeclaredAmount | None, **lacking: Any) -> Row:
        """Compare the income of one month or of several with a declared one. `row` is their invoiced side."""
        return self._beside(months, _sides(row), told, **lacking)

    def _beside(self, months: list[str], sides: _Sides, told: DeclaredAmount | None, **lacking: Any) -> Row:
        amount = decimal(told["amount"]) if told else None
        tolerance = Decimal(len(months))  # a return's pesos are whole
        differences = {one: None if amount is None else sums.minus(side, amount) for one, (side, _) in sides.items()}
        return {
            "invoiced": sides[Basis.ACCRUED][0],
            "collected": sides[Basis.COLLECTED][0],
            "declared": amount,
            "invoiced_difference": differences[Basis.ACCRUED],
            "collected_difference": differences[Basis.COLLECTED],
            "invoiced_coverage": sides[Basis.ACCRUED][1],
            "collected_coverage": sides[Basis.COLLECTED][1],
            "basis": str(self.basis),
            "difference": differences[self.basis],
            "agrees_with": [str(one) for one, less in differences.items() if _is_within(less, tolerance)],
            "label": told["label"] if told else None,
            "read_from": told["read_from"] if told else None,
            "causes": _weighed(
                self.taxpayer, self._causes(months, sides, **lacking), differences[self.basis], tolerance
            ),
            "months_compared": months,
        }

    def total(self, months: Sequence[Row]) -> Row:
        """Compare the income of months together: the difference is of those alone that declare an income."""
        known = [month["month"] for month in months if month["income"]["declared"] is not None]
        silent = {month["month"]: bool(month["returns"]) for month in months if month["month"] not in known}
        active = [month["month"] for month in months if month["income"]["invoiced"] or month["income"]["collected"]]
        lacking = {
            "missing": [month for month, filed in silent.items() if not filed and month in active],
            "unstated": [month for month, filed in silent.items() if filed],
        }
        every = [month["month"] for month in months]
        whole = self.income(every, self.whole, None, **lacking)
        if not known:
            return whole
        amount = sums.added(month["income"]["declared"] for month in months if month["month"] in known)
        told: DeclaredAmount = {"amount": str(amount), "label": "", "read_from": ""}
        found = self._beside(known, _together([_sides(self.months[month]) for month in known]), told, **lacking)
        sides = ("invoiced", "collected", "invoiced_coverage", "collected_coverage")
        return {**found, **{name: whole[name] for name in sides}, "label": None, "read_from": None}

    def _causes(
        self,
        months: list[str],
        sides: _Sides,
        missing: Sequence[str] = (),
        unstated: Sequence[str] = (),
    ) -> list[Row]:
        (own, coverage), other = sides[self.basis], next(side for one, (side, _) in sides.items() if one != self.basis)
        return [
            _cause(self.taxpayer, Cause.OTHER_BASIS, sums.minus(own, other)),
            self._credit_notes(months),
            self._cancelled(months),
            _cause(self.taxpayer, Cause.UNKNOWN_AMOUNTS, None, documents=coverage["total"] - coverage["used"]),
            _cause(self.taxpayer, Cause.RETURN_MISSING, None, months=missing),
            _cause(self.taxpayer, Cause.INCOME_NOT_STATED, None, months=unstated),
        ]

    def _credit_notes(self, months: list[str]) -> Row:
        parts = (REFUNDS, OFFSET, UNRELATED, NOT_HERE) if self.basis is Basis.ACCRUED else (REFUNDS,)
        found = [self.flows[month, ISSUED, part].sums for month in months for part in parts
                 if (month, ISSUED, part) in self.flows]  # fmt: skip
        held = sums.together(found)
        where = {"direction": ISSUED, "status": "ACTIVE", "figures.nature": "CREDIT_NOTE", **self._within(months)}
        return _cause(self.taxpayer, Cause.CREDIT_NOTES, -held["net"], documents=held.documents, where=where)

    def _cancelled(self, months: list[str]) -> Row:
        held = sums.together(self.voided[month] for month in months if month in self.voided)
        amount = None if held.missing else -held["net"]
        where = {**_INCOME, "status": "CANCELLED", **self._within(months)}
        return _cause(self.taxpayer, Cause.CANCELLED, amount, documents=held.documents, where=where)

    def _within(self, months: Sequence[str]) -> Filter:
        return periods.in_months(months[0], months[-1], self.by)


#: By each basis the income, and what it stands on.
_Sides = Mapping[Basis, tuple[Decimal, Coverage]]


def _sides(row: Invoiced) -> _Sides:
    return {
        Basis.ACCRUED: (row["invoiced"]["net"], row["invoiced"]["coverage"]),
        Basis.COLLECTED: (row["collected"]["total"]["net"], row["collected"]["coverage"]),
    }


def _together(sides: Sequence[_Sides]) -> _Sides:
    """Add up months; of their coverage only the counts."""

    def counts(basis: Basis) -> Coverage:
        used, total = (sum(one[basis][1][name] for one in sides) for name in ("used", "total"))
        return {"used": used, "total": total, "complete": used == total, "missing": []}

    return {basis: (sums.added(one[basis][0] for one in sides), counts(basis)) for basis in Basis}


def _is_within(difference: Decimal | None, tolerance: Decimal) -> bool:
    return difference is not None and abs(difference) <= tolerance


def _cause(
    taxpayer: str, cause: Cause, amount: Decimal | None, *, documents: int = 0, months: Sequence[str] = (),
    where: Filter = NONE,
) -> Row:  # fmt: skip
    found = {"cause": str(cause), "amount": amount, "documents": documents, "months": list(months)}
    return {**found, "taxpayer": taxpayer, "where": where}


def _weighed(taxpayer: str, causes: Iterable[Row], difference: Decimal | None, tolerance: Decimal) -> list[Row]:
    """Return the causes that there are, each with whether it is the difference; and that none is, where none is."""
    found = []
    differs = difference is not None and not _is_within(difference, tolerance)
    for cause in causes:
        amount = cause["amount"]
        if amount or cause["documents"] or cause["months"]:
            is_it = differs and amount is not None and _is_within(sums.minus(difference or amount, amount), tolerance)
            found.append({**cause, "explains": is_it})
    if differs and not any(cause["explains"] for cause in found):
        found.append({**_cause(taxpayer, Cause.UNEXPLAINED, difference), "explains": False})
    return found


async def with_invoices(store: Store, taxpayer: str, comparisons: Sequence[Row], by: By) -> None:
    """Look for the one invoice whose amount is the difference, where nothing else explains that less was declared."""
    for one in comparisons:
        causes, difference = one["causes"], one["difference"]
        if not causes or causes[-1]["cause"] != Cause.UNEXPLAINED or difference <= 0:
            continue
        months, step = one["months_compared"], Decimal(len(one["months_compared"]))
        near = {"$gte": stored(sums.minus(difference, step)), "$lte": stored(sums.added((difference, step)))}
        where = {**_INCOME, "status": "ACTIVE", "figures.mxn.net": near}
        where |= periods.in_months(months[0], months[-1], by)
        if documents := await store["invoices"].count_documents({"taxpayer": taxpayer, **where}):
            found = _cause(taxpayer, Cause.ONE_INVOICE, difference, documents=documents, where=where)
            causes[-1] = {**found, "explains": True}
