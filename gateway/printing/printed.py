"""Our own printed representation, a PDF, of documents of which SAT gave none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from gateway.printing import invoices, withholdings
from gateway.printing.sheet import Sheet
from gateway.sat.certification import Certification
from gateway.sat.documents import Invoice, Withholding
from gateway.sat.empty_records import blank_invoice, blank_withholding
from gateway.sat.kinds import Kind

_FEET = {
    Kind.INVOICE: "Este documento es una representación impresa de un CFDI",
    Kind.WITHHOLDING: "Este documento es una representación impresa de un CFDI de retenciones e información de pagos",
}
#: The kinds that can be printed.
KINDS = frozenset(_FEET)


def printed(kind: Kind, row: Mapping[str, Any], proof: Certification | None = None) -> bytes:
    """Print the stored row of an invoice or a withholding as a PDF; mark a cancelled one. KeyError for another kind.

    The same row gives the same bytes. `proof` holds what only the XML has: SAT's seal and the string that it seals.
    """
    mark = "CANCELADO" if row.get("status") == "CANCELLED" else None
    title = " ".join(part for part in ("CFDI", row.get("uuid")) if part)
    sheet = Sheet(title, f"{_FEET[kind]}  {row.get('version') or ''}".strip(), mark=mark)
    # A row lacks the keys that its record was given after it was stored: the blank record has every key.
    if kind is Kind.INVOICE:
        invoices.draw(sheet, cast(Invoice, {**blank_invoice(), **row}), proof)
    else:
        withholdings.draw(sheet, cast(Withholding, {**blank_withholding(), **row}), proof)
    return sheet.finished()
