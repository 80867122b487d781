"""Pages with a cursor `y` (points from the bottom), wrapped text, and tables that continue on the next page.

Only the fourteen fonts that every PDF reader has are used: they hold all of Spanish, and a document stays small. A
character that they lack is written without its accent, or as a question mark; the XML, which is what counts, has it.
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
        # Invariant: the same record gives the same bytes, so that a download can be resumed.
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
        """Begin another page."""
        # A page is put aside, and closed when it is known how many there are.
        self._pages.append(dict(self._canvas.__dict__))
        self._canvas._startPage()
        self._begin()

    def need(self, height: float) -> bool:
        """Begin a new page unless there is this much room; return whether it did."""
        if self.y - height >= BOTTOM:
            return False
        self.new_page()
        return True

    def text(self, x: float, y: float, text: str, style: Style = BODY, *, right: bool = False) -> None:
        """Draw one line that begins at `x`, or ends there when `right` is set."""
        self._canvas.setFont(style.font, style.size)
        self._canvas.setFillColor(style.colour)
        draw = self._canvas.drawRightString if right else self._canvas.drawString
        draw(x, y, printable(text))

    def paragraph(self, x: float, text: str, width: float, style: Style = BODY, *, most: int = 40) -> None:
        """Draw at most `most` lines of wrapped text at the cursor, and move the cursor below them."""
        for line in wrapped(text, width, style)[:most]:
            self.need(style.leading)
            self.y -= style.leading
            self.text(x, self.y, line, style)

    def box(self, x: float, y: float, width: float, height: float, colour: Any) -> None:
        """Fill a rectangle; `x` and `y` are its lower left corner, all in points."""
        self._canvas.setFillColor(colour)
        self._canvas.rect(x, y, width, height, stroke=0, fill=1)

    def line(self, x: float, y: float, to: float, colour: Any = RULE, width: float = 0.6) -> None:
        self._canvas.setStrokeColor(colour)
        self._canvas.setLineWidth(width)
        self._canvas.line(x, y, to, y)

    def heading(self, text: str, *, keep: float = 40) -> None:
        """Draw a section's title; `keep` is the height of the section that must be on the same page."""
        self.need(22 + keep)
        self.y -= 20
        self.text(LEFT, self.y, text.upper(), Style("Helvetica-Bold", 7.4, ACCENT))
        self.y -= 4
        self.line(LEFT, self.y, RIGHT, ACCENT, 0.8)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
        """Draw rows under a head that each page repeats; a row longer than a page continues on the next."""
        self.need(34)
        self._head(columns)
        for row in rows:
            lines = [_lines(cell, column.width - 8) for cell, column in zip(row, columns, strict=True)]
            self._row(columns, lines)

    def _head(self, columns: Sequence[Column]) -> None:
        self.y -= 15
        self.box(LEFT, self.y, RIGHT - LEFT, 15, BAND)
        for x, column in _anchors(columns):
            self.text(x, self.y + 4.8, column.title, LABEL, right=column.right)

    def _row(self, columns: Sequence[Column], cells: list[list[tuple[str, Style]]]) -> None:
        height = max((sum(style.leading for _, style in cell) for cell in cells), default=0) + 7
        if self.y - height < BOTTOM and height < TOP - BOTTOM - 15:
            self.new_page()
            self._head(columns)
        while any(cells):
            room = self.y - BOTTOM - 7
            taken = [
                self._cell(x, cell, room, right=column.right)
                for (x, column), cell in zip(_anchors(columns), cells, strict=True)
            ]
            self.y -= max(taken, default=0) + 7
            if any(cells):
                self.new_page()
                self._head(columns)
        self.line(LEFT, self.y, RIGHT)

    def _cell(self, x: float, cell: list[tuple[str, Style]], room: float, *, right: bool) -> float:
        """Draw the lines that fit, remove them from the cell, and return their height."""
        used = 0.0
        while cell and used + cell[0][1].leading <= room:
            line, style = cell.pop(0)
            used += style.leading
            self.text(x, self.y - used - 1.5, line, style, right=right)
        return used

    def qr_code(self, x: float, y: float, size: float, matrix: Sequence[Sequence[int]]) -> None:
        """Draw a QR code as one path in units of a module: the library would format each of hundreds of corners."""
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
        """Add the foot to each page and return the PDF."""
        self._pages.append(dict(self._canvas.__dict__))
        for number, page in enumerate(self._pages, 1):
            self._canvas.__dict__.update(page)
            self.line(LEFT, 40, RIGHT)
            self.text(LEFT, 28, self._foot, SMALL)
            self.text(RIGHT, 28, f"Página {number} de {len(self._pages)}", SMALL, right=True)
            Canvas.showPage(self._canvas)
        self._canvas.save()
        return self._buffer.getvalue()


def _anchors(columns: Sequence[Column]) -> list[tuple[float, Column]]:
    x, anchors = LEFT, []
    for column in columns:
        anchors.append((x + column.width - 4 if column.right else x + 4, column))
        x += column.width
    return anchors


def _lines(cell: Cell, width: float) -> list[tuple[str, Style]]:
    return [(line, style) for text, style in cell if text for line in wrapped(text, width, style)]


def wrapped(text: str, width: float, style: Style) -> list[str]:
    """Break text into lines no wider than `width` points; cut a word that is wider by itself."""
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
    """Put text on one line, in the characters that the fonts have (Windows-1252)."""
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
