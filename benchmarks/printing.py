"""Printing one typical CFDI beside the same facts laid out by reportlab's own platypus, with a QR code each."""

from __future__ import annotations

import io
from typing import Any

import segno
from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Image, Paragraph, SimpleDocTemplate, Table, TableStyle

from benchmarks.reading import timed
from benchmarks.rounds import Paired
from benchmarks.taxpayer import typical_cfdi
from gateway.printing import blocks
from gateway.printing.printed import printed
from gateway.sat.certification import certification
from gateway.sat.readers import read_xml
from gateway.sat.verification import verification_url

_STYLES = getSampleStyleSheet()


def measure(rounds: int) -> tuple[int, Paired]:
    """The PDF's size, and microseconds of CPU of `printed` and of platypus in paired rounds."""
    content = typical_cfdi()
    reading = read_xml(content)
    record: Any = reading.record
    ours: list[float] = []
    peer: list[float] = []
    counts = [0, 0]

    def print_it() -> bytes:
        blocks._matrix.cache_clear()  # a document is printed once: its QR code is never known
        return printed(reading.kind, record, certification(content))

    for _ in range(rounds):
        for place, (values, work) in enumerate(((ours, print_it), (peer, lambda: by_platypus(record)))):
            cost, count = timed(work, at_once=5)
            values.append(cost)
            counts[place] += count
    return len(print_it()), Paired(ours, peer, (counts[0], counts[1]))


def by_platypus(record: Any) -> bytes:
    normal, title = _STYLES["Normal"], _STYLES["Title"]
    lines = [["Clave", "Cantidad", "Descripción", "Unitario", "Importe"]]
    lines += [
        [i["product_key"], i["quantity"], Paragraph(i["description"] or "", normal), i["unit_price"], i["amount"]]
        for i in record["line_items"]
    ]
    code = io.BytesIO()
    segno.make_qr(verification_url(record) or "", error="m").save(code, kind="png", scale=3)
    code.seek(0)
    facts = [f"{name}: {record[name]}" for name in ("uuid", "issued_at", "currency", "payment_form", "payment_method")]
    parties = [f"{record[p]['name']} {record[p]['rfc']}" for p in ("issuer", "receiver")]
    story: list[Any] = [Paragraph("Factura", title), *(Paragraph(text, normal) for text in (*parties, *facts))]
    story.append(Table(lines, style=TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey)])))
    story += [Paragraph(f"Total {record['total']}", normal), Image(code, 90, 90), Paragraph(record["seal"], normal)]
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=letter, invariant=1).build(story)
    return buffer.getvalue()
