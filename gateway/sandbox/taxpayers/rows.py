"""Documents as rows of Syncfy's GET /transactions: sign, keywords, counterparty and files (its public samples)."""

from __future__ import annotations

from collections.abc import Callable

from gateway.sandbox.portfolio import Attachment, Transaction
from gateway.sandbox.taxpayers import complements, withholding_complements
from gateway.sandbox.taxpayers.ids import Place, Space, encode
from gateway.sandbox.taxpayers.model import Invoice
from gateway.sandbox.taxpayers.months import syncfy_time
from gateway.sandbox.taxpayers.returns import Return
from gateway.sandbox.taxpayers.withholdings import Withholding

CFDI_XML = "56bcdfca784806d1378b4567"
WITHHOLDING_XML = "5f2956741ae9967c4d3dccd1"
RETURN_PDF = "5887c839056f29058d17d201"
RETURN_JSON = "5ee97469e69a753fa63d3ac1"

_WORDS = {"I": "ingreso", "E": "egreso", "T": "traslado", "P": "pago", "N": "nomina"}

Read = Callable[[], bytes]


def invoice_row(key: bytes, made: Invoice, read: Read) -> Transaction:
    """Write the transaction of an invoice; `read` makes its XML."""
    sign = 1 if made.issued else -1
    return Transaction(
        id=encode(key, Place(Space.INVOICE, made.index, 0)),
        description=made.other.full_name if made.version != "4.0" else made.other.name,
        amount=sign * made.total / 100 if made.total else 0.0,
        currency=made.currency,
        reference=made.uuid,
        keywords=_keywords(made),
        tax_id=made.other.rfc,
        dt_transaction=syncfy_time(made.issued_at),
        attachments=(_xml(key, Space.INVOICE, made.index, CFDI_XML, made.uuid, read),),
    )


def withholding_row(key: bytes, made: Withholding, read: Read) -> Transaction:
    """Retenciones have no signed amount at Syncfy; a foreign receiver has no RFC to show."""
    direction = "emitidas" if made.issued else "recibidas"
    words = {made.version, made.key, direction, withholding_complements.complement_of(made).name, "vigente"}
    return Transaction(
        id=encode(key, Place(Space.WITHHOLDING, made.index, 0)),
        description=made.other.name,
        amount=0.0,
        currency="MXN",
        reference=made.uuid,
        keywords=sorted(words),
        tax_id=None if made.other.country else made.other.rfc,
        dt_transaction=syncfy_time(made.issued_at),
        attachments=(_xml(key, Space.WITHHOLDING, made.index, WITHHOLDING_XML, made.uuid, read),),
    )


def return_row(key: bytes, space: Space, index: int, filed: Return, read_pdf: Read, read_json: Read) -> Transaction:
    """Write the transaction of a return, with its PDF and its JSON."""
    pdf, json = encode(key, Place(space, index, 1)), encode(key, Place(space, index, 2))
    return Transaction(
        id=encode(key, Place(space, index, 0)),
        description=f"Declaración {filed.title}",
        amount=0.0,
        currency="MXN",
        reference=None,
        keywords=None,
        tax_id=None,
        dt_transaction=syncfy_time(filed.presented_at),
        attachments=(
            Attachment(pdf, RETURN_PDF, f"{filed.stem}.pdf", "application/pdf", read_pdf),
            Attachment(json, RETURN_JSON, f"{filed.stem}.json", None, read_json),
        ),
    )


def _xml(key: bytes, space: Space, index: int, type_id: str, uuid: str, read: Read) -> Attachment:
    return Attachment(encode(key, Place(space, index, 1)), type_id, f"{uuid}.xml", "text/xml", read)


def _keywords(made: Invoice) -> list[str]:
    words = {
        made.version,
        "emitidas" if made.issued else "recibidas",
        made.type.lower(),
        _WORDS[made.type],
        "cancelado" if made.cancelled else "vigente",
        "timbrefiscaldigital",
    }
    if extra := complements.complement_of(made):
        words.add(extra.name)
    if made.transferred or made.withheld:
        words |= {"impuestos"} | {tax.code for tax in (*made.transferred, *made.withheld)}
    if made.transferred:
        words.add("traslados")
    if made.withheld:
        words.add("retenciones")
    return sorted(words)
