"""The module that dramatiq's own command line loads: a broker, the actors, and resources on the worker's event loop.

`sat-gateway worker` starts it; `dramatiq tasks.worker:broker` does the same by hand.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from types import FrameType

import dramatiq
from dramatiq.middleware import Middleware

from gateway.config import load_settings, require_complete
from gateway.telemetry import configure_logging
from tasks.actors import declare
from tasks.broker import make_broker
from tasks.messages import Messages
from tasks.resources import TaskDeps, open_resources

settings = require_complete(load_settings(os.environ))
configure_logging(settings, process="worker")
broker = make_broker(settings.broker_url)
_queue = Messages(broker)
_Handler = Callable[[int, FrameType | None], object]
_resources: TaskDeps | None = None
_opening: asyncio.Lock | None = None


async def resources() -> TaskDeps:
    """dramatiq runs all coroutines of a process on one event loop, so one set of connections serves them all."""
    global _resources, _opening
    if _resources is None:
        _opening = _opening or asyncio.Lock()
        async with _opening:
            if _resources is None:
                _resources = open_resources(settings, _queue)
    return _resources


class _Leaves(Middleware):
    """Lets a worker end while the store is away: what waits for it is done again by another."""

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        if _resources is not None:
            _resources.store.availability.give_up()

    def after_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        if _resources is not None:
            _resources.store.close()


def _obey_the_first_signal_only() -> None:
    """Pass one signal to stop on to dramatiq, and no more.

    A supervisor that signals the whole group makes two of one stop: the child gets its own and its parent's. At the
    second dramatiq leaves by sys.exit, which waits for its threads, and those go on for ever, failing every message.
    """
    told = False
    for number in (signal.SIGTERM, signal.SIGHUP):
        stop = signal.getsignal(number)
        if not callable(stop):
            continue  # not in a process of dramatiq's

        def handle(
            number: int, frame: FrameType | None, stop: Callable[[int, FrameType | None], object] = stop
        ) -> None:
            nonlocal told
            if not told:
                told = True
                stop(number, frame)

        signal.signal(number, handle)


broker.add_middleware(_Leaves())
declare(broker, resources)
_obey_the_first_signal_only()
