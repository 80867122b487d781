"""A file that is written in parts: each part follows from the state that the one before left, so that a writer that is
killed is carried on by another, from the last part that was kept.

A format is three pure functions. `begin` and `part` give bytes, the state after them, and what the end must know of
them (`index`); `end` gives the rest from the last state and all indexes, in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.exporting.columns import Line, Table

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """`state["offset"]` is where the next part begins."""

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
    media_type: str
    ending: str
    begin: Callable[[Table], Part]
    part: Callable[[Table, Sequence[Item], State], Part]
    end: Callable[[Table, State, Iterable[bytes]], Iterable[bytes]]
    #: What of an Item it writes.
    needs: str = field(default="lines")


def after(state: State, content: bytes, **changes: Any) -> State:
    return {**state, **changes, "offset": state["offset"] + len(content)}
