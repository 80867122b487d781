"""The address behind a CFDI's QR code, where anybody can ask SAT whether the document holds. Never called here."""

from __future__ import annotations

from decimal import Decimal
from typing import cast
from urllib.parse import quote

from gateway.sat.documents import Invoice, Withholding

_INVOICES = "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx"
_WITHHOLDINGS = "https://prodretencionverificacion.clouda.sat.gob.mx/"
_FOREIGN_ID_LENGTH = 20


def verification_url(record: Invoice | Withholding) -> str | None:
    """SAT's address for an invoice or a withholding record.

    None when the document is not stamped, lacks a party or its seal, or is a retención 1.0 (its QR names no address).
    """
    uuid, version, issuer = record["uuid"], record["version"], record["issuer"]["rfc"]
    if not uuid or not issuer:
        return None
    if "withholding_key" in record:
        return _withholding(cast(Withholding, record), uuid, issuer) if version == "2.0" else None
    receiver, seal, amount = record["receiver"]["rfc"], record["seal"], record["total"]
    # A document known by its metadata alone may lack any of these.
    if not receiver or not amount:
        return None
    total = Decimal(amount)
    if version == "3.2":
        return _url(_INVOICES, re=issuer, rr=receiver, tt=f"{total:017.6f}", id=uuid)
    if not seal:
        return None
    return _url(_INVOICES, id=uuid, re=issuer, rr=receiver, tt=_short(total), fe=_tail(seal))


def _withholding(record: Withholding, uuid: str, issuer: str) -> str | None:
    receiver, seal, amount = record["receiver"], record["seal"], record["total_operation"]
    rfc, foreign_id = receiver["rfc"], receiver["foreign_tax_id"]
    if not seal or not amount or not (rfc or foreign_id):
        return None
    whom = {"rr": rfc} if rfc else {"nr": (foreign_id or "")[:_FOREIGN_ID_LENGTH].rjust(_FOREIGN_ID_LENGTH, "0")}
    return _url(_WITHHOLDINGS, id=uuid, re=issuer, **whom, tt=_short(Decimal(amount)), fe=_tail(seal))


def _short(total: Decimal) -> str:
    """Up to six decimals without the zeros that say nothing, but always one decimal."""
    text = f"{total:.6f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def _tail(seal: str) -> str:
    return "".join(seal.split())[-8:]


def _url(address: str, **query: str) -> str:
    # An RFC may hold & and Ñ, a seal + and /.
    return f"{address}?" + "&".join(f"{name}={quote(value, safe='=')}" for name, value in query.items())
