"""Structured logs: one JSON object a line, with the context of the request or task, and with secrets removed.

A correlation id is bound where a request or a webhook comes in, and messages carry it to the actors that work for it.
Bodies are never logged; the redaction below is for the messages of libraries, which may hold parts of them.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from gateway.config import Settings

_SECRET_KEYS = re.compile(r"pass(word|wd)?$|ciec|secret|token|api_?key|authorization|cookie|jwt|twofa|answer", re.I)
_URL_PASSWORD = re.compile(r"(\w+://[^:/@\s]*):[^@/\s]+@")
_TOKENS = re.compile(
    r"(?i)(bearer\s+|api_key=|token=|password[\"']?\s*[:=]\s*[\"']?)[^\s,;&\"']+"
    r"|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+"
    r"|\b[0-9a-f]{64}\b|\b[0-9a-f]{32}\b"
)
# The store's driver repeats what it was to write: whole documents, a key that is taken, the first field of a row that
# is too large, a value that it can't encode.
_DOCUMENTS = re.compile(r"(?:(?<=full error: )|(?<=dup key: )|(?<=First element: )|(?<=cannot encode object: )).*")
# Personal data of the taxpayers: an RFC or a CURP in a path, in a file's name or in a library's message. They may stand
# beside `_`, and begin with `&`, which `\b` does not see as the edge of a word.
_ALONE = (r"(?<![A-Za-z0-9Ñ&])", r"(?![A-Za-z0-9])")
_RFC = re.compile(rf"{_ALONE[0]}[A-ZÑ&]{{3,4}}\d{{6}}[A-Z0-9]{{2}}[0-9A]{_ALONE[1]}")
_CURP = re.compile(rf"{_ALONE[0]}[A-Z]{{4}}\d{{6}}[HMX][A-Z]{{5}}[A-Z0-9]\d{_ALONE[1]}")


def redact(text: str) -> str:
    """Remove passwords in addresses, tokens, keys, RFCs and CURPs from a text."""
    text = _URL_PASSWORD.sub(r"\1:***@", _DOCUMENTS.sub("***", text))
    text = _TOKENS.sub(lambda m: f"{m.group(1) or ''}***", text)
    return _CURP.sub("***CURP***", _RFC.sub("***RFC***", text))


def _redact_event(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        event[key] = "***" if _SECRET_KEYS.search(key) else _redacted(value)
    return event


def _redacted(value: Any) -> Any:
    """Redact a value of an event, and the values inside it."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, BaseException):
        return redact(f"{type(value).__name__}: {value}")  # the repr of a UnicodeEncodeError holds the whole text
    if isinstance(value, Mapping):
        return {k: "***" if _SECRET_KEYS.search(str(k)) else _redacted(inner) for k, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(inner) for inner in value]
    return value


def configure_logging(settings: Settings, *, process: str) -> None:
    """Write all loggers, ours and those of libraries, through the same processors to stderr."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    final: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if settings.log_format == "console"
        else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, final],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    # httpx and pymongo log addresses and commands: an RFC may stand in either.
    for noisy in ("httpx", "httpcore", "pymongo", "asyncio", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(process=process)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return the structured log of a module."""
    return structlog.stdlib.get_logger(name)
