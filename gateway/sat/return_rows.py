"""The rows of a return: every value of its JSON, and of its PDF what the JSON lacks, by the place where it stands.

A value of JSON stands in the section that the keys above it name ("isr / determinacion") under its own key. An object
of a label and a value (`{"concepto": "Ventas", "importe": "10"}`) is a row with that label. Nothing is left out but
nulls and empty texts, so that a layout that nobody knows is shown whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gateway.sat.dates import plain
from gateway.sat.lenient import fold
from gateway.sat.money import printed_amount
from gateway.sat.return_concepts import is_concept, name_of
from gateway.sat.return_document import JSON, ReturnRow, ReturnSection

SEPARATOR = " / "
_LABELS = frozenset({"concepto", "nombre", "descripcion", "etiqueta", "campo", "rubro", "cuenta", "label", "name"})
_VALUES = frozenset({"importe", "monto", "valor", "cantidad", "total", "value", "amount", "texto", "text", "saldo"})
#: A place that holds one payment and nothing else: there the short names mean it.
PAYMENT_PLACE = re.compile(r"^(?:(?:datos|informacion|detalle|comprobante|recibo) (?:de |del )?)?(?:pagos?|payments?)$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-ZÁÉÍÓÚÑ])")
_NO_WORD = re.compile(r"[^a-z0-9%]+")


@dataclass(slots=True)
class Section:
    """A section while it is read. `of_concept`: its rows are the amounts of a concepto de pago."""

    path: tuple[str, ...]
    read_from: str
    of_concept: bool = False
    rows: list[ReturnRow] = field(default_factory=list)

    @property
    def record(self) -> ReturnSection:
        return {"name": SEPARATOR.join(self.path) or None, "read_from": self.read_from, "rows": self.rows}


def words(name: str) -> str:
    """Return a key or a label as plain words: "detalle_pagoISR" and "Detalle pago ISR" are alike."""
    return _NO_WORD.sub(" ", plain(_CAMEL.sub(" ", name))).strip()


def row_of(name: str | None, value: object) -> ReturnRow:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return {"name": name, "amount": printed_amount(value), "text": text}


def of_tree(tree: Any) -> list[Section]:
    """Return the sections of a JSON tree in document order."""
    root = Section((), JSON)
    found = [root]
    _walk(tree, (), found, root)
    return [section for section in found if section.rows]


def _walk(value: Any, path: tuple[str, ...], found: list[Section], into: Section) -> None:
    """Read a value under a path. Its plain values go `into` the section of the object that holds it."""
    if isinstance(value, dict):
        own = Section(path, JSON, of_concept=bool(path) and is_concept(value))
        if own.of_concept and (name := name_of(value)):
            own.path = path = (*path, name)
        pair = _label_and_value(value) if path and not own.of_concept else None
        if pair is not None:
            label, held, more = pair
            into.rows.append(row_of(label, held))
            own = Section((*path, label), JSON, rows=[row_of(key, inner) for key, inner in more.items()])
            found.append(own)
            return
        if path:
            found.append(own)
        else:
            own = into
        for key, inner in value.items():
            _walk(inner, (*path, key), found, own)
    elif isinstance(value, list):
        # Pairs of a list are rows of one section, which the list's key names.
        own = Section(path, JSON)
        found.append(own)
        for item in value:
            _walk(item, path, found, own if isinstance(item, dict) else into)
    elif value is not None and value != "":
        into.rows.append(row_of(path[-1] if path else None, value))


def pairs_in(tree: Any) -> set[int]:
    """Return the ids of the objects of a label and a value: their names name no field of the return."""
    found: set[int] = set()
    pending = [tree]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            pair = _label_and_value(value)
            if pair is not None and not pair[2]:
                found.add(id(value))
            pending.extend(value.values())
    return found


def _label_and_value(value: dict[str, Any]) -> tuple[str, object, dict[str, object]] | None:
    """Return the label, the value and what else stands beside them; None of an object that is no such row."""
    held = {key: inner for key, inner in value.items() if inner is not None and inner != ""}
    if any(isinstance(inner, dict | list) for inner in held.values()):
        return None
    labels = [key for key, inner in held.items() if fold(key) in _LABELS and isinstance(inner, str)]
    values = [key for key in held if fold(key) in _VALUES and key not in labels]
    if len(labels) != 1 or len(values) != 1:
        return None
    more = {key: inner for key, inner in held.items() if key not in (labels[0], values[0])}
    return held[labels[0]], held[values[0]], more


def lacking(printed: list[Section], given: list[Section]) -> list[Section]:
    """Return the printed sections with the rows alone that no given section has under that name with that value."""
    known = set(_said(given))
    left = []
    for section in printed:
        rows = [row for row in section.rows if _key(row) not in known]
        if rows:
            left.append(Section(section.path, section.read_from, section.of_concept, rows))
    return left


def _said(sections: list[Section]) -> Iterator[tuple[str, str]]:
    for section in sections:
        yield from (_key(row) for row in section.rows)


def _key(row: ReturnRow) -> tuple[str, str]:
    return fold(row["name"] or ""), row["amount"] or plain(row["text"])
