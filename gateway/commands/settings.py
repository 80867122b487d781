"""Settings and messages of the commands."""

from __future__ import annotations

import os

import click

from gateway.config import Settings, load_settings


def settings_of_environment() -> Settings:
    """Read the settings. Raises SettingsError, which ends the program with exit code 3."""
    return load_settings(os.environ)


def say(message: str) -> None:
    """Print a line for the person on stderr: stdout is for a command's results."""
    click.echo(message, err=True)
