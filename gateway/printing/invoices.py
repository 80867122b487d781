"""The printed representation of a CFDI of any version and type."""

from __future__ import annotations

from decimal import Decimal

from gateway.printing import blocks, payments, payrolls
from gateway.printing.sheet import BODY, BOLD, LEFT, RIGHT, SMALL, Cell, Column, Sheet
from gateway.printing.texts import joined, labelled, minus, moment, money, number, tax_name
from gateway.printing.words import in_words
from gateway.sat.certification import Certification
from gateway.sat.documents import Invoice, LineItem, Tax
from gateway.sat.natures import is_payroll, nature

_TITLES = {
    "INCOME": "Factura",
    "INSTALMENT": "Factura",
    "CREDIT_NOTE": "Nota de crédito",
    "TRANSFER": "Comprobante de traslado",
    "PAYMENT": "Recibo electrónico de pago",
    "PAYROLL": "Recibo de nómina",
}
# Some 100 pages: nobody reads more of them, and nobody waits longer.
_MOST_LINES = 2000


def draw(sheet: Sheet, record: Invoice, proof: Certification | None) -> None:
    """Draw a CFDI; of a payroll or a payment receipt its own parts instead of its line items."""
    _head(sheet, record)
    if is_payroll(record) and record["payrolls"]:
        for payroll in record["payrolls"]:
            payrolls.draw(sheet, payroll)
    elif record["type"] == "P" and record["payments"]:
        payments.draw(sheet, record)
    else:
        _line_items(sheet, record)
    _related(sheet, record)
    _totals(sheet, record)
    _complements(sheet, record)
    blocks.stamp(sheet, record, proof)


def _head(sheet: Sheet, record: Invoice) -> None:
    issuer, receiver = record["issuer"], record["receiver"]
    folio = joined(record["series"], record["folio"], between=" ")
    lines = [
        f"RFC {issuer['rfc']}" if issuer["rfc"] else "",
        labelled("regime", issuer["regime"], record),
        f"Lugar de expedición {record['place_of_issue']}" if record["place_of_issue"] else "",
    ]
    title = _TITLES.get(nature(record) or "", "CFDI")
    blocks.head(sheet, title, folio, lines, record)
    form = labelled("payment_form", record["payment_form"], record) or record["payment_form_text"]
    method = labelled("payment_method", record["payment_method"], record) or record["payment_method_text"]
    party: list[blocks.Pair] = [
        ("", receiver["name"]),
        ("RFC", receiver["rfc"]),
        ("Uso", labelled("cfdi_use", receiver["use"], record)),
        ("Régimen fiscal", labelled("regime", receiver["regime"], record)),
        ("Código postal", receiver["postal_code"]),
        ("Residencia fiscal", labelled("country", receiver["tax_residence"])),
        ("Id. tributaria", receiver["foreign_tax_id"]),
    ]
    document: list[blocks.Pair] = [
        ("Tipo", labelled("document_type", record["type"], record)),
        ("Forma de pago", form),
        ("Método de pago", method),
        ("Condiciones", record["payment_conditions"]),
        ("Moneda", labelled("currency", record["currency"], record)),
        ("Tipo de cambio", number(record["exchange_rate"]) if record["currency"] != "MXN" else None),
        ("Exportación", labelled("export", record["export"], record)),
        ("Confirmación", record["confirmation"]),
        ("Factura global", _global(record)),
    ]
    blocks.facts(sheet, [("Receptor", party), ("Comprobante", document)])


def _global(record: Invoice) -> str | None:
    held = record["global_information"]
    if not held:
        return None
    return joined(
        labelled("periodicity", held["periodicity"]), labelled("months", held["months"]), held["year"], between=", "
    )


def _line_items(sheet: Sheet, record: Invoice) -> None:
    items = record["line_items"]
    discounted = any(item["discount"] and Decimal(item["discount"]) for item in items)
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


def _item(item: LineItem, discounted: bool) -> list[Cell]:
    taxes = [_tax(tax, False) for tax in item["taxes_transferred"]]
    taxes += [_tax(tax, True) for tax in item["taxes_withheld"]]
    third = item["third_party"]
    details = [
        joined(*taxes),
        f"Pedimento {', '.join(item['customs_documents'])}" if item["customs_documents"] else "",
        f"Cuenta predial {', '.join(item['property_accounts'])}" if item["property_accounts"] else "",
        f"A cuenta de {joined(third['rfc'], third['name'])}" if third else "",
        *(
            joined("Parte", number(part["quantity"]), part["unit"], part["description"], between=" ")
            for part in item["parts"]
        ),
    ]
    unit = labelled("unit_key", item["unit_key"]) if not item["unit"] else item["unit"]
    key = [(item["product_key"] or "", BODY), (item["item_number"] or "", SMALL)]
    cells: list[Cell] = [
        key,
        [(number(item["quantity"]), BODY)],
        [(unit or "", BODY), (item["unit_key"] or "" if item["unit"] else "", SMALL)],
        [(item["description"] or "", BODY), *((detail, SMALL) for detail in details)],
        [(money(item["unit_price"]), BODY)],
        [(money(item["amount"]), BODY)],
    ]
    return [*cells, [(money(item["discount"]), BODY)]] if discounted else cells


def _tax(tax: Tax, withheld: bool) -> str:
    return joined(tax_name(tax, withheld=withheld), money(tax["amount"]), between=" ")


def _related(sheet: Sheet, record: Invoice) -> None:
    related = record["related"]
    if not related:
        return
    sheet.heading("CFDI relacionados")
    for one in related:
        relation = labelled("relation_type", one["relation"], record)
        sheet.paragraph(LEFT, joined(relation, one["uuid"]), RIGHT - LEFT)


def _totals(sheet: Sheet, record: Invoice) -> None:
    total, currency = record["total"], record["currency"]
    if total is None or (record["type"] == "P" and not Decimal(total)):
        return
    local = record["local_taxes"]
    rows: list[blocks.Pair] = [("Subtotal", money(record["subtotal"]))]
    if record["discount"] and Decimal(record["discount"]):
        rows.append(("Descuento", minus(record["discount"])))
    rows += [(tax_name(tax), money(tax["amount"])) for tax in record["taxes_transferred"]]
    rows += [(tax_name(tax, withheld=True), minus(tax["amount"])) for tax in record["taxes_withheld"]]
    if local:
        rows += [(tax["name"] or "Impuesto local", money(tax["amount"])) for tax in local["transferred"]]
        rows += [(tax["name"] or "Retención local", minus(tax["amount"])) for tax in local["withheld"]]
    words = in_words(Decimal(total), currency)
    blocks.totals(sheet, rows, (f"Total {currency or ''}".strip(), money(total)), [f"({words})"] if words else [])


def _complements(sheet: Sheet, record: Invoice) -> None:
    waybill, trade = record["waybill"], record["foreign_trade"]
    lines = []
    if waybill:
        lines += [joined("Carta Porte", waybill["version"], waybill["waybill_id"])]
        lines += [
            joined(place["type"], place["rfc"], place["name"], moment(place["at"]))
            for place in waybill["locations"][:20]
        ]
    if trade:
        lines.append(joined("Comercio Exterior", trade["version"], trade["incoterm"]))
    shown = {"TimbreFiscalDigital", "Nomina", "Pagos", "ImpuestosLocales", "CartaPorte", "ComercioExterior"}
    others = [name for name in record["complements"] if name not in shown]
    lines += [f"Complemento {name}" for name in others]
    if not lines:
        return
    sheet.heading("Complementos")
    for number_, line in enumerate(lines):
        sheet.paragraph(LEFT, line, RIGHT - LEFT, BOLD if number_ == 0 else BODY)
    sheet.paragraph(LEFT, "Su contenido completo está en el XML.", RIGHT - LEFT, SMALL)
