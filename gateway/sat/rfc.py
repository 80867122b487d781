"""RFC: SAT's registration of a taxpayer. 12 characters for a company, 13 for a person.

Never refused on its check digit: python-stdnum counts about 1.5 % of RFCs in use that fail it.
"""

from __future__ import annotations

import contextlib
import html
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

#: The public in general, and foreigners without an RFC: both stand for nobody in particular.
PUBLIC_RFC, FOREIGN_RFC = "XAXX010101000", "XEXX010101000"
GENERIC_RFCS = frozenset({PUBLIC_RFC, FOREIGN_RFC})

# SAT's own pattern (tdCFDI.xsd), the homoclave's last character included.
_LETTERS = re.compile(r"[A-Z&Ñ]{3,4}")
_DATE = re.compile(r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_HOMOCLAVE = re.compile(r"[A-Z0-9]{2}[0-9A]")
_BLANK = re.compile(r"\s")
#: What the characters are worth in the check digit, by their place: a company's RFC is filled up with a blank.
_VALUES = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"


def normalize_rfc(text: str) -> str:
    """Stripped and upper-case. Documents carry RFCs such as " AAA010101aaa"."""
    return text.strip().upper()


def compact(text: str) -> str:
    """Without blanks and characters that nobody sees, composed and upper-case: an RFC or UUID as it was meant.

    Spreadsheets and web pages leave zero-width characters, soft hyphens and hard blanks in what is copied from them.
    """
    if text.isascii() and not _BLANK.search(text):
        return text.upper()
    kept = (c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", "".join(kept)).upper()


def mended(text: str) -> str | None:
    """Return the RFC that a text was before it was decoded twice or escaped twice; None where it was none."""
    tries = [html.unescape(text)]
    for encoding in ("cp1252", "latin-1"):
        with contextlib.suppress(UnicodeError):
            tries.append(text.encode(encoding).decode())
    return next((rfc for one in tries if is_rfc(rfc := compact(one))), None)


def is_rfc(text: str) -> bool:
    """Return True for the shape of an RFC, once normalised."""
    return rfc_flaw(text) is None


def rfc_flaw(text: str) -> str | None:
    """Say why a text has not the shape of an RFC, in words that do not repeat it; None when it has."""
    rfc = normalize_rfc(text)
    if len(rfc) not in (12, 13):
        return "an RFC has 12 (company) or 13 (person) characters"
    letters, date, homoclave = rfc[:-9], rfc[-9:-3], rfc[-3:]
    if not _LETTERS.fullmatch(letters):
        return f"an RFC of {len(rfc)} characters begins with {len(letters)} letters (A to Z, Ñ or &)"
    if not re.fullmatch("[0-9]{6}", date):
        return f"an RFC of {len(rfc)} characters has a date of six digits (YYMMDD) after its {len(letters)} letters"
    if not _DATE.fullmatch(date):
        return "the date in an RFC (YYMMDD, after its letters) has a month from 01 to 12 and a day from 01 to 31"
    if not _HOMOCLAVE.fullmatch(homoclave):
        return "an RFC ends with two letters (A to Z) or digits, and a digit or A"
    return None


def is_company(rfc: str) -> bool:
    """Return True for a persona moral (12 characters), False for a persona física (13). The shape is not looked at."""
    return len(normalize_rfc(rfc)) == 12


@dataclass(frozen=True, slots=True)
class RfcFacts:
    """The facts in an RFC. `date`: of birth or of foundation; None for a generic RFC or no real day."""

    company: bool
    generic: bool
    date: date | None
    check_digit_matches: bool


def facts(text: str, *, today: date) -> RfcFacts | None:
    """Return None for what has not the shape of an RFC. The check digit is told and never judged on.

    Two digits tell no century: a date that would be after `today` is of the century before.
    """
    rfc = normalize_rfc(text)
    if not is_rfc(rfc):
        return None
    generic = rfc in GENERIC_RFCS
    return RfcFacts(
        is_company(rfc), generic, None if generic else _date(rfc[-9:-3], today), check_digit(rfc) == rfc[-1]
    )


def check_digit(rfc: str) -> str:
    """Return the last character that the others ask for (SAT's Anexo of the RFC, modulus 11)."""
    padded = rfc[:-1].rjust(12)
    total = sum(_VALUES.index(character) * (13 - place) for place, character in enumerate(padded))
    digit = (11 - total % 11) % 11
    return "A" if digit == 10 else str(digit)


def _date(digits: str, today: date) -> date | None:
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    year += today.year // 100 * 100
    try:
        return date(year if year <= today.year else year - 100, month, day)
    except ValueError:
        return None
