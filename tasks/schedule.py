"""The clock: runs the sweep and the reconciliation for as long as the process lives.

Two clocks do no harm, and none for an hour costs an hour of healing and no data.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from gateway.errors import GatewayError
from gateway.store.mongo import unavailable_means_try_again
from gateway.telemetry import logger
from tasks.resources import TaskDeps
from tasks.sweep import clean, reconcile_stale, sweep

_log = logger(__name__)

SWEEP_EVERY = timedelta(seconds=5)
RECONCILE_EVERY = timedelta(minutes=15)
CLEAN_EVERY = timedelta(hours=6)


async def run_schedule(deps: TaskDeps) -> None:
    """Run until cancelled."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_every(SWEEP_EVERY, lambda: sweep(deps)))
        group.create_task(_every(RECONCILE_EVERY, lambda: reconcile_stale(deps)))
        group.create_task(_every(CLEAN_EVERY, lambda: clean(deps)))


async def _every(interval: timedelta, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            async with unavailable_means_try_again():
                await work()
        except GatewayError as error:
            _log.warning("schedule.failed", error=str(error))
        except Exception:
            # The clock must outlive a broker's restart, whose client raises errors of its own.
            _log.exception("schedule.failed")
        await asyncio.sleep(interval.total_seconds())
