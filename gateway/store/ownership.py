"""Queries for whose a document is: the taxpayer's own, or one that names another RFC."""

from __future__ import annotations

from gateway.sat.direction import OWN, Direction
from gateway.sat.kinds import Delivery, Kind
from gateway.store.query_language import Filter


def own(kind: Kind) -> Filter:
    """Select the taxpayer's own documents of a kind: those that count."""
    if kind.delivery is Delivery.FISCAL:
        return {"direction": {"$in": list(OWN)}}
    return {"other": {"$ne": True}}


def others(kind: Kind) -> Filter:
    """Select the documents of a kind that name another RFC; each collection has an index of them."""
    return {"direction": str(Direction.OTHER)} if kind.delivery is Delivery.FISCAL else {"other": True}
