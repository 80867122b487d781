"""Obligations by their names: the opinión and the constancia word one obligation alike, and not always equally."""

from __future__ import annotations

from gateway.sat.dates import plain

# Shorter than any obligation's name: what is contained in another by chance.
_SHORTEST = 12


def same(one: str | None, other: str | None) -> bool:
    """Return True where two names are of one obligation: equal, or one the beginning or a part of the other."""
    first, second = plain(one or ""), plain(other or "")
    if not first or not second:
        return False
    shorter, longer = sorted((first.rstrip(". "), second.rstrip(". ")), key=len)
    return shorter == longer or (len(shorter) >= _SHORTEST and shorter in longer)
