"""Rates of a taxpayer's CFDI: the share that is cancelled, that credit notes take back, and that is of each type."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict

from gateway.sat.gaps import Gap
from gateway.store import mongo
from gateway.store.insights import periods, sums
from gateway.store.insights.coverage import Behind, Coverage, covered
from gateway.store.insights.periods import Period, PeriodRow, Range
from gateway.store.insights.sums import NOTHING, Sums
from gateway.store.mongo import Store
from gateway.store.query_language import Expression, Filter

_SUMMED = ("net", "known_total")


class RateSums(Behind):
    invoice_count: int
    cancelled_count: int
    cancellation_rate: str | None
    cancelled_total: str
    cancelled_share: str | None
    credit_note_count: int
    credit_note_rate: str | None
    credited_net: str
    credited_share: str | None
    coverage: Coverage


class RatePeriod(RateSums):
    period: PeriodRow


class Rates(TypedDict):
    from_: str
    to: str
    total: RateSums
    periods: list[RatePeriod]


@dataclass(frozen=True, slots=True)
class _Parts:
    """Invoices in force and cancelled, credit notes in force, and documents in force of no known type."""

    invoiced: Sums = NOTHING
    gone: Sums = NOTHING
    credited: Sums = NOTHING
    unknown: Sums = NOTHING


_NAMES = {("INCOME", True): "invoiced", ("INCOME", False): "gone", ("CREDIT_NOTE", True): "credited"}


async def rates(store: Store, taxpayer: str, direction: str, range: Range) -> Rates:
    """Of each period and of the whole range. Amounts are in pesos."""
    where: Filter = {"direction": direction, "figures.nature": sums.TRADED, **range.documents()}
    grouped = {"nature": "$figures.nature", "active": {"$eq": ["$status", "ACTIVE"]}, "period": range.key}
    rows = await mongo.aggregate(
        store["invoices"],
        [{"$match": {"taxpayer": taxpayer, **where}}, {"$group": {"_id": grouped, **sums.summing(None)}}],
    )
    found: dict[str, dict[str, Sums]] = {}
    for row in rows:
        group = row["_id"]
        fallback = "unknown" if group["active"] and group.get("nature") is None else ""
        if name := _NAMES.get((group.get("nature"), group["active"]), fallback):
            for key in ("", group["period"]):
                held = found.setdefault(key, {})
                held[name] = held.get(name, NOTHING) + sums.read(row, _SUMMED)
    parts = {key: _Parts(**held) for key, held in found.items()}
    asked, whole = range.periods(), parts.get("", _Parts())
    each = [parts.get(p.key, _Parts()) for p in asked]
    gone = sums.spread(whole.gone["known_total"], [one.gone["known_total"] for one in each])
    credited = sums.spread(whole.credited["net"], [one.credited["net"] for one in each])

    def bucket(period: Period, one: _Parts, gone: Decimal, credited: Decimal) -> RateSums:
        behind: Behind = {"taxpayer": taxpayer, "where": {**where, **range.of(period)}}
        return {**_rates(one, behind), "cancelled_total": sums.money(gone), "credited_net": sums.money(credited)}

    everything = Period("", range.start, range.end)
    return {
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "total": bucket(everything, whole, whole.gone["known_total"], whole.credited["net"]),
        "periods": [
            {"period": periods.row_of(p), **bucket(p, one, left, back)}
            for p, one, left, back in zip(asked, each, gone, credited, strict=True)
        ],
    }


def _rates(parts: _Parts, behind: Behind) -> RateSums:
    issued = parts.invoiced + parts.gone
    gone, net = parts.gone["known_total"], parts.credited["net"]
    in_force: Behind = {**behind, "where": {**behind["where"], "status": "ACTIVE"}}
    counted = parts.invoiced + parts.credited + parts.unknown
    return {
        "invoice_count": issued.documents,
        "cancelled_count": parts.gone.documents,
        "cancellation_rate": sums.ratio(Decimal(parts.gone.documents), Decimal(issued.documents)),
        "cancelled_total": sums.money(gone),
        "cancelled_share": sums.ratio(gone, issued["known_total"]),
        "credit_note_count": parts.credited.documents,
        "credit_note_rate": sums.ratio(Decimal(parts.credited.documents), Decimal(parts.invoiced.documents)),
        "credited_net": sums.money(net),
        "credited_share": sums.ratio(net, parts.invoiced["net"]),
        "coverage": covered(counted, in_force, sums.reason(None)),
        **behind,
    }


class TypeSums(Behind):
    key: str | None
    direction: str
    documents: int
    cancelled: int
    total: str
    coverage: Coverage


class InvoiceTypes(TypedDict):
    from_: str
    to: str
    types: list[TypeSums]


#: Why the total of a document in pesos, or its type, is not known.
_TOTAL_REASON: Expression = {
    "$switch": {
        "branches": [
            {"case": {"$not": [sums.is_known("$figures.nature")]}, "then": Gap.MISSING_VALUE},
            {"case": sums.is_known("$figures.total_mxn"), "then": None},
            {"case": sums.is_known("$figures.total"), "then": Gap.UNKNOWN_CURRENCY},
        ],
        "default": Gap.MISSING_VALUE,
    }
}


async def types(store: Store, taxpayer: str, range: Range) -> InvoiceTypes:
    """Count the documents of each type and direction, in force and cancelled, with their totals in pesos."""
    where: Filter = {"direction": sums.DIRECTIONS, **range.documents()}
    by = {"type": "$type", "direction": "$direction", "active": {"$eq": ["$status", "ACTIVE"]}}
    group = {"_id": by, **sums.counting(_TOTAL_REASON, total="$figures.total_mxn")}
    rows = await mongo.aggregate(store["invoices"], [{"$match": {"taxpayer": taxpayer, **where}}, {"$group": group}])
    found: dict[tuple[str, str | None], dict[bool, Sums]] = {}
    for row in rows:
        key = row["_id"]["direction"], row["_id"].get("type")
        found.setdefault(key, {})[row["_id"]["active"]] = sums.read(row, ("total",))

    def bucket(direction: str, type: str | None, held: dict[bool, Sums]) -> TypeSums:
        active, gone = held.get(True, NOTHING), held.get(False, NOTHING)
        selected = {**where, "type": type, "direction": direction, "status": "ACTIVE"}
        behind: Behind = {"taxpayer": taxpayer, "where": selected}
        return {
            "key": type,
            "direction": direction,
            "documents": active.documents,
            "cancelled": gone.documents,
            "total": sums.money(active["total"]),
            "coverage": covered(active, behind, _TOTAL_REASON),
            **behind,
        }

    return {
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "types": [bucket(*key, found[key]) for key in sorted(found, key=lambda key: (key[0], key[1] or "~"))],
    }
