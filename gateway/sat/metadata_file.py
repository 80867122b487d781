"""SAT's metadata file (descarga masiva): a line for each CFDI, fields parted by `~`, the headings in the first line.

Lines end with CRLF, and a name may hold a bare LF. Where an editor made every end a bare LF, a line that does not begin
with a UUID goes on with the one before. A companion file, `…_tercero.txt`, names on whose account a CFDI was issued.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat.dates import local_datetime
from gateway.sat.lenient import fold
from gateway.sat.money import amount_or_none
from gateway.sat.rfc import normalize_rfc

_UUID = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}", re.IGNORECASE)
_CRLF = re.compile(r"\r\n")
_NEXT = re.compile(r"\r?\n(?=[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}~)")
_HEADING = "uuid"
_THIRD_PARTY = "rfcacuentaterceros"
_MUST = ("rfcemisor", "rfcreceptor", "fechaemision", "estatus")


@dataclass(frozen=True, slots=True)
class Metadata:
    """A CFDI as SAT lists it without its XML. Of a companion's line only `uuid` and `third_party_…` are known."""

    uuid: str
    issuer_rfc: str | None = None
    issuer_name: str | None = None
    receiver_rfc: str | None = None
    receiver_name: str | None = None
    pac_rfc: str | None = None
    issued_at: str | None = None
    stamped_at: str | None = None
    total: str | None = None
    type: str | None = None
    cancelled: bool = False
    cancelled_at: str | None = None
    third_party_rfc: str | None = None
    third_party_name: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is no record, whole, with what is wrong with it."""

    number: int
    line: str
    detail: str


def is_metadata(content: bytes) -> bool:
    """Return True where it begins as a metadata file or its companion does."""
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:5].lower() == b"uuid~"


def read(content: bytes) -> Iterator[Metadata | Fault]:
    """Each line of the file or of its companion. Raises UnreadableDocument when its headings are none of theirs."""
    text = _text(content)
    head, _, body = text.lstrip().partition("\n")
    columns = [fold(name) for name in head.strip().split("~")]
    third_parties = _THIRD_PARTY in columns
    if columns[0] != _HEADING or not (third_parties or all(name in columns for name in _MUST)):
        raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "not a metadata file of SAT's")
    for number, line in enumerate(_lines(body), 2):
        if not line.strip():
            continue
        yield _third_party(columns, line, number) if third_parties else _record(columns, line, number)


def _lines(body: str) -> Iterator[str]:
    """One at a time: SAT's files have up to a million."""
    at = 0
    for end in (_CRLF if "\r\n" in body else _NEXT).finditer(body):
        yield body[at : end.start()]
        at = end.end()
    yield body[at:]


def _fields(columns: list[str], line: str, number: int) -> dict[str, str | None] | Fault:
    values = [" ".join(value.split()) or None for value in line.split("~")]
    # The last fields may be left out together with their `~`.
    if len(values) > len(columns) or len(values) < 2:
        return Fault(number, line, f"{len(values)} fields instead of {len(columns)}")
    fields = dict(zip(columns, values, strict=False))
    if not _UUID.fullmatch(fields[_HEADING] or ""):
        return Fault(number, line, "it does not begin with a UUID")
    return fields


def _third_party(columns: list[str], line: str, number: int) -> Metadata | Fault:
    fields = _fields(columns, line, number)
    if isinstance(fields, Fault):
        return fields
    name = fields.get("nombreacuentaterceros")
    return Metadata(_uuid(fields), third_party_rfc=_rfc(fields, _THIRD_PARTY), third_party_name=name)


def _record(columns: list[str], line: str, number: int) -> Metadata | Fault:
    fields = _fields(columns, line, number)
    if isinstance(fields, Fault):
        return fields
    issued_at = local_datetime(fields["fechaemision"] or "") if "fechaemision" in fields else None
    if issued_at is None:
        return Fault(number, line, "FechaEmision is no date")
    if fields.get("estatus") not in ("0", "1", "Cancelado", "Vigente"):
        return Fault(number, line, "Estatus is neither 0 nor 1")
    amount = fields.get("monto")
    total = amount_or_none(amount) if amount else None
    if amount and total is None:
        return Fault(number, line, "Monto is no plain decimal number")
    kind = fields.get("efectocomprobante")
    return Metadata(
        uuid=_uuid(fields),
        issuer_rfc=_rfc(fields, "rfcemisor"),
        issuer_name=fields.get("nombreemisor"),
        receiver_rfc=_rfc(fields, "rfcreceptor"),
        receiver_name=fields.get("nombrereceptor"),
        pac_rfc=_rfc(fields, "rfcpac"),
        issued_at=issued_at,
        stamped_at=local_datetime(fields.get("fechacertificacionsat") or ""),
        total=total,
        type=kind[0].upper() if kind else None,  # "I", and "Ingreso" in listings of the portal
        cancelled=fields["estatus"] in ("0", "Cancelado"),
        cancelled_at=local_datetime(fields.get("fechacancelacion") or ""),
    )


def _uuid(fields: dict[str, str | None]) -> str:
    return (fields[_HEADING] or "").upper()


def _rfc(fields: dict[str, str | None], name: str) -> str | None:
    value = fields.get(name)
    return normalize_rfc(value) if value else None


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
