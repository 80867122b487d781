"""Taxpayers are made known, and get another name."""

from __future__ import annotations

from gateway.errors import InvalidInput
from gateway.models.taxpayer import Taxpayer
from gateway.sat import rfc as rfcs
from gateway.store import taxpayers
from gateway.store.mongo import Row, Store

_LONGEST_NAME = 254


async def create_taxpayer(store: Store, *, owner: str, rfc: str, name: str | None) -> tuple[Taxpayer, bool]:
    """Return the owner's taxpayer with this RFC, and whether it is new. An RFC is never refused on its check digit."""
    normal = rfcs.normalize_rfc(rfc)
    flaw = rfcs.rfc_flaw(normal)
    if flaw is not None:
        raise InvalidInput("INVALID_RFC", flaw, ["rfc"])
    if normal in rfcs.GENERIC_RFCS:
        raise InvalidInput("INVALID_RFC", "a generic RFC names no taxpayer", ["rfc"])
    return await taxpayers.create(store, owner=owner, rfc=normal, name=_checked(name or "") or normal)


async def update_taxpayer(store: Store, taxpayer: Taxpayer, *, name: str) -> Row:
    """Give the taxpayer another name to show; Syncfy's user keeps the one that it was made with."""
    given = _checked(name)
    if not given:
        raise InvalidInput("INVALID_NAME", "the name is missing", ["name"])
    after = await taxpayers.rename(store, taxpayer.id, given)
    if after is None:
        raise InvalidInput("NOT_FOUND", "the taxpayer was deleted meanwhile", ["taxpayerId"])
    return after


def _checked(name: str) -> str:
    given = name.strip()
    if len(given) > _LONGEST_NAME:
        raise InvalidInput("INVALID_NAME", f"a name has {_LONGEST_NAME} characters at most", ["name"])
    return given
