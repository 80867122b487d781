"""The command line before it does anything: what help says, and what it does not take."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from gateway.cli import cli

COMMANDS = {name: cli.get_command(click.Context(cli), name) for name in cli.list_commands(click.Context(cli))}


def summaries(*arguments: str) -> list[str]:
    """The lines below "Commands:", on a terminal of 80 columns."""
    result = CliRunner().invoke(cli, [*arguments, "--help"], terminal_width=80)
    assert result.exit_code == 0
    return result.stdout.partition("Commands:\n")[2].splitlines()


@pytest.mark.parametrize("group", [(), ("webhooks",), ("inbox",), ("documents",), ("blacklist",), ("catalogs",)])
def test_each_command_has_a_summary_of_one_whole_line(group: tuple[str, ...]) -> None:
    lines = summaries(*group)
    names = [line.split()[0] for line in lines]
    command = COMMANDS[group[0]] if group else cli
    assert isinstance(command, click.Group)
    assert sorted(names) == sorted(command.list_commands(click.Context(command)))
    assert [line for line in lines if not line.endswith(".") or line.endswith("...")] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve", "--port", "-1"),
        ("serve", "--port", "65536"),
        ("demo", "--invoices", "-1"),
        ("worker", "--processes", "0"),
        ("worker", "--threads", "0"),
        ("inbox", "list", "--limit", "0"),
    ],
)
def test_a_number_that_can_not_be_is_wrong_usage(arguments: tuple[str, ...]) -> None:
    *path, option, value = arguments
    command: click.Command = cli
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found
    # Read and not run: a command that took the value would start the service.
    with pytest.raises(click.BadParameter, match="not in the range") as told:
        command.make_context(path[-1], [option, value])
    assert told.value.exit_code == 2
