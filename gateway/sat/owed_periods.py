"""The periods of omitted obligations as an opinión prints them: "2019 Noviembre", "Octubre | Enero de 2025"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.sat.dates import MONTHS, month_number
from gateway.sat.pdf import one_line, without_accents

_MONTH = rf"{'|'.join(MONTHS)}|setiembre"
_YEAR = r"(?:19|20)[0-9]{2}(?![0-9/-])"
_LENGTHS = {"bimestre": 2, "trimestre": 3, "cuatrimestre": 4, "semestre": 6}
_ORDINALS = ("primer", "segundo", "tercer", "cuarto", "quinto", "sexto")
#: What periods are made of, and what may stand between: lower-case, without accents.
_ELEMENT = re.compile(
    r"(?P<numeric>(?<![0-9/])(?:0?[1-9]|1[0-2])/(?:19|20)[0-9]{2}(?![0-9/]))"
    rf"|(?P<year>\bejercicio(?: fiscal)?\s*:?\s*{_YEAR}|(?<![0-9/-]){_YEAR})"
    rf"|(?P<month>\b(?:{_MONTH})\b)"
    rf"|(?P<part>\b(?:[1-6](?:er|ro|do|to)?\.?|{'|'.join(_ORDINALS)})o? ?(?:{'|'.join(_LENGTHS)})\b)"
    r"|(?P<whole>\bdel ejercicio\b(?: fiscal\b)?|\banual\b)"
    r"|(?P<label>\b(?:ejercicio|periodos?|mes(?:es)?)\b\s*:?)"
    r"|(?P<range>(?<=[a-z.]) ?[-–—] ?|\b(?:al?)\b)|(?P<join>[|,;/.:()]|\b(?:y|e|de|del)\b)|(?P<blank>\s+)"
)
#: "Enero 2025 a Marzo 2025" is "Enero a Marzo 2025".
_SPAN = re.compile(rf"\b({_MONTH})(?: del?)? ({_YEAR}) ?(?:al?\b|[-–—]) ?(?=(?:{_MONTH})(?: del?)? \2)", re.IGNORECASE)
_DATED = ("year", "month", "numeric", "part")
_IDLE = ("blank", "join", "range", "label")


@dataclass(frozen=True, slots=True)
class Period:
    """Months of a year, or a year as a whole (no months). `text`: the period as printed, without its year."""

    year: int | None
    months: tuple[int, ...]
    text: str | None


@dataclass(frozen=True, slots=True)
class _Mark:
    name: str
    text: str
    start: int
    end: int


def split(line: str) -> tuple[str, str]:
    """Return a line's words and the period that ends it, each "" where the line has none."""
    tail: list[_Mark] = []
    end = len(line.rstrip())
    for mark in reversed(_marks(line.rstrip())):
        if mark.end != end or (mark.text == "." and tail and tail[0].name == "blank"):
            break  # a full stop ends what the obligation is called
        tail.insert(0, mark)
        end = mark.start
    while tail and tail[0].name in ("blank", "join", "range"):
        tail.pop(0)
    start = tail[0].start if tail else len(line)
    words = line[:start].strip()
    if not words:
        return "", line.strip()
    # "Declaración anual de ISR del ejercicio" is how an obligation is called: only a year or a month dates it.
    if not any(mark.name in _DATED for mark in tail):
        return line.strip(), ""
    first = tail[0]
    if first.name == "whole" or (first.name == "year" and _names_itself(line, tail)):
        start = next(mark.end - 4 if mark is first else mark.start for mark in tail if mark.name in _DATED)
    return re.sub(r"[\s|,;:(–-]+(?:del?)?$", "", line[:start], flags=re.IGNORECASE), line[start:].strip()


def has_year(text: str) -> bool:
    """Return True where a period says its year."""
    return any(mark.name in ("year", "numeric") for mark in _marks(text))


def periods(text: str) -> list[Period]:
    """Return the periods in a text that is nothing but periods: one for each year, in printed order."""
    text = _SPAN.sub(r"\1 a ", text)
    marks = [mark for mark in _marks(text) if mark.name != "label"]
    year_first = next((mark.name == "year" for mark in marks if mark.name not in _IDLE), True)
    found: list[Period] = []
    year: int | None = None
    held: list[_Mark] = []
    for mark in marks:
        if mark.name == "numeric":
            month, _, number = mark.text.partition("/")
            found.append(Period(int(number), (int(month),), mark.text))
        elif mark.name != "year":
            held.append(mark)
        else:
            found += _of_year(year if year_first else int(mark.text[-4:]), held, text)
            year, held = int(mark.text[-4:]), []
    return _joined([*found, *(_of_year(year, held, text) if year_first or _told(held) else [])])


def _names_itself(line: str, tail: list[_Mark]) -> bool:
    """ "… de ISR del ejercicio 2018 Del Ejercicio" says a year, and before it its own name's last words."""
    before = without_accents(line[: tail[0].start]).lower().rstrip()
    return before.endswith(" del") and any(mark.name in ("whole", "month", "part") for mark in tail[1:])


def _of_year(year: int | None, held: list[_Mark], text: str) -> list[Period]:
    while held and held[0].name in _IDLE:
        held = held[1:]
    while held and held[-1].name in _IDLE:
        held = held[:-1]
    if year is None and not held:
        return []
    months: list[int] = []
    in_range = False
    for mark in held:
        if mark.name == "month":
            number = month_number(mark.text) or 0
            months += range(months[-1] + 1, number + 1) if in_range and months else [number]
        elif mark.name == "part":
            months += _months_of_part(mark.text)
        in_range = mark.name == "range" or (in_range and mark.name == "blank")
    printed = one_line(text[held[0].start : held[-1].end]) if held else None
    return [Period(year, tuple(dict.fromkeys(months)), printed)]


def _months_of_part(text: str) -> range:
    """ "2do trimestre": 4 to 6; none for a part that no year has."""
    length = next(length for name, length in _LENGTHS.items() if text.endswith(name))
    ordinal = next((place for place, name in enumerate(_ORDINALS, 1) if text.startswith(name)), 0) or int(text[0])
    return range((ordinal - 1) * length + 1, ordinal * length + 1) if ordinal * length <= 12 else range(0)


def _told(held: list[_Mark]) -> bool:
    return any(mark.name not in _IDLE for mark in held)


def _joined(found: list[Period]) -> list[Period]:
    """Make one period of those of one year."""
    years: dict[int | None, Period] = {}
    for one in found:
        known = years.get(one.year)
        if known is not None:
            months = tuple(dict.fromkeys([*known.months, *one.months]))
            one = Period(one.year, months, " | ".join(text for text in (known.text, one.text) if text) or None)
        years[one.year] = one
    return list(years.values())


def _marks(text: str) -> list[_Mark]:
    folded = without_accents(text).lower()
    return [_Mark(mark.lastgroup or "", mark[0], mark.start(), mark.end()) for mark in _ELEMENT.finditer(folded)]
