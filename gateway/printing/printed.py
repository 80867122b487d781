"""Record in, PDF out: our own printed representation, for documents of which SAT gave none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.printing import invoices, withholdings
from gateway.printing.sheet import Sheet
from gateway.sat.certification import Certification
from gateway.sat.kinds import Kind

_FEET = {
    Kind.INVOICE: "Este documento es una representación impresa de un CFDI",
    Kind.WITHHOLDING: "Este documento es una representación impresa de un CFDI de retenciones e información de pagos",
}
#: The kinds that can be printed.
KINDS = frozenset(_FEET)


def printed(kind: Kind, record: Mapping[str, Any], proof: Certification | None = None) -> bytes:
    """The PDF of an invoice's or a withholding's record; a cancelled one is marked so. KeyError for another kind.

    The same record gives the same bytes. `proof` is what only the XML has: SAT's seal and the string that it seals.
    """
    mark = "CANCELADO" if record.get("status") == "CANCELLED" else None
    title = " ".join(part for part in ("CFDI", record.get("uuid")) if part)
    sheet = Sheet(title, f"{_FEET[kind]}  {record.get('version') or ''}".strip(), mark=mark)
    (invoices.draw if kind is Kind.INVOICE else withholdings.draw)(sheet, record, proof)
    return sheet.finished()
