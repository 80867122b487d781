"""The parts of every printed document: head, parties and facts, sums, and certification with a QR code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import segno

from gateway.printing.sheet import (
    ACCENT,
    BAND,
    BODY,
    BOLD,
    INK,
    LABEL,
    LEFT,
    MUTED,
    RIGHT,
    SMALL,
    Sheet,
    Style,
    wrapped,
)
from gateway.printing.texts import joined, moment
from gateway.sat.certification import Certification
from gateway.sat.documents import Invoice, Withholding
from gateway.sat.verification import verification_url

_TITLE = Style("Helvetica-Bold", 15, ACCENT)
_NAME = Style("Helvetica-Bold", 11.5)
_MONO = Style("Courier", 5.6, INK)
_QR = 92.0
Pair = tuple[str, str | None]


def head(sheet: Sheet, title: str, number: str, lines: Sequence[str], document: Invoice | Withholding) -> None:
    """Draw the issuer's name and `lines` on the left; `title`, `number`, UUID and date on the right."""
    issuer = document["issuer"]
    top = sheet.y
    half = (RIGHT - LEFT) * 0.52
    sheet.y += 2
    sheet.paragraph(LEFT, issuer["name"] or issuer["rfc"] or "", half, _NAME, most=3)
    sheet.y -= 2
    for line in lines:
        if line:
            sheet.paragraph(LEFT, line, half, Style(size=8, colour=MUTED), most=3)
    left, sheet.y = sheet.y, top + 2
    for text, style in (
        (title, _TITLE),
        (number, Style("Helvetica-Bold", 10)),
        (document["uuid"] or "Sin timbre", Style("Helvetica-Bold", 7.6)),
        (joined(moment(document["issued_at"]), document["version"] and f"versión {document['version']}"), SMALL),
    ):
        if text:
            sheet.y -= style.leading
            sheet.text(RIGHT, sheet.y, text, style, right=True)
    sheet.y = min(left, sheet.y) - 10
    sheet.line(LEFT, sheet.y, RIGHT, ACCENT, 1.4)


def facts(sheet: Sheet, groups: Sequence[tuple[str, Sequence[Pair]]]) -> None:
    """Draw groups of label and value beside each other, each under its title, without those that have no value."""
    gap = 14.0
    width = (RIGHT - LEFT - gap * (len(groups) - 1)) / len(groups)
    sheet.need(60)
    top = sheet.y - 4
    lowest = top
    for place, (title, pairs) in enumerate(groups):
        sheet.y = top - 12
        x = LEFT + place * (width + gap)
        sheet.text(x, sheet.y, title.upper(), Style("Helvetica-Bold", 7.4, ACCENT))
        sheet.y -= 3
        for label, value in pairs:
            if value:
                _fact(sheet, x, width, label, value)
        lowest = min(lowest, sheet.y)
    sheet.y = lowest - 4


def _fact(sheet: Sheet, x: float, width: float, label: str, value: str) -> None:
    if not label:
        sheet.paragraph(x, value, width, BOLD, most=4)
        return
    labels = 82.0
    lines = wrapped(value, width - labels, BODY)[:5]
    for number, line in enumerate(lines):
        sheet.y -= BODY.leading
        if number == 0:
            sheet.text(x, sheet.y, label, Style(size=7.2, colour=MUTED))
        sheet.text(x + labels, sheet.y, line)


def totals(sheet: Sheet, rows: Sequence[Pair], total: Pair, notes: Sequence[str]) -> None:
    """Draw the sums on the right, `total` in a band below them, and the notes (the amount in words) on the left."""
    width = 216.0
    x = RIGHT - width
    sheet.need(len(rows) * 12 + 34)
    sheet.y -= 6
    top = sheet.y
    for label, value in rows:
        sheet.y -= 12
        sheet.text(x + 6, sheet.y, label, Style(size=8, colour=MUTED))
        sheet.text(RIGHT - 4, sheet.y, value or "", right=True)
    sheet.y -= 24
    sheet.box(x, sheet.y, width, 19, ACCENT)
    white = Style("Helvetica-Bold", 10, BAND)
    sheet.text(x + 6, sheet.y + 6, total[0], white)
    sheet.text(RIGHT - 4, sheet.y + 6, total[1] or "", white, right=True)
    bottom, sheet.y = sheet.y, top
    for note in notes:
        sheet.paragraph(LEFT, note, x - LEFT - 16, Style(size=7.6, colour=MUTED), most=6)
    sheet.y = min(bottom, sheet.y) - 2


def stamp(sheet: Sheet, document: Invoice | Withholding, proof: Certification | None) -> None:
    """Draw the certification, whole on one page, with the QR code of SAT's verification."""
    held = document["stamp"]
    if not held and not document["seal"]:
        return
    url = verification_url(document)
    x = LEFT + _QR + 12 if url else LEFT
    width = RIGHT - x
    texts = [
        ("Sello digital del CFDI", document["seal"]),
        ("Sello digital del SAT", proof.sat_seal if proof else None),
        ("Cadena original del complemento de certificación digital del SAT", proof.original_string if proof else None),
    ]
    long = [(title, wrapped(text, width, _MONO)) for title, text in texts if text]
    height = 44 + sum(12 + len(lines) * _MONO.leading for _, lines in long)
    sheet.heading("Certificación", keep=max(height, _QR + 14))
    top = sheet.y
    if url:
        sheet.qr_code(LEFT, top - _QR - 8, _QR, _matrix(url))
    sheet.y = top - 3
    for pairs in (
        [("Folio fiscal", held and held["uuid"]), ("Fecha de timbrado", moment(held and held["stamped_at"]))],
        [("Certificado del emisor", document["certificate_number"]), ("RFC del PAC", held and held["pac_rfc"])],
        [("Certificado del SAT", held and held["sat_certificate_number"])],
    ):
        sheet.y -= 10
        for place, (label, value) in enumerate(pairs):
            at = x + place * width * 0.56
            if value:
                sheet.text(at, sheet.y, label, LABEL)
                sheet.text(at + 82, sheet.y, value, Style(size=7))
    for title, lines in long:
        sheet.y -= 12
        sheet.text(x, sheet.y, title, LABEL)
        for line in lines:
            sheet.y -= _MONO.leading
            sheet.text(x, sheet.y, line, _MONO)
    if url:
        sheet.y = min(sheet.y, top - _QR - 8)


@lru_cache(maxsize=64)
def _matrix(url: str) -> tuple[tuple[int, ...], ...]:
    # The search for the best mask takes four fifths of the time, and readers of QR codes read every mask.
    code = segno.make_qr(url, error="m", boost_error=False, mask=3)
    return tuple(tuple(row) for row in code.matrix)
