"""The start of every command: its settings, and how it speaks."""

from __future__ import annotations

import os

import click

from gateway.config import Settings, load_settings


def settings_of_environment() -> Settings:
    """Raises SettingsError, which ends the program with exit code 3."""
    return load_settings(os.environ)


def say(message: str) -> None:
    """A line for the person, on stderr: stdout is for what a command is asked for."""
    click.echo(message, err=True)
