"""Every section of a stored return: of its JSON, and of its PDF what the JSON lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from gateway.sat import return_printed, return_rows
from gateway.sat.return_document import ReturnSection
from gateway.sat.return_rows import SEPARATOR, Section

#: The keys of a stored return that its sections are made of.
KEYS = ("blocks", "printed", "text")


def of_record(record: Mapping[str, Any]) -> list[Section]:
    """Return the sections of the JSON, then those of the PDF. A row of before `printed` has the PDF's text alone."""
    given = return_rows.of_tree(_loaded(record.get("blocks")) or {})
    printed = _loaded(record.get("printed"))
    if printed is None:
        return [*given, *return_printed.sections(record.get("text") or "")]
    return [*given, *map(_section, printed)]


def _loaded(value: Any) -> Any:
    """The store keeps them as JSON text; the reader's own record has them as they are."""
    return orjson.loads(value) if isinstance(value, str) else value


def _section(stored: ReturnSection) -> Section:
    name = stored["name"]
    return Section(tuple(name.split(SEPARATOR)) if name else (), stored["read_from"], rows=stored["rows"])
