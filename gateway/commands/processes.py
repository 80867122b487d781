"""serve, worker, scheduler: the three processes of the service."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import click

from gateway.commands.settings import say, settings_of_environment
from gateway.embedded.local import completed, environment
from gateway.errors import SettingsError

# Seconds that the scheduler has to end. A thread of the driver may wait for a hanging member; interrupted work is done
# again.
_TIDY_SECONDS = 1.0
_NOT_STARTED = 3


@click.command(short_help="Run the API: GraphQL, and the webhook route.")
@click.option("--host", help="Address to listen on.  [default: HOST or 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.  [default: PORT or 8000]")
def serve(host: str | None, port: int | None) -> None:
    """Run the API: GraphQL over HTTP, WebSocket and Server-Sent Events, and the webhook route."""
    import dataclasses

    from gateway.app import create_app
    from gateway.demo.routes import demonstration
    from gateway.http.server import server
    from gateway.telemetry import configure_logging

    settings = settings_of_environment()
    settings = dataclasses.replace(
        settings, host=host or settings.host, port=port if port is not None else settings.port
    )
    with completed(settings, announce=say) as settings:
        configure_logging(settings, process="api")
        demo = demonstration(settings)
        app = create_app(settings, page=demo.page, routes=demo.routes)
        api = server(app, host=settings.host, port=settings.port, proxy_headers=settings.production)
        with suppress(KeyboardInterrupt):
            api.run()
        if not api.started:
            sys.exit(_NOT_STARTED)


@click.command(short_help="Run the tasks: handle events, fetch and read documents.")
@click.option("--processes", type=click.IntRange(min=1), default=1, show_default=True, help="Worker processes.")
@click.option(
    "--threads", type=click.IntRange(min=1), default=16, show_default=True, help="Tasks at once in each process."
)
def worker(processes: int, threads: int) -> None:
    """Run the tasks: handle webhook events, fetch and read documents, follow jobs."""
    with completed(settings_of_environment(), announce=say) as settings:
        os.environ.update(environment(settings))
        from dramatiq.cli import main, make_argument_parser

        args = ["tasks.worker:broker", "--processes", str(processes), "--threads", str(threads), "--skip-logging"]
        parsed = make_argument_parser().parse_args(args)  # type: ignore[no-untyped-call]
        sys.exit(main(parsed))  # type: ignore[no-untyped-call]


@click.command(short_help="Run the clock: mend what was lost, look at what went stale.")
def scheduler() -> None:
    """Run the scheduler: send overdue events again, restart broken chains of checks, refresh stale kinds."""
    from gateway.telemetry import configure_logging
    from tasks.broker import make_broker
    from tasks.messages import Messages
    from tasks.resources import open_resources
    from tasks.schedule import run_schedule

    with completed(settings_of_environment(), announce=say) as settings:
        configure_logging(settings, process="scheduler")
        if not settings.syncfy_api_key:
            raise SettingsError("SYNCFY_API_KEY must be set")

        cut_off = _cut_off()

        async def run() -> None:
            deps = open_resources(settings, Messages(make_broker(settings.broker_url)))
            try:
                await _run_until_signalled(run_schedule(deps), cut_off)
            finally:
                await deps.close()

        asyncio.run(run())
        cut_off.cancel()
    _leave()


def _cut_off() -> threading.Timer:
    """Make a timer that ends this process unconditionally after its time."""
    timer = threading.Timer(_TIDY_SECONDS, os._exit, (0,))
    timer.daemon = True
    return timer


def _leave() -> None:
    """Start the timer: at its exit Python waits for every thread, and the driver's may wait for a hanging member."""
    _cut_off().start()


async def _run_until_signalled(work: Coroutine[Any, Any, None], cut_off: threading.Timer) -> None:
    """Run a coroutine until SIGTERM or SIGINT, at which `cut_off` starts."""
    task = asyncio.ensure_future(work)

    def end() -> None:
        task.cancel()
        if not cut_off.is_alive():  # a second signal does not begin anew
            cut_off.start()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    try:
        await task
    except asyncio.CancelledError:
        return
