"""Dates as SAT writes them → ISO text. No zone is invented: a CFDI's Fecha is the local time of its place of issue."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

#: Where SAT's days begin and end.
MEXICO = ZoneInfo("America/Mexico_City")
MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()  # noqa: SIM905

_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}")
# xs:date and xs:dateTime may end in a zone, which .NET and Java write even where the schema's examples have none.
_ISO = re.compile(
    r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})"
    r"(?:[t ]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?([.,][0-9]+)?)?"
    r"(?: ?(?:z|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
_DAY_FIRST = re.compile(
    r"([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})"
    r"(?:[,\s]+(?:a las\s+)?([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:\s*(?:h(?:rs|oras)?\.?))?)?"
)
_LONG = re.compile(
    r"([0-9]{1,2})\s+de\s+([a-z]+)\s+(?:de|del)\s+([0-9]{4})"
    r"(?:[,\s]+(?:a las?\s+)?([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:\s*(?:h(?:rs|oras)?\.?))?)?"
)


def plain(text: str) -> str:
    """Lower-case, without accents, blanks collapsed: what Spanish labels are compared by. Ñ becomes n."""
    decomposed = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).lower().split())


def is_local_datetime(text: str) -> bool:
    """Return True for a real AAAA-MM-DDThh:mm:ss without a zone."""
    return _LOCAL.fullmatch(text) is not None and _is_real(text)


def local_datetime(text: str) -> str | None:
    """ISO local date and time: the text itself when it is one; a zone or a fraction is cut off. None if it is none."""
    if is_local_datetime(text):
        return text
    iso = to_iso(text)
    if iso is None:
        return None
    return iso if "T" in iso else f"{iso}T00:00:00"


def to_iso(text: object) -> str | None:
    """ISO date, or local date and time, of "30 DE DICIEMBRE DE 2021", "30/12/2021 10:28", "2021/12/30" … or None."""
    if not isinstance(text, str):
        return None
    words = plain(text[:120])
    if found := _ISO.fullmatch(words):
        year, month, day = found[1], found[2], found[3]
    elif found := _DAY_FIRST.fullmatch(words):
        year, month, day = found[3], found[2], found[1]
    elif found := _LONG.fullmatch(words):
        year, month, day = found[3], str(month_number(found[2]) or 0), found[1]
    else:
        return None
    iso = f"{year}-{int(month):02}-{int(day):02}"
    if found[4]:
        time = f"{int(found[4]):02}:{found[5]}:{found[6] or '00'}"
        if time == "24:00:00" and not (found.re is _ISO and (found[7] or "").strip(".,0")):
            return _next_day(iso)
        iso += f"T{time}"
    return iso if _is_real(iso) else None


def _next_day(iso: str) -> str | None:
    """Return the midnight at the end of a day, which xs:dateTime may write as 24:00:00."""
    try:
        return f"{date.fromisoformat(iso) + timedelta(days=1)}T00:00:00"
    except (ValueError, OverflowError):
        return None


def iso_date(text: object) -> str | None:
    """Return the date alone."""
    iso = to_iso(text)
    return iso[:10] if iso else None


def month_number(text: object) -> int | None:
    """1 to 12 from a number or a Spanish month name; None for anything else, a two-month period included."""
    if isinstance(text, int) and not isinstance(text, bool):
        return text if 1 <= text <= 12 else None
    if not isinstance(text, str):
        return None
    words = plain(text)
    if re.fullmatch(r"[0-9]{1,2}", words):
        return month_number(int(words))
    words = "septiembre" if words == "setiembre" else words
    return MONTHS.index(words) + 1 if words in MONTHS else None


def _is_real(iso: str) -> bool:
    try:
        if "T" in iso:
            datetime.fromisoformat(iso)
        else:
            date.fromisoformat(iso)
    except ValueError:
        return False
    return True
