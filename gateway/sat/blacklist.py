"""SAT's list of article 69-B (CFF): who is presumed, or proven, to have issued CFDI for operations that never were.

SAT publishes it as CSV in Windows-1252: some lines of text, a line of headings, and a row for each taxpayer with all
stages of the procedure beside each other. Columns come and go over the years, so they are found by their headings.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat.dates import iso_date, plain
from gateway.sat.plain_text import decoded
from gateway.sat.rfc import is_rfc, normalize_rfc

PRESUMED, DISPROVED, DEFINITIVE, FAVORABLE_RULING = "PRESUMED", "DISPROVED", "DEFINITIVE", "FAVORABLE_RULING"
UNKNOWN = "UNKNOWN"
#: How SAT's words begin, in the situation of a row as in the headings of the stages' columns.
_STAGES = {"presun": PRESUMED, "desvirtu": DISPROVED, "definitiv": DEFINITIVE, "sentencia": FAVORABLE_RULING}
_AS_OF = re.compile(
    r"actualizad[ao] al? (?:dia )?([0-9]{1,2} de [a-z]+ (?:de|del) [0-9]{4}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})"
)
# The list of today has 14,000 rows and 5 MB.
_LARGEST = 100 * 1024 * 1024
_LINES_ABOVE = 50


class Stage(TypedDict):
    """A step of the procedure, as far as it came."""

    situation: str
    official_letter: str | None  # number and date of the oficio, as SAT prints them
    sat_published_on: str | None
    dof_published_on: str | None


class Listed(TypedDict):
    rfc: str
    name: str | None
    situation: str
    situation_text: str
    stages: list[Stage]


@dataclass(frozen=True, slots=True)
class Blacklist:
    """`as_of`: the day that the list says it is up to date to. `nameless`: rows whose RFC a court let SAT blot out."""

    as_of: str | None
    listed: tuple[Listed, ...]
    nameless: int


def read(content: bytes) -> Blacklist:
    """Raise UnreadableDocument for what is not the list."""
    if len(content) > _LARGEST:
        raise UnreadableDocument(UnreadableReason.FORBIDDEN, "larger than the list ever was")
    rows = _rows(decoded(content))
    above, columns = _headings(rows)
    listed: dict[str, Listed] = {}
    nameless = 0
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            found = columns.read(row)
            if not is_rfc(found["rfc"]):
                nameless += 1
            else:
                known = listed.get(found["rfc"])
                listed[found["rfc"]] = found if known is None else _later(known, found)
    except csv.Error:
        raise _not_the_list("a line of it is no CSV") from None
    if not listed:
        raise _not_the_list("no row with an RFC below the headings")
    as_of = _AS_OF.search(plain(" ".join(above)))
    return Blacklist(iso_date(as_of[1]) if as_of else None, tuple(listed.values()), nameless)


def current_stage(entry: Listed) -> Stage | None:
    """Return the stage of an entry's present situation; None where the list shows none of it."""
    return next((stage for stage in entry["stages"] if stage["situation"] == entry["situation"]), None)


def published(stage: Stage) -> list[str]:
    """Return the days on which a stage was published, the first first."""
    return sorted(day for day in (stage["sat_published_on"], stage["dof_published_on"]) if day)


def _later(one: Listed, other: Listed) -> Listed:
    """Of two rows for one RFC the one whose situation is of a later day."""

    def day(entry: Listed) -> str:
        stage = current_stage(entry)
        return next(iter(published(stage)), "") if stage else ""

    return other if day(other) >= day(one) else one


@dataclass(frozen=True, slots=True)
class _Columns:
    rfc: int
    situation: int
    name: int | None
    letters: dict[str, tuple[int, ...]]
    sat: dict[str, tuple[int, ...]]
    dof: dict[str, tuple[int, ...]]

    def read(self, row: Sequence[str]) -> Listed:
        situation = _cell(row, (self.situation,)) or ""
        return {
            "rfc": normalize_rfc(_cell(row, (self.rfc,)) or ""),
            "name": _cell(row, (self.name,)) if self.name is not None else None,
            "situation": _stage_of(situation) or UNKNOWN,
            "situation_text": situation,
            "stages": [stage for name in _STAGES.values() if (stage := self._stage(name, row))],
        }

    def _stage(self, name: str, row: Sequence[str]) -> Stage | None:
        stage: Stage = {
            "situation": name,
            "official_letter": _cell(row, self.letters.get(name, ())),
            "sat_published_on": _day(_cell(row, self.sat.get(name, ()))),
            "dof_published_on": _day(_cell(row, self.dof.get(name, ()))),
        }
        return stage if any(value for key, value in stage.items() if key != "situation") else None


def _headings(rows: Iterator[list[str]]) -> tuple[list[str], _Columns]:
    """Return the text above the table, and where its columns are."""
    above: list[str] = []
    try:
        for row, _ in zip(rows, range(_LINES_ABOVE), strict=False):
            names = [plain(cell) for cell in row]
            if "rfc" in names and any(name.startswith("situacion") for name in names):
                return above, _columns(names)
            above += row
    except csv.Error:
        pass
    raise _not_the_list("no line of headings with RFC and Situación del contribuyente")


def _columns(names: Sequence[str]) -> _Columns:
    letters: dict[str, tuple[int, ...]] = {}
    sat: dict[str, tuple[int, ...]] = {}
    dof: dict[str, tuple[int, ...]] = {}
    for index, name in enumerate(names):
        stage = next((value for word, value in _STAGES.items() if word in name), None)
        if stage is None or name.startswith("situacion"):
            continue
        is_letter = "oficio" in name
        into = letters if is_letter else dof if "dof" in name or "diario oficial" in name else sat
        into[stage] = (*into.get(stage, ()), index)
    if not letters and not sat and not dof:
        raise _not_the_list("no column of a stage of the procedure")
    person = next(
        (i for i, name in enumerate(names) if name.startswith(("nombre", "razon social", "denominacion"))), None
    )
    situation = next(i for i, name in enumerate(names) if name.startswith("situacion"))
    return _Columns(names.index("rfc"), situation, person, letters, sat, dof)


def _cell(row: Sequence[str], indexes: Sequence[int]) -> str | None:
    """Return the first of the columns that says something."""
    cells = (" ".join(row[index].split()) for index in indexes if index < len(row))
    return next((cell for cell in cells if cell), None)


def _day(text: str | None) -> str | None:
    """Return the first day of what may be several: "01/02/2019 - 04/02/2019"."""
    return iso_date(re.split(r"\s+(?:-|//|y)\s+", text)[0]) if text else None


def _stage_of(text: str) -> str | None:
    words = plain(text)
    return next((value for word, value in _STAGES.items() if words.startswith(word)), None)


def _rows(text: str) -> Iterator[list[str]]:
    heading = next(
        (line for line in text.splitlines()[:_LINES_ABOVE] if "RFC" in line.upper() and "situaci" in plain(line)), ""
    )
    delimiter = max(",;\t", key=heading.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _not_the_list(detail: str) -> UnreadableDocument:
    return UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, f"not SAT's list of article 69-B: {detail}")
