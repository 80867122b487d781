"""TimbreFiscalDigital, the stamp that gives a CFDI or a retención its UUID, and the other complements' names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.sat.documents import Stamp
from gateway.sat.node import BadValue, Node
from gateway.sat.values import moment, rfc, uuid

_UUID = re.compile(r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}")
_STAMP = "TimbreFiscalDigital"


@dataclass(frozen=True, slots=True)
class Certification:
    """`stamp` is the first one; a document that was merged badly carries several, and `count` tells."""

    stamp: Stamp | None
    count: int
    complements: list[str]
    nodes: list[Node]


def read(document: Node, notes: list[str]) -> Certification:
    """Look only under the document's own Complemento: an Addenda may hold another document's stamp."""
    # CFDI 3.3 allows several Complemento nodes.
    complements = [node for holder in document.children if holder.name == "Complemento" for node in holder.children]
    stamps = [node for node in complements if node.name == _STAMP]
    if len(stamps) > 1:
        notes.append(f"{len(stamps)} stamps: the first one counts")
    stamp = _stamp(stamps[0], notes) if stamps else None
    return Certification(stamp, len(stamps), [node.name for node in complements], complements)


def is_uuid(text: str) -> bool:
    """Return True for an upper-case UUID with its hyphens. SAT's pattern fixes neither version nor variant."""
    return _UUID.fullmatch(text) is not None


def _stamp(node: Node, notes: list[str]) -> Stamp:
    get = node.attributes.get
    named = uuid(node, "UUID", notes)
    if named and not is_uuid(named):
        raise BadValue(node, "UUID", "not a UUID")
    return {
        "uuid": named,
        "version": get("Version"),
        "stamped_at": moment(node, "FechaTimbrado", notes),
        "pac_rfc": rfc(node, "RfcProvCertif", notes),
        "sat_certificate_number": get("NoCertificadoSAT"),
        "legend": get("Leyenda"),
    }
