"""Formats of files that are written in parts: a part depends only on the state after the one before, so that another
writer can continue after the last stored part when one is killed.

A format is three pure functions. `begin` and `part` return bytes, the state after them, and their `index` for the end
of the file; `end` returns the rest from the last state and all indexes, in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec

from gateway.exporting.columns import Line, Table


class State(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a file after a part: the next one begins at `offset`, in bytes. Formats add their own fields."""

    offset: int = 0


S = TypeVar("S", bound=State)


@dataclass(frozen=True, slots=True)
class Part(Generic[S]):
    """A part, and the state after it."""

    content: bytes
    state: S
    index: bytes = b""


@dataclass(frozen=True, slots=True)
class Item:
    """One document to write: the lines of a table, its normal form, or its XML (None where there is none)."""

    name: str
    lines: Sequence[Line] = ()
    json: bytes = b""
    xml: bytes | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Format(Generic[S]):
    """A format: its media type, its file ending, its state, and its three functions."""

    media_type: str
    ending: str
    state: type[S]
    begin: Callable[[Table], Part[S]]
    part: Callable[[Table, Sequence[Item], S], Part[S]]
    end: Callable[[Table, S, Iterable[bytes]], Iterable[bytes]]
    #: The attribute of an Item that it writes.
    needs: str = field(default="lines")


def after(state: S, content: bytes, **changes: Any) -> S:
    """Return the state after `content` was written."""
    return msgspec.structs.replace(state, offset=state.offset + len(content), **changes)
