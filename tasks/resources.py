"""The collaborators of every task: made once on a worker's event loop, closed with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from gateway.config import Settings
from gateway.store import mongo
from gateway.store.mongo import Store
from gateway.store.pacing import SharedPace
from gateway.syncfy.client import Syncfy
from tasks.messages import Messages

# Nobody waits for a task: it goes on after an election, which takes some 12 seconds, instead of beginning anew.
_WAIT = 30.0


@dataclass(frozen=True, slots=True)
class Timing:
    """The times that tasks keep."""

    #: A claimed event whose worker does not renew its lease for this long is taken over.
    lease: timedelta = timedelta(seconds=15)
    #: How long after a job went quiet we look ourselves instead of waiting for a webhook.
    quiet: timedelta = timedelta(seconds=20)
    #: A job of which Syncfy knows nothing after this was lost between our store and Syncfy.
    start_within: timedelta = timedelta(minutes=2)
    #: A job that has not ended by now never will.
    expire_after: timedelta = timedelta(hours=12)
    #: The wait before an event is tried again, doubled each time up to the longest.
    retry: timedelta = timedelta(seconds=2)
    longest_retry: timedelta = timedelta(minutes=15)
    #: After this many tries an event is dead, and waits for an operator.
    tries: int = 12
    #: From this try on, a single file that can't be had does not hold up the rest.
    patient_tries: int = 6
    #: An outage (Syncfy or the store is away) is no fault of the event: it is tried again for this long.
    outage: timedelta = timedelta(days=2)
    #: The longest wait that Syncfy may ask us for.
    longest_wait: timedelta = timedelta(hours=1)
    #: A fresh event gets this long to be picked up from the broker before the sweep sends it a second time.
    grace: timedelta = timedelta(seconds=5)
    #: Sent again and still not picked up: the wait until the next time, doubled each time up to `longest_retry`.
    resend: timedelta = timedelta(seconds=30)
    #: How late the next check of a job may be before its chain of checks counts as broken.
    late: timedelta = timedelta(seconds=10)
    #: How long after a deletion a worker may still write what it was in the middle of.
    settled: timedelta = timedelta(seconds=30)
    #: Checks of a job: quick while a person waits for it, slower as it grows old.
    first_check: timedelta = timedelta(milliseconds=500)
    slowest_check: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class TaskDeps:
    store: Store
    syncfy: Syncfy
    queue: Messages
    timing: Timing = field(default_factory=Timing)
    #: False in a late try: a single file that can't be had is then done without.
    patient: bool = True

    async def close(self) -> None:
        """Close the connections to Syncfy and to the store."""
        await self.syncfy.aclose()
        self.store.close()


def open_resources(settings: Settings, queue: Messages, timing: Timing | None = None) -> TaskDeps:
    """Must be called on the event loop that will use them: motor and httpx bind to it."""
    store = mongo.connect(settings.mongodb_url, settings.mongodb_database, wait=_WAIT)
    pace = SharedPace(store, per_second=settings.syncfy_rate)
    syncfy = Syncfy.connect(settings.syncfy_url, api_key=settings.syncfy_api_key, limiter=pace)
    return TaskDeps(store, syncfy, queue, timing or Timing())
