"""A directory of real XML files as what one RFC has at SAT: every file a document, the broken ones too, byte for byte.

Files are glanced at, never parsed: the gateway must cope with whatever they hold, so the sandbox must not choose.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from gateway.errors import SettingsError
from gateway.sandbox.portfolio import Attachment, DocumentFile, Portfolio, Transaction
from gateway.syncfy.sites import Site

_CFDI_XML = "56bcdfca784806d1378b4567"
_WITHHOLDING_XML = "5f2956741ae9967c4d3dccd1"
_WORDS = {"i": "ingreso", "e": "egreso", "t": "traslado", "p": "pago", "n": "nomina"}

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
class _Glance:
    """What a quick look found out about one file; its bytes are not kept."""

    path: Path
    id: str
    site: Site
    uuid: str | None
    version: str | None
    type: str | None
    issued: bool
    name: str
    tax_id: str | None
    amount: float
    currency: str
    moment: int


class FolderPortfolio:
    """Implements `Portfolio`: CFDI and retenciones from the directory, the other four sites from `rest`.

    Raises SettingsError where there is no such directory.
    """

    def __init__(self, directory: Path, rfc: str, rest: Portfolio) -> None:
        if not directory.is_dir():
            raise SettingsError("the directory of documents does not exist")
        self._directory = directory
        self._rfc = rfc
        self._rest = rest

    @property
    def rfc(self) -> str:
        return self._rfc

    def count(self, site: Site) -> int:
        return len(self._files[site]) if site in self._files else self._rest.count(site)

    def transactions(self, site: Site, start: int = 0, stop: int | None = None) -> Iterator[Transaction]:
        if site not in self._files:
            yield from self._rest.transactions(site, start, stop)
            return
        for glance in islice(self._files[site], start, stop):
            yield self._row(glance)

    def transaction(self, id: str) -> tuple[Site, Transaction] | None:
        if glance := self._by_id.get(id):
            return glance.site, self._row(glance)
        found = self._rest.transaction(id)
        return None if found is None or found[0] in self._files else found

    def attachment(self, id: str) -> tuple[Site, Transaction, Attachment] | None:
        if glance := self._by_attachment.get(id):
            row = self._row(glance)
            return glance.site, row, row.attachments[0]
        found = self._rest.attachment(id)
        return None if found is None or found[0] in self._files else found

    def documents(self, site: Site) -> Sequence[DocumentFile]:
        return self._rest.documents(site)

    @cached_property
    def _files(self) -> dict[Site, list[_Glance]]:
        found: dict[Site, list[_Glance]] = {Site.CIEC: [], Site.WITHHOLDINGS: []}
        paths = (path for path in self._directory.rglob("*") if path.suffix.lower() == ".xml" and path.is_file())
        for path in sorted(paths):
            glance = _glance(path, path.relative_to(self._directory), self._rfc)
            found[glance.site].append(glance)
        return found

    @cached_property
    def _by_id(self) -> dict[str, _Glance]:
        return {glance.id: glance for glances in self._files.values() for glance in glances}

    @cached_property
    def _by_attachment(self) -> dict[str, _Glance]:
        return {_attachment_id(id): glance for id, glance in self._by_id.items()}

    @cached_property
    def _shared(self) -> Counter[tuple[Site, str]]:
        """How many files of a site claim the same UUID."""
        glances = self._by_id.values()
        return Counter((glance.site, glance.uuid) for glance in glances if glance.uuid)

    def _row(self, glance: _Glance) -> Transaction:
        invoice = glance.site is Site.CIEC
        file = Attachment(
            id=_attachment_id(glance.id),
            type_id=_CFDI_XML if invoice else _WITHHOLDING_XML,
            file=self._name(glance),
            mime="text/xml",
            read=glance.path.read_bytes,
        )
        sign = 1 if glance.issued else -1
        return Transaction(
            id=glance.id,
            description=glance.name,
            amount=sign * glance.amount if invoice and glance.amount else 0.0,
            currency=glance.currency,
            reference=glance.uuid,
            keywords=_keywords(glance),
            tax_id=glance.tax_id,
            dt_transaction=glance.moment,
            attachments=(file,),
        )

    def _name(self, glance: _Glance) -> str:
        """Unique within the site: Syncfy's export is a ZIP keyed by these names."""
        if glance.uuid and self._shared[glance.site, glance.uuid] == 1:
            return f"{glance.uuid}.xml"
        return f"{glance.path.stem}-{glance.id[:8]}.xml"


def _glance(path: Path, relative: Path, rfc: str) -> _Glance:
    raw = path.read_bytes()
    text = _text(raw)
    root, head = _root(text)
    kind = _attribute(head, "TipoDeComprobante")
    issuer, receiver = _first(_ISSUER, text), _first(_RECEIVER, text)
    issued = _rfc_in(issuer) == rfc
    other = receiver if issued else issuer
    stamp = _STAMP.search(text)
    return _Glance(
        path=path,
        id=blake2b(relative.as_posix().encode("utf-8", "surrogateescape") + b"\0" + raw, digest_size=12).hexdigest(),
        site=Site.WITHHOLDINGS if root == "Retenciones" else Site.CIEC,
        uuid=stamp[1].upper() if stamp else None,
        version=_attribute(head, "Version"),
        type=kind[:1].lower() if kind else None,
        issued=issued,
        name=_attribute(other, r"(?:Nombre|NomDenRazSoc\w)") or relative.stem,
        tax_id=_rfc_in(other),
        amount=_number(_attribute(head, "Total")),
        currency=_currency(_attribute(head, "Moneda")),
        moment=_moment(_attribute(head, r"Fecha(?:Exp)?")),
    )


def _attachment_id(id: str) -> str:
    return blake2b(b"attachment" + id.encode(), digest_size=12).hexdigest()


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


def _rfc_in(tag: str) -> str | None:
    return _attribute(tag, r"Rfc(?:E|R|Emisor|Recep)?")


def _currency(text: str | None) -> str:
    """The code, or pesos for what older versions wrote in words."""
    return text if text and re.fullmatch(r"[A-Z]{3}", text) else "MXN"


def _number(text: str | None) -> float:
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if abs(value) < 1e15 else 0.0


def _moment(text: str | None) -> int:
    """The local midnight after the document's date, as Syncfy dates its transactions; 0 where there is no date."""
    try:
        issued = datetime.fromisoformat((text or "")[:19])
    except ValueError:
        return 0
    midnight = datetime.combine(issued.date(), datetime.min.time(), UTC) + timedelta(days=1, hours=6)
    return int(midnight.timestamp())


def _keywords(glance: _Glance) -> list[str]:
    words = {"emitidas" if glance.issued else "recibidas", "vigente"}
    words |= {word for word in (glance.version, glance.type, _WORDS.get(glance.type or "")) if word}
    if glance.uuid:
        words.add("timbrefiscaldigital")
    return sorted(words)
