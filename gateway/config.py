"""Settings: read once from the environment, frozen, checked at start, silent about secrets.

Without MONGODB_URL and BROKER_URL the embedded servers are used (see gateway/embedded), and without SYNCFY_API_KEY the
sandbox plays Syncfy. Only in development are secrets that were not set generated, and kept under DATA_DIR.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from gateway.errors import SettingsError

#: Syncfy's API, unless SYNCFY_URL is set.
SYNCFY_URL = "https://sync.paybook.com/v1"

#: Syncfy's widget: syncfy-authentication-widget.js and .css are below it.
WIDGET_URL = "https://syncfy.com/widget/v3"

#: Every variable that is read, with its meaning. The README's table and `sat-gateway doctor` show it.
VARIABLES: dict[str, str] = {
    "ENVIRONMENT": "development (default) or production; production refuses the embedded servers and made-up secrets",
    "MONGODB_URL": "mongodb:// address of a replica set; empty: the embedded store",
    "MONGODB_DATABASE": "name of the database (sat_gateway)",
    "BROKER_URL": "redis:// address of the tasks' broker; empty: the embedded broker",
    "SYNCFY_URL": "Syncfy's API (https://sync.paybook.com/v1; without SYNCFY_API_KEY the sandbox that runs here)",
    "SYNCFY_API_KEY": "your Syncfy API key; it decides between Syncfy's sandbox and production",
    "SYNCFY_RATE": "requests a second that all workers together may send to Syncfy (5)",
    "WEBHOOK_TOKENS": "shared secrets that Syncfy sends in a custom header, comma separated (several while you rotate)",
    "WEBHOOK_KEYS": "signature keys of Syncfy's dashboard webhooks (JWK), separated by blanks",
    "PUBLIC_URL": "where this service is reached from outside; webhooks are registered below it",
    "JWT_SECRET": "HS256 secret of the viewers' bearer tokens, 32 bytes or more",
    "HOST": "address to listen on (127.0.0.1)",
    "PORT": "port to listen on (8000)",
    "ALLOWED_ORIGINS": "browser origins that may call the API or show the page, comma separated; empty: its own only",
    "WIDGET_URL": "where the page loads Syncfy's widget from (https://syncfy.com/widget/v3)",
    "DEMO_VIEWER": "development with the sandbox only: whoever opens the page on this machine is this viewer",
    "DATA_DIR": "where the embedded servers keep their data (.sat-gateway)",
    "LOG_LEVEL": "DEBUG, INFO (default), WARNING or ERROR",
    "LOG_FORMAT": "json (default) or console",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a process. Its repr leaves out secrets, and addresses, which may carry passwords."""

    environment: str = "development"
    mongodb_url: str = field(default="", repr=False)
    mongodb_database: str = "sat_gateway"
    broker_url: str = field(default="", repr=False)
    syncfy_url: str = ""  # empty: neither an address nor a key was given, so that the sandbox plays Syncfy
    syncfy_api_key: str = field(default="", repr=False)
    syncfy_rate: int = 5
    webhook_tokens: tuple[str, ...] = field(default=(), repr=False)
    webhook_keys: tuple[str, ...] = field(default=(), repr=False)
    public_url: str = "http://127.0.0.1:8000"
    jwt_secret: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    allowed_origins: tuple[str, ...] = ()
    widget_url: str = WIDGET_URL
    demo_viewer: str = ""
    data_dir: Path = Path(".sat-gateway")
    log_level: str = "INFO"
    log_format: str = "json"

    @property
    def production(self) -> bool:
        return self.environment == "production"


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check the variables above. Raises SettingsError that names every wrong one, never its value."""
    problems: list[str] = []
    syncfy_api_key = environ.get("SYNCFY_API_KEY", "").strip()
    syncfy_default = SYNCFY_URL if syncfy_api_key else ""
    settings = Settings(
        environment=_one_of(environ, "ENVIRONMENT", ("development", "production"), problems),
        mongodb_url=_url(environ, "MONGODB_URL", "", ("mongodb", "mongodb+srv"), problems),
        mongodb_database=environ.get("MONGODB_DATABASE") or "sat_gateway",
        broker_url=_url(environ, "BROKER_URL", "", ("redis", "rediss"), problems),
        syncfy_url=_url(environ, "SYNCFY_URL", syncfy_default, ("http", "https"), problems),
        syncfy_api_key=syncfy_api_key,
        syncfy_rate=_integer(environ, "SYNCFY_RATE", 5, 1, 1000, problems),
        webhook_tokens=_list(environ, "WEBHOOK_TOKENS", ","),
        webhook_keys=_list(environ, "WEBHOOK_KEYS", None),
        public_url=_url(environ, "PUBLIC_URL", "http://127.0.0.1:8000", ("http", "https"), problems).rstrip("/"),
        jwt_secret=environ.get("JWT_SECRET", ""),
        host=environ.get("HOST") or "127.0.0.1",
        port=_integer(environ, "PORT", 8000, 0, 65535, problems),
        allowed_origins=_list(environ, "ALLOWED_ORIGINS", ","),
        widget_url=_url(environ, "WIDGET_URL", WIDGET_URL, ("http", "https"), problems).rstrip("/"),
        demo_viewer=environ.get("DEMO_VIEWER", "").strip(),
        data_dir=Path(environ.get("DATA_DIR") or ".sat-gateway"),
        log_level=_one_of(environ, "LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR"), problems),
        log_format=_one_of(environ, "LOG_FORMAT", ("json", "console"), problems),
    )
    problems += _inconsistent(settings)
    if problems:
        raise SettingsError("; ".join(problems))
    return settings


def require_complete(settings: Settings) -> Settings:
    """Return the settings if a process can serve with them; raises SettingsError that names the missing ones."""
    missing = [
        name
        for name, value in (
            ("MONGODB_URL", settings.mongodb_url),
            ("BROKER_URL", settings.broker_url),
            ("SYNCFY_API_KEY", settings.syncfy_api_key),
            ("JWT_SECRET", settings.jwt_secret),
        )
        if not value
    ]
    if missing:
        raise SettingsError(f"{', '.join(missing)} must be set")
    return settings


def _inconsistent(settings: Settings) -> list[str]:
    problems = []
    if settings.jwt_secret and len(settings.jwt_secret.encode()) < 32:
        problems.append("JWT_SECRET must have 32 bytes or more (RFC 7518, section 3.2)")
    if any(not "!" <= character <= "~" for character in settings.syncfy_api_key):
        problems.append("SYNCFY_API_KEY has a character that no key has")
    if any(len(token) < 16 for token in settings.webhook_tokens):
        problems.append("each of WEBHOOK_TOKENS must have 16 characters or more")
    if settings.production and settings.demo_viewer:
        problems.append("DEMO_VIEWER must not be set in production: everybody would be that viewer")
    if settings.production:
        needed = {
            "MONGODB_URL": settings.mongodb_url,
            "BROKER_URL": settings.broker_url,
            "SYNCFY_API_KEY": settings.syncfy_api_key,
            "JWT_SECRET": settings.jwt_secret,
            "WEBHOOK_TOKENS or WEBHOOK_KEYS": settings.webhook_tokens or settings.webhook_keys,
        }
        problems += [f"{name} must be set in production" for name, value in needed.items() if not value]
    return problems


def _one_of(environ: Mapping[str, str], name: str, allowed: tuple[str, ...], problems: list[str]) -> str:
    """Read one of the allowed values; the first is the default."""
    given = environ.get(name, "").strip()
    for value in allowed:
        if given.lower() == value.lower():
            return value
    if given:
        problems.append(f"{name} must be one of {', '.join(allowed)}")
    return allowed[0]


def _url(environ: Mapping[str, str], name: str, default: str, schemes: tuple[str, ...], problems: list[str]) -> str:
    given = environ.get(name, "").strip() or default
    if given and not _is_address(given, schemes):
        problems.append(f"{name} must be an address that starts with {' or '.join(s + '://' for s in schemes)}")
    return given


def _is_address(text: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(text)
        # A replica set's hosts have a port each, which the store's driver reads.
        return parts.scheme in schemes and bool(parts.netloc) and ("," in parts.netloc or (parts.port or 0) >= 0)
    except ValueError:
        return False


def _integer(environ: Mapping[str, str], name: str, default: int, low: int, high: int, problems: list[str]) -> int:
    given = environ.get(name, "").strip()
    if not given:
        return default
    if not given.isdecimal() or not low <= int(given) <= high:
        problems.append(f"{name} must be a whole number from {low} to {high}")
        return default
    return int(given)


def _list(environ: Mapping[str, str], name: str, separator: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in environ.get(name, "").split(separator) if part.strip())
