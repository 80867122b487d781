"""Counterparties are counted a few times in a fetch, and what a killed fetch left uncounted is counted all the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gateway.ingest.recount import Recount
from gateway.sat.kinds import Kind
from gateway.store import documents, pending_counterparties
from gateway.store.mongo import Store, now
from tasks import sweep
from tests.chains import FIRST, INVOICE, T
from tests.profiles import resources_over
from tests.unit.store.test_counterparties import ALBA, held, sold

BEATRIZ = "NUFB770311XH4"


async def arrived(store: Store, uuid: str, rfc: str) -> None:
    document = sold(uuid, rfc)
    await documents.upsert(store, Kind.INVOICE, T, [document])
    await pending_counterparties.note(store, T, {Kind.INVOICE: [documents.id_of(T, document)]})


async def test_a_long_fetch_counts_its_first_batch_and_then_only_now_and_then(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock: list[float] = [100.0]
    monkeypatch.setattr("gateway.ingest.recount.time.monotonic", lambda: clock[0])
    count = pending_counterparties.catch_up

    async def slowly(*given: Any) -> None:
        await count(*given)
        clock[0] += 3.0

    monkeypatch.setattr(pending_counterparties, "catch_up", slowly)
    recount = Recount(store, T)
    await arrived(store, INVOICE, ALBA)
    await recount.after_batch()
    assert set(await held(store)) == {ALBA}
    await arrived(store, FIRST, BEATRIZ)
    await recount.after_batch()
    assert set(await held(store)) == {ALBA}
    clock[0] += 30.0
    await recount.after_batch()
    assert set(await held(store)) == {ALBA, BEATRIZ}


async def test_the_sweep_counts_what_a_killed_fetch_left(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await arrived(store, INVOICE, ALBA)
    deps = resources_over(store)
    await sweep.sweep(deps)
    assert await held(store) == {}  # somebody may still be at it
    monkeypatch.setattr(sweep, "_UNCOUNTED", timedelta(0))
    await sweep.sweep(deps)
    assert set(await held(store)) == {ALBA}
    assert await pending_counterparties.left(store, before=now()) == []


async def test_what_is_noted_while_it_is_counted_stays_noted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await arrived(store, INVOICE, ALBA)
    count = pending_counterparties.counterparties.recompute_keys

    async def beside(*given: Any) -> None:
        await count(*given)
        await arrived(store, FIRST, ALBA)

    monkeypatch.setattr(pending_counterparties.counterparties, "recompute_keys", beside)
    await pending_counterparties.catch_up(store, T)
    monkeypatch.undo()
    await pending_counterparties.catch_up(store, T)
    assert (await held(store))[ALBA]["documents"] == 2
