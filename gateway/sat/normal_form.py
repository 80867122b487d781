"""A stored document as the JSON that clients download: the record's own keys in camelCase, as in the GraphQL schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from gateway.sat.camel import camel_case
from gateway.sat.kinds import Kind

#: What was observed of a document, beside what it says itself.
OBSERVED = ("direction", "status", "parse_status", "problems")
# Kept as JSON text, because their keys are not ours: they go out as the JSON that they are.
_TEXTS = {"tree": "json", "blocks": "blocks", "printed": "printed"}
# Of no use to a client: where the store found it.
_OWN = frozenset({"file"})


def keys_of(kind: Kind) -> tuple[str, ...]:
    """Return the keys of a row that its normal form has; a store projects them."""
    return (*(key for key in kind.spec.record.__annotations__ if key not in _OWN), *OBSERVED)


def as_json(kind: Kind, row: Mapping[str, Any]) -> bytes:
    """Return one line, without a break at its end. What the row lacks is left out."""
    record = {key: row[key] for key in keys_of(kind) if key in row and not (key in OBSERVED and row[key] is None)}
    return orjson.dumps({"kind": str(kind), **_camel(record)})


def _camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            _TEXTS.get(key) or camel_case(key): _json(held) if key in _TEXTS else _camel(held)
            for key, held in value.items()
        }
    if isinstance(value, list):
        return [_camel(item) for item in value]
    return value


def _json(text: Any) -> Any:
    return orjson.Fragment(text) if isinstance(text, str) else text
