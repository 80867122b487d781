"""Helpers for the tests of the laptop's servers: parent processes, and what the servers hold."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from redis.asyncio import Redis

from gateway.embedded.servers import Running
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]


def lives(pid: int) -> bool:
    """A zombie that nobody has asked about yet is dead."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.strip().startswith("Z")


def parent_of(pid: int) -> int:
    said = subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout
    return int(said)


@contextmanager
def script(source: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A parent process of its own, in a session of its own, killed at the end whatever happened."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(source), *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def line(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


@contextmanager
def store_client(where: Running) -> Iterator[Any]:
    client: Any = AsyncIOMotorClient(where.mongodb_url, serverSelectionTimeoutMS=int(PATIENCE) * 1000)
    try:
        yield client
    finally:
        client.close()


async def connections(client: Any, name: str) -> int:
    """How many connections the clients of this name have."""
    every: dict[str, Any] = {"$currentOp": {"allUsers": True, "idleConnections": True}}
    rows = await client.admin.aggregate([every, {"$match": {"appName": name}}]).to_list(None)
    return len(rows)


async def pids(where: Running) -> tuple[int, int]:
    with store_client(where) as client:
        store = (await client.admin.command("serverStatus"))["pid"]
    async with Redis.from_url(where.broker_url) as broker:
        return int(store), int((await broker.info("server"))["process_id"])


async def write(where: Running, value: int) -> None:
    with store_client(where) as client:
        await client.trial.things.insert_one({"_id": value})
    async with Redis.from_url(where.broker_url) as broker:
        await broker.set(f"thing-{value}", value)


async def read(where: Running) -> tuple[list[int], set[Any]]:
    with store_client(where) as client:
        stored = [row["_id"] async for row in client.trial.things.find().sort("_id")]
    async with Redis.from_url(where.broker_url) as broker:
        return stored, set(await broker.keys("thing-*"))


PARENT = """
    import json, sys, time
    from pathlib import Path
    from gateway.embedded.servers import embedded_servers
    said = []
    with embedded_servers(Path(sys.argv[1]), announce=said.append) as where:
        print(json.dumps([where.mongodb_url, where.broker_url, said]), flush=True)
        time.sleep(3600)
"""
