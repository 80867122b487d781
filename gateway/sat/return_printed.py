"""The rows of a return's PDF by its headings, whatever its layout: lines of a label and an amount, or of a label, a
colon and a text. The acuse's own fields (`return_text`) are read there and left out here.
"""

from __future__ import annotations

import re

from gateway.sat.lenient import fold
from gateway.sat.pdf import labelled, without_accents
from gateway.sat.return_document import PDF
from gateway.sat.return_rows import PAYMENT_PLACE, Section, row_of, words
from gateway.sat.return_text import AMOUNTS, CONCEPT, HEADER, PARTS, concept_line

_AMOUNT = re.compile(
    r"(?:^|(?<=[\s:]))\$?\s*((?:[(]\$?|[-\u2212\u2013]\$?|[(][-\u2212\u2013]\$?)?[-\u2212\u2013]?"
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?[)%]?(?: ?(?:M\.? ?N\.?|MXN|pesos))?)\s*$",
    re.IGNORECASE,
)
#: Between two labelled amounts of one line.
_NEXT = re.compile(r"(?<=[0-9)%]) +(?=[A-ZÁÉÍÓÚ][^:0-9$]{2,80}: *\$? ?[(-]?\$?[0-9][0-9,.]*[)%]?(?: |$))")
_TEXT = re.compile(r"([^:]{2,80}?)\s*:\s+(\S.*)")
_HEADS = frozenset(map(fold, HEADER)) - {fold("Medio de presentación"), fold("Impuestos que declara")}
_FIELDS = frozenset(map(fold, HEADER))
_OF_CONCEPTS = frozenset(map(fold, AMOUNTS))
_HEADING = fold("Impuestos que declara")
_OPERATION = fold("Número de operación")  # a payment has one too: the bank's
_LONGEST_NAME = 200


def sections(text: str) -> list[Section]:
    """Return the sections of the text in printed order, without the acuse's own fields."""
    reader = _Reader()
    for line in text.splitlines():
        for part in _NEXT.split(line.strip()):
            if part:
                reader.read(part)
    return [section for section in reader.found if section.rows]


class _Reader:
    """`waiting`: a line that is a heading, or the name of an amount on the next line: what follows tells.

    `field`: a field of the acuse whose value is the next line.
    """

    def __init__(self) -> None:
        self.found = [Section((), PDF)]
        self._part: tuple[str, ...] = ()
        self._waiting: str | None = None
        self._field: str | None = None

    def read(self, line: str) -> None:
        if concept := CONCEPT.search(without_accents(line)):
            name, _ = concept_line(line[concept.start(1) :])
            self._open(name or line.strip(), of_concept=True)
            return
        field, self._field = self._field, None
        if _begins_with_field(line):
            for label, value in labelled(line, HEADER):
                self._acuse(label, value.strip())
                self._field = None if value.strip() or fold(label) == _HEADING else label
            return
        if field is not None:
            self._acuse(field, line)
            return
        if amount := _AMOUNT.search(line):
            name = line[: amount.start()].strip().rstrip(":").strip()
            self._amount(name, amount[1])
        elif text := _TEXT.fullmatch(line):
            self._head()
            self._add(text[1], text[2])
        else:
            name = line.rstrip(":").strip()
            self._head(name)
            self._waiting = name

    def _acuse(self, label: str, value: str) -> None:
        path = self.found[-1].path
        of_payment = fold(label) == _OPERATION and path and PAYMENT_PLACE.match(words(path[-1]))
        if of_payment or fold(label) not in _HEADS:
            self._add(label, value)

    def _amount(self, name: str, amount: str) -> None:
        waiting = self._waiting
        if waiting and (not name or name[0].islower()):
            # The name stands, or begins, on the line above.
            name, self._waiting = f"{waiting} {name}".strip(), None
        self._head(name)
        self._add(name or None, amount)

    def _head(self, name: str | None = None) -> None:
        """Take the waiting line for a heading; beside an amount of a concepto de pago it is the rest of its name."""
        waiting, self._waiting = self._waiting, None
        goes_on = self.found[-1].of_concept and fold(name or "") in _OF_CONCEPTS
        if waiting is not None and not (goes_on and not PARTS.search(words(waiting))):
            self._open(waiting, of_concept=False)

    def _open(self, name: str, *, of_concept: bool) -> None:
        self._waiting = None
        name = name[:_LONGEST_NAME]
        if of_concept:
            self._part = ()
        elif PARTS.search(words(name)):
            self._part = (name,)
        path = self._part if self._part == (name,) else (*self._part, name)
        self.found.append(Section(path, PDF, of_concept=of_concept))

    def _add(self, name: str | None, value: str) -> None:
        into = self.found[-1]
        if value and not (into.of_concept and fold(name or "") in _OF_CONCEPTS):
            into.rows.append(row_of(name, value))


def _begins_with_field(line: str) -> bool:
    """Return True for "Ejercicio: 2024", and False for "ISR del ejercicio: 5,000"."""
    name, colon, _ = line.partition(":")
    return bool(colon) and fold(name) in _FIELDS
