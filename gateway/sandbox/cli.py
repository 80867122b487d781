"""`sat-gateway sandbox`: a Syncfy on this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import uvicorn

from gateway.sandbox.app import create_sandbox
from gateway.sandbox.options import DEFAULT_API_KEY, Jwk, SandboxOptions, WebhookSpec
from gateway.sandbox.portfolio import Portfolio
from gateway.sandbox.scenarios import described
from gateway.sandbox.twofa import ANSWER

_GRACE = 1  # seconds that an open download may hold up the end


_HELP = f"""Run a Syncfy on this machine: its API, WebSockets and webhooks.

The RFC of a login chooses the taxpayer whose documents are served (12 characters: a company, 13: a person; no RFC
at all ends in 401). The password chooses what happens. A second factor is answered with {ANSWER}.

\b
Passwords, also joined with "+" (twofa+lost):
{{}}

Everything is forgotten when it stops. The same users made again have the same ids again.
"""


def _help() -> str:
    return _HELP.format("\n".join(f"  {name:<19} {text}" for name, text in described()))


def portfolio_source(
    seed: int, invoices: int, documents: Path | None, *, invent_papers: bool = False
) -> Callable[[str], Portfolio]:
    """Invent taxpayers; with a directory, its XML files are the CFDI and retenciones of the RFC that logs in.

    Beside real documents nothing is invented, but with `invent_papers` returns, an opinión and a constancia.
    """
    from gateway.sandbox.taxpayers import Taxpayers

    taxpayers = Taxpayers(seed, invoices)
    if documents is None:
        return taxpayers
    from gateway.sandbox.folder import FolderPortfolio

    return lambda rfc: FolderPortfolio(documents, rfc, taxpayers(rfc) if invent_papers else None)


class _Header(click.ParamType[tuple[str, str]]):
    name = "header"
    envvar_list_splitter = "\n"  # click's own splitter would cut at the blank after the colon

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        name, colon, text = value.partition(":")
        if not colon or not name.strip():
            self.fail("must look like 'Name: value'", param, ctx)
        return name.strip(), text.strip()


@click.command(help=_help())
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8090, show_default=True, help="Port to listen on.")
@click.option("--public-url", help="Base of the ws, status and twofa addresses.  [default: the host of each request]")
@click.option(
    "--pace", default=1.0, show_default=True, help="Multiplies every wait; at 1.0 All in One takes about 4 s."
)
@click.option("--seed", default=1, show_default=True, help="Another seed, other taxpayers.")
@click.option("--invoices", default=300, show_default=True, help="CFDI of each taxpayer; 100000 is fine.")
@click.option(
    "--documents",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A directory of your own CFDI and retenciones (XML, read recursively) instead of invented ones.",
)
@click.option(
    "--invent-papers", is_flag=True, help="Beside --documents, invent returns, an opinión and a constancia too."
)
@click.option(
    "--rate-limit", default=5, show_default=True, help="Requests a second for each key, as at Syncfy; 0 is none."
)
@click.option(
    "--api-key",
    "api_keys",
    multiple=True,
    envvar="SANDBOX_API_KEY",
    help=f"Key to accept; may be repeated. Better given as SANDBOX_API_KEY.  [default: {DEFAULT_API_KEY}]",
)
@click.option("--webhook", "webhooks", multiple=True, metavar="URL", help="Notify this address (V3); may be repeated.")
@click.option(
    "--webhook-header",
    "headers",
    multiple=True,
    envvar="SANDBOX_WEBHOOK_HEADER",
    type=_Header(),
    metavar="'NAME: VALUE'",
    help="Header of every notification, e.g. a shared secret. Better given as SANDBOX_WEBHOOK_HEADER.",
)
@click.option(
    "--webhook-key",
    envvar="SANDBOX_WEBHOOK_KEY",
    help="Signs notifications: base64url of a symmetric key (`k` of a JWK). Better given as SANDBOX_WEBHOOK_KEY.",
)
def sandbox(
    host: str,
    port: int,
    public_url: str | None,
    pace: float,
    seed: int,
    invoices: int,
    documents: Path | None,
    invent_papers: bool,
    rate_limit: int,
    api_keys: tuple[str, ...],
    webhooks: tuple[str, ...],
    headers: tuple[tuple[str, str], ...],
    webhook_key: str | None,
) -> None:
    key: Jwk | None = {"kid": "sandbox", "kty": "oct", "k": webhook_key} if webhook_key else None
    options = SandboxOptions(
        public_url=public_url,
        api_keys=api_keys or (DEFAULT_API_KEY,),
        pace=pace,
        rate_limit=rate_limit,
        webhooks=[WebhookSpec(url, headers=dict(headers), key=key) for url in webhooks],
    )
    app = create_sandbox(options, portfolio_source(seed, invoices, documents, invent_papers=invent_papers))
    click.echo(f"Syncfy's sandbox listens on http://{host}:{port}/v1")
    # No access log: tokens and keys may be in a query.
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
