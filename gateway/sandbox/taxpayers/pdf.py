"""Pages of text as SAT prints them: a title, headings, `label: value` lines, a footer. Same words, same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

_WIDTH, _HEIGHT, _MARGIN = 612, 792, 54  # letter, points
_TOP, _BOTTOM = _HEIGHT - 60, 60
_STYLES = {"title": ("Helvetica-Bold", 13, 20), "heading": ("Helvetica-Bold", 9.5, 17), "text": ("Helvetica", 8.5, 12)}


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph; it is broken into printed lines where the page ends."""

    words: str
    style: str = "text"


def title(words: str) -> Text:
    return Text(words, "title")


def heading(words: str) -> Text:
    return Text(words, "heading")


def page_break() -> Text:
    return Text("", "break")


def draw(paragraphs: Iterable[Text], subject: str) -> bytes:
    """Draw a PDF of one or more pages. reportlab is loaded when the first PDF is needed."""
    from reportlab.pdfgen.canvas import Canvas

    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(_WIDTH, _HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle(subject)
    pages = _pages(paragraphs)
    for number, page in enumerate(pages, 1):
        canvas.setFont("Helvetica", 7)
        canvas.drawRightString(_WIDTH - _MARGIN, _HEIGHT - 36, f"Página  [{number}] de [{len(pages)}]")
        for line, style, height in page:
            font, size, _ = _STYLES[style]
            canvas.setFont(font, size)
            canvas.drawString(_MARGIN, height, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _pages(paragraphs: Iterable[Text]) -> Sequence[Sequence[tuple[str, str, float]]]:
    """Return lines with their height above the page's foot, page by page."""
    from reportlab.lib.utils import simpleSplit

    pages: list[list[tuple[str, str, float]]] = [[]]
    height: float = _TOP
    for paragraph in paragraphs:
        if paragraph.style == "break":
            pages.append([])
            height = _TOP
            continue
        font, size, step = _STYLES[paragraph.style]
        for line in simpleSplit(paragraph.words, font, size, _WIDTH - 2 * _MARGIN):
            if height - step < _BOTTOM:
                pages.append([])
                height = _TOP
            height -= step
            pages[-1].append((line, paragraph.style, height))
    return pages
