"""Links from an invoice to other invoices: each by a loader, so that a page costs one query a kind of link."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.graphql.limits import spend_rows
from gateway.sat.kinds import Kind
from gateway.sat.settlement import CREDITS
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.documents.payments import Payment, Settlement, with_taxpayer
from resolvers.fields import resolved
from resolvers.scalars import DateTime, LocalDateTime

_Invoice = Annotated["Invoice", strawberry.lazy("resolvers.documents.invoices")]  # type: ignore[name-defined] # noqa: F821
_SUBSTITUTION = "04"


async def _held(root: Row, info: Info, uuids: list[str]) -> list[Row]:
    """Return the invoices with these UUIDs that we hold, in the order given, each once."""
    ids = [f"{root['taxpayer']}:{uuid}" for uuid in dict.fromkeys(uuids)]
    spend_rows(len(ids))
    found = await info.context.loaders.documents[Kind.INVOICE].load_many(ids)
    return [row for row in found if row is not None]


def _related_to(root: Row, relations: Collection[str] = ()) -> list[str]:
    return [one["uuid"] for one in root.get("related") or [] if not relations or one["relation"] in relations]


async def _relating(root: Row, info: Info, relations: Collection[str] = ()) -> list[Row]:
    """Return the invoices that name this one, by the kinds of relation asked for."""
    if not root.get("uuid"):
        return []
    found = await info.context.loaders.relating.load((root["taxpayer"], root["uuid"]))
    found = [row for row in found if root["uuid"] in _related_to(row, relations)]
    spend_rows(len(found))
    return found


async def _settled(root: Parent[Row], info: Info) -> list[Row]:
    uuids = [s["uuid"] for payment in root.get("payments") or [] for s in payment["settles"] if s["uuid"]]
    return await _held(root, info, uuids)


async def _paid_by(root: Parent[Row], info: Info) -> list[Row]:
    if not root.get("uuid"):
        return []
    found = await info.context.loaders.payments.load((root["taxpayer"], root["uuid"]))
    spend_rows(len(found))
    return found


async def _related(root: Parent[Row], info: Info) -> list[Row]:
    return await _held(root, info, _related_to(root))


async def _related_by(root: Parent[Row], info: Info) -> list[Row]:
    return await _relating(root, info)


async def _credit_notes(root: Parent[Row], info: Info) -> list[Row]:
    return [row for row in await _relating(root, info, CREDITS) if row.get("type") == "E"]


async def _credited(root: Parent[Row], info: Info) -> list[Row]:
    return await _held(root, info, _related_to(root, CREDITS)) if root.get("type") == "E" else []


async def _substitutes(root: Parent[Row], info: Info) -> list[Row]:
    return await _held(root, info, _related_to(root, (_SUBSTITUTION,)))


async def _substituted_by(root: Parent[Row], info: Info) -> list[Row]:
    return await _relating(root, info, (_SUBSTITUTION,))


async def _instalments(root: Parent[Row], info: Info) -> list[Row]:
    """Return each payment's share in this invoice, with what it is a share of."""
    found = [
        {"settlement": with_taxpayer(settled, root), "payment": with_taxpayer(payment, root), "document": row}
        for row in await _paid_by(root, info)
        for payment in row.get("payments") or []
        for settled in payment["settles"]
        if settled["uuid"] == root["uuid"]
    ]
    return sorted(found, key=lambda one: (one["settlement"]["instalment"] or 0, one["payment"]["paid_at"] or ""))


async def _replaced_by(root: Parent[Row], info: Info) -> Row | None:
    return next((row for row in await _substituted_by(root, info) if row.get("status") == "ACTIVE"), None)


def _cancellation(root: Parent[Row]) -> Row | None:
    if root.get("status") != "CANCELLED":
        return None
    seen = [e["at"] for e in root.get("history") or [] if (e["field"], e["to"]) == ("status", "CANCELLED")]
    return {
        "seen_at": seen[-1] if seen else root.get("first_seen_at"),
        "date": root.get("cancelled_at"),
        **{key: root.get(key) for key in ("taxpayer", "uuid")},
    }


@strawberry.type(description="A payment of an invoice with its share in that invoice.")
class Instalment:
    settlement: Settlement = strawberry.field(
        description="The payment's share in the invoice: number, amount and balances."
    )
    payment: Payment = strawberry.field(description="The payment.")
    document: _Invoice = strawberry.field(
        description="The CFDI of type P that holds the payment; a cancelled one settles nothing."
    )


@strawberry.type(description="Cancellation of a CFDI, as far as it is known.")
class Cancellation:
    seen_at: DateTime | None = strawberry.field(
        description="When it was first seen cancelled; equals `firstSeenAt` for a CFDI that arrived cancelled."
    )
    date: LocalDateTime | None = strawberry.field(
        description="FechaCancelacion, SAT's local time; null when the date is unknown."
    )
    replaced_by: _Invoice | None = resolved(
        _replaced_by,
        _Invoice | None,
        "The CFDI in force that replaces it (TipoRelacion 04), as motivo 01 requires. No available source states the "
        "other motivos.",
    )


def _link(resolver: Any, description: str, *needs: str) -> Any:
    return strawberry.field(
        resolver=resolver, graphql_type=list[_Invoice], description=description, metadata={"needs": needs}
    )


def related_invoices_field() -> Any:
    return _link(_related, "The invoices named in `related` that are held here.", "related", "taxpayer")


def related_by_field() -> Any:
    return _link(_related_by, "The invoices whose `related` names this one, oldest first; 200 at most.", "uuid")


def settled_invoices_field() -> Any:
    return _link(_settled, "The invoices settled by this payment that are held here.", "payments", "taxpayer")


def paid_by_field() -> Any:
    return _link(
        _paid_by, "The payments (type P) that settle this invoice, oldest first; 200 at most.", "uuid", "taxpayer"
    )


def credit_notes_field() -> Any:
    return _link(
        _credit_notes, "Credit notes (type E, TipoRelacion 01, 03 or 07) that name this invoice.", "uuid", "taxpayer"
    )


def credited_invoices_field() -> Any:
    return _link(_credited, "The invoices named in this credit note that are held here.", "type", "related", "taxpayer")


def substitutes_field() -> Any:
    return _link(_substitutes, "The invoices that this one replaces (TipoRelacion 04).", "related", "taxpayer")


def substituted_by_field() -> Any:
    return _link(_substituted_by, "The invoices that replace this one (TipoRelacion 04).", "uuid", "taxpayer")


def instalments_field() -> Any:
    return strawberry.field(
        resolver=_instalments,
        graphql_type=list[Instalment],
        description="The payments of `paidBy` with this invoice's share in each, by NumParcialidad.",
        metadata={"needs": ("uuid", "taxpayer")},
    )


def cancellation_field() -> Any:
    return resolved(
        _cancellation,
        Cancellation | None,
        "The cancellation; null while in force.",
        ("status", "history", "first_seen_at", "cancelled_at", "uuid", "taxpayer"),
    )
