"""Databases for tests: made once a process, emptied and lent again. To make one costs a server more than most tests.

with databases.lent() as name:   # empty, with its indexes, and nobody else's until the block ends
"""

from __future__ import annotations

import asyncio
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import MongoClient, monitoring
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from gateway.store import mongo
from gateway.store.indexes import ensure_indexes
from tests.waiting import eventually_sync


class Writes(CommandListener):
    """Count the writes of this process that a server has not answered yet.

    A task that is cancelled leaves its write to the driver's thread: it would land in the next test's database.
    """

    _NAMES = frozenset({"insert", "update", "delete", "findAndModify", "findandmodify"})

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.open = 0

    def started(self, event: CommandStartedEvent) -> None:
        self._count(event.command_name, 1)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        self._count(event.command_name, -1)

    def failed(self, event: CommandFailedEvent) -> None:
        self._count(event.command_name, -1)

    def _count(self, command: str, change: int) -> None:
        if command in self._NAMES:
            with self._lock:
                self.open += change


WRITES = Writes()
monitoring.register(WRITES)


class Databases:
    """The databases of this process. Names hold the run and the process: others may use the same server."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: MongoClient[dict[str, Any]] = MongoClient(url)
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
        self._prefix = f"test_{run[:8]}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        self._free: list[str] = []
        self._made: list[str] = []
        #: The collections of a database, and how many indexes it has: as the product makes it.
        self._scheme: tuple[list[str], int] = ([], 0)

    @contextmanager
    def lent(self) -> Iterator[str]:
        """Lend an empty database with its indexes. Several may be lent at once."""
        eventually_sync("the last write of the test before is over", lambda: not WRITES.open)
        name = self._free.pop() if self._free else f"{self._prefix}_{len(self._made)}"
        if name not in self._made:
            self._make(name)
            self._made.append(name)
        elif not self._is_as_made(name):
            self._client.drop_database(name)
            self._make(name)
        self.empty(name)
        try:
            yield name
        finally:
            self._free.append(name)

    def empty(self, name: str) -> None:
        """Delete every document. Collections stay, so that open change streams go on.

        One question finds the few collections that hold anything: to delete from all of them takes five times as long.
        """
        database = self._client[name]
        collections = database.list_collection_names()
        any_of = [[{"$limit": 1}, {"$project": {"_id": 0, "name": {"$literal": each}}}] for each in collections]
        others = zip(collections[1:], any_of[1:], strict=True)
        unions = [{"$unionWith": {"coll": each, "pipeline": stages}} for each, stages in others]
        for found in database[collections[0]].aggregate([*any_of[0], *unions]):
            database[found["name"]].delete_many({})

    def close(self) -> None:
        for name in self._made:
            self._client.drop_database(name)
        self._client.close()

    def _make(self, name: str) -> None:
        async def make() -> None:
            store = mongo.connect(self._url, name)
            try:
                await ensure_indexes(store)
            finally:
                store.close()

        asyncio.run(make())
        collections = self._client[name].list_collection_names()
        self._scheme = sorted(collections), self._client[name].command("dbStats")["indexes"]

    def _is_as_made(self, name: str) -> bool:
        """Whether it has its own collections and indexes; those of a test's own, GridFS's for one, are dropped."""
        collections, indexes = self._scheme
        database = self._client[name]
        for extra in set(database.list_collection_names()) - set(collections):
            database.drop_collection(extra)
        told = database.command("dbStats")
        return bool(told["collections"] == len(collections) and told["indexes"] == indexes)
