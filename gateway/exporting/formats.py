"""Formats of files that are written in parts: a part depends only on the state after the one before, so that another
writer can continue after the last stored part when one is killed.

A format is three pure functions. `begin` and `part` return bytes, the state after them, and their `index` for the end
of the file; `end` returns the rest from the last state and all indexes, in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.exporting.columns import Line, Table

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A part; the next one begins at `state["offset"]`."""

    content: bytes
    state: State
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
class Format:
    """A format: its media type, its file ending, and its three functions."""

    media_type: str
    ending: str
    begin: Callable[[Table], Part]
    part: Callable[[Table, Sequence[Item], State], Part]
    end: Callable[[Table, State, Iterable[bytes]], Iterable[bytes]]
    #: The attribute of an Item that it writes.
    needs: str = field(default="lines")


def after(state: State, content: bytes, **changes: Any) -> State:
    return {**state, **changes, "offset": state["offset"] + len(content)}
