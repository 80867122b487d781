"""JSON bytes → plain values that MongoDB and GraphQL can hold, with the limits that XML has."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat.node import MAX_DEPTH
from gateway.sat.xml import MAX_BYTES

_MAX_INT_DIGITS = 18  # what fits BSON's 64 bits
_MAX_FLOAT_DIGITS = 15  # what a float gives back digit for digit


def parse(content: bytes) -> Any:
    """Raise UnreadableDocument: MALFORMED, or FORBIDDEN beyond 20 MB or 64 levels.

    A number that int or float cannot hold exactly stays the text it was.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableDocument(UnreadableReason.FORBIDDEN, f"more than {MAX_BYTES // (1024 * 1024)} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    try:
        value = json.loads(text, parse_int=_integer, parse_float=_float, parse_constant=_refuse_constant)
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise UnreadableDocument(UnreadableReason.MALFORMED, f"not JSON at line {error.lineno}") from None
    return _clean(value, MAX_DEPTH)


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= _MAX_INT_DIGITS else text


def _float(text: str) -> float | str:
    digits = sum(character.isdigit() for character in text)
    return float(text) if digits <= _MAX_FLOAT_DIGITS and "e" not in text.lower() else text


def _refuse_constant(_name: str) -> NoReturn:
    raise UnreadableDocument(UnreadableReason.MALFORMED, "NaN or Infinity is not JSON")


def _clean(value: Any, depth: int) -> Any:
    """No lone surrogates (no encoder takes them), no NUL in keys (BSON's end mark), not too deep."""
    if depth < 0:
        raise _too_deep()
    if isinstance(value, str):
        return _encodable(value)
    if isinstance(value, list):
        return [_clean(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {_encodable(key).replace("\x00", ""): _clean(item, depth - 1) for key, item in value.items()}
    return value


def _encodable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _too_deep() -> UnreadableDocument:
    return UnreadableDocument(UnreadableReason.FORBIDDEN, f"more than {MAX_DEPTH} levels of JSON")
