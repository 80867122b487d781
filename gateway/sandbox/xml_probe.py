"""A probe of an XML file: its site, issuer, receiver, date and total, read without the rest.

Files are searched, never parsed: the gateway must cope with any content, so that the sandbox must not choose.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

from gateway.syncfy.sites import Site

_SKIPPED = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]+:)?(\w+)([^>]*)")
_STAMP = re.compile(
    r"TimbreFiscalDigital\b[^>]*?\bUUID\s*=\s*[\"']\s*([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"
)
_ISSUER = re.compile(r"<(?:[\w.-]+:)?Emisor\b([^>]*)")
_RECEIVER = re.compile(
    r"<(?:[\w.-]+:)?(?:Receptor|Nacional|Extranjero)\b([^>]*\bR[Ff][Cc]\w*\s*=[^>]*|[^>]*\bNomDenRazSoc[^>]*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NamedParty:
    """A party as its tag names it: the RFC in upper case, or None for a foreigner and for garbage."""

    rfc: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class ProbedXml:
    """The result of probing one file; its bytes are not kept."""

    path: Path
    id: str
    site: Site
    uuid: str | None
    version: str | None
    type: str | None
    issuer: NamedParty
    receiver: NamedParty
    amount: float
    currency: str
    moment: int

    def issued_by(self, rfc: str) -> bool:
        return self.issuer.rfc == rfc

    def other(self, rfc: str) -> NamedParty:
        """Return the counterparty of `rfc`: the issuer, unless that is `rfc` itself."""
        return self.receiver if self.issued_by(rfc) else self.issuer


def xml_files(directory: Path) -> Iterator[Path]:
    """Iterate over every XML below the directory, in a stable order."""
    return iter(sorted(path for path in directory.rglob("*") if path.suffix.lower() == ".xml" and path.is_file()))


def probe(path: Path, relative: Path) -> ProbedXml:
    """Read one file; its id depends on its `relative` path and its content."""
    raw = path.read_bytes()
    text = _text(raw)
    root, head = _root(text)
    kind = _attribute(head, "TipoDeComprobante")
    stamp = _STAMP.search(text)
    return ProbedXml(
        path=path,
        id=blake2b(relative.as_posix().encode("utf-8", "surrogateescape") + b"\0" + raw, digest_size=12).hexdigest(),
        site=Site.WITHHOLDINGS if root == "Retenciones" else Site.CIEC,
        uuid=stamp[1].upper() if stamp else None,
        version=_attribute(head, "Version"),
        type=kind[:1].lower() if kind else None,
        issuer=_named(_first(_ISSUER, text)),
        receiver=_named(_first(_RECEIVER, text)),
        amount=_number(_attribute(head, "Total")),
        currency=_currency(_attribute(head, "Moneda")),
        moment=_moment(_attribute(head, r"Fecha(?:Exp)?")),
    )


def _text(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    return raw.decode("utf-8", "replace")


def _root(text: str) -> tuple[str, str]:
    """Name (without prefix) and attributes of the first element; empty where there is none."""
    found = _ROOT.search(_SKIPPED.sub("", text[:200_000]))
    return (found[1], found[2]) if found else ("", "")


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _attribute(tag: str, name: str) -> str | None:
    found = re.search(rf"(?<![\w:]){name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag, re.IGNORECASE)
    return html.unescape(found[1] or found[2] or "").strip() or None if found else None


def _named(tag: str) -> NamedParty:
    rfc = _attribute(tag, r"Rfc(?:E|R|Emisor|Recep)?")
    return NamedParty(rfc.upper() if rfc else None, _attribute(tag, r"(?:Nombre|NomDenRazSoc\w)"))


def _currency(text: str | None) -> str:
    """Return the currency's code; MXN for the words that older versions have."""
    return text if text and re.fullmatch(r"[A-Z]{3}", text) else "MXN"


def _number(text: str | None) -> float:
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if abs(value) < 1e15 else 0.0


def _moment(text: str | None) -> int:
    """Return the local midnight after the document's date, as Syncfy dates transactions; 0 without a date."""
    try:
        issued = datetime.fromisoformat((text or "")[:19])
    except ValueError:
        return 0
    midnight = datetime.combine(issued.date(), datetime.min.time(), UTC) + timedelta(days=1, hours=6)
    return int(midnight.timestamp())
