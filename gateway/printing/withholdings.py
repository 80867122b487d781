"""The printed representation of a CFDI de retenciones e información de pagos."""

from __future__ import annotations

from typing import Any

from gateway.printing import blocks
from gateway.printing.sheet import BODY, BOLD, LEFT, RIGHT, Cell, Column, Sheet
from gateway.printing.texts import Record, joined, labelled, money
from gateway.sat.certification import Certification

_TAXES = [
    Column("IMPUESTO", 150),
    Column("TIPO DE PAGO", 166),
    Column("BASE", 108, right=True),
    Column("MONTO RETENIDO", 108, right=True),
]
_MONTHS = [
    "Enero",
    "Febrero",
    "Marzo",
    "Abril",
    "Mayo",
    "Junio",
    "Julio",
    "Agosto",
    "Septiembre",
    "Octubre",
    "Noviembre",
    "Diciembre",
]
# The amounts of the complements that have a type here, under SAT's names.
_AMOUNTS = {
    "platform_services": [
        ("Servicios sin IVA", "total"),
        ("IVA trasladado", "vat_transferred"),
        ("IVA retenido", "vat_withheld"),
        ("ISR retenido", "income_tax_withheld"),
        ("Diferencia de IVA", "vat_difference"),
        ("Uso de la plataforma", "platform_fee"),
    ],
    "dividends": [
        ("ISR acreditable retenido en México", "income_tax_credit_mexico"),
        ("ISR acreditable retenido en el extranjero", "income_tax_credit_abroad"),
        ("Retenido en el extranjero", "withheld_abroad"),
        ("ISR acreditable nacional", "income_tax_credit_national"),
        ("Dividendo acumulable nacional", "accumulable_national"),
        ("Dividendo acumulable extranjero", "accumulable_foreign"),
    ],
    "interest": [("Interés nominal", "nominal"), ("Interés real", "real"), ("Pérdida", "loss")],
}
_NAMES = {"platform_services": "Plataformas tecnológicas", "dividends": "Dividendos", "interest": "Intereses"}


def draw(sheet: Sheet, record: Record, proof: Certification | None) -> None:
    issuer, receiver = record["issuer"], record["receiver"]
    lines = [
        f"RFC {issuer['rfc']}" if issuer.get("rfc") else "",
        labelled("regime", issuer.get("regime")),
        f"Lugar de expedición {record['place_of_issue']}" if record.get("place_of_issue") else "",
    ]
    folio = record.get("folio") or ""
    blocks.head(sheet, "Constancia de retenciones", folio, issuer.get("name") or issuer.get("rfc"), lines, record)
    blocks.facts(
        sheet,
        [
            (
                "Receptor",
                [
                    ("", receiver.get("name")),
                    ("RFC", receiver.get("rfc")),
                    ("CURP", receiver.get("curp")),
                    ("Id. tributaria", receiver.get("foreign_tax_id")),
                    (
                        "Nacionalidad",
                        {"NATIONAL": "Nacional", "FOREIGN": "Extranjero"}.get(receiver["nationality"] or ""),
                    ),
                    ("Código postal", receiver.get("postal_code")),
                ],
            ),
            (
                "Retención",
                [
                    ("Clave", labelled("withholding_key", record.get("withholding_key"), record)),
                    ("Descripción", record.get("description")),
                    ("Periodo", _period(record["period"])),
                ],
            ),
        ],
    )
    if record.get("taxes"):
        sheet.heading("Impuestos retenidos")
        sheet.table(_TAXES, [_tax(tax) for tax in record["taxes"]])
    _totals(sheet, record)
    _complements(sheet, record)
    blocks.stamp(sheet, record, proof)


def _period(period: Any) -> str | None:
    months = [_MONTHS[m - 1] for m in (period["month_from"], period["month_to"]) if m and 1 <= m <= len(_MONTHS)]
    span = months[0] if len(set(months)) == 1 else joined(*months, between=" a ")
    return joined(span, str(period["year"]) if period["year"] else None, between=" ") or None


def _tax(tax: Any) -> list[Cell]:
    kind = labelled("withholding_payment_type", tax["payment_type"]) or tax["payment_type_text"] or ""
    return [
        [(labelled("tax", tax["tax"]), BODY)],
        [(kind, BODY)],
        [(money(tax["base"]), BODY)],
        [(money(tax["amount"]), BOLD)],
    ]


def _totals(sheet: Sheet, record: Record) -> None:
    rows: list[blocks.Pair] = [
        ("Total de la operación", money(record.get("total_operation"))),
        ("Total gravado", money(record.get("total_taxable"))),
        ("Total exento", money(record.get("total_exempt"))),
    ]
    rows = [row for row in rows if row[1]]
    blocks.totals(sheet, rows, ("Total retenido MXN", money(record.get("total_withheld"))), [])


def _complements(sheet: Sheet, record: Record) -> None:
    for key, names in _AMOUNTS.items():
        held = record.get(key)
        if not held:
            continue
        sheet.heading(_NAMES[key])
        for label, name in names:
            if held.get(name) is not None:
                sheet.need(BODY.leading)
                sheet.y -= BODY.leading + 1
                sheet.text(LEFT, sheet.y, label)
                sheet.text(LEFT + 300, sheet.y, money(held[name]), right=True)
    others = record.get("other_complements") or []
    if others:
        sheet.heading("Complementos")
        names_ = ", ".join(dict.fromkeys(other["name"] for other in others))
        sheet.paragraph(LEFT, f"{names_}: su contenido completo está en el XML.", RIGHT - LEFT)
