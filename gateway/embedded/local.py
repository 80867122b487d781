"""Defaults of a development machine: embedded servers, generated secrets, and the sandbox for Syncfy.

They do not apply in production, where every setting must be given (config.py checks it).
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
#: The default address of `sat-gateway sandbox`.
SANDBOX_URL = "http://127.0.0.1:8090/v1"


@contextmanager
def completed(settings: Settings, *, announce: Callable[[str], None]) -> Iterator[Settings]:
    """Yield the settings, completed; embedded servers run for the block, or running ones are joined."""
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
    """Fill in the addresses of servers that another process runs on DATA_DIR, without starting any."""
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
    """Fill in secrets from DATA_DIR and, without an API key of Syncfy's, the sandbox's.

    Without an address of Syncfy's either, take the sandbox of the demonstration that runs on DATA_DIR, whose webhooks
    go to its API; else the address of `sat-gateway sandbox`.
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
    """Tell whether the sandbox plays Syncfy, so that no real taxpayer is behind the API."""
    return not settings.production and settings.syncfy_api_key == DEFAULT_API_KEY


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment variables that give a child process the same settings."""
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
