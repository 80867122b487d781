"""Ids that say what they name, and random numbers that are always the same for the same question.

An id is the place of a document (space, position, part) sent through a keyed permutation, so that any id can be turned
back into its place without a table, however many documents there are.
"""

from __future__ import annotations

import random
from enum import IntEnum
from hashlib import blake2b, shake_256
from typing import NamedTuple

_HALF = 48
_MASK = (1 << _HALF) - 1
_INDEX_BITS = 40
_INDEX_MASK = (1 << _INDEX_BITS) - 1
_ROUNDS = 4


class Space(IntEnum):
    """The kind of thing that an id names. The number is part of every id: never renumber."""

    INVOICE = 1
    WITHHOLDING = 2
    ANNUAL_RETURN = 3
    MONTHLY_RETURN = 4
    TAX_STATUS = 5
    COMPLIANCE_OPINION = 6


_SPACES = frozenset(int(space) for space in Space)


class Place(NamedTuple):
    """`part` is 0 for a transaction, and 1, 2… for its attachments."""

    space: Space
    position: int
    part: int


def key_of(seed: int, rfc: str) -> bytes:
    """Derive the key of everything that is drawn for one taxpayer."""
    return blake2b(f"{seed}|{rfc}".encode(), digest_size=32).digest()


def draw(key: bytes, *question: object) -> random.Random:
    """Return a random generator that is seeded by the key and the question, so that answers repeat."""
    digest = blake2b(repr(question).encode(), key=key, digest_size=16).digest()
    return random.Random(int.from_bytes(digest))  # noqa: S311 (invented documents, not secrets)


def filler(key: bytes, size: int, *question: object) -> bytes:
    """`size` bytes that look like a seal or a certificate and are neither."""
    return shake_256(key + repr(question).encode()).digest(size)


def encode(key: bytes, place: Place) -> str:
    """Encrypt a place with the key, by a Feistel network, as 24 hex digits like those of an ObjectId."""
    left = (place.space << _INDEX_BITS) | place.position
    right = place.part << _INDEX_BITS
    for turn in range(_ROUNDS):
        left, right = right, left ^ _mix(key, turn, right)
    return f"{left:012x}{right:012x}"


def decode(key: bytes, id: str) -> Place | None:
    """Decode an id; None for an id of another taxpayer and for any other text."""
    if len(id) != 24:
        return None
    try:
        left, right = int(id[:12], 16), int(id[12:], 16)
    except ValueError:
        return None
    for turn in reversed(range(_ROUNDS)):
        left, right = right ^ _mix(key, turn, left), left
    space, part = left >> _INDEX_BITS, right >> _INDEX_BITS
    if right & _INDEX_MASK or space not in _SPACES:
        return None
    return Place(Space(space), left & _INDEX_MASK, part)


def uuid_of(key: bytes, space: Space, index: int) -> str:
    """Return a document's UUID (version 4, upper-case), which depends on its place only."""
    raw = bytearray(blake2b(f"uuid|{space:d}|{index}".encode(), key=key, digest_size=16).digest())
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex().upper()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _mix(key: bytes, turn: int, half: int) -> int:
    digest = blake2b(turn.to_bytes(1) + half.to_bytes(6), key=key, digest_size=6).digest()
    return int.from_bytes(digest) & _MASK
