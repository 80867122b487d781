"""Tell a CFDI or retención from another one, and of two copies of one the sounder. Pure functions of its record.

A UUID should be enough, and is not: two files may claim one. They are copies of one document when UUID, seal, date,
total and both RFCs are the same: the seal is over the "cadena original", which has every fiscal field (Anexo 20). All
else may differ between copies: a cleaner joins Complementos, a mailer decodes names twice, an ERP adds an Addenda.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson

from gateway.sat.exact_sums import EXACT

_SCHEME = "i1"
_LONGEST_COUNT = 9_999_999
# Ñ and & in an RFC, and what a wrong decoding makes of them: "?", two other letters, a box, an entity.
_NO_PLAIN_LETTER = re.compile(r"&(?:[A-Z]{2,8}|#X?[0-9A-F]{1,7});|[^A-Z0-9]+")


def fingerprint(record: Mapping[str, Any]) -> str:
    """Return `i1:` and 64 hex digits, the same for every copy of one document and for no other document.

    Only fingerprints of one scheme can be compared: whoever changes how it is made changes the prefix.
    """
    total = record.get("total") or record.get("total_operation")
    parts = (
        "WITHHOLDING" if "withholding_key" in record else "INVOICE",
        record.get("uuid"),
        # URLs and mail put blanks for its "+", and break its line.
        re.sub(r"[\s+=]", "", record.get("seal") or ""),
        (record.get("issued_at") or "")[:19],
        None if total is None else str(Decimal(total).normalize(EXACT)),
        *(skeleton((record.get(party) or {}).get("rfc")) for party in ("issuer", "receiver")),
    )
    return f"{_SCHEME}:{hashlib.sha256(orjson.dumps(parts)).hexdigest()}"


def skeleton(rfc: str | None) -> str:
    """Return the plain letters and digits of an RFC, and `*` for the rest, which a wrong decoding changes."""
    return _NO_PLAIN_LETTER.sub("*", unicodedata.normalize("NFC", rfc or "").upper())


_TRAILING = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xC0))
#: Signs of a text that was damaged on its way; what a sound text has of them all copies have.
_DAMAGE = re.compile(
    rf"[ÃÂâ][\x80-\xbf{re.escape(_TRAILING)}]"  # UTF-8 decoded as Windows-1252
    r"|[\ufffd?\x7f-\x9f\u2500-\u259f]"  # what no encoding had, and what a DOS one drew
    r"|[\u0300-\u036f]"  # decomposed letters
    r"|[\xad\u200b-\u200f\u2060\ufeff]"  # characters without a width
    r"|&(?:#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});"  # escaped twice
)
_ACCENTED = re.compile("[ÁÉÍÓÚÜÑáéíóúüñ]")


def soundness(record: Mapping[str, Any], problems: Sequence[str], file: str) -> str:
    """Return a text that is greater for the sounder of two copies: the one that becomes the document's content.

    Sounder is who has one stamp, then who says more, then who has fewer signs of damage, more accents, and fewer
    problems. `file`, the SHA-256 of its bytes, decides between equals, so that the order in which they come does not.
    """
    text = orjson.dumps(record, default=str).decode()
    said = text.count('":') - text.count('":null') - text.count('":[]')
    damaged = 0 if text.isascii() and "?" not in text and "&" not in text else len(_DAMAGE.findall(text))
    accents = 0 if text.isascii() else len(_ACCENTED.findall(text))
    counts = (record.get("stamps_count") == 1, said, _LONGEST_COUNT - damaged, accents, _LONGEST_COUNT - len(problems))
    return "".join(f"{min(max(count, 0), _LONGEST_COUNT):07}" for count in counts) + f"|{file}"
