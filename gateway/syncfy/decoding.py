"""Decoding of Syncfy's JSON to the types of `wire`. Raises SyncfyMalformed with the path of the first wrong field."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from gateway.errors import SyncfyMalformed
from gateway.syncfy.sites import Site, site_of
from gateway.syncfy.wire import (
    LONGEST_ID,
    AttachmentRef,
    AttachmentRefs,
    Credential,
    Document,
    JobStatus,
    Keywords,
    Session,
    StartedJob,
    Transaction,
    TwofaField,
    TwofaFields,
    User,
    Webhook,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Malformed:
    """A row of a list that is not what it should be, as Syncfy wrote it. `reason` names the first wrong field."""

    raw: bytes = field(repr=False)
    reason: str
    id: str | None
    id_site: str | None

    @property
    def site(self) -> Site | None:
        return site_of(self.id_site)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list."""

    rows: list[T]
    malformed: list[Malformed] = field(default_factory=list)

    def extend(self, other: Page[T]) -> None:
        """Append the rows of another page."""
        self.rows.extend(other.rows)
        self.malformed.extend(other.malformed)


class Envelope(msgspec.Struct, frozen=True):
    """The envelope of every JSON answer; `status` is false in a refusal, be its HTTP status 200 or not."""

    response: msgspec.Raw = msgspec.Raw(b"")
    status: object = True
    code: object = None
    message: object = None

    @property
    def refused(self) -> bool:
        """Return True for an answer that says that Syncfy did not do it."""
        return self.status == 0

    def __repr__(self) -> str:
        return f"Envelope(refused={self.refused})"


# Of a page it is 5,000. Of a job's history, which its row keeps, a million would be more than a row of the store holds.
_MOST_ROWS = 20_000
_Short = Annotated[str, msgspec.Meta(max_length=LONGEST_ID)]


class _Names(msgspec.Struct, frozen=True):
    id_transaction: _Short | None = None
    id_document: _Short | None = None
    id_site: _Short | None = None


def _custom(kind: type, value: Any) -> Any:
    if kind is Keywords:
        words = list(value.values()) if isinstance(value, dict) else value or ()
        return Keywords((words,) if isinstance(words, str) else (str(word) for word in words))
    if kind is TwofaFields:
        # A bare address stands there in one sample; nulls stand for "none of these" inside a question.
        rows = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
        rows = [_without_nulls(row) for row in rows]
        return TwofaFields(msgspec.convert(rows, tuple[TwofaField, ...], strict=False))
    if kind is AttachmentRefs:
        return AttachmentRefs(msgspec.convert(value or (), tuple[AttachmentRef, ...], strict=False))
    raise NotImplementedError(kind.__name__)


def _without_nulls(row: Any) -> Any:
    return {key: value for key, value in row.items() if value is not None} if isinstance(row, dict) else row


def _shape(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, strict=False, dec_hook=_custom)


def _list_of(kind: Any) -> msgspec.json.Decoder[Any]:
    # Syncfy's samples read even /credentials/{id} as a list, and some lists as a single object.
    return _shape(Annotated[list[kind], msgspec.Meta(max_length=_MOST_ROWS)] | kind | None)


def decoded(decoder: msgspec.json.Decoder[T], content: bytes | msgspec.Raw, root: str = "$") -> T:
    """Decode JSON. Raises SyncfyMalformed with the path of the first wrong field, never with its value."""
    try:
        return _decoded(decoder, bytes(content))
    except msgspec.ValidationError as error:
        path = root + _path(error)
    except ValueError:
        raise SyncfyMalformed("Syncfy's answer is not JSON") from None
    except RecursionError:
        raise SyncfyMalformed("Syncfy's answer is nested too deep") from None
    raise SyncfyMalformed(f"Syncfy's answer is not what it should be at {path}")


class ListOf(Generic[T]):
    """Reads a list row by row when it can not be read as a whole."""

    def __init__(self, kind: type[T]) -> None:
        self._whole: msgspec.json.Decoder[list[T] | T | None] = _list_of(kind)
        self._one: msgspec.json.Decoder[T] = _shape(kind)

    def page(self, content: msgspec.Raw) -> Page[T]:
        """Decode a list's rows one by one: a malformed row is returned apart, with its bytes.

        Many of which none is right are another form of answer, and no bad rows: SyncfyMalformed.
        """
        try:
            return Page(many(decoded(self._whole, content, "$.response")))
        except SyncfyMalformed as error:
            failure = str(error)
        raw = bytes(content).lstrip()
        page: Page[T] = Page([])
        for row in decoded(_ROWS, raw, "$.response") if raw.startswith(b"[") else [msgspec.Raw(raw)]:
            try:
                page.rows.append(decoded(self._one, row))
            except SyncfyMalformed as error:
                page.malformed.append(_malformed(bytes(row), str(error)))
        if not page.rows and len(page.malformed) >= _ANOTHER_FORM:
            raise SyncfyMalformed(failure)
        return page


def _malformed(raw: bytes, reason: str) -> Malformed:
    """Return the id and the site of a malformed row, where they are short texts."""
    try:
        names = _decoded(_NAMES, raw)
    except (ValueError, RecursionError):
        names = _Names()
    return Malformed(raw, reason, names.id_transaction or names.id_document, names.id_site)


def _decoded(decoder: msgspec.json.Decoder[T], content: bytes) -> T:
    """Replace half a surrogate pair or a byte that is not UTF-8, so that it costs one character and not the answer."""
    try:
        return decoder.decode(content)
    except msgspec.ValidationError:
        raise
    except ValueError:
        replaced = _ESCAPE.sub(_replacement, content.decode("utf-8", "replace")).encode()
        if replaced == content:
            raise
        return decoder.decode(replaced)


def _replacement(escape: re.Match[str]) -> str:
    return "\\ufffd" if escape["half"] else escape[0]


def _path(error: msgspec.ValidationError) -> str:
    where = _PATH.search(str(error))
    return where[1] if where else ""


def many(rows: list[T] | T | None) -> list[T]:
    """Return a list for a list, for one object and for null, which Syncfy writes alike."""
    if rows is None:
        return []
    return rows if isinstance(rows, list) else [rows]


_PATH = re.compile(r"- at `\$([^`]*)`$")
# Every escape in turn, so that a backslash that is itself escaped begins none.
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<half>u[dD][89a-fA-F]..)|.)", re.DOTALL)
_ANOTHER_FORM = 10
_ROWS: msgspec.json.Decoder[list[msgspec.Raw]] = msgspec.json.Decoder(list[msgspec.Raw])
_NAMES: msgspec.json.Decoder[_Names] = msgspec.json.Decoder(_Names)
RAW: msgspec.json.Decoder[msgspec.Raw] = msgspec.json.Decoder(msgspec.Raw)
ENVELOPE: msgspec.json.Decoder[Envelope] = msgspec.json.Decoder(Envelope)
USER: msgspec.json.Decoder[User] = _shape(User)
SESSION: msgspec.json.Decoder[Session] = _shape(Session)
STARTED_JOB: msgspec.json.Decoder[StartedJob] = _shape(StartedJob)
WEBHOOK: msgspec.json.Decoder[Webhook] = _shape(Webhook)
ANYTHING: msgspec.json.Decoder[Any] = _shape(Any)
USERS: msgspec.json.Decoder[list[User] | User | None] = _list_of(User)
JOB_STATUSES: msgspec.json.Decoder[list[JobStatus] | JobStatus | None] = _list_of(JobStatus)
CREDENTIALS: msgspec.json.Decoder[list[Credential] | Credential | None] = _list_of(Credential)
TRANSACTIONS = ListOf(Transaction)
DOCUMENTS = ListOf(Document)
WEBHOOKS: msgspec.json.Decoder[list[Webhook] | Webhook | None] = _list_of(Webhook)
