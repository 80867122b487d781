"""A replica set of three real mongod on loopback, whose members can be killed, paused and started again."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pymongo
from pymongo import MongoClient
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError
from pymongo.write_concern import WriteConcern

from gateway.embedded import binaries
from gateway.embedded.ping import LOOPBACK, free_port, listens
from gateway.embedded.programs import MONGODB
from gateway.embedded.replica_set import NAME
from tests.waiting import eventually_sync

#: Elections after so long without a primary: MongoDB's own default is ten seconds.
ELECTION_MS = 1_000


@dataclass
class Member:
    """One mongod. `home` keeps its data over a kill."""

    home: Path
    port: int = field(default_factory=free_port)
    popen: subprocess.Popen[bytes] | None = None
    client: MongoClient[dict[str, Any]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # One for its life: a client has threads of its own, and a member is looked at a hundred times a second.
        self.client = MongoClient(
            LOOPBACK,
            self.port,
            connect=False,
            directConnection=True,
            serverSelectionTimeoutMS=3_000,
            socketTimeoutMS=20_000,
        )

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start it on what its home holds."""
        self.home.mkdir(exist_ok=True)
        options: dict[str, Any] = {
            "dbpath": self.home,
            "port": self.port,
            "bind_ip": LOOPBACK,
            "replSet": NAME,
            "wiredTigerCacheSizeGB": 0.25,
            "oplogSize": 128,
            "setParameter": "diagnosticDataCollectionEnabled=false",
            "logpath": self.home.with_suffix(".log"),
        }
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        command = [binaries.find(MONGODB).path, "--logappend", "--nounixsocket", *words]
        self.popen = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        """Send SIGKILL: nothing gets to be written. A paused one dies too."""
        if self.popen is not None:
            self.popen.kill()
            self.popen.wait()

    def end(self) -> None:
        """Kill it for good."""
        self.client.close()
        self.kill()

    def pause(self) -> None:
        """Let it keep its connections and answer nothing, like a machine that hangs or whose cable was pulled."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def command(self, *command: Any, **more: Any) -> dict[str, Any]:
        """Ask this member alone, whatever it is in the set."""
        return self.client.admin.command(*command, **more)

    def is_primary(self) -> bool:
        return bool(self.hello().get("isWritablePrimary"))

    def hello(self) -> dict[str, Any]:
        """Tell what it is in the set; empty when it does not answer."""
        with contextlib.suppress(PyMongoError), pymongo.timeout(3):
            return self.command("hello") if listens(self.port) else {}
        return {}

    def _signal(self, number: signal.Signals) -> None:
        assert self.popen is not None
        self.popen.send_signal(number)


@dataclass
class ReplicaSet:
    members: list[Member]

    @property
    def url(self) -> str:
        """The address as an operator would set it."""
        hosts = ",".join(member.address for member in self.members)
        return f"mongodb://{hosts}/?replicaSet={NAME}&w=majority&readConcernLevel=majority"

    def primary(self) -> Member:
        """Return the primary, once there is exactly one."""
        found: list[Member] = []

        def one() -> bool:
            found[:] = [member for member in self.members if member.is_primary()]
            return len(found) == 1

        eventually_sync("a primary", one)
        return found[0]

    def secondaries(self) -> list[Member]:
        return [member for member in self.members if member.hello().get("secondary")]

    def whole(self) -> None:
        """Wait until all three have taken a write: a primary that has just come back may not be one for long."""

        def taken() -> bool:
            with MongoClient[dict[str, Any]](self.url, serverSelectionTimeoutMS=5_000) as client:
                collection = client.get_database("tests").get_collection(
                    "whole", write_concern=WriteConcern(w=3, wtimeout=10_000)
                )
                with contextlib.suppress(AutoReconnect, OperationFailure):
                    collection.insert_one({})
                    return True
            return False

        eventually_sync("a write that all three take", taken)

    def step_down(self) -> None:
        """Make the primary a secondary, and keep it from being elected for ten seconds."""
        with contextlib.suppress(AutoReconnect):
            self.primary().command("replSetStepDown", 10, secondaryCatchUpPeriodSecs=5)


@contextmanager
def replica_set(home: Path) -> Iterator[ReplicaSet]:
    """Run three members with a primary; gone at the end, whatever state they are in."""
    it = ReplicaSet([Member(home / f"mongod-{number}") for number in range(3)])
    try:
        for member in it.members:
            member.start()
        for member in it.members:
            eventually_sync(f"mongod at {member.address}", member.hello)
        config = {
            "_id": NAME,
            "members": [{"_id": number, "host": member.address} for number, member in enumerate(it.members)],
            "settings": {"electionTimeoutMillis": ELECTION_MS, "heartbeatIntervalMillis": ELECTION_MS // 4},
        }
        it.members[0].command("replSetInitiate", config)
        it.whole()
        yield it
    finally:
        with ThreadPoolExecutor() as pool:
            list(pool.map(Member.end, it.members))
