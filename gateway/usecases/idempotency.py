"""Work that an idempotency key names is done once, however often and however simultaneously it is asked for.

What is stored of a request is a keyed hash of the fields that are no secret: a password is no part of it, because even
a keyed hash of one would let whoever gets the store and the key try passwords out at leisure. So the same key with
another password is the same request: a client makes a new key for each attempt of a person. A refusal (nothing was
started) is not kept: the key may be used again. Those who waited for the refused one get its refusal.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import orjson

from gateway.errors import InvalidInput
from gateway.store import idempotency
from gateway.store.idempotency import KeyState
from gateway.store.mongo import Row, Store

LONGEST_KEY = 200
# A mutation that asks Syncfy waits 20 s for it at most; a process that dies in the middle blocks its key so long.
_LEASE = timedelta(seconds=60)
_PATIENCE, _FIRST, _LONGEST = 25.0, 0.05, 0.5
#: The loop itself forgets a task that nobody waits for.
_running: set[asyncio.Task[Row]] = set()


async def once(
    store: Store,
    secret: bytes,
    *,
    scope: tuple[str, str],
    key: str | None,
    taxpayer: str,
    facts: Mapping[str, Any],
    work: Callable[[], Awaitable[Row]],
    remember: Callable[[Row], Row | None],
    recall: Callable[[Row], Awaitable[Row]],
) -> Row:
    """The payload of `work`, or of the one that did it before under this key.

    `scope`: viewer and mutation. `facts`: the input without its secrets. `remember` gives the ids of a payload that is
    an answer, None for a refusal; `recall` makes the payload of them again.
    """
    task = asyncio.ensure_future(_once(store, secret, scope, key, taxpayer, facts, work, remember, recall))
    # Whoever asked may leave, and a socket's end cancels what runs on it. What Syncfy was asked can not be taken back:
    # it is carried on to where the key, and the job, say what came of it.
    _running.add(task)
    task.add_done_callback(_running.discard)
    return await asyncio.shield(task)


async def _once(
    store: Store,
    secret: bytes,
    scope: tuple[str, str],
    key: str | None,
    taxpayer: str,
    facts: Mapping[str, Any],
    work: Callable[[], Awaitable[Row]],
    remember: Callable[[Row], Row | None],
    recall: Callable[[Row], Awaitable[Row]],
) -> Row:
    if key is None:
        return await work()
    if not 0 < len(key) <= LONGEST_KEY:
        raise InvalidInput("INVALID_KEY", f"a key has 1 to {LONGEST_KEY} characters", ["idempotencyKey"])
    id = _keyed(secret, [*scope, key])
    fingerprint = _keyed(secret, [*scope, dict(facts)])
    row, mine = await idempotency.begin(store, id, taxpayer=taxpayer, fingerprint=fingerprint, lease=_LEASE)
    if not mine:
        if not hmac.compare_digest(row["fingerprint"], fingerprint):
            raise InvalidInput("IDEMPOTENCY_CONFLICT", "this key was used with another input", ["idempotencyKey"])
        return await _awaited(store, row, recall)
    payload: Row | None = None
    try:
        payload = await work()
    finally:
        # A defect or a refusal started nothing: the key is free again.
        answer = remember(payload) if payload is not None else None
        if answer is None:
            await idempotency.refused(store, row, payload["errors"] if payload else [])
        else:
            await idempotency.done(store, row, answer)
    return payload


async def _awaited(store: Store, row: Row, recall: Callable[[Row], Awaitable[Row]]) -> Row:
    """Wait for the answer of the one that is at work."""
    run, waited, pause = row["run"], 0.0, _FIRST
    while row["state"] == KeyState.RUNNING and row["run"] == run and waited < _PATIENCE:
        await asyncio.sleep(pause)
        waited, pause = waited + pause, min(pause * 1.5, _LONGEST)
        found = await idempotency.get(store, row["_id"])
        if found is None:
            break
        row = found
    if row["state"] == KeyState.DONE:
        return await recall(row["answer"])
    if row["state"] == KeyState.REFUSED and row["errors"]:
        return {"errors": row["errors"]}
    raise InvalidInput("ALREADY_RUNNING", "the first request with this key has no answer yet", ["idempotencyKey"])


def _keyed(secret: bytes, content: Any) -> str:
    canonical = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return hmac.new(secret, canonical, hashlib.sha256).hexdigest()
