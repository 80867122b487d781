"""demo: the whole service on this machine, and a profile that arrives, from one command."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import signal
import sys
import threading
from pathlib import Path

import click
from rich.console import Console

from gateway.auth import mint_token
from gateway.commands.settings import settings_of_environment
from gateway.config import Settings
from gateway.demo.run import run
from gateway.demo.stack import Stack, running_stack
from gateway.demo.taxpayer import INVOICES, choose
from gateway.demo.terminal import counts, show_end, show_profile
from gateway.http.page import is_built
from gateway.sandbox.twofa import ANSWER

_INVENTED = "The returns, the opinión and the constancia are invented, and have nothing to do with these documents."
_NOT_INVENTED = "Nothing is invented beside these documents: no returns, opinión or constancia. See --invent-papers."


@click.command(short_help="Everything on this machine: watch a profile arrive, and query it.")
@click.option("--once", is_flag=True, help="End after the profile, with exit code 0, instead of staying up.")
@click.option(
    "--documents",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    help="Your own CFDI and retenciones: every XML below this directory, the broken ones too.",
)
@click.option(
    "--invent-papers", is_flag=True, help="Beside --documents, invent returns, an opinión and a constancia too."
)
@click.option(
    "--invoices", type=click.IntRange(min=0), default=INVOICES, show_default=True, help="CFDI of the invented taxpayer."
)
@click.option("--json", "as_json", is_flag=True, help="The last line on stdout is the profile's counts as JSON.")
@click.option("--rfc", help="12 characters: a company; 13: a person.  [default: the one of most --documents]")
@click.option("--name", help="Name of the taxpayer.  [default: as its documents write it]")
@click.option(
    "--password",
    default="demo",
    show_default=True,
    # Whoever is on this machine can read the arguments of a process.
    envvar="CIEC_PASSWORD",
    help="CIEC password: at the sandbox it chooses what happens (see `sat-gateway sandbox --help`). A real one belongs "
    "in the environment, as CIEC_PASSWORD.",
)
@click.option("--pace", default=0.5, show_default=True, help="Slows the sandbox down or up; 1.0 is about 4 s a run.")
def demo(
    once: bool,
    documents: Path | None,
    invent_papers: bool,
    invoices: int,
    as_json: bool,
    rfc: str | None,
    name: str | None,
    password: str,
    pace: float,
) -> None:
    """Watch a complete SAT profile arrive and be queried.

    Starts MongoDB, a broker, the sandbox that plays Syncfy, the API, a worker and the scheduler as real servers; then,
    through the public GraphQL API only: creates a taxpayer, starts a connection, shows the job's states from its
    subscription, and prints the profile from a query. It then stays up until Ctrl-C. Data stays in .sat-gateway/.

    Exit codes: 0 a profile arrived, 1 the connection failed, 4 something did not start.
    """
    console = Console(stderr=as_json, highlight=False)
    choice = choose(invoices, documents, rfc, name)
    if choice.why:
        console.print(choice.why, soft_wrap=True)
    options = ["--invoices", str(invoices), "--pace", str(pace)]
    if documents:
        options += ["--documents", str(documents), *(["--invent-papers"] if invent_papers else [])]
        console.print(_INVENTED if invent_papers else _NOT_INVENTED, soft_wrap=True)
    _end_like_interrupted()
    settings = dataclasses.replace(settings_of_environment(), demo_viewer=choice.viewer)
    with running_stack(
        settings, sandbox_options=options, announce=lambda text: console.print(f"[dim]{text}[/]")
    ) as stack:
        engine = asyncio.run(_engine(stack.settings))
        if settings.mongodb_url:
            console.print(f"[dim]store: {engine}, at MONGODB_URL[/]")
        if is_built() and not once:
            console.print(f"Open in a browser: [bold]{stack.api}/[/]", soft_wrap=True)
        token = mint_token(stack.settings.jwt_secret, choice.viewer)
        socket = f"{stack.api.replace('http', 'ws', 1)}/graphql"
        outcome = asyncio.run(
            run(socket, token, rfc=choice.rfc, name=choice.name, password=password, answer=ANSWER, console=console)
        )
        show_end(console, outcome.job, outcome.profile)
        show_profile(console, outcome.profile)
        if as_json:
            click.echo(json.dumps({**counts(outcome.profile, outcome.job.state), "store": engine}))
        if not once:
            _stay(console, stack, token, choice.viewer)
    if outcome.job.state not in ("SUCCEEDED", "PARTIALLY_SUCCEEDED"):
        sys.exit(1)


async def _engine(settings: Settings) -> str:
    from gateway.store import mongo  # the driver is not loaded for --help

    store = mongo.connect(settings.mongodb_url, settings.mongodb_database)
    try:
        return await store.engine()
    finally:
        store.close()


def _stay(console: Console, stack: Stack, token: str, viewer: str) -> None:
    console.print(f"\nThe page  [bold]{stack.api}/[/]" if is_built() else "\nThe page  is not built: make page")
    console.print(f"GraphQL   [bold]{stack.api}/graphql[/]  (HTTP, graphql-transport-ws; GraphiQL in a browser)")
    if stack.sandbox:
        console.print(f"Sandbox   {stack.sandbox}")
    console.print(f"Logs      {stack.logs}")
    console.print(f"Token     {token}", soft_wrap=True)
    console.print(f"          of viewer {viewer}; another one: [bold]sat-gateway token {viewer}[/]", soft_wrap=True)
    console.print("\nStays up until Ctrl-C.", style="dim")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        console.print("stopping …", style="dim")


def _end_like_interrupted() -> None:
    """End the demonstration at SIGTERM as at Ctrl-C, so that its children are stopped and not only killed.

    SIGINT is set as well: a script's shell starts background processes with SIGINT ignored.
    """

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)
