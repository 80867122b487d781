"""The status WebSocket under a real server, and how soon the server stops."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from gateway.sandbox.app import SandboxOptions, WebhookSpec, create_sandbox
from gateway.sandbox.options import DEFAULT_API_KEY
from tests.contract.sandbox_server import serving
from tests.unit.sandbox.portfolio import RFC, TinyPortfolio

ALL_IN_ONE = "61c12b8cde3c034b3c8b25b1"


@pytest.fixture
def syncfy() -> Iterator[str]:
    with serving(create_sandbox(SandboxOptions(pace=0.02, rate_limit=0), TinyPortfolio)) as base_url:
        yield base_url


def start(base_url: str, password: str) -> Any:
    key = {"Authorization": f"api_key api_key={DEFAULT_API_KEY}"}
    with httpx.Client(base_url=f"{base_url}/v1", headers=key) as http:
        id_user = http.post("/users", json={"name": "Demo"}).json()["response"]["id_user"]
        login = {"id_site": ALL_IN_ONE, "id_user": id_user, "input": {"rfc": RFC, "password": password}}
        return http.post("/jobs", json=login).json()["response"]


def codes(address: str) -> list[int]:
    """Every frame until the server closes."""
    with connect(address) as socket:
        return [json.loads(frame)["code"] for frame in socket]


def test_frames_are_streamed_until_the_terminal_one_and_replayed_afterwards(syncfy: str) -> None:
    job = start(syncfy, "x")
    assert codes(job["ws"]) == [100, 101, 102, 200]
    assert codes(job["ws"]) == [100, 101, 102, 200]


def test_a_job_that_is_not_there_has_no_socket(syncfy: str) -> None:
    with pytest.raises(InvalidStatus):
        codes(f"{syncfy.replace('http', 'ws')}/v1/status/nothing")


def test_open_sockets_and_unfinished_deliveries_do_not_hold_up_the_end() -> None:
    # Whoever waited for the retries of a delivery would wait for an hour.
    nobody = [WebhookSpec("http://127.0.0.1:9/nobody")]
    options = SandboxOptions(pace=0.02, rate_limit=0, webhooks=nobody, retries=[180_000.0])
    with contextlib.ExitStack() as afterwards:
        with serving(create_sandbox(options, TinyPortfolio)) as base_url:
            job = start(base_url, "twofa")
            socket = afterwards.enter_context(connect(job["ws"]))
            while json.loads(socket.recv())["code"] != 410:
                pass
        with pytest.raises(ConnectionClosed):
            socket.recv()
