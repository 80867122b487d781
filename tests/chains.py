"""A few small CFDI of one chain of payments, as the readers give them, and how a task stores them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gateway.sat.documents import Payment, Settlement
from gateway.sat.empty_records import blank_invoice
from gateway.sat.kinds import Kind
from gateway.store import documents, settlements
from gateway.store.mongo import Store
from gateway.store.new_document import RANK_XML, NewDocument

T = "taxpayer-1"
INVOICE, FIRST, SECOND, CREDIT = (f"{digit}0000000-0000-0000-0000-000000000000" for digit in "ABCD")

_PAYMENT, _SETTLEMENT = Payment.__annotations__, Settlement.__annotations__


def cfdi(uuid: str, *, status: str = "ACTIVE", day: str = "2024-01-10", **content: Any) -> NewDocument:
    """A CFDI of one issuer's, as the readers give it."""
    header = {"uuid": uuid, "version": "4.0", "type": "I", "issued_at": f"{day}T12:00:00", "currency": "MXN"}
    record = {**blank_invoice(), **header, "issuer": {"rfc": "AAA010101AAA"}, **content}
    observed = {"status": status, "direction": "ISSUED", "source": {"transaction_id": uuid}}
    return NewDocument(uuid, record["issued_at"], RANK_XML, record, observed, [], fingerprint=f"v1:{uuid}")


def invoice(total: str = "1000.00", **content: Any) -> NewDocument:
    return cfdi(INVOICE, **{"payment_method": "PPD", "total": total, **content})


def payment(uuid: str, *shares: dict[str, Any], status: str = "ACTIVE", day: str = "2024-02-10") -> NewDocument:
    settles = [{**dict.fromkeys(_SETTLEMENT), "uuid": INVOICE, "currency": "MXN", **share} for share in shares]
    paid = {**dict.fromkeys(_PAYMENT), "paid_at": f"{day}T12:00:00", "currency": "MXN", "settles": settles}
    return cfdi(uuid, status=status, day=day, type="P", total="0", currency="XXX", payments=[paid])


def share(number: int, before: str, paid: str, **more: Any) -> dict[str, Any]:
    after = f"{Decimal(before) - Decimal(paid):f}"
    return {"instalment": number, "previous_balance": before, "paid": paid, "remaining_balance": after, **more}


def credit(total: str, **content: Any) -> NewDocument:
    related = [{"relation": "01", "uuid": INVOICE}]
    return cfdi(CREDIT, **{"type": "E", "total": total, "related": related, "day": "2024-01-20", **content})


async def put(store: Store, *found: NewDocument, taxpayer: str = T) -> None:
    """What a task does with a batch."""
    await documents.upsert(store, Kind.INVOICE, taxpayer, found)
    await settlements.recompute(store, taxpayer, [document.content for document in found])
