"""The laptop's store and broker as real processes: started, shared, killed, and never left behind."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from redis.asyncio import Redis

from gateway.embedded import ping, programs, servers
from gateway.embedded.leash import leashed
from gateway.embedded.secrets import local_secrets
from gateway.embedded.servers import Running, embedded_servers, running
from gateway.embedded.supervisor import Supervisor
from gateway.errors import EmbeddedUnavailable, SettingsError
from tests.waiting import PATIENCE, eventually, eventually_sync

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


async def test_what_was_written_outlives_a_kill_of_the_servers_and_a_restart(tmp_path: Path) -> None:
    with embedded_servers(tmp_path) as first:
        await write(first, 1)
        before = await pids(first)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        eventually_sync("their end", lambda: not any(map(lives, before)))

        # Both come back by themselves, where they were.
        eventually_sync("both are back", lambda: running(tmp_path) == first)
        assert await read(first) == ([1], {b"thing-1"})
        await write(first, 2)
        again = await pids(first)
        assert not set(again) & set(before)
    assert not any(map(lives, again))
    assert running(tmp_path) is None

    with embedded_servers(tmp_path) as second:
        assert await read(second) == ([1, 2], {b"thing-1", b"thing-2"})


@pytest.mark.parametrize("victim", ["server", "leash"])
async def test_a_write_in_the_middle_of_a_kill_waits_for_the_store_that_comes_back(tmp_path: Path, victim: str) -> None:
    with embedded_servers(tmp_path, broker=False) as where, store_client(where) as client:
        await client.trial.things.insert_one({"_id": 1})
        server = int((await client.admin.command("serverStatus"))["pid"])
        os.kill(server if victim == "server" else parent_of(server), signal.SIGKILL)
        # On the connection that the kill has cut: the driver tries again, once, on the primary that it waits for.
        await client.trial.things.insert_one({"_id": 2})
        assert await client.trial.things.distinct("_id") == [1, 2]
        assert not lives(server)


PARENT = """
    import json, sys, time
    from pathlib import Path
    from gateway.embedded.servers import embedded_servers
    said = []
    with embedded_servers(Path(sys.argv[1]), announce=said.append) as where:
        print(json.dumps([where.mongodb_url, where.broker_url, said]), flush=True)
        time.sleep(3600)
"""


async def test_a_parent_killed_with_9_takes_its_servers_along(tmp_path: Path) -> None:
    with script(PARENT, tmp_path) as parent:
        mongodb_url, broker_url, _ = line(parent)
        where = Running(mongodb_url, broker_url)
        await write(where, 1)
        children = await pids(where)
        parent.kill()
        parent.wait()
        # Nobody may join servers that are about to go; who starts now waits until they are gone.
        assert running(tmp_path) is None
        with embedded_servers(tmp_path) as fresh:
            assert not any(map(lives, children))
            assert await read(fresh) == ([1], {b"thing-1"})


async def test_ctrl_c_ends_everything(tmp_path: Path) -> None:
    with script(PARENT, tmp_path) as parent:
        children = await pids(Running(*line(parent)[:2]))
        os.killpg(parent.pid, signal.SIGINT)  # what a terminal does
        parent.wait(PATIENCE)
        assert not any(map(lives, children))


def test_a_second_process_joins_and_leaves_the_servers_running(tmp_path: Path) -> None:
    said: list[str] = []
    assert running(tmp_path) is None
    with embedded_servers(tmp_path) as owner:
        with embedded_servers(tmp_path, announce=said.append) as guest:
            assert guest == owner
            assert running(tmp_path) == owner
        assert running(tmp_path) == owner
    assert [text.split(":")[1].strip() for text in said] == ["already running at mongodb", "already running at redis"]


def test_of_two_that_start_at_once_one_starts_and_the_other_joins(tmp_path: Path) -> None:
    with script(PARENT, tmp_path) as one, script(PARENT, tmp_path) as other:
        first, second = line(one), line(other)
    assert first[:2] == second[:2]
    joined = [sum("already running" in text for text in said) for _, _, said in (first, second)]
    assert sum(joined) == 2  # each server was started by one of them and joined by the other


def test_one_of_the_two_can_be_left_out(tmp_path: Path) -> None:
    with embedded_servers(tmp_path, store=False) as where:
        assert where.mongodb_url == ""
        assert running(tmp_path) == where
        assert not (tmp_path / "mongod").exists()


def test_servers_that_start_again_are_found_where_they_were(tmp_path: Path) -> None:
    with embedded_servers(tmp_path, store=False) as first:
        pass
    with embedded_servers(tmp_path, store=False) as second:
        assert second == first


def test_a_port_that_somebody_else_has_meanwhile_is_left_to_them(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        port = somebody.getsockname()[1]
        (tmp_path / "broker.run.json").write_text(json.dumps({"port": port, "pid": 1}))
        with embedded_servers(tmp_path, store=False) as where:
            assert f":{port}/" not in where.broker_url
            assert running(tmp_path) == where


@pytest.mark.skipif(sys.platform != "linux", reason="where Linux says which ports it gives away")
def test_a_free_port_is_none_that_a_call_of_anybodys_is_given() -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    found = {ping.free_port() for _ in range(50)}
    assert max(found) < first
    assert len(found) > 45  # by chance: two processes that look at once do not find the same
    with socket.create_server(("127.0.0.1", found.pop())) as taken:
        assert not ping.is_free(taken.getsockname()[1])


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"port": "x"}', '{"port": 0}', '{"port": 70000}', '{"port": -1}'])
def test_a_damaged_run_file_is_no_port(tmp_path: Path, note: str) -> None:
    (tmp_path / "broker.run.json").write_text(note)
    assert servers._last_port(programs.BROKER, tmp_path) is None


async def test_the_clock_ends_soon_though_its_store_does_not_answer(tmp_path: Path) -> None:
    variables = {**os.environ, "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "gateway", "scheduler"]
    with embedded_servers(tmp_path) as where, store_client(where) as client:
        clock = subprocess.Popen(command, cwd=ROOT, env=variables, stderr=subprocess.DEVNULL)
        server, _ = await pids(where)
        try:

            async def connected() -> bool:
                assert clock.poll() is None
                # Two that the driver monitors with; how many more there are is for it to say.
                return await connections(client, "sat-gateway") > 2

            await eventually("the clock has asked something", connected)
            os.kill(server, signal.SIGSTOP)
            clock.send_signal(signal.SIGTERM)
            assert clock.wait(PATIENCE) == 0
        finally:
            os.kill(server, signal.SIGCONT)
            clock.kill()
            clock.wait()


HANGS = """
    import asyncio, os, threading
    from gateway.commands.processes import _run_until_signalled

    async def work():
        try:
            print("true", flush=True)
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(3600)  # what a driver says good-bye with

    asyncio.run(_run_until_signalled(work(), threading.Timer(0.1, os._exit, (7,))))
"""


def test_a_good_bye_that_does_not_end_is_cut_off() -> None:
    with script(HANGS) as clock:
        line(clock)
        clock.send_signal(signal.SIGTERM)
        assert clock.wait(PATIENCE) == 7


LEFT_BEHIND = """
    import concurrent.futures, threading
    from gateway.commands.processes import _leave
    concurrent.futures.ThreadPoolExecutor().submit(threading.Event().wait)  # an answer that never comes
    _leave()
"""


def test_a_thread_that_waits_for_an_answer_does_not_hold_up_the_end() -> None:
    with script(LEFT_BEHIND) as clock:
        assert clock.wait(PATIENCE) == 0


def test_run_files_of_the_dead_are_not_believed(tmp_path: Path) -> None:
    """The port of the dead may be somebody else's by now, and so may the pid."""
    with embedded_servers(tmp_path, store=False) as where:
        port = int(where.broker_url.split(":")[2].split("/")[0])
        stale = tmp_path / "elsewhere"
        stale.mkdir()
        (stale / "broker.run.json").write_text(json.dumps({"port": port, "pid": os.getpid()}))
        assert ping.broker_answers(port)
        assert running(stale) is None


def test_the_servers_listen_on_loopback_only(tmp_path: Path) -> None:
    store, broker = programs.STORE.arguments(tmp_path, 4711), programs.BROKER.arguments(tmp_path, 4711)
    assert store[store.index("--bind_ip") + 1] == broker[broker.index("--bind") + 1] == "127.0.0.1"


async def test_a_store_whose_port_is_taken_meanwhile_keeps_its_data_on_another(tmp_path: Path) -> None:
    with embedded_servers(tmp_path, broker=False) as first, store_client(first) as client:
        await client.trial.things.insert_one({"_id": 1})
    (tmp_path / "store.run.json").write_text(json.dumps({"port": 1, "pid": 1}))
    with embedded_servers(tmp_path, broker=False) as second, store_client(second) as client:
        assert second != first
        assert await client.trial.things.distinct("_id") == [1]


def test_what_another_engine_wrote_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "WiredTiger").write_text("written by SecantusDB")
    (tmp_path / "secantusd.toml").touch()
    said: list[str] = []
    with embedded_servers(tmp_path, broker=False, announce=said.append):
        (kept,) = tmp_path.glob("store.secantusdb-*")
        assert not (tmp_path / "store").exists()
    assert {file.name for file in kept.iterdir()} == {"WiredTiger", "secantusd.toml"}
    assert [text for text in said if str(kept) in text and "SecantusDB" in text]


def test_a_store_of_a_later_version_is_refused_in_its_own_words(tmp_path: Path) -> None:
    with embedded_servers(tmp_path, broker=False):
        pass
    journal = next((tmp_path / "mongod" / "journal").glob("WiredTigerLog.*"))
    with journal.open("r+b") as file:
        file.seek(20)  # the format's version
        file.write(b"\x63")
    with (
        pytest.raises(EmbeddedUnavailable, match=r"supports versions up to 5, and the file is version 99.*mongod away"),
        embedded_servers(tmp_path, broker=False),
    ):
        pass
    assert running(tmp_path) is None


def test_a_store_that_can_not_be_loaded_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mongod = tmp_path / "bin" / "mongod"
    mongod.parent.mkdir()
    mongod.write_text("#!/bin/sh\necho 'mongod: libcurl.so.4: cannot open shared object file' >&2; exit 127\n")
    mongod.chmod(0o755)
    monkeypatch.setenv("PATH", str(mongod.parent))
    wanted = dataclasses.replace(programs.MONGODB, wheels={})
    monkeypatch.setattr(servers, "STORE", dataclasses.replace(programs.STORE, wanted=wanted))
    data = tmp_path / "data"
    (data / "store").mkdir(parents=True)
    with (
        pytest.raises(EmbeddedUnavailable, match=r"libcurl\.so\.4 is missing.*Set MONGODB_URL"),
        embedded_servers(data),
    ):
        pass
    assert (data / "store").exists()
    assert not (data / "mongod").exists()
    assert running(data) is None


def test_production_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(EmbeddedUnavailable, match="set MONGODB_URL and BROKER_URL"), embedded_servers(tmp_path / "d"):
        pass
    assert not (tmp_path / "d").exists()


@dataclass
class Tree:
    """A command that starts another one: the worker and what it forks."""

    pid: int
    child: int


TREE = "sleep 3600 & echo $$ $! > {file}; wait"


def grown(file: Path) -> Tree:
    eventually_sync("the tree", lambda: file.exists() and len(file.read_text().split()) == 2)
    return Tree(*map(int, file.read_text().split()))


def test_a_leash_gives_the_exit_code_of_its_command() -> None:
    codes = [
        subprocess.run(leashed(["sh", "-c", c]), start_new_session=True).returncode for c in ("exit 7", "kill -9 $$")
    ]
    assert codes == [7, 137]
    assert subprocess.run(leashed(["/no/such/file"]), start_new_session=True, stderr=subprocess.PIPE).returncode == 127


FEW_FILES = """
    import resource, subprocess
    from gateway.embedded.leash import leashed
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    subprocess.run(leashed(["sh", "-c", "ulimit -n"]), start_new_session=True, check=True)
"""


def test_a_command_may_open_more_files_than_its_parent() -> None:
    with script(FEW_FILES) as parent:
        assert line(parent) > 256


SUPERVISED = """
    import sys, time
    from pathlib import Path
    from gateway.embedded.supervisor import Supervisor
    with Supervisor(Path(sys.argv[1])) as supervisor:
        supervisor.start("tree", ["sh", "-c", sys.argv[2]])
        print("true", flush=True)
        time.sleep(3600)
"""


def test_a_whole_tree_goes_with_a_parent_killed_with_9(tmp_path: Path) -> None:
    with script(SUPERVISED, tmp_path, TREE.format(file=tmp_path / "tree")) as parent:
        line(parent)
        tree = grown(tmp_path / "tree")
        parent.kill()
        parent.wait()
        eventually_sync("its end", lambda: not lives(tree.pid) and not lives(tree.child))


def test_a_child_that_dies_is_started_again_ever_more_slowly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.embedded.supervisor.HEALTHY_AFTER", 3600)  # however late its end is seen
    said: list[str] = []
    with Supervisor(tmp_path, announce=said.append) as supervisor:
        supervisor.start("steady", ["sleep", "3600"])
        supervisor.start("fragile", ["sh", "-c", 'echo "here $GREETING"; exit 3'], {"GREETING": "I am"})
        eventually_sync("three deaths", lambda: supervisor.deaths("fragile") >= 3)
        assert supervisor.alive()["steady"]
        assert supervisor.deaths("steady") == 0
    assert [text.rsplit(" in ")[1] for text in said[:3]] == ["0.2 s", "0.4 s", "0.8 s"]
    assert (tmp_path / "logs" / "fragile.log").read_text().startswith("here I am\n" * 3)
    assert supervisor.alive() == {}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the command with its leash")
def test_a_command_does_not_outlive_its_leash(tmp_path: Path) -> None:
    leash = subprocess.Popen(leashed(["sh", "-c", TREE.format(file=tmp_path / "tree")]), start_new_session=True)
    tree = grown(tmp_path / "tree")
    leash.kill()
    leash.wait()
    eventually_sync("its end", lambda: not lives(tree.pid))
    os.kill(tree.child, signal.SIGKILL)  # what it forked is the supervisor's to end


def test_a_child_that_will_not_end_is_killed(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path, grace=0.5)
    supervisor.start("stubborn", ["sh", "-c", "trap '' TERM; " + TREE.format(file=tmp_path / "tree")])
    tree = grown(tmp_path / "tree")
    supervisor.stop()  # without a kill it would wait for an hour
    assert not lives(tree.pid)
    assert not lives(tree.child)


def test_a_long_log_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.embedded.supervisor.LOG_LIMIT", 10)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "talker.log").write_text("said long ago")
    with Supervisor(tmp_path) as supervisor:
        supervisor.start("talker", ["sh", "-c", "echo now; sleep 3600"])
        eventually_sync("the new log", lambda: supervisor.log("talker").read_text() == "now\n")
    assert (tmp_path / "logs" / "talker.log.1").read_text() == "said long ago"


def test_secrets_are_made_once_even_by_many_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(local_secrets, [tmp_path / "data"] * 32))
    assert len(found) == 1
    secrets = found.pop()
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secrets.json"]
    assert stat.S_IMODE((tmp_path / "data" / "secrets.json").stat().st_mode) == 0o600
    assert secrets.jwt_secret != secrets.webhook_token
    assert repr(secrets) == "LocalSecrets()"


def test_a_damaged_secrets_file_is_not_replaced_behind_anyones_back(tmp_path: Path) -> None:
    for damage in ("", "[]", '{"jwt_secret": "x"}', '{"jwt_secret": "", "webhook_token": "x"}'):
        (tmp_path / "secrets.json").write_text(damage)
        with pytest.raises(SettingsError, match="damaged"):
            local_secrets(tmp_path)
        assert (tmp_path / "secrets.json").read_text() == damage
