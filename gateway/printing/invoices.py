"""The printed representation of a CFDI of any version and type."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gateway.printing import blocks, payments, payrolls
from gateway.printing.sheet import BODY, BOLD, LEFT, RIGHT, SMALL, Cell, Column, Sheet
from gateway.printing.texts import Record, joined, labelled, minus, moment, money, number, tax_name
from gateway.printing.words import in_words
from gateway.sat.certification import Certification

_TITLES = {
    "I": "Factura",
    "E": "Nota de crédito",
    "T": "Comprobante de traslado",
    "P": "Recibo electrónico de pago",
    "N": "Recibo de nómina",
}
# Some 100 pages: nobody reads more of them, and nobody waits longer.
_MOST_LINES = 2000


def draw(sheet: Sheet, record: Record, proof: Certification | None) -> None:
    _head(sheet, record)
    if record.get("type") == "N" and record.get("payrolls"):
        for payroll in record["payrolls"]:
            payrolls.draw(sheet, payroll)
    elif record.get("type") == "P" and record.get("payments"):
        payments.draw(sheet, record)
    else:
        _line_items(sheet, record)
    _related(sheet, record)
    _totals(sheet, record)
    _complements(sheet, record)
    blocks.stamp(sheet, record, proof)


def _head(sheet: Sheet, record: Record) -> None:
    issuer, receiver = record["issuer"], record["receiver"]
    folio = joined(record.get("series"), record.get("folio"), between=" ")
    lines = [
        f"RFC {issuer['rfc']}" if issuer.get("rfc") else "",
        labelled("regime", issuer.get("regime"), record),
        f"Lugar de expedición {record['place_of_issue']}" if record.get("place_of_issue") else "",
    ]
    title = _TITLES.get(record.get("type") or "", "CFDI")
    blocks.head(sheet, title, folio, issuer.get("name") or issuer.get("rfc"), lines, record)
    form = labelled("payment_form", record.get("payment_form"), record) or record.get("payment_form_text")
    method = labelled("payment_method", record.get("payment_method"), record) or record.get("payment_method_text")
    party: list[blocks.Pair] = [
        ("", receiver.get("name")),
        ("RFC", receiver.get("rfc")),
        ("Uso", labelled("cfdi_use", receiver.get("use"), record)),
        ("Régimen fiscal", labelled("regime", receiver.get("regime"), record)),
        ("Código postal", receiver.get("postal_code")),
        ("Residencia fiscal", labelled("country", receiver.get("tax_residence"))),
        ("Id. tributaria", receiver.get("foreign_tax_id")),
    ]
    document: list[blocks.Pair] = [
        ("Tipo", labelled("document_type", record.get("type"), record)),
        ("Forma de pago", form),
        ("Método de pago", method),
        ("Condiciones", record.get("payment_conditions")),
        ("Moneda", labelled("currency", record.get("currency"), record)),
        ("Tipo de cambio", number(record.get("exchange_rate")) if record.get("currency") != "MXN" else None),
        ("Exportación", labelled("export", record.get("export"), record)),
        ("Confirmación", record.get("confirmation")),
        ("Factura global", _global(record)),
    ]
    blocks.facts(sheet, [("Receptor", party), ("Comprobante", document)])


def _global(record: Record) -> str | None:
    held = record.get("global_information")
    if not held:
        return None
    return joined(
        labelled("periodicity", held["periodicity"]), labelled("months", held["months"]), held["year"], between=", "
    )


def _line_items(sheet: Sheet, record: Record) -> None:
    items = record.get("line_items") or []
    discounted = any(item.get("discount") and Decimal(item["discount"]) for item in items)
    columns = [
        Column("CLAVE", 56),
        Column("CANTIDAD", 52, right=True),
        Column("UNIDAD", 62),
        Column("DESCRIPCIÓN", 170 if discounted else 222),
        Column("P. UNITARIO", 66 if discounted else 70, right=True),
        Column("IMPORTE", 66 if discounted else 70, right=True),
    ]
    if discounted:
        columns.append(Column("DESCUENTO", 60, right=True))
    sheet.y -= 8
    sheet.table(columns, [_item(item, discounted) for item in items[:_MOST_LINES]])
    if len(items) > _MOST_LINES:
        more = f"y {len(items) - _MOST_LINES:,} conceptos más, que están en el XML"
        sheet.paragraph(LEFT, more, RIGHT - LEFT, SMALL)


def _item(item: Any, discounted: bool) -> list[Cell]:
    taxes = [_tax(tax, False) for tax in item.get("taxes_transferred") or []]
    taxes += [_tax(tax, True) for tax in item.get("taxes_withheld") or []]
    third = item.get("third_party")
    details = [
        joined(*taxes),
        f"Pedimento {', '.join(item['customs_documents'])}" if item.get("customs_documents") else "",
        f"Cuenta predial {', '.join(item['property_accounts'])}" if item.get("property_accounts") else "",
        f"A cuenta de {joined(third['rfc'], third['name'])}" if third else "",
        *(
            joined("Parte", number(part["quantity"]), part["unit"], part["description"], between=" ")
            for part in item.get("parts") or []
        ),
    ]
    unit = labelled("unit_key", item.get("unit_key")) if not item.get("unit") else item["unit"]
    key = [(item.get("product_key") or "", BODY), (item.get("item_number") or "", SMALL)]
    cells: list[Cell] = [
        key,
        [(number(item.get("quantity")), BODY)],
        [(unit or "", BODY), (item.get("unit_key") or "" if item.get("unit") else "", SMALL)],
        [(item.get("description") or "", BODY), *((detail, SMALL) for detail in details)],
        [(money(item.get("unit_price")), BODY)],
        [(money(item.get("amount")), BODY)],
    ]
    return [*cells, [(money(item.get("discount")), BODY)]] if discounted else cells


def _tax(tax: Any, withheld: bool) -> str:
    return joined(tax_name(tax, withheld=withheld), money(tax.get("amount")), between=" ")


def _related(sheet: Sheet, record: Record) -> None:
    related = record.get("related") or []
    if not related:
        return
    sheet.heading("CFDI relacionados")
    for one in related:
        relation = labelled("relation_type", one.get("relation"), record)
        sheet.paragraph(LEFT, joined(relation, one["uuid"]), RIGHT - LEFT)


def _totals(sheet: Sheet, record: Record) -> None:
    total, currency = record.get("total"), record.get("currency")
    if total is None or (record.get("type") == "P" and not Decimal(total)):
        return
    local = record.get("local_taxes") or {}
    rows: list[blocks.Pair] = [("Subtotal", money(record.get("subtotal")))]
    if record.get("discount") and Decimal(record["discount"]):
        rows.append(("Descuento", minus(record["discount"])))
    rows += [(tax_name(tax), money(tax.get("amount"))) for tax in record.get("taxes_transferred") or []]
    rows += [(tax_name(tax, withheld=True), minus(tax.get("amount"))) for tax in record.get("taxes_withheld") or []]
    rows += [(tax["name"] or "Impuesto local", money(tax["amount"])) for tax in local.get("transferred") or []]
    rows += [(tax["name"] or "Retención local", minus(tax["amount"])) for tax in local.get("withheld") or []]
    words = in_words(Decimal(total), currency)
    notes = [f"({words})" if words else ""]
    blocks.totals(sheet, rows, (f"Total {currency or ''}".strip(), money(total)), [note for note in notes if note])


def _complements(sheet: Sheet, record: Record) -> None:
    waybill, trade = record.get("waybill"), record.get("foreign_trade")
    lines = []
    if waybill:
        lines += [joined("Carta Porte", waybill.get("version"), waybill.get("waybill_id"))]
        lines += [
            joined(place.get("type"), place.get("rfc"), place.get("name"), moment(place.get("at")))
            for place in (waybill.get("locations") or [])[:20]
        ]
    if trade:
        lines.append(joined("Comercio Exterior", trade.get("version"), trade.get("incoterm")))
    shown = {"TimbreFiscalDigital", "Nomina", "Pagos", "ImpuestosLocales", "CartaPorte", "ComercioExterior"}
    others = [name for name in record.get("complements") or [] if name not in shown]
    lines += [f"Complemento {name}" for name in others]
    if not lines:
        return
    sheet.heading("Complementos")
    for number_, line in enumerate(lines):
        sheet.paragraph(LEFT, line, RIGHT - LEFT, BOLD if number_ == 0 else BODY)
    sheet.paragraph(LEFT, "Su contenido completo está en el XML.", RIGHT - LEFT, SMALL)
