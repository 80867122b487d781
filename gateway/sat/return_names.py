"""The names of returns: what a file's name or a transaction's title tells about a return.

Syncfy's samples: `dec_anual_2019_<folio>.pdf` and "Declaración Anual <RFC> 2019 <folio>".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.sat.dates import MONTHS, plain

_RFC = re.compile(r"(?<![A-ZÑ&0-9])[A-ZÑ&]{3,4}[0-9]{6}[A-Z0-9]{3}(?![A-Z0-9])")
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_MONTH_AFTER_YEAR = re.compile(r"20[0-9]{2}[ _-](0?[1-9]|1[0-2])(?![0-9])")
_FOLIO = re.compile(r"(?<![0-9])[0-9]{5,30}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Names:
    operation_number: str | None
    rfc: str | None
    year: int | None
    month: int | None


def read(*texts: str | None) -> Names:
    """Return the first of the texts (file name, title) that says a thing is believed."""
    all_names = [_read(text) for text in texts if text] or [Names(None, None, None, None)]

    def first(values: list[str | None]) -> str | None:
        return next((value for value in values if value is not None), None)

    return Names(
        first([names.operation_number for names in all_names]),
        first([names.rfc for names in all_names]),
        next((names.year for names in all_names if names.year), None),
        next((names.month for names in all_names if names.month), None),
    )


def _read(text: str) -> Names:
    upper = text.upper()
    rfc = _RFC.search(upper)
    # An RFC holds six digits of a date, which must not pass for a folio.
    rest = upper.replace(rfc[0], " ") if rfc else upper
    year = _YEAR.search(rest)
    folios = _FOLIO.findall(rest)
    return Names(
        folios[-1] if folios else None, rfc[0] if rfc else None, int(year[1]) if year else None, month_in(rest)
    )


def month_in(text: str) -> int | None:
    """Return the one month that a text names: "Enero 2024", "2024-01", "001 - Enero"; None of several."""
    words = re.findall(r"[a-z]+", plain(text))
    named = [MONTHS.index(word) + 1 for word in words if word in MONTHS]
    # Two months are a two-month period, which no single month stands for.
    if named:
        return named[0] if len(named) == 1 else None
    after = _MONTH_AFTER_YEAR.search(text)
    return int(after[1]) if after else None
