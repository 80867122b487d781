"""SAT's catalogues: a code → its official label.

`catalogs.json` holds facts of the public-domain tables of phpcfdi/resources-sat-catalogs: for each catalogue its
tables, newest first, each with the document versions it belongs to, the day it came into force, and `code → label` or
`code → [label, from, to]` where a code's own days differ.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class _Entry:
    label: str
    valid_from: str | None
    valid_to: str | None

    def in_force(self, day: str) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class _Table:
    versions: frozenset[str]
    entries: dict[str, _Entry]


def label(catalog: str, code: str | None, *, version: str | None = None, on: str | None = None) -> str | None:
    """Return the official label; None for an unknown code, and never an error for one.

    `version` is the document's ("3.2", "3.3", "4.0", "1.0", "2.0"): where the catalogue has a table of its own for
    that version, only that one is asked ("P01" is a use in 3.3 and unknown to 4.0). `on` (an ISO date) prefers a
    label in force that day; a document of before the catalogue still gets one. An unknown catalogue is a programming
    error: KeyError.
    """
    tables = _tables()[catalog]
    if code is None:
        return None
    found = [entry for table in _asked(tables, version) if (entry := table.entries.get(code))]
    if on is not None:
        day = on[:10]
        found.sort(key=lambda entry: not entry.in_force(day))
    return found[0].label if found else None


def entries(catalog: str, *, version: str | None = None) -> list[tuple[str, str]]:
    """Return every (code, label), newest table first. A code may repeat. KeyError for an unknown catalogue."""
    return [
        (code, entry.label) for table in _asked(_tables()[catalog], version) for code, entry in table.entries.items()
    ]


def names() -> list[str]:
    """Return the catalogues there are."""
    return sorted(_tables())


def _asked(tables: tuple[_Table, ...], version: str | None) -> tuple[_Table, ...]:
    own = tuple(table for table in tables if version in table.versions)
    return own or tables


@cache
def _tables() -> dict[str, tuple[_Table, ...]]:
    """Read once, at the first label: a process that shows none never loads it."""
    raw = json.loads(resources.files("gateway.sat").joinpath("catalogs.json").read_bytes())
    return {catalog: tuple(_table(table) for table in tables) for catalog, tables in raw.items()}


def _table(raw: dict[str, Any]) -> _Table:
    since = raw["from"]
    codes = {
        code: _Entry(value, since, None) if isinstance(value, str) else _Entry(*value)
        for code, value in raw["codes"].items()
    }
    return _Table(frozenset(raw["versions"]), codes)
