"""Erases a taxpayer that was deleted: its user at Syncfy with all that is there, then every deletion here.

Safe to be killed at any line: each step deletes what is left, and the receipt's counts are those of the beginning. What
a worker that was in the middle of something still wrote is found by one more look a while later, which ends it.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from gateway.errors import SyncfyError, SyncfyRateLimited
from gateway.models.deletion import AtSyncfy, Deletion
from gateway.store import deletions, erasure
from gateway.store.mongo import now
from gateway.telemetry import logger
from tasks.resources import TaskDeps

_log = logger(__name__)


async def erase(deps: TaskDeps, id: str) -> None:
    """One try: all that can be done now."""
    lease = deps.timing.lease * 4
    deletion = await deletions.claim(deps.store, id, lease=lease)
    if deletion is None:
        return
    await deletions.hide(deps.store, id)
    if deletion.counts is None:
        await deletions.note_counts(deps.store, id, await erasure.tally(deps.store, id, deletion.syncfy_user_id))
    try:
        users = await _erase_at_syncfy(deps, deletion)
    except SyncfyError as error:
        # Here it is gone all the same; at Syncfy it is tried until it is.
        await _erase_here(deps, deletion, lease)
        _log.warning("deletion.put_back", taxpayer=id, error=str(error), attempts=deletion.attempts)
        await _again(deps, id, _wait(deps, deletion, error))
        return
    rows = await _erase_here(deps, deletion, lease)
    if users or rows or now() < deletion.requested_at + deps.timing.settled:
        await _again(deps, id, deps.timing.settled)
        return
    await deletions.finish(deps.store, id)
    _log.info("deletion.done", taxpayer=id)


async def _erase_here(deps: TaskDeps, deletion: Deletion, lease: timedelta) -> int:
    async def renew() -> None:
        await deletions.due_again(deps.store, deletion.id, after=lease)

    return await erasure.erase(deps.store, deletion.id, deletion.syncfy_user_id, renew)


async def _erase_at_syncfy(deps: TaskDeps, deletion: Deletion) -> int:
    """Delete the taxpayer's user, and any other of that name that a request made beside the deletion."""
    users = 0
    known = deletion.syncfy_user_id
    if known and deletion.at_syncfy is AtSyncfy.PENDING:
        users += await deps.syncfy.delete_user(known)
        await deletions.note_syncfy(deps.store, deletion.id, AtSyncfy.DELETED)
    while (user := await deps.syncfy.find_user(deletion.id)) is not None:
        users += await deps.syncfy.delete_user(user.id_user)
    await deletions.note_syncfy(deps.store, deletion.id, AtSyncfy.DELETED if users else AtSyncfy.NOTHING)
    return users


def _wait(deps: TaskDeps, deletion: Deletion, error: SyncfyError) -> timedelta:
    wait: timedelta = min(deps.timing.retry * 2 ** min(deletion.attempts - 1, 12), deps.timing.longest_retry)
    asked = timedelta(seconds=error.retry_after) if isinstance(error, SyncfyRateLimited) else wait
    return min(max(wait, asked), deps.timing.longest_wait)


async def _again(deps: TaskDeps, id: str, wait: timedelta) -> None:
    await deletions.due_again(deps.store, id, after=wait)
    await asyncio.to_thread(deps.queue.erase, id, delay=wait)
