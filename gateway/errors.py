"""Every exception this project raises on purpose.

GatewayError
├── SettingsError               a setting is missing or wrong: the process does not start
├── EmbeddedUnavailable         no embedded store or broker here: point MONGODB_URL and BROKER_URL at your own
├── StoreUnavailable            MongoDB does not answer: try again
├── StoreRefused                MongoDB answered that it does not take a write
├── SyncfyError
│   ├── SyncfyUnavailable       transient: connection, time-out, 5xx
│   ├── SyncfyRateLimited       429: carries `retry_after` seconds
│   ├── SyncfyRejected          permanent: a 4xx with Syncfy's own code and message
│   └── SyncfyMalformed         an answer that is not what it should be, with the path of the first wrong field
├── EndpointRefused             an event named an address that is not a path under a known resource
├── WebhookError
│   ├── WebhookMalformed        not an envelope we know: 400
│   └── WebhookForged           wrong or missing signature or shared secret: 401
├── LinkError
│   ├── LinkForged              not a link that this service made: 403
│   └── LinkExpired             a link whose time is over: 410
├── TaxpayerGone                a task is in the middle of something for a taxpayer that was deleted
├── UnreadableDocument          a document no reader can read or no row can hold: kept raw, with the reason
├── Unauthenticated             no valid bearer token
└── InvalidInput                a client's argument is wrong: code and path for the client

A message is safe to show and to log: no password, key, token, RFC or amount in it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

#: Every code that a client can meet: in `extensions.code` of a GraphQL error, in a mutation's `errors`, or at /files.
ErrorCode = Literal[
    "ALREADY_RUNNING",
    "CURSOR_TOO_OLD",
    "IDEMPOTENCY_CONFLICT",
    "INTERNAL",
    "INVALID_ANSWER",
    "INVALID_ARGUMENTS",
    "INVALID_CREDIT_DAYS",
    "INVALID_CURRENCY",
    "INVALID_CURSOR",
    "INVALID_DATE",
    "INVALID_FILTER",
    "INVALID_FORMAT",
    "INVALID_ID",
    "INVALID_KEY",
    "INVALID_NAME",
    "INVALID_PAGE",
    "INVALID_PASSWORD",
    "INVALID_RANGE",
    "INVALID_RFC",
    "INVALID_SITE",
    "INVALID_TOP",
    "LINK_EXPIRED",
    "LINK_FORGED",
    "NOT_AWAITING_INPUT",
    "NOT_CONNECTED",
    "NOT_FOUND",
    "PASSWORD_REFUSED",
    "RFC_MISMATCH",
    "STORE_UNAVAILABLE",
    "SYNCFY_RATE_LIMITED",
    "SYNCFY_REJECTED",
    "SYNCFY_UNAVAILABLE",
    "TOO_COSTLY",
    "TOO_MANY",
    "TOO_MANY_EXPORTS",
    "TOO_SOON",
    "UNAUTHENTICATED",
]


class GatewayError(Exception):
    """The root: catching it catches what we raise and nothing else."""

    #: True where a GraphQL client sees the message, under this code.
    public = False
    code: ErrorCode = "INTERNAL"

    @property
    def extensions(self) -> dict[str, object]:
        """Return the extensions that graphql-core puts beside the message."""
        return {"code": self.code} if self.public else {}


class SettingsError(GatewayError):
    pass


class EmbeddedUnavailable(GatewayError):
    pass


class StoreUnavailable(GatewayError):
    public = True
    code = "STORE_UNAVAILABLE"


class StoreRefused(GatewayError):
    pass


class SyncfyError(GatewayError):
    pass


class SyncfyUnavailable(SyncfyError):
    pass


class SyncfyRateLimited(SyncfyError):
    def __init__(self, retry_after: float) -> None:
        super().__init__(f"Syncfy asks to wait {retry_after:g} s")
        self.retry_after = retry_after


class SyncfyRejected(SyncfyError):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"Syncfy answered {code}: {message}")
        self.syncfy_code = code
        self.message = message


class SyncfyMalformed(SyncfyError):
    pass


class EndpointRefused(GatewayError):
    pass


class WebhookError(GatewayError):
    pass


class WebhookMalformed(WebhookError):
    pass


class WebhookForged(WebhookError):
    pass


class LinkError(GatewayError):
    pass


class LinkForged(LinkError):
    code = "LINK_FORGED"


class LinkExpired(LinkError):
    code = "LINK_EXPIRED"


class TaxpayerGone(GatewayError):
    pass


class UnreadableReason(StrEnum):
    """The reason for which a document is kept raw. The names are GraphQL enum values too."""

    MALFORMED = "MALFORMED"  # not well-formed XML, JSON or PDF
    FORBIDDEN = "FORBIDDEN"  # a DTD, an entity, nesting or a size that only an attack has
    NOT_A_SAT_DOCUMENT = "NOT_A_SAT_DOCUMENT"  # well-formed, but none of the documents we know
    UNKNOWN_VERSION = "UNKNOWN_VERSION"  # a CFDI or retención of a version nobody published
    UNSUPPORTED_VERSION = "UNSUPPORTED_VERSION"  # a CFD, or a CFDI from before 3.2
    BAD_VALUE = "BAD_VALUE"  # a required value is missing, or one is not what its type allows
    TOO_LARGE = "TOO_LARGE"  # its fields are more than a row of the store holds
    IDENTITY_CONFLICT = "IDENTITY_CONFLICT"  # another document already holds this UUID
    NOT_DELIVERED = "NOT_DELIVERED"  # Syncfy announced a file and never gave it


class UnreadableDocument(GatewayError):
    """`path` names the element and attribute, as in `Comprobante/Conceptos/Concepto[2]/@Importe`."""

    def __init__(self, reason: UnreadableReason, detail: str, path: str | None = None) -> None:
        super().__init__(f"{reason}: {detail}" + (f" at {path}" if path else ""))
        self.reason = reason
        self.detail = detail
        self.path = path


class Unauthenticated(GatewayError):
    public = True
    code = "UNAUTHENTICATED"


class InvalidInput(GatewayError):
    public = True

    def __init__(
        self, code: ErrorCode, message: str, path: list[str] | None = None, *, retry_at: datetime | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = path or []
        #: When the same would be taken, where that is known.
        self.retry_at = retry_at

    @property
    def extensions(self) -> dict[str, object]:
        """Return what a client reads of the error beside its message."""
        return {"code": self.code, "path": self.path} if self.path else {"code": self.code}
