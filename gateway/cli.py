"""`sat-gateway`: the command line.

Exit codes: 0 done · 1 it did not work, and why is on stderr · 2 wrong usage · 3 a setting is missing or wrong ·
4 something that is needed does not answer · 130 interrupted.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from gateway.errors import EmbeddedUnavailable, GatewayError, SettingsError, StoreUnavailable, SyncfyUnavailable

EXIT_FAILED, EXIT_SETTINGS, EXIT_UNAVAILABLE, EXIT_INTERRUPTED = 1, 3, 4, 130

_COMMANDS = {
    "demo": ("gateway.commands.demo", "demo"),
    "serve": ("gateway.commands.processes", "serve"),
    "worker": ("gateway.commands.processes", "worker"),
    "scheduler": ("gateway.commands.processes", "scheduler"),
    "sandbox": ("gateway.sandbox.cli", "sandbox"),
    "token": ("gateway.commands.development", "token"),
    "schema": ("gateway.commands.development", "schema"),
    "webhooks": ("gateway.commands.webhooks", "webhooks"),
    "inbox": ("gateway.commands.inbox", "inbox"),
    "documents": ("gateway.commands.imports", "documents"),
    "catalogs": ("gateway.commands.imports", "catalogs"),
    "blacklist": ("gateway.commands.imports", "blacklist"),
    "reindex": ("gateway.commands.reindex", "reindex"),
    "doctor": ("gateway.commands.doctor", "doctor"),
}


class _Lazy(click.Group):
    """Imports a command's module only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module_name, name = _COMMANDS[cmd_name]
        module: Any = __import__(module_name, fromlist=[name])
        command: click.Command = getattr(module, name)
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="sat-gateway")
def cli() -> None:
    """A GraphQL gateway to a Mexican taxpayer's complete SAT profile.

    Start here:

    \b
      sat-gateway demo                 everything on this machine, with an invented taxpayer
      sat-gateway demo --documents DIR the same with your own CFDI files
      sat-gateway doctor               what is configured, what answers, what to do

    Settings come from the environment; `sat-gateway doctor` lists them. Without MONGODB_URL and BROKER_URL an embedded
    store and broker run beside the process; without SYNCFY_API_KEY the sandbox plays Syncfy.
    """


def main() -> None:
    """The console script: turns the errors that a user can do something about into one line and an exit code."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(EXIT_INTERRUPTED)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except SettingsError as error:
        _fail(f"settings: {error}", EXIT_SETTINGS)
    except (StoreUnavailable, SyncfyUnavailable, EmbeddedUnavailable) as error:
        _fail(str(error), EXIT_UNAVAILABLE)
    except GatewayError as error:
        _fail(str(error), EXIT_FAILED)


def _fail(message: str, code: int) -> None:
    click.echo(f"sat-gateway: {message}", err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
