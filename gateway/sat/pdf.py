"""The text of a PDF, and fields of SAT's printed forms by their labels."""

from __future__ import annotations

import io
import re
import unicodedata

from pypdf import PdfReader

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat.xml import MAX_BYTES

_MAX_PAGES = 60
_MAX_CHARACTERS = 500_000  # a form of SAT has some ten thousand
_PAGE_MARK = re.compile(
    r"^[ \t]*(?:P[áa]gina|P[áa]g\.)\s{0,9}\[?\d{1,3}\]?\s{0,9}(?:de|/)\s{0,9}\[?\d{1,3}\]?[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_ACCENTS = str.maketrans("áéíóúüÁÉÍÓÚÜ", "aeiouuAEIOUU")


def text_of(content: bytes) -> str:
    """The text of all pages, page marks removed; "" for a scan. Raises UnreadableDocument MALFORMED or FORBIDDEN."""
    if len(content) > MAX_BYTES:
        raise UnreadableDocument(UnreadableReason.FORBIDDEN, f"more than {MAX_BYTES // (1024 * 1024)} MB")
    try:
        # Not strict: Syncfy's own sample of a constancia has its first eight bytes damaged, and reads well otherwise.
        reader = PdfReader(io.BytesIO(content), strict=False)
        pages = [page.extract_text() for page in reader.pages[:_MAX_PAGES]]
    except Exception as error:
        # pypdf has no closed set of exceptions: broken files end in KeyError, TypeError, RecursionError …
        raise UnreadableDocument(UnreadableReason.MALFORMED, f"not a readable PDF ({type(error).__name__})") from None
    text = "\n".join(pages).encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", without_page_marks(text[:_MAX_CHARACTERS]))


def tidy(text: str) -> str:
    """Return a text's lines without blank ones, with one blank between words, and without page marks.

    Marks ("Página [2] de [3]") stand anywhere, in the middle of a table's row too.
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join(filter(None, without_page_marks("\n".join(lines)).splitlines()))


def without_page_marks(text: str) -> str:
    return _PAGE_MARK.sub("", text)


def without_accents(text: str) -> str:
    """Return a text of the same length, so that a position in one is a position in the other. Ñ stays."""
    return text.translate(_ACCENTS)


def labelled(text: str, labels: list[str]) -> list[tuple[str, str]]:
    """(label, value) in printed order: SAT prints two fields on a line, so a value ends where the next label begins.

    Labels are compared without accents and case; `value` has its line breaks.
    """
    marks = labelled_marks(text, labels)
    ends = ([mark.start() for mark in marks] + [len(text)])[1:]
    return [(" ".join(mark[1].split()), text[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]


def labelled_marks(text: str, labels: list[str]) -> list[re.Match[str]]:
    """Return where these labels stand, each with its colon."""
    longest_first = sorted({without_accents(label) for label in labels}, key=len, reverse=True)
    pattern = r"(?<![\w/])(" + "|".join(re.escape(label).replace(r"\ ", r"\s+") for label in longest_first) + r")\s*:"
    return list(re.finditer(pattern, without_accents(text), re.IGNORECASE))


def one_line(text: str) -> str | None:
    """Join a text's lines with single blanks; None of nothing."""
    return " ".join(text.split()) or None


def first_line(text: str) -> str | None:
    """Return the first line that is not blank, with single blanks; None without one."""
    return next((" ".join(line.split()) for line in text.splitlines() if line.strip()), None)
