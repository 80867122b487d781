"""The broker of the tasks: Redis or one that speaks its protocol, and a stub for tests."""

from __future__ import annotations

from typing import Any

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import (
    AgeLimit,
    AsyncIO,
    Callbacks,
    CurrentMessage,
    Middleware,
    Retries,
    ShutdownNotifications,
    TimeLimit,
)

from gateway.errors import SettingsError

#: A worker that died is noticed after this; its messages then go to another. dramatiq's own default is a minute.
_HEARTBEAT_TIMEOUT_MS = 15_000
# The client's own default is to wait for ever; a broker that hangs must not take the API with it.
_CONNECT_SECONDS, _ANSWER_SECONDS = 2.0, 3.0


def make_broker(url: str) -> dramatiq.Broker:
    """Return a broker by its address: `redis://` or `rediss://`, or `stub:` for one inside this process."""
    if url.startswith("stub:"):
        return StubBroker(middleware=_middleware())
    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=_CONNECT_SECONDS, socket_timeout=_ANSWER_SECONDS)
    except ValueError:
        raise SettingsError("BROKER_URL can not be read as an address") from None
    return RedisBroker(  # type: ignore[no-untyped-call]
        client=client, middleware=_middleware(), heartbeat_timeout=_HEARTBEAT_TIMEOUT_MS, namespace="sat-gateway"
    )


class _Forgets(Middleware):
    """Retries lays the traceback into the message that it sends again: into the broker, with what the failure names.

    A driver's failure names whole documents, and the log has the traceback without them.
    """

    def before_enqueue(self, broker: dramatiq.Broker, message: dramatiq.Message[Any], delay: int | None) -> None:
        message.options.pop("traceback", None)


def _middleware() -> list[Middleware]:
    # The order matters: a message's age and time are checked before retries decide, and AsyncIO runs the coroutines.
    return [
        AgeLimit(),
        TimeLimit(),
        ShutdownNotifications(),
        Callbacks(),
        Retries(),
        _Forgets(),
        CurrentMessage(),
        AsyncIO(),
    ]
