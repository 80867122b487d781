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
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from gateway.errors import InvalidInput
from gateway.models.idempotency import KeyEntry, KeyState
from gateway.store import idempotency
from gateway.store.mongo import Store

LONGEST_KEY = 200
# A mutation that asks Syncfy waits 20 s for it at most; a process that dies in the middle blocks its key so long.
_LEASE = timedelta(seconds=60)
_PATIENCE, _FIRST, _LONGEST = 25.0, 0.05, 0.5
#: The answer of a mutation: its objects by their names in the schema, and `errors`.
MutationPayload = dict[str, Any]
#: The loop itself forgets a task that nobody waits for.
_running: set[asyncio.Task[MutationPayload]] = set()


@dataclass(frozen=True, slots=True)
class Work:
    """The work of a mutation for one input.

    `scope`: viewer and mutation. `facts`: the input without its secrets. `do` makes the payload; `remember` gives the
    ids of one that is an answer, None for a refusal, and `recall` makes the payload of them again.
    """

    scope: tuple[str, str]
    taxpayer: str
    facts: Mapping[str, Any]
    do: Callable[[], Awaitable[MutationPayload]]
    remember: Callable[[MutationPayload], MutationPayload | None]
    recall: Callable[[Mapping[str, Any]], Awaitable[MutationPayload]]


async def once(store: Store, secret: bytes, key: str | None, work: Work) -> MutationPayload:
    """Return the payload of the work, or of the one that did it before under this key."""
    task = asyncio.ensure_future(_once(store, secret, key, work))
    # Whoever asked may leave, and a socket's end cancels what runs on it. What Syncfy was asked can not be taken back:
    # it is carried on to where the key, and the job, say what came of it.
    _running.add(task)
    task.add_done_callback(_running.discard)
    return await asyncio.shield(task)


async def _once(store: Store, secret: bytes, key: str | None, work: Work) -> MutationPayload:
    if key is None:
        return await work.do()
    if not 0 < len(key) <= LONGEST_KEY:
        raise InvalidInput("INVALID_KEY", f"a key has 1 to {LONGEST_KEY} characters", ["idempotencyKey"])
    id = _keyed(secret, [*work.scope, key])
    fingerprint = _keyed(secret, [*work.scope, dict(work.facts)])
    entry, mine = await idempotency.begin(store, id, taxpayer=work.taxpayer, fingerprint=fingerprint, lease=_LEASE)
    if not mine:
        if not hmac.compare_digest(entry.fingerprint, fingerprint):
            raise InvalidInput("IDEMPOTENCY_CONFLICT", "this key was used with another input", ["idempotencyKey"])
        return await _awaited(store, entry, work)
    payload: MutationPayload | None = None
    try:
        payload = await work.do()
    finally:
        # A defect or a refusal started nothing: the key is free again.
        answer = work.remember(payload) if payload is not None else None
        if answer is None:
            await idempotency.refused(store, entry, payload["errors"] if payload else [])
        else:
            await idempotency.done(store, entry, answer)
    return payload


async def _awaited(store: Store, entry: KeyEntry, work: Work) -> MutationPayload:
    """Wait for the answer of the one that is at work."""
    run, waited, pause = entry.run, 0.0, _FIRST
    while entry.state is KeyState.RUNNING and entry.run == run and waited < _PATIENCE:
        await asyncio.sleep(pause)
        waited, pause = waited + pause, min(pause * 1.5, _LONGEST)
        found = await idempotency.get(store, entry.id)
        if found is None:
            break
        entry = found
    if entry.state is KeyState.DONE:
        return await work.recall(entry.answer or {})
    if entry.state is KeyState.REFUSED and entry.errors:
        return {"errors": list(entry.errors)}
    raise InvalidInput("ALREADY_RUNNING", "the first request with this key has no answer yet", ["idempotencyKey"])


def _keyed(secret: bytes, content: Any) -> str:
    canonical = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return hmac.new(secret, canonical, hashlib.sha256).hexdigest()
