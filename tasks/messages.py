"""Messages to the workers: ids only, never data. The API process enqueues with this and imports no actor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import dramatiq
import structlog

from gateway.syncfy.envelopes import EventName

#: Queues by what their work costs: an event that only observes must not wait behind a download of 100,000 invoices.
EVENTS, FETCHES, WATCH, EXPORTS = "events", "fetches", "watch", "exports"
QUEUES = (EVENTS, FETCHES, WATCH, EXPORTS)

HANDLE_EVENT = "syncfy.event"
FETCH_EVENT = "syncfy.fetch"
WATCH_JOB = "job.watch"
RECONCILE = "taxpayer.reconcile"
ERASE = "taxpayer.erase"
WRITE_EXPORT = "export.write"

#: What of the log's context travels with a message: the request that a task works for, in the end.
CORRELATION = ("request",)

_FETCHING = {
    str(EventName.CREDENTIALS_REFRESHED),
    str(EventName.DOCUMENTS_COMPLETED),
    str(EventName.DOCUMENTS_SUCCESS),
    str(EventName.DOCUMENTS_FAILED),
}


class Messages:
    """The queue that the use-cases, the webhook and the sweep send to."""

    def __init__(self, broker: dramatiq.Broker) -> None:
        self._broker = broker
        for queue in QUEUES:
            broker.declare_queue(queue)

    def handle_events(self, events: Sequence[tuple[str, str]], *, delay: timedelta = timedelta(0)) -> None:
        """Ask for (id, name) events to be handled, those that fetch in a queue of their own."""
        for id, name in events:
            fetching = name in _FETCHING
            self._send(FETCHES if fetching else EVENTS, FETCH_EVENT if fetching else HANDLE_EVENT, (id,), delay)

    def watch_job(self, job: str, check: int, *, delay: timedelta = timedelta(0)) -> None:
        """Ask for a look at a job; `check` numbers the turns of its watch."""
        self._send(WATCH, WATCH_JOB, (job, check), delay)

    def reconcile(self, taxpayer: str, *, delay: timedelta = timedelta(0)) -> None:
        """Ask for a taxpayer's stale documents to be looked for."""
        self._send(FETCHES, RECONCILE, (taxpayer,), delay)

    def erase(self, taxpayer: str, *, delay: timedelta = timedelta(0)) -> None:
        """Ask for a deleted taxpayer's data to be erased."""
        self._send(FETCHES, ERASE, (taxpayer,), delay)

    def write_export(self, export: str) -> None:
        """Ask for an export to be written, or carried on."""
        self._send(EXPORTS, WRITE_EXPORT, (export,))

    def _send(self, queue: str, actor: str, args: tuple[object, ...], delay: timedelta = timedelta(0)) -> None:
        context = structlog.contextvars.get_contextvars()
        options = {name: context[name] for name in CORRELATION if name in context}
        message: dramatiq.Message[None] = dramatiq.Message(
            queue_name=queue, actor_name=actor, args=args, kwargs={}, options=options
        )
        milliseconds = int(delay.total_seconds() * 1000)
        self._broker.enqueue(message, delay=milliseconds or None)
