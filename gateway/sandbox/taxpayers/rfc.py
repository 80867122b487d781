"""RFC and CURP for people and companies who do not exist: right in shape, date and check digit."""

from __future__ import annotations

import random
from datetime import date

PUBLIC = "XAXX010101000"
FOREIGN = "XEXX010101000"

_VALUES = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ")}
_HOMOCLAVE = "123456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
_CURP_VALUES = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ")}
_IGNORED = {"DE", "DEL", "LA", "LAS", "LOS", "EL", "Y", "E", "EN", "PARA"}


def check_digit(body: str) -> str:
    """Compute the last character of an RFC from the first 11 (company) or 12 (person) by SAT's algorithm."""
    padded = body.rjust(12)
    total = sum(_VALUES.get(c, 0) * (13 - i) for i, c in enumerate(padded))
    digit = (11 - total % 11) % 11
    return "A" if digit == 10 else str(digit)


def company_rfc(name: str, founded: date, chance: random.Random) -> str:
    """Make the RFC of a company from its name and the day it was founded."""
    words = [w for w in name.split() if w not in _IGNORED] or ["X"]
    letters = "".join(w[0] for w in words[:3])
    letters = (letters + (words[-1][1:] + "XXX"))[:3]
    return _finish(letters, founded, chance)


def person_rfc(given: str, first: str, second: str, born: date, chance: random.Random) -> str:
    """Make the RFC of a person from the name and the day of birth."""
    return _finish(_initials(given, first, second), born, chance)


def curp_of(rfc: str, given: str, first: str, second: str, state: str, woman: bool, chance: random.Random) -> str:
    """Make a CURP that agrees with a person's RFC; `state` is CURP's two-letter code."""
    inner = "".join(next((c for c in word[1:] if c not in "AEIOU&"), "X") for word in (first, second, given))
    body = f"{rfc[:10]}{'M' if woman else 'H'}{state}{inner.replace('Ñ', 'X')}"
    body += str(chance.randrange(10)) if birthday(rfc).year < 2000 else chance.choice("ABCDEFG")
    total = sum(_CURP_VALUES.get(c, 0) * (18 - i) for i, c in enumerate(body))
    return f"{body}{(10 - total % 10) % 10}"


def birthday(rfc: str) -> date:
    """Read the date inside an RFC, in the plausible century; 2001-01-01 for one that is no date."""
    digits = rfc[-9:-3]
    try:
        year = int(digits[:2])
        return date(2000 + year if year <= 26 else 1900 + year, int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return date(2001, 1, 1)


def _initials(given: str, first: str, second: str) -> str:
    vowel = next((c for c in first[1:] if c in "AEIOU"), "X")
    return f"{first[0]}{vowel}{second[0] if second else 'X'}{given[0]}"


def _finish(letters: str, day: date, chance: random.Random) -> str:
    body = f"{letters}{day:%y%m%d}{chance.choice(_HOMOCLAVE)}{chance.choice(_HOMOCLAVE)}"
    return body + check_digit(body)
