"""The benchmark measures what it says: equal answers from two live servers, real CPU time, a replay that repeats."""

from __future__ import annotations

import dataclasses
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bson
import orjson
import pytest

from benchmarks import cpu, graphql, replay, rounds, servers, taxpayer, webhook
from benchmarks.operations import OPERATIONS, Operation
from benchmarks.servers import Field


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    with servers.running(tmp_path_factory.mktemp("bench"), invoices=12) as made:
        yield made


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_both_servers_answer_the_same_bytes(field: Field, operation: Operation) -> None:
    ours, peer = graphql.asks(field, operation)
    assert rounds.equal(ours, peer) > 500
    answer = orjson.loads(rounds.once(ours))
    assert answer.keys() == {"data"}
    found = answer["data"]["taxpayer"]
    assert len(found["invoices"]["nodes"]) == 12 if "invoices" in found else found["rfc"] == taxpayer.RFC


def test_different_answers_stop_the_run(field: Field) -> None:
    ours, _ = graphql.asks(field, OPERATIONS[0])
    _, peer = graphql.asks(field, OPERATIONS[1])
    with pytest.raises(rounds.Unequal):
        rounds.equal(ours, peer)


def test_an_answer_that_is_no_success_stops_the_run(field: Field) -> None:
    ours, _ = graphql.asks(field, OPERATIONS[0])
    with pytest.raises(rounds.Unequal, match="401"):
        rounds.once(dataclasses.replace(ours, headers={"Content-Type": "application/json"}))


def test_both_servers_take_a_webhook_once(field: Field) -> None:
    assert all(webhook.acknowledged(ask) for ask in webhook.asks(field))


def test_a_round_counts_requests_and_their_cost(field: Field) -> None:
    cost = rounds.paired(*graphql.asks(field, OPERATIONS[0]), rounds=2, seconds=0.2)
    assert min(cost.requests) > 2
    assert len(cost.ratios) == 2
    assert all(20 < microseconds < 1_000_000 for microseconds in (*cost.ours, *cost.peer))


def test_the_clock_of_another_process_runs_while_that_works_and_only_then() -> None:
    busy = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ntime.sleep(30)"
    with subprocess.Popen([sys.executable, "-c", busy], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        used = cpu.seconds_used(process.pid)
        time.sleep(0.1)
        idle = cpu.seconds_used(process.pid) - used
        process.kill()
    assert 0.3 <= used < 1
    assert idle < 0.02


def message(document: dict[str, Any], *, request: int = 7, rows: bytes = b"") -> bytes:
    body = struct.pack("<I", 0) + b"\0" + bson.encode(document) + rows
    return struct.pack("<iiii", 16 + len(body), request, 0, 2013) + body


def test_a_find_is_known_again_whoever_asks_it_and_when() -> None:
    find = {"find": "invoices", "filter": {"taxpayer": "t"}, "limit": 101}
    one = message({**find, "lsid": {"id": 1}, "$clusterTime": 1}, request=1)
    other = message({**find, "lsid": {"id": 2}, "$clusterTime": 2}, request=2)
    assert replay.question(one) == replay.question(other)
    assert replay.question(one) != replay.question(message({**find, "limit": 11}))


def test_only_finds_are_replayed_and_only_answers_without_an_open_cursor() -> None:
    assert replay.question(message({"insert": "inbox"}, rows=b"\1rows in a section of their own")) is None
    assert replay.question(message({"hello": 1})) is None
    assert replay.is_whole(message({"cursor": {"id": 0, "firstBatch": []}, "ok": 1.0}))
    assert not replay.is_whole(message({"cursor": {"id": 5, "firstBatch": []}, "ok": 1.0}))
    assert not replay.is_whole(message({"ok": 0.0}))


def test_the_typical_cfdi_is_as_large_as_it_is_said_to_be() -> None:
    content = taxpayer.typical_cfdi()
    assert abs(len(content) - taxpayer.TYPICAL_BYTES) < 100
    assert content.count(b"<cfdi:Concepto ") == 3


def test_the_committed_figures_name_no_machine() -> None:
    latest = Path(servers.__file__).parent / "results" / "latest.json"
    results = orjson.loads(latest.read_bytes())
    assert results["machine"].keys() == {
        "date", "python", "system", "cores", "load_average_at_start", "rounds", "round_seconds"
    }  # fmt: skip
    assert results["requests"].keys() == {*(operation.name for operation in OPERATIONS), "webhook"}
