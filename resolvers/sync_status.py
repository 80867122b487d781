"""SyncStatus: how a taxpayer's synchronisation stands, for the view where the person updates the credentials."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry import Parent

from gateway.graphql.limits import PAGE, spend_rows, turn
from gateway.models.job import RetriedBy
from gateway.models.taxpayer import KindSync, Sync, Told
from gateway.sat.dates import MEXICO
from gateway.sat.kinds import Kind
from gateway.store import arrivals, documents, unreadable
from gateway.store.mongo import Row, now
from gateway.store.rows import read, written
from resolvers.arrivals import cursor_of
from resolvers.context import Info
from resolvers.enums import Cadence, DocumentKind, Freshness, JobState, StepState
from resolvers.failures import Advice, JobFailure, advice_of
from resolvers.fields import resolved
from resolvers.node import global_id
from resolvers.scalars import DateTime


@strawberry.type(description="How the site of a kind of documents ended in the last job.")
class KindResult:
    job_id: strawberry.ID = strawberry.field(description="Id of the job.")
    state: StepState = strawberry.field(
        description="DONE, PARTIAL, EMPTY, FAILED, or SKIPPED when the job failed as a whole."
    )
    code: int | None = strawberry.field(description="Syncfy's status code.")
    advice: Advice | None = resolved(
        advice_of, Advice | None, "What the person should do about `code`.", ("code", "failure")
    )
    failure: JobFailure | None = strawberry.field(
        description="Why it failed, and who retries it; null when it did not fail."
    )
    at: DateTime = strawberry.field(description="When the job ended.")


async def _held(root: Parent[Row], info: Info) -> int:
    spend_rows(PAGE)
    async with turn():
        return await documents.count(info.context.store, Kind(root["kind"]), root["taxpayer"])


async def _others(root: Parent[Row], info: Info) -> int:
    spend_rows(PAGE)
    async with turn():
        return await documents.count_others(info.context.store, Kind(root["kind"]), root["taxpayer"])


KNOWN = (
    "Whether it is known what SAT has of the kind. False when it was never downloaded, when Syncfy found nothing (202, "
    "206), and when only documents of another RFC came: a count of 0 then says neither that there is nothing nor that "
    "something is missing."
)


@strawberry.type(description="Synchronisation of one kind of documents.")
class KindStatus:
    kind: DocumentKind = strawberry.field(description="Kind of the documents.")
    held: int = resolved(_held, int, "Number of the taxpayer's own documents held.", ())
    known: bool = strawberry.field(description=KNOWN)
    others: int = resolved(
        _others, int, "Number of documents held that name another RFC: they are listed, and count in no figure.", ()
    )
    last_download_at: DateTime | None = strawberry.field(description="When the kind was last downloaded.")
    expected_cadence: Cadence = strawberry.field(description="How often the kind should be downloaded.")
    freshness: Freshness = strawberry.field(
        description="Whether the last download is recent enough, and the latest opinión still valid."
    )
    state: StepState | None = strawberry.field(
        description="State of its site in the newest job that includes it; null before the first."
    )
    last_result: KindResult | None = strawberry.field(
        description="How its site ended in the last job; null before the first."
    )
    next_expected_at: DateTime | None = strawberry.field(
        description="When the next download is expected, from the cadence or from a retry. Null when none comes by "
        "itself: the kind is downloaded once, was never connected, or waits for the person."
    )


@strawberry.type(description="Result of the last connection.")
class ConnectionResult:
    job_id: strawberry.ID = strawberry.field(description="Id of its job.")
    state: JobState = strawberry.field(description="State of the job.")
    code: int | None = strawberry.field(description="Syncfy's status code.")
    advice: Advice | None = resolved(
        advice_of, Advice | None, "What the person should do about `code`.", ("code", "failure")
    )
    failure: JobFailure | None = strawberry.field(description="Why all or part of it failed; null when nothing failed.")
    at: DateTime = strawberry.field(description="When the state was reached.")


def _sync(root: Row) -> Sync:
    return read(root["sync"], Sync)


def _last_connection(root: Parent[Row]) -> Row | None:
    return _result(_sync(root).last_connection)


def _result(told: Told | None) -> Row | None:
    return None if told is None else {**written(told), "job_id": global_id("Job", told.job)}


def _last_connection_at(root: Parent[Row]) -> datetime | None:
    last = _sync(root).last_connection
    return None if last is None else last.at


def _last_download_at(root: Parent[Row]) -> datetime | None:
    return _sync(root).last_download_at


def _version(root: Parent[Row]) -> int:
    return _sync(root).version


def _kinds(root: Parent[Row]) -> list[Row]:
    sync = _sync(root)
    return [_kind(root, kind, sync.of(kind)) for kind in Kind]


def _kind(taxpayer: Row, kind: Kind, known: KindSync) -> Row:
    at, fresh_for = known.last_download_at, kind.cadence.fresh_for
    overdue = at is not None and fresh_for is not None and at < now() - fresh_for
    return {
        "kind": str(kind),
        "taxpayer": taxpayer["_id"],
        "known": known.known,
        "last_download_at": at,
        "expected_cadence": str(kind.cadence),
        "freshness": "NEVER" if at is None else "STALE" if overdue or _is_expired(kind, taxpayer) else "FRESH",
        "state": known.run and known.run.state,
        "last_result": _result(known.result),
        "next_expected_at": _next_expected(kind, known),
    }


def _is_expired(kind: Kind, taxpayer: Row) -> bool:
    """Return True where the latest paper of a kind, which the taxpayer's row carries, is valid no longer."""
    latest = taxpayer.get(kind.value.lower())
    last = kind.spec.valid_until(latest) if latest else None
    return last is not None and last < now().astimezone(MEXICO).date()


def _next_expected(kind: Kind, known: KindSync) -> datetime | None:
    every, at = kind.cadence.every, known.last_download_at
    failure = known.result.failure if known.result else None
    if failure is not None:
        return None if failure.retries_by is RetriedBy.PERSON else failure.retry_at
    return at + every if every is not None and at is not None else None


async def _unreadable(root: Parent[Row], info: Info) -> int:
    spend_rows(PAGE)
    async with turn():
        return await unreadable.count(info.context.store, root["_id"])


async def _arrivals_cursor(root: Parent[Row], info: Info) -> str:
    spend_rows(PAGE)
    return cursor_of(root["_id"], await arrivals.last(info.context.store, root["_id"]))


@strawberry.type(description="State of a taxpayer's synchronisation.")
class SyncStatus:
    last_connection: ConnectionResult | None = resolved(
        _last_connection, ConnectionResult | None, "Result of the last connection."
    )
    last_connection_at: DateTime | None = resolved(
        _last_connection_at, DateTime | None, "When the last connection was started."
    )
    last_download_at: DateTime | None = resolved(
        _last_download_at, DateTime | None, "When documents were last downloaded."
    )
    kinds: list[KindStatus] = resolved(_kinds, list[KindStatus], "State of each of the six kinds of documents.")
    unreadable: int = resolved(_unreadable, int, "Number of documents that could not be read.")
    arrivals_cursor: str = resolved(
        _arrivals_cursor,
        str,
        "Current cursor of the feed of arrivals. Query it before the documents, then follow `documentsArrived` from "
        "it: nothing is missed in between.",
    )
    version: int = resolved(_version, int, "Version, which grows with each change.")
