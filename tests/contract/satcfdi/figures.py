"""Runs beside satcfdi, in an environment of its own: file names in, a JSON line out for each: figures or a refusal.

Nothing of ours is imported here. The figures have the words of SAT's schemas; numbers are plain text without exponents
or trailing zeros, so that two readers of one document can be compared.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from satcfdi.cfdi import CFDI

_CODES_OF_32 = {"ISR": "001", "IVA": "002", "IEPS": "003"}


def text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return str(getattr(value, "code", value)).strip() or None


def day_and_time(value: Any) -> str | None:
    return value.isoformat()[:19] if value is not None else None


def many(value: Any) -> list[Any]:
    """What may repeat comes as nothing, as one or as several."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def taxes(node: Any, suffix: str = "") -> list[list[str | None]]:
    """[T or R, tax, factor, rate, base, amount], sorted."""
    rows = []
    for letter, group in (("T", "Traslados"), ("R", "Retenciones")):
        found = (node or {}).get(group + suffix)
        for tax in found.values() if isinstance(found, Mapping) else many(found):
            name = text(tax.get("Impuesto" + suffix))
            rate = tax.get("TasaOCuota" + suffix)
            if "Tasa" in tax:  # 3.2: a percentage
                rate = tax["Tasa"] / 100
            rows.append(
                [
                    letter,
                    _CODES_OF_32.get(name or "", name),
                    text(tax.get("TipoFactor" + suffix)),
                    text(rate),
                    text(tax.get("Base" + suffix)),
                    text(tax.get("Importe" + suffix)),
                ]
            )
    return sorted(rows, key=str)


def taxes_of_10(paid: Any) -> list[list[str | None]]:
    """Pagos 1.0 lets a payment have several Impuestos, named as an invoice's are."""
    return sorted((row for node in many(paid.get("Impuestos")) for row in taxes(node)), key=str)


def payments(document: Any) -> Iterator[dict[str, Any]]:
    complement = (document.get("Complemento") or {}).get("Pagos") or {}
    for paid in many(complement.get("Pago")):
        yield {
            "at": day_and_time(paid["FechaPago"]),
            "amount": text(paid["Monto"]),
            "currency": text(paid["MonedaP"]),
            "exchange_rate": text(paid.get("TipoCambioP")),
            "taxes": taxes(paid["ImpuestosP"], "P") if "ImpuestosP" in paid else taxes_of_10(paid),
            "settles": [
                {
                    "uuid": (text(one["IdDocumento"]) or "").upper(),
                    "currency": text(one.get("MonedaDR")),
                    "instalment": text(one.get("NumParcialidad")),
                    "previous": text(one.get("ImpSaldoAnt")),
                    "paid": text(one.get("ImpPagado")),
                    "remaining": text(one.get("ImpSaldoInsoluto")),
                    "equivalence": text(one.get("EquivalenciaDR", one.get("TipoCambioDR"))),
                    "taxes": taxes(one.get("ImpuestosDR"), "DR"),
                }
                for one in many(paid.get("DoctoRelacionado"))
            ],
        }


def payrolls(document: Any) -> Iterator[dict[str, Any]]:
    for pay in many((document.get("Complemento") or {}).get("Nomina")):
        if text(pay.get("Version")) != "1.2":
            continue
        yield {
            "paid_on": str(pay["FechaPago"]),
            "perceptions": [
                [text(p["TipoPercepcion"]), text(p["ImporteGravado"]), text(p["ImporteExento"])]
                for p in many((pay.get("Percepciones") or {}).get("Percepcion"))
            ],
            "deductions": [
                [text(d["TipoDeduccion"]), text(d["Importe"])]
                for d in many((pay.get("Deducciones") or {}).get("Deduccion"))
            ],
            "totals": [text(pay.get(n)) for n in ("TotalPercepciones", "TotalDeducciones", "TotalOtrosPagos")],
        }


def of_invoice(document: Any) -> dict[str, Any]:
    issuer, receiver = document.get("Emisor") or {}, document.get("Receptor") or {}
    return {
        "issuer": [(text(issuer.get("Rfc")) or "").upper(), text(issuer.get("Nombre"))],
        "receiver": [(text(receiver.get("Rfc")) or "").upper(), text(receiver.get("Nombre"))],
        "issued_at": day_and_time(document["Fecha"]),
        "subtotal": text(document["SubTotal"]),
        "discount": text(document.get("Descuento")),
        "total": text(document["Total"]),
        "lines": [
            {
                "product_key": text(line.get("ClaveProdServ")),
                "quantity": text(line["Cantidad"]),
                "unit_price": text(line["ValorUnitario"]),
                "amount": text(line["Importe"]),
                "discount": text(line.get("Descuento")),
                "description": " ".join((text(line["Descripcion"]) or "").split()),
                "taxes": taxes(line.get("Impuestos")),
            }
            for line in document["Conceptos"]
        ],
        "taxes": taxes(document.get("Impuestos")),
        "taxes_transferred": text((document.get("Impuestos") or {}).get("TotalImpuestosTrasladados")),
        "taxes_withheld": text((document.get("Impuestos") or {}).get("TotalImpuestosRetenidos")),
        "related": [
            [text(group["TipoRelacion"]), str(uuid).strip().upper()]
            for group in many(document.get("CfdiRelacionados"))
            for uuid in many(group["CfdiRelacionado"])
        ],
        "payments": list(payments(document)),
        "payrolls": list(payrolls(document)),
    }


def of_withholding(document: Any) -> dict[str, Any]:
    totals = document["Totales"]
    issuer = document["Emisor"]
    return {
        "issuer": [
            (text(issuer.get("RfcE", issuer.get("RFCEmisor"))) or "").upper(),
            text(issuer.get("NomDenRazSocE")),
        ],
        "issued_at": day_and_time(document["FechaExp"]),
        "operation": text(totals["MontoTotOperacion"]),
        "withheld": text(totals["MontoTotRet"]),
        "taxes": [
            [text(tax.get("BaseRet")), text(tax.get("ImpuestoRet", tax.get("Impuesto"))), text(tax["MontoRet"])]
            for tax in many(totals.get("ImpRetenidos"))
        ],
    }


def figures(document: Any) -> dict[str, Any]:
    stamp = (document.get("Complemento") or {}).get("TimbreFiscalDigital") or {}
    own = of_invoice(document) if "Conceptos" in document else of_withholding(document)
    return {"version": text(document["Version"]), "uuid": (text(stamp.get("UUID")) or "").upper() or None, **own}


def main() -> None:
    for path in sys.stdin.read().splitlines():
        try:
            document = CFDI.from_string(Path(path).read_bytes())
        except Exception as error:  # whatever it is, satcfdi does not accept the document
            answer: dict[str, Any] = {"refused": type(error).__name__}
        else:
            answer = {"figures": figures(document)}
        print(json.dumps({"path": path, **answer}, ensure_ascii=False))


if __name__ == "__main__":
    main()
