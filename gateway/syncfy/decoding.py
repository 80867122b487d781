"""From Syncfy's JSON to the types of `wire`; what does not fit is SyncfyMalformed with the first wrong field's path."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from gateway.errors import SyncfyMalformed
from gateway.syncfy.wire import (
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


class Envelope(msgspec.Struct, frozen=True):
    """The envelope of every JSON answer; `status` is false in a refusal, be its HTTP status 200 or not."""

    response: msgspec.Raw = msgspec.Raw(b"")
    status: object = True
    code: object = None
    message: object = None

    @property
    def refused(self) -> bool:
        return self.status == 0

    def __repr__(self) -> str:
        return f"Envelope(refused={self.refused})"


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
    return _shape(list[kind] | kind | None)


def decoded(decoder: msgspec.json.Decoder[T], content: bytes | msgspec.Raw, root: str = "$") -> T:
    """SyncfyMalformed names the path of the first wrong field, and never its value."""
    try:
        return decoder.decode(content)
    except msgspec.ValidationError as error:
        where = _PATH.search(str(error))
        path = root + (where[1] if where else "")
    except msgspec.DecodeError:
        raise SyncfyMalformed("Syncfy's answer is not JSON") from None
    except RecursionError:
        raise SyncfyMalformed("Syncfy's answer is nested too deep") from None
    raise SyncfyMalformed(f"Syncfy's answer is not what it should be at {path}")


def many(rows: list[T] | T | None) -> list[T]:
    """A list, whether Syncfy wrote a list, one object or null."""
    if rows is None:
        return []
    return rows if isinstance(rows, list) else [rows]


_PATH = re.compile(r"- at `\$([^`]*)`$")
ENVELOPE: msgspec.json.Decoder[Envelope] = msgspec.json.Decoder(Envelope)
USER: msgspec.json.Decoder[User] = _shape(User)
SESSION: msgspec.json.Decoder[Session] = _shape(Session)
STARTED_JOB: msgspec.json.Decoder[StartedJob] = _shape(StartedJob)
WEBHOOK: msgspec.json.Decoder[Webhook] = _shape(Webhook)
ANYTHING: msgspec.json.Decoder[Any] = _shape(Any)
USERS: msgspec.json.Decoder[list[User] | User | None] = _list_of(User)
JOB_STATUSES: msgspec.json.Decoder[list[JobStatus] | JobStatus | None] = _list_of(JobStatus)
CREDENTIALS: msgspec.json.Decoder[list[Credential] | Credential | None] = _list_of(Credential)
TRANSACTIONS: msgspec.json.Decoder[list[Transaction] | Transaction | None] = _list_of(Transaction)
DOCUMENTS: msgspec.json.Decoder[list[Document] | Document | None] = _list_of(Document)
WEBHOOKS: msgspec.json.Decoder[list[Webhook] | Webhook | None] = _list_of(Webhook)
