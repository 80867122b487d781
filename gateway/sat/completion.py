"""A paper's JSON completed from the text of the PDF beside it. The JSON counts; the PDF fills what it lacks."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

#: Two papers are one when they agree in these, as far as both state them.
_SAME = ("rfc", "folio", "original_string")
_OWN = frozenset({"fields_from_pdf", "sense"})
#: The lists of both papers: what could not be read of one is a problem of the record that takes it.
LISTS = frozenset({"omitted_obligations", "tax_credits", "economic_activities", "regimes", "obligations"})


def are_one(given: Mapping[str, Any], printed: Mapping[str, Any]) -> bool:
    """Return False where the PDF states another RFC, folio or cadena original than the JSON."""
    return all(_agree(given.get(key), printed.get(key)) for key in _SAME)


def contradictions(given: Mapping[str, Any], printed: Mapping[str, Any]) -> list[str]:
    """Say where the two state another sentido."""
    senses = {given.get("sense"), printed.get("sense")} - {None, "UNKNOWN"}
    return ["the PDF states another sentido than the JSON, which counts"] if len(senses) > 1 else []


def complete(given: MutableMapping[str, Any], printed: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Fill what `given` lacks from `printed`, and return the keys that were filled, a part's as `address.phone`.

    A list is taken whole or not at all: rows of two sources can't be told apart.
    """
    filled = []
    for key, value in printed.items():
        held = given.get(key)
        if isinstance(value, dict) and isinstance(held, dict):
            filled += complete(held, value, f"{prefix}{key}.")
        elif key not in _OWN and _is_lacking(key, held, value):
            given[key] = value
            filled.append(prefix + key)
    return filled


def _is_lacking(key: str, held: Any, value: Any) -> bool:
    if value is None or value == []:
        return False
    if key == "issued_at" and held is not None:  # the JSON's day, and the PDF's moment of that day
        return len(held) < len(value) and bool(value.startswith(held))
    if key == "omitted_obligations" and held:  # the JSON names what is omitted, and not for when
        return all(row["year"] is None for row in held) and any(row["year"] is not None for row in value)
    return held is None or held == []


def _agree(one: Any, other: Any) -> bool:
    return (
        one is None or other is None or "".join(str(one).split()).strip("|") == "".join(str(other).split()).strip("|")
    )
