"""Tables of exports: columns named as the fields of the schema (`issuerRfc` is `issuer { rfc }`).

Pure: a stored row in, flat lines out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gateway.sat.camel import camel_case
from gateway.sat.kinds import Kind

Row = Mapping[str, Any]
#: A line of a table: the values of its columns, as text, or an int where the column is one.
Line = list[Any]


#: Under which a line of a part of a document has the document itself.
_WHOLES = ("invoice", "return", "opinion")


class Type(StrEnum):
    """The type of a column's values."""

    TEXT = "TEXT"
    MONEY = "MONEY"  # an exact decimal as text
    NUMBER = "NUMBER"  # the same: a quantity, a rate
    INTEGER = "INTEGER"
    MOMENT = "MOMENT"  # local date and time, or a date, as ISO text
    FLAG = "FLAG"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `reads` is the key of a stored row that it needs."""

    name: str
    type: Type
    value: Callable[[Row], Any]
    reads: str


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of table; `reads` are the keys of a stored row that it needs."""

    kind: Kind
    columns: tuple[Column, ...]
    reads: tuple[str, ...]
    lines: Callable[[Row], Iterator[Row]]

    def lines_of(self, row: Row) -> list[Line]:
        """Return the lines of a stored document."""
        return [[column.value(line) for column in self.columns] for line in self.lines(row)]


def column(path: str, type: Type = Type.TEXT, name: str = "") -> Column:
    """Make a column of the value at a dotted path of a line; a list of values becomes one text."""
    keys = path.split(".")

    def value(row: Row) -> Any:
        held: Any = row
        for key in keys:
            if held is None:
                return None
            held = held.get(key)
        return " ".join(map(str, held)) if isinstance(held, list) else held

    reads = keys[1] if keys[0] in _WHOLES else keys[0]
    return Column(name or camel_case(path), type, value, reads)


def texts(*paths: str) -> list[Column]:
    """Make columns of text, one for each path."""
    return [column(path) for path in paths]


def money(*paths: str) -> list[Column]:
    """Make columns of amounts, one for each path."""
    return [column(path, Type.MONEY) for path in paths]


def counted(name: str, key: str, reads: str) -> Column:
    """Make a column of how many elements the list under `key` has."""
    return Column(name, Type.INTEGER, lambda row: len(row.get(key) or []), reads)


def itself(row: Row) -> Iterator[Row]:
    """Yield the one line of a document that is a line itself."""
    yield row


def table_of(kind: Kind, columns: Sequence[Column], lines: Any = itself, *reads: str) -> Table:
    """Make a table; `reads` are the keys that its lines are made of."""
    return Table(kind, tuple(columns), tuple(dict.fromkeys([*reads, *(column.reads for column in columns)])), lines)
