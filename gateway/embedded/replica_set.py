"""Make the embedded MongoDB a replica set of one: change streams, transactions and retried writes need a set.

Its one member's address stands in the configuration that is stored with the data. A server that finds another address
there than its own stays out of the set until the configuration is replaced.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gateway.embedded.ping import LOOPBACK, listens
from gateway.errors import EmbeddedUnavailable

if TYPE_CHECKING:
    from pymongo import MongoClient

NAME = "rs0"
_NOT_YET_INITIALIZED = 94
#: The server is in the middle of taking a configuration, as of its last start: ask again.
_UNDERWAY = {23: "AlreadyInitialized", 109: "ConfigurationInProgress"}
_ANSWER_SECONDS = 1.0
_COMMAND_SECONDS = 20.0  # initiating makes the oplog, on a slow disk too


def is_primary(port: int) -> bool:
    """Tell whether a primary of our set answers at this port of loopback."""
    from pymongo.errors import PyMongoError

    if not listens(port):
        return False
    try:
        with _client(port) as client:
            return _leads(client.admin.command("hello"))
    except PyMongoError:
        return False


def make_primary(port: int) -> bool:
    """Give the server at `port` the configuration that it lacks; True once it is the primary, so call until it is.

    Raises EmbeddedUnavailable where it refuses the configuration.
    """
    from pymongo.errors import ConnectionFailure, OperationFailure

    if not listens(port):
        return False
    try:
        with _client(port) as client:
            hello = client.admin.command("hello")
            if "setName" not in hello:
                _configure(client, f"{LOOPBACK}:{port}")
            return _leads(hello)
    except ConnectionFailure:  # not up yet, or on its way out: the caller sees which
        return False
    except OperationFailure as error:
        if error.code in _UNDERWAY:
            return False
        raise EmbeddedUnavailable(f"the embedded store refuses to be a replica set: {error}") from error


def _leads(hello: dict[str, Any]) -> bool:
    return hello.get("setName") == NAME and bool(hello["isWritablePrimary"])


def _configure(client: MongoClient[dict[str, Any]], address: str) -> None:
    from pymongo.errors import OperationFailure

    members = [{"_id": 0, "host": address}]
    try:
        stored = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as error:
        if error.code != _NOT_YET_INITIALIZED:
            raise
        client.admin.command("replSetInitiate", {"_id": NAME, "members": members})
        return
    if [member["host"] for member in stored["members"]] != [address]:
        # Forced, as there is no primary to agree to it.
        changed = {**stored, "version": stored["version"] + 1, "members": members}
        client.admin.command("replSetReconfig", changed, force=True)


@contextmanager
def _client(port: int) -> Iterator[MongoClient[dict[str, Any]]]:
    """Open a client of this very server, whatever it is in the set. Imported late: `--help` needs no driver."""
    from pymongo import MongoClient

    milliseconds = int(_ANSWER_SECONDS * 1000)
    with MongoClient[dict[str, Any]](
        LOOPBACK,
        port,
        directConnection=True,
        serverSelectionTimeoutMS=milliseconds,
        connectTimeoutMS=milliseconds,
        socketTimeoutMS=int(_COMMAND_SECONDS * 1000),
    ) as client:
        yield client
