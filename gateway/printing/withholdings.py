"""The printed representation of a CFDI de retenciones e información de pagos."""

from __future__ import annotations

from gateway.printing import blocks
from gateway.printing.sheet import BODY, BOLD, LEFT, RIGHT, Cell, Column, Sheet
from gateway.printing.texts import joined, labelled, money
from gateway.sat.certification import Certification
from gateway.sat.documents import WithheldTax, Withholding, WithholdingPeriod

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


def draw(sheet: Sheet, record: Withholding, proof: Certification | None) -> None:
    """Draw a retención: its parties, the taxes withheld, its totals and complements."""
    issuer, receiver = record["issuer"], record["receiver"]
    lines = [
        f"RFC {issuer['rfc']}" if issuer["rfc"] else "",
        labelled("regime", issuer["regime"]),
        f"Lugar de expedición {record['place_of_issue']}" if record["place_of_issue"] else "",
    ]
    folio = record["folio"] or ""
    blocks.head(sheet, "Constancia de retenciones", folio, lines, record)
    blocks.facts(
        sheet,
        [
            (
                "Receptor",
                [
                    ("", receiver["name"]),
                    ("RFC", receiver["rfc"]),
                    ("CURP", receiver["curp"]),
                    ("Id. tributaria", receiver["foreign_tax_id"]),
                    (
                        "Nacionalidad",
                        {"NATIONAL": "Nacional", "FOREIGN": "Extranjero"}.get(receiver["nationality"] or ""),
                    ),
                    ("Código postal", receiver["postal_code"]),
                ],
            ),
            (
                "Retención",
                [
                    ("Clave", labelled("withholding_key", record["withholding_key"], record)),
                    ("Descripción", record["description"]),
                    ("Periodo", _period(record["period"])),
                ],
            ),
        ],
    )
    if record["taxes"]:
        sheet.heading("Impuestos retenidos")
        sheet.table(_TAXES, [_tax(tax) for tax in record["taxes"]])
    _totals(sheet, record)
    _complements(sheet, record)
    blocks.stamp(sheet, record, proof)


def _period(period: WithholdingPeriod) -> str | None:
    months = [_MONTHS[m - 1] for m in (period["month_from"], period["month_to"]) if m and 1 <= m <= len(_MONTHS)]
    span = months[0] if len(set(months)) == 1 else joined(*months, between=" a ")
    return joined(span, str(period["year"]) if period["year"] else None, between=" ") or None


def _tax(tax: WithheldTax) -> list[Cell]:
    kind = labelled("withholding_payment_type", tax["payment_type"]) or tax["payment_type_text"] or ""
    return [
        [(labelled("tax", tax["tax"]), BODY)],
        [(kind, BODY)],
        [(money(tax["base"]), BODY)],
        [(money(tax["amount"]), BOLD)],
    ]


def _totals(sheet: Sheet, record: Withholding) -> None:
    rows: list[blocks.Pair] = [
        ("Total de la operación", money(record["total_operation"])),
        ("Total gravado", money(record["total_taxable"])),
        ("Total exento", money(record["total_exempt"])),
    ]
    rows = [row for row in rows if row[1]]
    blocks.totals(sheet, rows, ("Total retenido MXN", money(record["total_withheld"])), [])


def _complements(sheet: Sheet, record: Withholding) -> None:
    """Draw the amounts of the complements that have a type here, under SAT's names, and the names of all others."""
    if services := record["platform_services"]:
        _amounts(
            sheet,
            "Plataformas tecnológicas",
            ("Servicios sin IVA", services["total"]),
            ("IVA trasladado", services["vat_transferred"]),
            ("IVA retenido", services["vat_withheld"]),
            ("ISR retenido", services["income_tax_withheld"]),
            ("Diferencia de IVA", services["vat_difference"]),
            ("Uso de la plataforma", services["platform_fee"]),
        )
    if dividends := record["dividends"]:
        _amounts(
            sheet,
            "Dividendos",
            ("ISR acreditable retenido en México", dividends["income_tax_credit_mexico"]),
            ("ISR acreditable retenido en el extranjero", dividends["income_tax_credit_abroad"]),
            ("Retenido en el extranjero", dividends["withheld_abroad"]),
            ("ISR acreditable nacional", dividends["income_tax_credit_national"]),
            ("Dividendo acumulable nacional", dividends["accumulable_national"]),
            ("Dividendo acumulable extranjero", dividends["accumulable_foreign"]),
        )
    if interest := record["interest"]:
        _amounts(
            sheet,
            "Intereses",
            ("Interés nominal", interest["nominal"]),
            ("Interés real", interest["real"]),
            ("Pérdida", interest["loss"]),
        )
    others = record["other_complements"]
    if others:
        sheet.heading("Complementos")
        names = ", ".join(dict.fromkeys(other["name"] for other in others))
        sheet.paragraph(LEFT, f"{names}: su contenido completo está en el XML.", RIGHT - LEFT)


def _amounts(sheet: Sheet, title: str, *amounts: blocks.Pair) -> None:
    sheet.heading(title)
    for label, amount in amounts:
        if amount is not None:
            sheet.need(BODY.leading)
            sheet.y -= BODY.leading + 1
            sheet.text(LEFT, sheet.y, label)
            sheet.text(LEFT + 300, sheet.y, money(amount), right=True)
