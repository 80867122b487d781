"""Syncfy's answers, as types that are checked while they are decoded.

Names are Syncfy's own. Unknown fields are ignored; 0/1 are booleans; dates are aware UTC datetimes, whether Syncfy
wrote Unix seconds (users, credentials, transactions) or ISO 8601 (documents, webhooks). A repr shows ids and codes,
never names, amounts or RFCs: they are personal data.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec

from gateway.syncfy.sites import Site, site_of

#: Syncfy's ids have 24 hex digits, and a CFDI's UUID 36 characters.
LONGEST_ID = 200
Id = Annotated[str, msgspec.Meta(max_length=LONGEST_ID)]

#: A status of a job. The store holds no more than 64 bits.
Code = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Keywords(tuple[str, ...]):
    """Keywords: Syncfy writes a list, null, or `{}` (PHP's empty map, seen on tax returns)."""

    __slots__ = ()


class TwofaFields(tuple["TwofaField", ...]):
    """The questions of a challenge; () where a sample has a bare address in their place."""

    __slots__ = ()


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    def __repr__(self) -> str:
        shown = [name for name in self.__struct_fields__ if name.startswith("id_") and name != "id_external"]
        shown += [name for name in ("code",) if name in self.__struct_fields__]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, datetime) and value.tzinfo is not UTC:
                msgspec.structs.force_setattr(self, name, _instant(value))
            elif isinstance(value, Decimal):
                msgspec.structs.force_setattr(self, name, _amount(value))


def _instant(value: datetime) -> datetime:
    """In UTC: the store does not reach beyond the calendar, where an offset may lead."""
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("not a moment") from None


def _amount(value: Decimal) -> Decimal:
    """Return the shortest decimal of a double, which Syncfy prints in full (`22339.470000000001`)."""
    if not value.is_finite() or abs(value) >= 10**18:
        raise ValueError("not an amount")
    return value if len(value.as_tuple().digits) <= 15 else Decimal(repr(float(value)))


class User(_Answer, frozen=True, kw_only=True):
    id_user: str
    id_external: str | None = None
    name: str | None = None
    dt_create: datetime | None = None


class Session(_Answer, frozen=True, kw_only=True):
    token: Annotated[str, msgspec.Meta(pattern="^[!-~]{1,512}$")]


class StartedJob(_Answer, frozen=True, kw_only=True):
    """A started job. `id_credential` is None for jobs of All in One: its children create the credentials."""

    id_job: str
    id_job_uuid: str | None = None
    id_credential: str | None = None
    is_new: bool | None = None


class TwofaOption(_Answer, frozen=True, kw_only=True):
    value: str
    label: str | None = None
    image: str | None = msgspec.field(name="imgBase64File", default=None)


class TwofaField(_Answer, frozen=True, kw_only=True):
    """One question of a challenge: `image` is a captcha (base64), `options` are choices."""

    name: str
    type: str = "text"
    label: str | None = None
    image: str | None = msgspec.field(name="imgBase64File", default=None)
    options: tuple[TwofaOption, ...] = ()


class JobStatus(_Answer, frozen=True, kw_only=True):
    """A step of a job; `codes.info(code)` says what it means. `address` is Syncfy's URL for answers, never used."""

    code: Code
    address: str | None = None
    twofa: TwofaFields = TwofaFields()


class Credential(_Answer, frozen=True, kw_only=True):
    """An access to a site. `code` is the last job's status code; `username` is masked by Syncfy."""

    id_credential: str
    id_site: str
    id_user: str | None = None
    id_external: str | None = None
    id_environment: str | None = None
    username: str | None = None
    code: Code | None = None
    is_authorized: bool | None = None
    is_disabled: bool | None = None
    is_locked: bool | None = None
    is_twofa: bool | None = None
    can_sync: bool | None = None
    ready_in: float | None = None
    keywords: Keywords = Keywords()
    dt_authorized: datetime | None = None
    dt_execute: datetime | None = None
    dt_ready: datetime | None = None
    dt_refresh: datetime | None = None
    dt_disable: datetime | None = None

    @property
    def site(self) -> Site | None:
        return site_of(self.id_site)


class AttachmentRef(_Answer, frozen=True, kw_only=True):
    """A file of a transaction; its bytes: `Syncfy.attachment(id_user, id_attachment)`, or in bulk the export."""

    id_attachment: Id
    id_attachment_type: str | None = None
    file: str | None = None
    mime: str | None = None
    is_valid: bool | None = None


class AttachmentRefs(tuple[AttachmentRef, ...]):
    """The files of a transaction; () where Syncfy writes null."""

    __slots__ = ()


class Extra(_Answer, frozen=True, kw_only=True):
    tax_id: str | None = None


class Transaction(_Answer, frozen=True, kw_only=True):
    """One SAT document's metadata. `reference` is a CFDI's UUID; `amount` is below zero for what was received."""

    id_transaction: Id
    id_credential: Id | None = None
    id_account: str | None = None
    id_site: str | None = None
    id_user: str | None = None
    id_disable_type: str | None = None
    description: str | None = None
    reference: Id | None = None
    amount: Decimal | None = None
    currency: str | None = None
    extra: Extra | list[Any] | None = None
    keywords: Keywords = Keywords()
    attachments: AttachmentRefs = AttachmentRefs()
    is_deleted: bool | None = None
    is_disable: bool | None = None
    is_pending: bool | None = None
    dt_transaction: datetime | None = None
    dt_refresh: datetime | None = None
    dt_disable: datetime | None = None
    dt_deleted: datetime | None = None

    @property
    def id(self) -> str:
        return self.id_transaction

    @property
    def tax_id(self) -> str | None:
        """Return the counterparty's RFC, from `extra`, which is null for returns and `[]` where PHP's map is empty."""
        return self.extra.tax_id if isinstance(self.extra, Extra) else None

    @property
    def site(self) -> Site | None:
        return site_of(self.id_site)


class Document(_Answer, frozen=True, kw_only=True):
    """A constancia's or an opinión's file. `content` is None while Syncfy has announced it and not delivered it.

    A document names neither user nor credential: the RFC is one of the `keywords`.
    """

    id_document: Id
    id_document_type: str | None = None
    id_document_status: str | None = None
    id_site: str | None = None
    file: str | None = None
    keywords: Keywords = Keywords()
    content: bytes | None = None
    dt_refreshed: datetime | None = None
    dt_created: datetime | None = None

    @property
    def id(self) -> str:
        return self.id_document

    @property
    def site(self) -> Site | None:
        return site_of(self.id_site)


class Webhook(_Answer, frozen=True, kw_only=True):
    """`failures` (ct_failed): deliveries that failed; Syncfy's own sample is disabled at 1001."""

    id_webhook: str
    url: str
    events: tuple[str, ...] = ()
    id_user: str | None = None
    is_disabled: bool | None = None
    failures: int | None = msgspec.field(name="ct_failed", default=None)
    delay: int | None = None
    dt_created: datetime | None = None
