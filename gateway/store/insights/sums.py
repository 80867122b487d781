"""Sums of documents' figures, and how many documents are not in them and why: what all insights are made of.

The store adds (Decimal128, exact); here sums only become text. Amounts have two decimals, rounded once, half up, after
everything was added; ratios have six. Parts that stand beside their total are rounded so that they come to it, to the
cent: those nearest to the next cent get the cents that rounding each by itself would lose (`spread`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Any, TypedDict, cast

from bson import Decimal128

from gateway.sat.gaps import Gap
from gateway.store.mongo import Row
from gateway.store.query_language import Expression, Fields, Filter

#: The figures of a document that are summed, as `gateway.sat.figures` names them.
AMOUNTS = (
    "net",
    "iva",
    "ieps",
    "iva_withheld",
    "isr_withheld",
    "ieps_withheld",
    "local_transferred",
    "local_withheld",
    "total",
)
CENTS, MILLIONTHS = Decimal("0.01"), Decimal("0.000001")
ZERO = Decimal(0)
_WIDE = Context(prec=80)
_TAKEN_OFF = tuple(name for name in AMOUNTS if name.endswith("_withheld"))
#: What is sold or bought. One of no known type may be either, and is in no sum.
TRADED: Filter = {"$in": ["INCOME", "CREDIT_NOTE", None]}
DIRECTIONS: Filter = {"$in": ["ISSUED", "RECEIVED"]}


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of a group of documents; `missing`: how many of them are not, or not surely, in them, by reason."""

    documents: int = 0
    missing: Mapping[Gap, int] = field(default_factory=dict)
    amounts: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def used(self) -> int:
        return self.documents - sum(self.missing.values())

    def __getitem__(self, name: str) -> Decimal:
        """Return a sum; over nothing it is 0."""
        return self.amounts.get(name, ZERO)

    def __add__(self, other: Sums) -> Sums:
        names = self.amounts.keys() | other.amounts.keys()
        return Sums(
            self.documents + other.documents,
            {gap: self.missing.get(gap, 0) + other.missing.get(gap, 0) for gap in {**self.missing, **other.missing}},
            {name: added((self[name], other[name])) for name in names},
        )

    def __sub__(self, other: Sums) -> Sums:
        """Take the amounts of other documents off; all of them are behind the difference."""
        return self + Sums(other.documents, other.missing, {name: -other[name] for name in other.amounts})

    def rounded(self) -> Sums:
        return Sums(self.documents, self.missing, {name: rounded(self[name], CENTS) for name in self.amounts})

    def all_missing(self, gap: Gap) -> Sums:
        """Return the same documents, of which those that would be in a sum are not, for this reason."""
        return Sums(self.documents, {**self.missing, gap: self.missing.get(gap, 0) + self.used})


NOTHING = Sums()


def read(row: Row | None, names: Iterable[str] = AMOUNTS) -> Sums:
    """Read a group of an aggregation that was made of `counting` and sums under these names."""
    if row is None:
        return NOTHING
    missing = {gap: row[gap] for gap in Gap if row.get(gap)}
    return Sums(row["documents"], missing, {name: exact(row.get(name)) for name in names})


def together(found: Iterable[Sums]) -> Sums:
    return sum(found, NOTHING)


def counting(reason: str | Expression, **sums: Any) -> Fields:
    """Return accumulators of a $group: documents, those that are missing by `reason`, and the sums of these values."""
    return {
        "documents": {"$sum": 1},
        **{str(gap): counted({"$eq": [reason, gap]}) for gap in Gap},
        **{name: {"$sum": value} for name, value in sums.items()},
    }


def again(*names: str) -> Fields:
    """Return accumulators of every further $group over such groups."""
    return {name: {"$sum": f"${name}"} for name in ("documents", *map(str, Gap), *names)}


def reason(currency: str | None, gap: str = "amounts") -> Expression:
    """Return why a document's figures are not in a sum in pesos, or in a currency; null where they are."""
    known = {"$eq": ["$figures.currency", currency]} if currency else is_known("$figures.rate")
    return {"$ifNull": [f"$figures.gaps.{gap}", {"$cond": [known, None, Gap.UNKNOWN_CURRENCY]}]}


def summing(currency: str | None) -> Fields:
    """Return accumulators of a first $group over documents: AMOUNTS, and `known_total` of those without figures too."""
    amounts = {name: figure(name, currency) for name in AMOUNTS}
    total = "$figures.total_mxn" if currency is None else _in(currency, "$figures.total")
    return counting(reason(currency), known_total=total, **amounts)


def figure(name: str, currency: str | None) -> str | Expression:
    """Return a document's figure in pesos or in a currency."""
    return f"$figures.mxn.{name}" if currency is None else _in(currency, f"$figures.own.{name}")


def _in(currency: str, path: str) -> Expression:
    return {"$cond": [{"$eq": ["$figures.currency", currency]}, path, 0]}


def in_currency(currency: str | None) -> Filter:
    """Select the documents of a currency, and those that do not tell theirs; without one all of them."""
    return {} if currency is None else {"figures.currency": {"$in": [currency, None]}}


def signed(path: str | Expression) -> Expression:
    """Return a value as credit notes take it off and all else adds it."""
    return {"$cond": [{"$eq": ["$figures.nature", "CREDIT_NOTE"]}, {"$multiply": [-1, path]}, path]}


def counted(condition: Any) -> Expression:
    """Return an accumulator of how many documents something holds for."""
    return {"$sum": {"$cond": [condition, 1, 0]}}


def is_known(path: str) -> Expression:
    """Return the condition that a figure is there."""
    return {"$gt": [path, None]}


def added(values: Iterable[Decimal]) -> Decimal:
    """Return their exact sum."""
    total = ZERO
    for value in values:
        total = _WIDE.add(total, value)
    return total


def exact(value: Any) -> Decimal:
    """Return a sum of the store's; one over nothing is the integer 0, or is not there."""
    if value is None:
        return ZERO
    return value.to_decimal() if isinstance(value, Decimal128) else Decimal(value)


def minus(value: Decimal, other: Decimal) -> Decimal:
    return _WIDE.subtract(value, other)


def times(value: Decimal, other: Decimal) -> Decimal:
    return _WIDE.multiply(value, other)


def money(value: Decimal) -> str:
    return str(rounded(value, CENTS))


def rounded(value: Decimal, unit: Decimal) -> Decimal:
    """Round half up, as the Código Fiscal counts fifty centavos; never -0."""
    return value.quantize(unit, ROUND_HALF_UP, _WIDE) + 0


def ratio(part: Decimal, whole: Decimal) -> str | None:
    """part ÷ whole with six decimals, half up; None of nothing."""
    return None if whole == 0 else str(rounded(_WIDE.divide(part, whole), MILLIONTHS))


def plain(value: Decimal) -> str:
    """Return a sum of quantities as plain digits, without zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def spread(total: Decimal, parts: Sequence[Decimal]) -> list[Decimal]:
    """Round the parts of a total so that they come to it as it is rounded. A part of nothing stays nothing."""
    found = [part.quantize(CENTS, ROUND_FLOOR, _WIDE) for part in parts]
    places = sorted((i for i, part in enumerate(parts) if part), key=lambda i: minus(found[i], parts[i]))
    cents = int(minus(rounded(total, CENTS), added(found)) / CENTS)
    each, more = divmod(cents, len(places)) if places else (0, 0)
    for rank, place in enumerate(places):
        found[place] = added((found[place], CENTS * (each + (rank < more))))
    return [amount + 0 for amount in found]


def spread_all(total: Sums, parts: Sequence[Sums]) -> list[Sums]:
    """Round every sum of the parts of a total, as `spread` does one."""
    names = {name for part in parts for name in part.amounts}
    columns = {name: spread(total[name], [part[name] for part in parts]) for name in names}
    return [
        Sums(part.documents, part.missing, {name: columns[name][place] for name in part.amounts})
        for place, part in enumerate(parts)
    ]


class Amounts(TypedDict):
    """The sums of a group, rounded. `rounding`: `total` less its parts."""

    documents: int
    net: str
    iva: str
    ieps: str
    iva_withheld: str
    isr_withheld: str
    ieps_withheld: str
    local_transferred: str
    local_withheld: str
    total: str
    rounding: str


def amounts(found: Sums) -> Amounts:
    """Tell sums that are rounded already."""
    told = found.rounded()
    parts = added(-told[name] if name in _TAKEN_OFF else told[name] for name in AMOUNTS if name != "total")
    text = {name: money(told[name]) for name in AMOUNTS}
    rounding = money(minus(told["total"], parts))
    return cast(Amounts, {"documents": found.documents, **text, "rounding": rounding})


class Identity(TypedDict):
    """The counterparty that a group is of."""

    key: str | None
    rfc: str | None
    name: str | None
    taxpayer: str
    counterparty: dict[str, str | None]


def identity(taxpayer: str, row: Row) -> Identity:
    """Return whom a group by the key of `counterparty` is of."""
    key = row["_id"]
    return {"key": key, "rfc": row["rfc"], "name": row["name"], "taxpayer": taxpayer, "counterparty": {"key": key}}
