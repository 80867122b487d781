"""The "cadena original" and the digital seal at the foot of SAT's PDFs."""

from __future__ import annotations

import re

_CHAIN = re.compile(r"\|\|[^|]{1,200}(?:\|[^|]{0,200}){1,9}\|\|")
_SEAL = re.compile(r"Sello\s+Digital\s*:?\s*((?:[A-Za-z0-9+/]{20,}={0,2}\s*)+)")


def original_string(text: str) -> str | None:
    """Return the cadena original, without the line breaks of the page; None without one."""
    found = _CHAIN.search(text)
    return re.sub(r"\s*\n\s*", "", found[0]) if found else None


def digital_seal(text: str) -> str | None:
    """Return the sello digital, without blanks; None without one."""
    found = _SEAL.search(text)
    return "".join(found[1].split()) if found else None


def parts(chain: str | None) -> list[str]:
    """Return the fields between the bars: `||RFC|FOLIO|dd-mm-aaaa|P||…||`."""
    return [part.strip() for part in chain.strip("| ").split("|")] if chain else []
