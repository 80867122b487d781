"""The ends of the laptop's processes: kills, stores that hang, and good-byes that take too long."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.embedded.servers import Running, embedded_servers, running
from tests.integration.embedding import (
    PARENT,
    ROOT,
    connections,
    line,
    lives,
    parent_of,
    pids,
    read,
    script,
    store_client,
    write,
)
from tests.waiting import PATIENCE, eventually, eventually_sync


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
