"""Defaults of a development machine: embedded servers, made-up secrets, and the sandbox for Syncfy.

Nothing of this applies in production, where every setting is given (config.py checks it).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from gateway.config import Settings
from gateway.embedded import demonstration
from gateway.embedded.secrets import local_secrets
from gateway.embedded.servers import embedded_servers, running
from gateway.sandbox.options import DEFAULT_API_KEY

#: The viewer of the demonstration, unless DEMO_VIEWER names another.
VIEWER = "demo"
#: Where `sat-gateway sandbox` listens unless told otherwise.
SANDBOX_URL = "http://127.0.0.1:8090/v1"


@contextmanager
def completed(settings: Settings, *, announce: Callable[[str], None]) -> Iterator[Settings]:
    """The settings with whatever is missing filled in; embedded servers run as long as the block, or are joined."""
    if settings.production:
        yield settings
        return
    settings = with_local_secrets(settings)
    with ExitStack() as stack:
        store, broker = not settings.mongodb_url, not settings.broker_url
        if store or broker:
            servers = stack.enter_context(
                embedded_servers(settings.data_dir, store=store, broker=broker, announce=announce)
            )
            settings = dataclasses.replace(
                settings,
                mongodb_url=settings.mongodb_url or servers.mongodb_url,
                broker_url=settings.broker_url or servers.broker_url,
            )
        yield settings


def joined(settings: Settings) -> Settings:
    """For commands that only look: what is running already on DATA_DIR, started by somebody else."""
    if settings.production:
        return settings
    settings = with_local_secrets(settings)
    found = running(settings.data_dir) if not (settings.mongodb_url and settings.broker_url) else None
    if found is None:
        return settings
    return dataclasses.replace(
        settings,
        mongodb_url=settings.mongodb_url or found.mongodb_url,
        broker_url=settings.broker_url or found.broker_url,
    )


def with_local_secrets(settings: Settings) -> Settings:
    """Secrets that nobody set, from DATA_DIR; without an API key of Syncfy's the sandbox's.

    Without an address either, it is the sandbox of the demonstration that runs on DATA_DIR, where webhooks go to the
    demonstration's API; else the one that `sat-gateway sandbox` starts.
    """
    secrets = local_secrets(settings.data_dir)
    if not settings.syncfy_url and not settings.syncfy_api_key:
        demo = demonstration.running(settings.data_dir)
        if demo is not None and demo.sandbox:
            settings = dataclasses.replace(settings, syncfy_url=f"{demo.sandbox}/v1", public_url=demo.api)
        else:
            settings = dataclasses.replace(settings, syncfy_url=SANDBOX_URL)
        settings = dataclasses.replace(settings, demo_viewer=settings.demo_viewer or VIEWER)
    return dataclasses.replace(
        settings,
        jwt_secret=settings.jwt_secret or secrets.jwt_secret,
        webhook_tokens=settings.webhook_tokens or (() if settings.webhook_keys else (secrets.webhook_token,)),
        syncfy_api_key=settings.syncfy_api_key or DEFAULT_API_KEY,
    )


def sandbox_plays(settings: Settings) -> bool:
    """Return True where the sandbox plays Syncfy, so that no real taxpayer is behind the API."""
    return not settings.production and settings.syncfy_api_key == DEFAULT_API_KEY


def environment(settings: Settings) -> dict[str, str]:
    """The variables that make a child process see the same settings."""
    return {
        "ENVIRONMENT": settings.environment,
        "MONGODB_URL": settings.mongodb_url,
        "MONGODB_DATABASE": settings.mongodb_database,
        "BROKER_URL": settings.broker_url,
        "SYNCFY_URL": settings.syncfy_url,
        "SYNCFY_API_KEY": settings.syncfy_api_key,
        "SYNCFY_RATE": str(settings.syncfy_rate),
        "WEBHOOK_TOKENS": ",".join(settings.webhook_tokens),
        "WEBHOOK_KEYS": " ".join(settings.webhook_keys),
        "PUBLIC_URL": settings.public_url,
        "JWT_SECRET": settings.jwt_secret,
        "HOST": settings.host,
        "PORT": str(settings.port),
        "ALLOWED_ORIGINS": ",".join(settings.allowed_origins),
        "WIDGET_URL": settings.widget_url,
        "DEMO_VIEWER": settings.demo_viewer,
        "DATA_DIR": str(settings.data_dir),
        "LOG_LEVEL": settings.log_level,
        "LOG_FORMAT": settings.log_format,
    }
