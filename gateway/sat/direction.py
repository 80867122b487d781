"""The taxpayer's side of a document: it issued it, received it, or is not named in it (pure).

A document that names another RFC is kept and listed, and counts in no figure of the taxpayer's.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from gateway.sat.identity import skeleton
from gateway.sat.kinds import Delivery, Kind
from gateway.sat.rfc import FOREIGN_RFC, GENERIC_RFCS, compact, is_rfc

_MASK = "*"


class Direction(StrEnum):
    """The taxpayer's side of a CFDI or a retención. OTHER: it is neither the issuer nor the receiver."""

    ISSUED = "ISSUED"
    RECEIVED = "RECEIVED"
    OTHER = "OTHER"


#: The directions of the taxpayer's own documents: those that count.
OWN = (Direction.ISSUED, Direction.RECEIVED)


def direction_of(issuer: str | None, receiver: str | None, rfc: str, told: Direction | None = None) -> Direction | None:
    """Return the side on which a document names the taxpayer. `told`: the side on which its list at SAT has it.

    Two RFCs of others are OTHER, whatever was told. A generic RFC stands for nobody, so the other side decides. Of one
    RFC, what was told decides unless that very side names another. None where the document names no RFC and nothing
    was told.
    """
    of, to, mine = comparable(issuer), comparable(receiver), comparable(rfc)
    if _is(of, mine):
        return Direction.ISSUED
    if _is(to, mine):
        return Direction.RECEIVED
    if not (of or to):
        return told
    contradicted = told is None or (told is Direction.ISSUED and of) or (told is Direction.RECEIVED and to)
    return Direction.OTHER if (of and to) or contradicted else told


def _is(named: str | None, mine: str | None) -> bool:
    """Compare two RFCs; one with a letter that was damaged on its way is still the taxpayer's."""
    if named is None or named == mine or is_rfc(named):
        return named is not None and named == mine
    return skeleton(named) == skeleton(mine)


def of_record(kind: Kind, record: Mapping[str, Any], rfc: str, told: Direction | None = None) -> Direction | None:
    """Return the direction of a CFDI or retención from its record."""
    issuer, receiver = record.get("issuer") or {}, record.get("receiver") or {}
    to = receiver.get("rfc")
    if kind is Kind.WITHHOLDING and not to and receiver.get("nationality") == "FOREIGN":
        to = FOREIGN_RFC  # retenciones to a foreigner have no RFC to name
    return direction_of(issuer.get("rfc"), to, rfc, told)


def names_another(record: Mapping[str, Any], rfc: str) -> bool:
    """Return True for a return, an opinión or a constancia of another RFC; what is no RFC names nobody."""
    named = comparable(record.get("rfc"))
    return named is not None and named != comparable(rfc) and is_rfc(named) and named not in GENERIC_RFCS


def is_other(kind: Kind, row: Mapping[str, Any]) -> bool:
    """Return True for the stored row of a document that names another RFC."""
    if kind.delivery is Delivery.FISCAL:
        return row.get("direction") == Direction.OTHER
    return bool(row.get("other"))


def masks_another(masked: str | None, rfc: str) -> bool:
    """Return True where a login that Syncfy shows masked (`A**********C`) can not be this RFC."""
    shown = comparable(masked)
    if shown is None or _MASK not in shown or len(shown) not in (12, 13):
        return False
    mine = comparable(rfc) or ""
    pairs = zip(shown, mine, strict=False)
    return len(shown) != len(mine) or any(seen not in (_MASK, own) for seen, own in pairs)


def comparable(rfc: str | None) -> str | None:
    """Return an RFC without blanks and format characters, upper-case and composed; None for none."""
    return compact(rfc or "") or None
