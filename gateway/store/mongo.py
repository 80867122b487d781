"""The connection to MongoDB: the one place that makes a motor client.

Motor gets critical fixes only since May 2026; PyMongo's own async client has nearly the same surface. Nothing outside
gateway/store sees either, so a change of driver stays in this folder.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bson import ObjectId
from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo.errors import BulkWriteError, ConfigurationError, ConnectionFailure, InvalidName, PyMongoError

from gateway.errors import SettingsError, StoreRefused, StoreUnavailable

#: A stored document. Keys are the schema's field names in snake_case.
Row = dict[str, Any]

_DUPLICATE_KEY = 11000
_FIRST_BATCH = 10_000
#: Where SAT's days begin and end.
MEXICO = ZoneInfo("America/Mexico_City")
#: Instants come back with their zone, so that none is ever mistaken for SAT's local times (which are text).
CODEC: CodecOptions[Row] = CodecOptions(tz_aware=True, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Store:
    """A database, handed to every function of this package as its first argument."""

    db: AsyncIOMotorDatabase[Row]

    def __getitem__(self, collection: str) -> AsyncIOMotorCollection[Row]:
        return self.db[collection]

    async def ping(self) -> None:
        """Raises StoreUnavailable when the server does not answer."""
        async with unavailable_means_try_again():
            await self.db.command("ping")

    async def engine(self) -> str:
        """Give the server's name and version, as in "MongoDB 6.0.5"; raise StoreUnavailable when it does not answer."""
        async with unavailable_means_try_again():
            return f"MongoDB {(await self.db.command('buildInfo'))['version']}"

    def close(self) -> None:
        self.db.client.close()


def connect(url: str, database: str, *, wait: float = 5.0) -> Store:
    """A store on the running event loop. `wait` is how long, in seconds, an operation looks for a server.

    Writes are acknowledged by a majority and journaled: what a webhook was answered 200 for survives a failover.
    """
    try:
        client: AsyncIOMotorClient[Row] = AsyncIOMotorClient(
            url,
            serverSelectionTimeoutMS=int(wait * 1000),
            connectTimeoutMS=int(wait * 1000),
            w="majority",
            journal=True,
            retryWrites=True,
            appname="sat-gateway",
            uuidRepresentation="standard",
        )
    except (ConfigurationError, ValueError) as error:  # its message may hold a part of the password
        raise SettingsError(f"MONGODB_URL can not be used ({type(error).__name__})") from None
    try:
        return Store(client.get_database(database, codec_options=CODEC))
    except InvalidName:
        raise SettingsError("MONGODB_DATABASE is not a name that a database can have") from None


def outage(error: BaseException) -> StoreUnavailable | None:
    """The driver's failures that pass by themselves, as our own error; None for any other.

    Its message names no host, as the driver's does.
    """
    if isinstance(error, StoreUnavailable):
        return error
    if isinstance(error, ConnectionFailure):
        return StoreUnavailable(f"the store does not answer ({type(error).__name__})")
    labels = ("RetryableWriteError", "TransientTransactionError")
    if isinstance(error, PyMongoError) and any(error.has_error_label(label) for label in labels):
        return StoreUnavailable(f"the store is changing over ({type(error).__name__})")
    return None


@asynccontextmanager
async def unavailable_means_try_again() -> AsyncIterator[None]:
    """Raises StoreUnavailable for failures of the driver that pass by themselves."""
    try:
        yield
    except PyMongoError as error:
        passing = outage(error)
        if passing is None:
            raise
        raise passing from error


def duplicates(error: BulkWriteError) -> list[int]:
    """Which writes of a bulk failed because their key is taken; raises when anything else went wrong.

    What it raises names no document: the driver's own message holds them whole.
    """
    if error.details.get("writeConcernErrors"):
        raise StoreUnavailable("the store is changing over: it could not confirm a write") from None
    failures: list[Row] = error.details["writeErrors"]
    others = sorted({failure["code"] for failure in failures} - {_DUPLICATE_KEY})
    if others:
        raise StoreRefused(f"the store refused a write (code {', '.join(map(str, others))})") from None
    return [failure["index"] for failure in failures]


async def aggregate(collection: AsyncIOMotorCollection[Row], pipeline: Sequence[Row]) -> list[Row]:
    """All rows of an aggregation. One helper, because PyMongo's async client awaits `aggregate` and motor does not.

    MongoDB's own first batch has 101 rows: more of them would be a second round trip.
    """
    return await collection.aggregate(list(pipeline), batchSize=_FIRST_BATCH).to_list(None)


def now() -> datetime:
    """This instant as the store keeps it: UTC, to the millisecond."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def mexican_month() -> str:
    """The month that it is in central Mexico, AAAA-MM."""
    return f"{datetime.now(MEXICO):%Y-%m}"


def new_id() -> str:
    """24 lowercase hex digits that sort by the time they were made."""
    return str(ObjectId())
