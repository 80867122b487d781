"""The words of CFDI 3.2 that later versions say in codes.

3.2's formaDePago ("Pago en una sola exhibición") is 3.3's MetodoPago, and its metodoDePago ("Transferencia", later
"03") is 3.3's FormaPago: SAT swapped the two names.
"""

from __future__ import annotations

import re

from gateway.sat import addresses, currencies, regimes
from gateway.sat.catalogs import label
from gateway.sat.dates import plain
from gateway.sat.documents import Invoice, Original
from gateway.sat.money import amount_or_none
from gateway.sat.node import Node
from gateway.sat.stamp import is_uuid
from gateway.sat.values import moment, number, uuid

_TYPES = {"INGRESO": "I", "EGRESO": "E", "TRASLADO": "T"}

_PAYMENT_FORMS = {
    "efectivo": "01",
    "cheque": "02",
    "cheque nominativo": "02",
    "transferencia": "03",
    "transferencia bancaria": "03",
    "transferencia electronica": "03",
    "transferencia electronica de fondos": "03",
    "tarjeta de credito": "04",
    "tarjetas de credito": "04",
    "monedero electronico": "05",
    "dinero electronico": "06",
    "vales de despensa": "08",
    "tarjeta de debito": "28",
    "tarjeta de servicio": "29",
    "tarjeta de servicios": "29",
    "por definir": "99",
}
_LEADING_CODE = re.compile(r"([0-9]{2})(?![0-9])")


def finish(document: Node, invoice: Invoice, notes: list[str]) -> None:
    """Fill in what 3.2 writes its own way."""
    get = document.attributes.get
    invoice["type"] = _TYPES.get(invoice["type"] or "", invoice["type"])
    invoice["payment_form_text"] = get("MetodoDePago")
    invoice["payment_form"] = _payment_form(get("MetodoDePago"))
    invoice["payment_method_text"] = get("FormaDePago")
    invoice["payment_method"] = _payment_method(get("FormaDePago"))
    invoice["currency"] = currencies.read(invoice["currency"], notes)
    invoice["exchange_rate"] = _exchange_rate(get("TipoCambio"), notes)
    invoice["original"] = _original(document, notes)
    invoice["issuer"]["regimes"] = _regimes(document)
    invoice["issuer"]["regime"] = next(iter(invoice["issuer"]["regimes"]), None)
    invoice["payment_account"] = get("NumCtaPago")
    invoice["discount_reason"] = get("MotivoDescuento")
    if issuer := document.child("Emisor"):
        invoice["issuer"]["address"] = addresses.inside(issuer, "DomicilioFiscal")
        invoice["issuer"]["branch"] = addresses.inside(issuer, "ExpedidoEn")
    if receiver := document.child("Receptor"):
        home = invoice["receiver"]["address"] = addresses.inside(receiver)
        invoice["receiver"]["postal_code"] = home["postal_code"] if home else None


def _payment_form(text: str | None) -> str | None:
    if text is None:
        return None
    code = _LEADING_CODE.match(text)
    if code and label("payment_form", code[1]):
        return code[1]
    return _PAYMENT_FORMS.get(plain(text))


def _payment_method(text: str | None) -> str | None:
    words = plain(text or "")
    if "una sola exhibicion" in words or words == "pue":
        return "PUE"
    if "parcialidad" in words or words == "ppd":
        return "PPD"
    return None


def _exchange_rate(text: str | None, notes: list[str]) -> str | None:
    # Free text in 3.2: "N/A" occurs.
    rate = amount_or_none(text) if text else None
    if text and rate is None:
        notes.append("TipoCambio is not a number")
    return rate


def _regimes(document: Node) -> list[str]:
    texts = [node.attributes.get("Regimen") for node in document.all("Emisor", "RegimenFiscal")]
    return [regimes.code_of(text) or text for text in texts if text]


def _original(document: Node, notes: list[str]) -> Original | None:
    get = document.attributes.get
    folio, named = get("FolioFiscalOrig"), uuid(document, "FolioFiscalOrig", notes)
    original: Original = {
        "uuid": named if named and is_uuid(named) else None,
        "folio": folio,
        "series": get("SerieFolioFiscalOrig"),
        "date": moment(document, "FechaFolioFiscalOrig", notes),
        "amount": number(document, "MontoFolioFiscalOrig"),
    }
    return original if any(original.values()) else None
