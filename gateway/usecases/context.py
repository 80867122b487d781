"""The collaborators of the use-cases, and what several need: the taxpayer's user at Syncfy, the watch of a job."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, TypeVar

from gateway.errors import SyncfyRejected
from gateway.models.taxpayer import Taxpayer
from gateway.store import taxpayers
from gateway.store.mongo import Store
from gateway.syncfy.client import Syncfy
from gateway.telemetry import logger

_log = logger(__name__)
Answer = TypeVar("Answer")


class Queue(Protocol):
    """The queue of work for the workers (tasks/messages.py)."""

    def watch_job(self, job: str, check: int, *, delay: timedelta = timedelta(0)) -> None: ...

    def erase(self, taxpayer: str, *, delay: timedelta = timedelta(0)) -> None: ...

    def write_export(self, export: str) -> None: ...


@dataclass(frozen=True, slots=True)
class UseCaseDeps:
    """The collaborators of the use-cases. `secret` is what keyed hashes of clients' keys are made with."""

    store: Store
    syncfy: Syncfy
    queue: Queue
    secret: bytes = field(default=b"", repr=False)


async def watch(deps: UseCaseDeps, job: str, check: int, *, delay: timedelta = timedelta(0)) -> None:
    """Have the job watched. It is at Syncfy already: a broker that is down costs time, the sweep sends the check."""
    try:
        # In a thread: a broker that hangs must not hold up everybody else's requests.
        await asyncio.to_thread(deps.queue.watch_job, job, check, delay=delay)
    except Exception as error:
        _log.warning("job.broker_unavailable", job=job, error=type(error).__name__)


async def as_syncfy_user(deps: UseCaseDeps, taxpayer: Taxpayer, ask: Callable[[str], Awaitable[Answer]]) -> Answer:
    """Ask Syncfy as the taxpayer's user.

    "Invalid user": it was deleted at Syncfy, or the key is another environment's. A new one is made, and asked once.
    """
    try:
        return await ask(await syncfy_user(deps, taxpayer))
    except SyncfyRejected as error:
        if error.syncfy_code not in (401, 404):
            raise
    return await ask(await _new_syncfy_user(deps, taxpayer))


async def syncfy_user(deps: UseCaseDeps, taxpayer: Taxpayer) -> str:
    """Return the taxpayer's user at Syncfy, made when first needed. Its external id is ours, so it is found again."""
    return taxpayer.syncfy_user_id or await _new_syncfy_user(deps, taxpayer)


async def _new_syncfy_user(deps: UseCaseDeps, taxpayer: Taxpayer) -> str:
    user = await deps.syncfy.ensure_user(taxpayer.name, taxpayer.id)
    await taxpayers.set_syncfy_user(deps.store, taxpayer.id, user.id_user)
    return user.id_user
