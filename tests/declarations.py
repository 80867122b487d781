"""Declaraciones written by hand, delivered as Syncfy delivers them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gateway.ingest import read
from gateway.ingest.pipeline import store_batch
from gateway.ingest.read import Delivered
from gateway.models.taxpayer import Taxpayer
from gateway.sat.dates import MONTHS
from gateway.store.mongo import Store
from gateway.syncfy.sites import Site
from gateway.syncfy.wire import AttachmentRef, AttachmentRefs, Transaction
from tests.books import ME
from tests.profiles import resources_over

Concept = Mapping[str, str]


def filed(
    number: int, year: int, month: int | None, presented: str, *concepts: Concept,
    type: str = "Normal", subtype: str | None = None, **more: Any,
) -> Delivered:  # fmt: skip
    """`presented` as SAT prints it, "17/02/2024 10:00"; a month of None is an annual return."""
    content = {
        "rfc": ME,
        "numero_operacion": f"{number:012}",
        "ejercicio": str(year),
        "periodo": MONTHS[month - 1].capitalize() if month else "Del Ejercicio",
        "periodicidad": "Mensual" if month else "Anual",
        "tipo_declaracion": type,
        "subtipo_complementaria": subtype,
        "fecha_presentacion": presented,
        "conceptos": list(concepts),
        **more,
    }
    refs = AttachmentRefs([AttachmentRef(id_attachment=f"{number:024}", file=f"{number}.json")])
    transaction = Transaction(
        id_transaction=f"{number:024}", attachments=refs, dt_transaction=datetime(2026, 1, 1, tzinfo=UTC)
    )
    site = Site.MONTHLY_RETURNS if month else Site.ANNUAL_RETURNS
    return Delivered(site, transaction, (json.dumps(content).encode(),))


def concept(name: str, charge: str | None = None, favour: str | None = None, to_pay: str = "0") -> Concept:
    balance = {"a_cargo": charge} if charge is not None else {"a_favor": favour or "0"}
    return {"nombre": name, **balance, "cantidad_a_pagar": to_pay}


async def file(store: Store, taxpayer: Taxpayer, returns: Sequence[Delivered]) -> None:
    deps = resources_over(store)
    batch = read.read_transactions(returns, ME)
    assert not batch.unreadable
    await store_batch(deps.store, taxpayer, batch)
    await deps.syncfy.aclose()
