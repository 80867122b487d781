"""SAT's metadata file (descarga masiva): a line for each CFDI, fields parted by `~`, the headings in the first line.

A name stands in it as in its CFDI: it may hold CR, LF and `~` itself. So a line goes on in the next ones where it is a
record only with them, and its fields are told from the pieces of a name by their shapes; a line that can be cut in
several ways is no record. A companion file, `…_tercero.txt`, names on whose account a CFDI was issued.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat.dates import local_datetime
from gateway.sat.lenient import fold
from gateway.sat.money import amount_or_none
from gateway.sat.plain_text import decoded
from gateway.sat.rfc import compact

_UUID = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}", re.IGNORECASE)
# Less strict than SAT's pattern: it only has to tell an RFC from a piece of a name.
_RFC = re.compile(r"[A-Z&Ñ]{3,4}[0-9]{6}[A-Z0-9]{3}", re.IGNORECASE)
_END = re.compile(r"\r\n|\r|\n")
_HEADING = "uuid"
_THIRD_PARTY = "rfcacuentaterceros"
_HEADINGS = (
    "Uuid~RfcEmisor~NombreEmisor~RfcReceptor~NombreReceptor~RfcPac~FechaEmision~FechaCertificacionSat~Monto~"
    "EfectoComprobante~Estatus~FechaCancelacion"
)
_MUST = ("rfcemisor", "rfcreceptor", "fechaemision", "estatus")
_STATUSES = ("0", "1", "Cancelado", "Vigente")
_NAME = "nombre"
#: A name has 254 characters; more lines or pieces of a line than this are no name's.
_MOST_LINES, _MOST_PIECES = 50, 200


_Fields = Mapping[str, str | None]
#: Makes a record of a line's fields, or says what is wrong with them.
_Make = Callable[[_Fields], "Metadata | str"]


def _is_date(text: str) -> bool:
    return local_datetime(text) is not None


def _is_rfc(text: str) -> bool:
    return _RFC.fullmatch(text) is not None


# By these a field is told from a piece of a name that holds the sign between fields.
_SHAPES: dict[str, Callable[[str], object]] = {
    _HEADING: _UUID.fullmatch,
    "rfcemisor": _is_rfc,
    "rfcreceptor": _is_rfc,
    _THIRD_PARTY: _is_rfc,
    "rfcpac": lambda text: not text or _is_rfc(text),
    "fechaemision": _is_date,
    "fechacertificacionsat": lambda text: not text or _is_date(text),
    "monto": lambda text: not text or amount_or_none(text),
    "efectocomprobante": lambda text: text.isalpha() or not text,
    "estatus": _STATUSES.__contains__,
    "fechacancelacion": lambda text: not text or _is_date(text),
}


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
    return decoded(content[:200]).lstrip()[:5].lower() == "uuid~"


def read(content: bytes) -> Iterator[Metadata | Fault]:
    """Each line of the file or of its companion. Raises UnreadableDocument when its headings are none of theirs."""
    text = decoded(content).lstrip()
    end = _END.search(text)
    head, begin = (text[: end.start()], end.end()) if end else (text, len(text))
    columns = [fold(name) for name in head.strip().split("~")]
    third_parties = _THIRD_PARTY in columns
    if columns[0] != _HEADING or not (third_parties or all(name in columns for name in _MUST)):
        raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "not a metadata file of SAT's")
    make = _third_party if third_parties else _record
    for number, group in _groups(text, begin):
        yield from _read_group(columns, group, number, make)


def read_line(line: bytes) -> Metadata | None:
    """Read a line that was kept without its file; None where it is no record under the headings that SAT gives."""
    found = list(read(f"{_HEADINGS}\r\n".encode() + line))
    return found[0] if len(found) == 1 and isinstance(found[0], Metadata) else None


def _groups(text: str, begin: int) -> Iterator[tuple[int, list[str]]]:
    """Each line that begins with a UUID and those up to the next one, with their ends; the first one's number in front.

    One at a time: SAT's files have up to a million.
    """
    group: list[str] = []
    number, first = 1, 2
    while begin < len(text):
        end = _END.search(text, begin)
        stop = end.end() if end else len(text)
        number += 1
        if group and (len(group) == _MOST_LINES or _UUID.match(text, begin)):
            yield first, group
            group = []
        if not group:
            first = number
        group.append(text[begin:stop])
        begin = stop
    if group:
        yield first, group


def _read_group(columns: list[str], group: list[str], number: int, make: _Make) -> Iterator[Metadata | Fault]:
    """Read as few lines as make a record, since a name may hold their ends, then those that are no part of it."""
    while group and not group[-1].strip():
        group.pop()
    # Of a companion the name is last, where nothing tells its end.
    shortest = len(group) if columns[-1].startswith(_NAME) else 1
    detail = ""
    for count in range(shortest, len(group) + 1):
        found = _read_line(columns, "".join(group[:count]).rstrip("\r\n"), make)
        if isinstance(found, Metadata):
            yield found
            for place, line in enumerate(group[count:], count):
                if line.strip():
                    yield Fault(number + place, line.rstrip("\r\n"), "it does not begin with a UUID")
            return
        detail = found
    if group:
        yield Fault(number, "".join(group).rstrip("\r\n"), detail)


def _read_line(columns: list[str], line: str, make: _Make) -> Metadata | str:
    """Return the record, or what is wrong with the line."""
    pieces = line.split("~")
    # The last fields may be left out together with their `~`.
    fault: Metadata | str = f"{len(pieces)} fields instead of {len(columns)}"
    if 2 <= len(pieces) <= len(columns):
        fault = make(dict(zip(columns, map(_collapsed, pieces), strict=False)))
        if isinstance(fault, Metadata):
            return fault
    if len(pieces) > _MOST_PIECES:
        return fault
    cuts = list(islice(_cuts(columns, pieces), 2))
    if len(cuts) > 1:
        return "it can be cut into fields in several ways"
    return make(dict(zip(columns, map(_collapsed, cuts[0]), strict=False))) if cuts else fault


def _cuts(columns: Sequence[str], pieces: Sequence[str]) -> Iterator[list[str]]:
    """Every way to make fields of the pieces in which a name may take several, and all others have their shape."""
    if not columns or not pieces:
        if not pieces and all(_fits(column, "") for column in columns):
            yield []
        return
    for taken in range(1, len(pieces) + 1 if columns[0].startswith(_NAME) else 2):
        value = "~".join(pieces[:taken])
        if _fits(columns[0], value):
            for others in _cuts(columns[1:], pieces[taken:]):
                yield [value, *others]


def _fits(column: str, value: str) -> bool:
    return column not in _SHAPES or bool(_SHAPES[column](value.strip()))


def _collapsed(value: str) -> str | None:
    return " ".join(value.split()) or None


def _third_party(fields: _Fields) -> Metadata | str:
    if not _UUID.fullmatch(fields[_HEADING] or ""):
        return "it does not begin with a UUID"
    name = fields.get("nombreacuentaterceros")
    return Metadata(_uuid(fields), third_party_rfc=_rfc(fields, _THIRD_PARTY), third_party_name=name)


def _record(fields: _Fields) -> Metadata | str:
    if not _UUID.fullmatch(fields[_HEADING] or ""):
        return "it does not begin with a UUID"
    issued_at = local_datetime(fields["fechaemision"] or "") if "fechaemision" in fields else None
    if issued_at is None:
        return "FechaEmision is no date"
    if fields.get("estatus") not in _STATUSES:
        return "Estatus is neither 0 nor 1"
    amount = fields.get("monto")
    total = amount_or_none(amount) if amount else None
    if amount and total is None:
        return "Monto is no plain decimal number"
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


def _uuid(fields: _Fields) -> str:
    return (fields[_HEADING] or "").upper()


def _rfc(fields: _Fields, name: str) -> str | None:
    value = fields.get(name)
    return compact(value) if value else None
