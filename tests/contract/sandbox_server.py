"""A sandbox, or the API as `serve` runs it, under uvicorn on a free loopback port."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from gateway.http.server import server as api_server
from tests.waiting import PATIENCE


@contextlib.contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """The base URL (without /v1) of the app while it runs in a thread."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    if isinstance(app, Starlette) and hasattr(app.state, "connections"):
        server: uvicorn.Server = api_server(app, log_level="warning", lifespan="on")
        server.config.timeout_graceful_shutdown = None  # the last resort would hide that something holds up the end
    else:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listener.close()
    assert not thread.is_alive(), "the server did not stop"
