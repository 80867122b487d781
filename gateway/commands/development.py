"""token and schema: commands for developers of clients."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from gateway.commands.settings import settings_of_environment
from gateway.embedded.local import joined


@click.command(short_help="Print a bearer token for a viewer.")
@click.argument("viewer", default="demo")
@click.option(
    "--hours",
    type=click.FloatRange(0, 24 * 366, min_open=True),
    default=12.0,
    show_default=True,
    help="How long it is valid.",
)
def token(viewer: str, hours: float) -> None:
    """Print a bearer token for VIEWER (default: demo), signed with JWT_SECRET.

    A viewer sees its own taxpayers and nothing else. In production your identity provider signs such tokens:
    HS256, `sub` the viewer, `aud` "sat-gateway", `exp`.
    """
    from gateway.auth import mint_token

    if not viewer.strip() or len(viewer) > 200:
        raise click.BadParameter("a viewer has 1 to 200 characters", param_hint="VIEWER")
    settings = joined(settings_of_environment())
    click.echo(mint_token(settings.jwt_secret, viewer, lifetime=timedelta(hours=hours)))


@click.command(short_help="Export the GraphQL schema from the code.")
@click.option("--check", is_flag=True, help="Only compare with the file; exit 1 when it is stale.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("schema.graphql"),
    show_default=True,
    help="The file to write or to compare with; - prints.",
)
def schema(check: bool, output: Path) -> None:
    """Export the GraphQL schema from the code."""
    from resolvers.schema import schema as built

    text = built.as_str() + "\n"
    if str(output) == "-":
        click.echo(text, nl=False)
    elif check:
        if not output.exists() or output.read_text(encoding="utf-8") != text:
            raise click.ClickException(f"{output} is stale: run `sat-gateway schema`")
        click.echo(f"{output} is up to date")
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"{output} written")
