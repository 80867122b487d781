"""The settings of a sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypedDict

from gateway.sandbox.scenarios import Faults

#: The key of a sandbox that was given none. It opens nothing but invented taxpayers.
DEFAULT_API_KEY = "5a7d0b0c5a7d0b0c5a7d0b0c5a7d0b0c"

ENVIRONMENT_SANDBOX = "574894bf7848066d138b4570"


class Jwk(TypedDict):
    """A symmetric JSON Web Key, as Syncfy's dashboard shows it; `k` is base64url."""

    kid: str
    kty: Literal["oct"]
    k: str


@dataclass(frozen=True, slots=True)
class WebhookSpec:
    """A webhook that exists from the start. No `events` means all of them.

    `v3` is what Syncfy's dashboard makes, `v1` what POST /webhooks makes.
    With a `key`, deliveries carry `request-signature`.
    """

    url: str
    events: Sequence[str] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    format: Literal["v1", "v3"] = "v3"
    key: Jwk | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """`pace` multiplies every wait: at 1.0 a successful run of All in One takes about four seconds."""

    public_url: str | None = None  # None: the host each request was sent to
    api_keys: Sequence[str] = field(default=(DEFAULT_API_KEY,), repr=False)
    pace: float = 1.0
    rate_limit: int = 5  # requests a second for each key; 0 is no limit
    faults: Faults = field(default_factory=Faults)  # of every run, on top of what its password asks for
    webhooks: Sequence[WebhookSpec] = ()
    twofa_timeout: float = 120.0  # seconds until an unanswered 410 becomes 411; not paced
    session_idle: float = 300.0  # Syncfy: "expire after 5 minutes of inactivity"
    delivery_timeout: float = 30.0  # seconds; logs of integrators show HTTP 0 after about 31 s
    retries: Sequence[float] = (1.0, 5.0, 15.0, 30.0)  # waits before each retry, paced
    id_environment: str = ENVIRONMENT_SANDBOX
