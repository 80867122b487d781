"""The laptop's store and broker as real processes: started, shared, found again, and refused."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import sys
from pathlib import Path

import pytest

from gateway.embedded import ping, programs, servers
from gateway.embedded.servers import embedded_servers, running
from gateway.errors import EmbeddedUnavailable
from tests.integration.embedding import (
    PARENT,
    line,
    script,
    store_client,
)


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
