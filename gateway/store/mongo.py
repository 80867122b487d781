"""The connection to MongoDB: the one place that makes a motor client.

Motor gets critical fixes only since May 2026; PyMongo's own async client has nearly the same surface. Nothing outside
gateway/store sees either, so a change of driver stays in this folder.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pymongo
from bson import ObjectId
from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    InvalidName,
    OperationFailure,
    PyMongoError,
    WriteConcernError,
)

from gateway.errors import SettingsError, StoreRefused, StoreUnavailable
from gateway.sat.dates import MEXICO
from gateway.store.availability import Availability
from gateway.store.query_language import Stage

#: A stored document. Keys are the schema's field names in snake_case.
Row = dict[str, Any]

_DUPLICATE_KEY = 11000
# The server's codes of what passes by itself, with their names in its error_codes.yml.
_PASSING = frozenset(
    {
        6,  # HostUnreachable
        7,  # HostNotFound
        24,  # LockTimeout
        43,  # CursorNotFound: the member that held it is gone
        50,  # MaxTimeMSExpired
        64,  # WriteConcernTimeout
        89,  # NetworkTimeout
        91,  # ShutdownInProgress
        112,  # WriteConflict
        133,  # FailedToSatisfyReadPreference
        134,  # ReadConcernMajorityNotAvailableYet
        175,  # QueryPlanKilled: the collection or an index of it was changed meanwhile
        189,  # PrimarySteppedDown
        202,  # NetworkInterfaceExceededTimeLimit
        237,  # CursorKilled
        262,  # ExceededTimeLimit
        279,  # ClientDisconnect
        290,  # TransactionExceededLifetimeLimitSeconds
        9001,  # SocketException
        10107,  # NotWritablePrimary
        11600,  # InterruptedAtShutdown
        11601,  # Interrupted
        11602,  # InterruptedDueToReplStateChange
        13435,  # NotPrimaryNoSecondaryOk
        13436,  # NotPrimaryOrSecondary
        14031,  # OutOfDiskSpace
        91331,  # RetryableWriteErrorPlaceholder
    }
)
_FIRST_BATCH = 10_000
#: Instants come back with their zone, so that none is ever mistaken for SAT's local times (which are text).
CODEC: CodecOptions[Row] = CodecOptions(tz_aware=True, tzinfo=UTC)


# A member that hangs is found out after both together, at most: its connections are cut, and what waited is sent again.
_HEARTBEAT_SECONDS, _CONNECT_SECONDS = 2.0, 5.0
# One that hangs and still answers the monitor, as with a full disk. Nothing of ours takes so long but making an index.
_LONGEST_ANSWER_SECONDS = 120.0
# How long a process that ends may look for a server to end its sessions there; they end by themselves anyway.
_GOODBYE_SECONDS = 0.5
# How long readiness waits for a majority to confirm its write.
_READY_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Store:
    """A database, handed to every function of this package as its first argument."""

    db: AsyncIOMotorDatabase[Row]
    availability: Availability = field(default_factory=lambda: Availability(float("inf")))

    def __getitem__(self, collection: str) -> AsyncIOMotorCollection[Row]:
        """Return a collection. Raises StoreUnavailable when there has been no primary for long."""
        self.availability.check()
        return self.db[collection]

    async def ping(self) -> None:
        """Raise StoreUnavailable when the server does not answer."""
        self.availability.check()
        async with unavailable_means_try_again():
            await self.db.command("ping")

    async def engine(self) -> str:
        """Give the server's name and version, as in "MongoDB 6.0.5"; raise StoreUnavailable when it does not answer."""
        async with unavailable_means_try_again():
            return f"MongoDB {(await self.db.command('buildInfo'))['version']}"

    async def check_writable(self) -> None:
        """Write a row that a majority confirms. Raises StoreUnavailable for whatever keeps it from that.

        A server answers a ping without a majority, with a full disk and with a store that has failed.
        """
        ready = {"$set": {"at": now()}}
        try:
            with pymongo.timeout(_READY_SECONDS):
                async with asyncio.timeout(_READY_SECONDS):  # for one of the driver's threads, too
                    await self["readiness"].update_one({"_id": "ready"}, ready, upsert=True)
        except TimeoutError:
            raise StoreUnavailable("the store does not answer") from None
        except PyMongoError as error:
            raise outage(error) or StoreUnavailable(f"the store takes no write ({type(error).__name__})") from None

    def close(self) -> None:
        """End the connections. Whoever still waits for a server is told so."""
        # Beside the caller, which may be an event loop: the driver waits half a second for the thread of its events.
        Thread(target=self._say_goodbye, name="store-close").start()

    def _say_goodbye(self) -> None:
        with pymongo.timeout(_GOODBYE_SECONDS):
            self.db.client.close()


def connect(url: str, database: str, *, wait: float = 5.0) -> Store:
    """Return a store on the running event loop.

    `wait` is how long, in seconds, an operation looks for a primary; when there has been none for so long, operations
    are refused at once. A majority has twice as long to confirm a write.

    Writes are acknowledged by a majority and journaled, and reads see nothing else: what a webhook was answered 200 for
    survives a failover, and no subscriber is told what a failover takes back.
    """
    availability = Availability(wait)
    try:
        client: AsyncIOMotorClient[Row] = AsyncIOMotorClient(
            url,
            serverSelectionTimeoutMS=int(wait * 1000),
            connectTimeoutMS=int(min(wait, _CONNECT_SECONDS) * 1000),
            heartbeatFrequencyMS=int(_HEARTBEAT_SECONDS * 1000),
            socketTimeoutMS=int(_LONGEST_ANSWER_SECONDS * 1000),
            w="majority",
            wTimeoutMS=int(wait * 2000),
            journal=True,
            readConcernLevel="majority",
            retryWrites=True,
            retryReads=True,
            event_listeners=[availability],
            appname="sat-gateway",
            uuidRepresentation="standard",
        )
    except (ConfigurationError, ValueError) as error:  # its message may hold a part of the password
        raise SettingsError(f"MONGODB_URL can not be used ({type(error).__name__})") from None
    try:
        return Store(client.get_database(database, codec_options=CODEC), availability)
    except InvalidName:
        raise SettingsError("MONGODB_DATABASE is not a name that a database can have") from None


def outage(error: BaseException) -> StoreUnavailable | None:
    """Return the driver's failure that passes by itself as our own error; None for any other failure.

    The message names no host, no key and no document, as the driver's words and the server's do.
    """
    if isinstance(error, StoreUnavailable):
        return error
    if not isinstance(error, PyMongoError):
        return None
    if isinstance(error, ConnectionFailure):
        return StoreUnavailable(f"the store does not answer ({type(error).__name__})")
    labels = ("RetryableWriteError", "TransientTransactionError", "ResumableChangeStreamError")
    if isinstance(error, WriteConcernError) or any(error.has_error_label(label) for label in labels):
        return StoreUnavailable(f"the store is changing over ({type(error).__name__})")
    passing = [code for code in _codes(error) if code in _PASSING]
    return StoreUnavailable(f"the store could not do it now (code {passing[0]})") if passing else None


def _codes(error: PyMongoError) -> list[int | None]:
    """Return the server's codes in an error: of a bulk write one for each write that failed."""
    if isinstance(error, BulkWriteError):
        unconfirmed: list[Row] = error.details.get("writeConcernErrors") or []
        return [failure["code"] for failure in (*error.details["writeErrors"], *unconfirmed)]
    return [error.code] if isinstance(error, OperationFailure) else []


@asynccontextmanager
async def unavailable_means_try_again() -> AsyncIterator[None]:
    """Raise StoreUnavailable for failures of the driver that pass by themselves."""
    try:
        yield
    except PyMongoError as error:
        passing = outage(error)
        if passing is None:
            raise
        raise passing from None  # the driver's words may hold a host or a key


def duplicates(error: BulkWriteError) -> list[int]:
    """Return which writes of a bulk failed because their key is taken. Raises when anything else went wrong.

    What it raises names no document: the driver's own message holds them whole.
    """
    taken, others = failed_writes(error)
    if others:
        raise refused_writes(others) from None
    return taken


def refused_writes(codes: Mapping[int, int | None]) -> StoreRefused:
    """Return the error for writes that the server refused, by their codes alone."""
    return StoreRefused(f"the store refused a write (code {', '.join(sorted(map(str, {*codes.values()})))})")


def failed_writes(error: BulkWriteError) -> tuple[list[int], dict[int, int]]:
    """Return by place which writes of a bulk failed for a taken key, and the code of each that failed otherwise.

    Raises StoreUnavailable when one failed for what passes by itself, or none could be confirmed.
    """
    passing = outage(error)
    if passing is not None or error.details.get("writeConcernErrors"):
        raise (passing or StoreUnavailable("the store is changing over: it could not confirm a write")) from None
    failures: list[Row] = error.details["writeErrors"]
    taken = [failure["index"] for failure in failures if failure["code"] == _DUPLICATE_KEY]
    return taken, {failure["index"]: failure["code"] for failure in failures if failure["code"] != _DUPLICATE_KEY}


async def aggregate(collection: AsyncIOMotorCollection[Row], pipeline: Sequence[Stage]) -> list[Row]:
    """All rows of an aggregation. One helper, because PyMongo's async client awaits `aggregate` and motor does not.

    MongoDB's own first batch has 101 rows: more of them would be a second round trip.
    """
    return await collection.aggregate(list(pipeline), batchSize=_FIRST_BATCH).to_list(None)


def now() -> datetime:
    """This instant as the store keeps it: UTC, to the millisecond."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def mexican_month() -> str:
    """Return the month that it is in central Mexico, AAAA-MM."""
    return f"{datetime.now(MEXICO):%Y-%m}"


def new_id() -> str:
    """24 lowercase hex digits that sort by the time they were made."""
    return str(ObjectId())
