"""RFC: SAT's registration of a taxpayer. 12 characters for a company, 13 for a person.

Never refused on its check digit: python-stdnum counts about 1.5 % of RFCs in use that fail it.
"""

from __future__ import annotations

import re

#: The public in general, and foreigners without an RFC: both stand for nobody in particular.
GENERIC_RFCS = frozenset({"XAXX010101000", "XEXX010101000"})

# SAT's own pattern (tdCFDI.xsd), the homoclave's last character included.
_SHAPE = re.compile(r"[A-Z&Ñ]{3,4}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[A-Z0-9]{2}[0-9A]")


def normalize_rfc(text: str) -> str:
    """Stripped and upper-case. Documents carry RFCs such as " AAA010101aaa"."""
    return text.strip().upper()


def is_rfc(text: str) -> bool:
    """True for the shape of an RFC, once normalised."""
    return _SHAPE.fullmatch(normalize_rfc(text)) is not None


def is_company(rfc: str) -> bool:
    """True for a persona moral (12 characters), False for a persona física (13). The shape is not looked at."""
    return len(normalize_rfc(rfc)) == 12
