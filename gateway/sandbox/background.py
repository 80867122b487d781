"""Tasks that live as long as the app: jobs and deliveries."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger("gateway.sandbox")


class Background:
    def __init__(self) -> None:
        self._tasks: dict[asyncio.Task[None], str | None] = {}

    def spawn(self, work: Coroutine[Any, Any, None], owner: str | None = None) -> None:
        """Run `work` until it ends, its owner (an id_user) is cancelled, or the app stops."""
        task = asyncio.create_task(work)
        self._tasks[task] = owner
        task.add_done_callback(self._ended)

    def cancel(self, owner: str) -> None:
        """Cancel the tasks of an owner."""
        for task in [task for task, its_owner in self._tasks.items() if its_owner == owner]:
            task.cancel()

    @property
    def runs(self) -> int:
        """Count the tasks that belong to a user: a run, or a notification that is late on purpose."""
        return sum(owner is not None for owner in self._tasks.values())

    async def stop(self) -> None:
        """Cancel every task, and wait until all have ended."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a background task of the sandbox failed", exc_info=error)
