"""Paper: pages with a cursor, text that is measured and wrapped, tables that go on over pages.

The fourteen fonts that every reader of PDFs has are used: they hold all of Spanish, and a document stays small. What
they lack is written without its accent, or as a question mark: the XML is what counts, and has it.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

# Compressed pages as bytes: to write them as text takes a quarter of the time, and serves no reader of today.
rl_config.useA85 = 0

WIDTH, HEIGHT, MARGIN = 612.0, 792.0, 40.0  # letter, in points
LEFT, RIGHT, TOP = MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN
#: Below this is the foot of the page.
BOTTOM = 52.0
INK, MUTED, RULE, ACCENT, BAND, ALARM = (
    HexColor(colour) for colour in ("#1b2430", "#5f6b7a", "#d5dbe3", "#0f4c5c", "#f2f5f7", "#c0392b")
)


@dataclass(frozen=True, slots=True)
class Style:
    font: str = "Helvetica"
    size: float = 8.0
    colour: Any = INK

    @property
    def leading(self) -> float:
        return self.size * 1.3


BODY = Style()
BOLD = Style("Helvetica-Bold")
SMALL = Style(size=6.6, colour=MUTED)
LABEL = Style("Helvetica-Bold", 6.4, MUTED)


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    width: float
    right: bool = False


#: A cell: paragraphs, each in its style.
Cell = Sequence[tuple[str, Style]]


class Sheet:
    def __init__(self, title: str, foot: str, *, mark: str | None) -> None:
        self._buffer = io.BytesIO()
        # Invariant: the same record gives the same bytes, so that a download can be carried on.
        self._canvas = Canvas(self._buffer, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
        self._canvas.setTitle(title)
        self._canvas.setCreator("sat-gateway")
        self._foot, self._mark = foot, mark
        self._pages: list[dict[str, Any]] = []
        self.y = TOP
        self._begin()

    def _begin(self) -> None:
        self.y = TOP
        if self._mark:
            canvas = self._canvas
            canvas.saveState()
            canvas.translate(WIDTH / 2, HEIGHT / 2)
            canvas.rotate(52)
            canvas.setFont("Helvetica-Bold", 92)
            canvas.setFillColor(ALARM, alpha=0.13)
            canvas.drawCentredString(0, -30, self._mark)
            canvas.restoreState()

    def new_page(self) -> None:
        # A page is put aside, and closed when it is known how many there are.
        self._pages.append(dict(self._canvas.__dict__))
        self._canvas._startPage()
        self._begin()

    def need(self, height: float) -> bool:
        """Begins a new page unless there is this much room; True when it did."""
        if self.y - height >= BOTTOM:
            return False
        self.new_page()
        return True

    def text(self, x: float, y: float, text: str, style: Style = BODY, *, right: bool = False) -> None:
        text = printable(text)
        self._canvas.setFont(style.font, style.size)
        self._canvas.setFillColor(style.colour)
        if right:
            self._canvas.drawRightString(x, y, text)
        else:
            self._canvas.drawString(x, y, text)

    def paragraph(self, x: float, text: str, width: float, style: Style = BODY, *, most: int = 40) -> None:
        """Wrapped text at the cursor, which moves below it."""
        for line in wrapped(text, width, style)[:most]:
            self.need(style.leading)
            self.y -= style.leading
            self.text(x, self.y, line, style)

    def box(self, x: float, y: float, width: float, height: float, colour: Any) -> None:
        self._canvas.setFillColor(colour)
        self._canvas.rect(x, y, width, height, stroke=0, fill=1)

    def line(self, x: float, y: float, to: float, colour: Any = RULE, width: float = 0.6) -> None:
        self._canvas.setStrokeColor(colour)
        self._canvas.setLineWidth(width)
        self._canvas.line(x, y, to, y)

    def heading(self, text: str, *, keep: float = 40) -> None:
        """A section's title; `keep` is how much of the section must be on the same page."""
        self.need(22 + keep)
        self.y -= 20
        self.text(LEFT, self.y, text.upper(), Style("Helvetica-Bold", 7.4, ACCENT))
        self.y -= 4
        self.line(LEFT, self.y, RIGHT, ACCENT, 0.8)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
        """Rows under a head that is repeated on every page; a row that is longer than a page goes on on the next."""
        self.need(34)
        self._head(columns)
        for row in rows:
            lines = [_lines(cell, column.width - 8) for cell, column in zip(row, columns, strict=True)]
            self._row(columns, lines)

    def _head(self, columns: Sequence[Column]) -> None:
        self.y -= 15
        self.box(LEFT, self.y, RIGHT - LEFT, 15, BAND)
        for x, column in _places(columns):
            at = x + column.width - 4 if column.right else x + 4
            self.text(at, self.y + 4.8, column.title, LABEL, right=column.right)

    def _row(self, columns: Sequence[Column], cells: list[list[tuple[str, Style]]]) -> None:
        height = max((sum(style.leading for _, style in cell) for cell in cells), default=0) + 7
        if self.y - height < BOTTOM and height < TOP - BOTTOM - 15:
            self.new_page()
            self._head(columns)
        while any(cells):
            room = self.y - BOTTOM - 7
            taken = []
            for (x, column), cell in zip(_places(columns), cells, strict=True):
                at = x + column.width - 4 if column.right else x + 4
                taken.append(self._cell(at, cell, room, right=column.right))
            self.y -= max(taken, default=0) + 7
            if any(cells):
                self.new_page()
                self._head(columns)
        self.line(LEFT, self.y, RIGHT)

    def _cell(self, x: float, cell: list[tuple[str, Style]], room: float, *, right: bool) -> float:
        """Draws what fits, takes it from the cell, and returns its height."""
        used = 0.0
        while cell and used + cell[0][1].leading <= room:
            line, style = cell.pop(0)
            used += style.leading
            self.text(x, self.y - used - 1.5, line, style, right=right)
        return used

    def squares(self, x: float, y: float, size: float, matrix: Sequence[Sequence[int]]) -> None:
        """A QR code, as one path in units of a module: the library would format each of hundreds of corners."""
        runs: list[str] = []
        for row, modules in enumerate(matrix):
            column = 0
            while column < len(modules):
                start = column
                while column < len(modules) and modules[column]:
                    column += 1
                if column > start:
                    runs.append(f"{start} {len(matrix) - row - 1} {column - start} 1 re")
                column += 1
        canvas = self._canvas
        canvas.saveState()
        canvas.translate(x, y)
        canvas.scale(size / len(matrix), size / len(matrix))
        canvas.setFillColor(INK)
        canvas.addLiteral(f"{' '.join(runs)} f")
        canvas.restoreState()

    def finished(self) -> bytes:
        self._pages.append(dict(self._canvas.__dict__))
        for number, page in enumerate(self._pages, 1):
            self._canvas.__dict__.update(page)
            self.line(LEFT, 40, RIGHT)
            self.text(LEFT, 28, self._foot, SMALL)
            self.text(RIGHT, 28, f"Página {number} de {len(self._pages)}", SMALL, right=True)
            Canvas.showPage(self._canvas)
        self._canvas.save()
        return self._buffer.getvalue()


def _places(columns: Sequence[Column]) -> list[tuple[float, Column]]:
    x, places = LEFT, []
    for column in columns:
        places.append((x, column))
        x += column.width
    return places


def _lines(cell: Cell, width: float) -> list[tuple[str, Style]]:
    return [(line, style) for text, style in cell if text for line in wrapped(text, width, style)]


def wrapped(text: str, width: float, style: Style) -> list[str]:
    """Lines no wider than `width`; a word that is wider by itself is cut."""
    text = printable(text)
    if stringWidth(text, style.font, style.size) <= width:
        return [text]
    measure: Callable[[str], float] = lambda part: stringWidth(part, style.font, style.size)  # noqa: E731
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if measure(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while measure(word) > width:
            cut = max(int(len(word) * width / measure(word)), 1)
            while cut > 1 and measure(word[:cut]) > width:
                cut -= 1
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line] if line else lines


def printable(text: str) -> str:
    """The text in the letters that the fonts have (Windows-1252), on one line."""
    if text.isascii() and text.isprintable():
        return text
    text = " ".join(unicodedata.normalize("NFC", text).split())
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return "".join(_nearest(character) for character in text)
    return text


def _nearest(character: str) -> str:
    for form in (character, unicodedata.normalize("NFKD", character)):
        kept = "".join(part for part in form if not unicodedata.combining(part))
        try:
            kept.encode("cp1252")
        except UnicodeEncodeError:
            continue
        return kept
    return "?"
