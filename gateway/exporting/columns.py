"""The columns of each kind of table.

A CFDI is one line of INVOICES, as many of LINE_ITEMS as it has conceptos, and
as many of PAYMENTS as it settles invoices.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gateway.exporting import paper_columns, return_columns
from gateway.exporting.tables import Column, Line, Row, Table, Type, column, counted, money, table_of, texts
from gateway.models.file import XML, first_of
from gateway.sat.camel import camel_case
from gateway.sat.exact_sums import summed
from gateway.sat.kinds import Kind

__all__ = ["TABLES", "Column", "Line", "Row", "Table", "Type"]


def _tax(name: str, key: str, code: str) -> Column:
    def value(row: Row) -> str | None:
        amounts = [tax["amount"] for tax in row.get(key) or [] if tax["tax"] == code and tax["amount"] is not None]
        return format(summed(map(Decimal, amounts)), "f") if amounts else None

    return Column(name, Type.MONEY, value, key)


_TAXES = [
    _tax("ivaTransferred", "taxes_transferred", "002"),
    _tax("iepsTransferred", "taxes_transferred", "003"),
    _tax("ivaWithheld", "taxes_withheld", "002"),
    _tax("isrWithheld", "taxes_withheld", "001"),
]
_HAS_XML = Column(
    "hasXml",
    Type.FLAG,
    lambda row: first_of(row, XML) is not None,
    "files",
)
_RELATED = Column(
    "relatedUuids", Type.TEXT, lambda row: " ".join(one["uuid"] or "" for one in row["related"] or []), "related"
)

_INVOICES = [
    *texts("uuid", "version", "type", "direction", "status", "series", "folio"),
    *(column(name, Type.MOMENT) for name in ("issued_at", "stamped_at")),
    *texts("issuer.rfc", "issuer.name", "issuer.regime"),
    *texts("receiver.rfc", "receiver.name", "receiver.use", "receiver.regime", "receiver.postal_code"),
    column("currency"),
    column("exchange_rate", Type.NUMBER),
    *money("subtotal", "discount", "taxes_transferred_total", "taxes_withheld_total"),
    *_TAXES,
    *money("total"),
    *texts("payment_form", "payment_method", "payment_conditions", "export", "place_of_issue"),
    column("settlement.state"),
    *money("settlement.paid", "settlement.credited", "settlement.outstanding"),
    _RELATED,
    column("complements"),
    counted("lineItemCount", "line_items", "line_items.amount"),
    *money("payments_total"),
    column("parse_status"),
    _HAS_XML,
]
_OF_INVOICE = [
    column("invoice.uuid", name="uuid"),
    column("invoice.issued_at", Type.MOMENT, "issuedAt"),
    *(column(f"invoice.{path}", name=camel_case(path)) for path in ("type", "direction", "status", "series", "folio")),
    *(column(f"invoice.{path}", name=camel_case(path)) for path in ("issuer.rfc", "issuer.name")),
    *(column(f"invoice.{path}", name=camel_case(path)) for path in ("receiver.rfc", "receiver.name")),
]
_LINE_ITEMS = [
    *_OF_INVOICE,
    column("invoice.currency", name="currency"),
    column("invoice.exchange_rate", Type.NUMBER, "exchangeRate"),
    column("line", Type.INTEGER),
    *texts("product_key", "item_number"),
    column("quantity", Type.NUMBER),
    *texts("unit_key", "unit", "description"),
    *money("unit_price", "amount", "discount"),
    column("tax_object"),
    *_TAXES,
    *texts("customs_documents", "property_accounts"),
]
_PAYMENTS = [
    *_OF_INVOICE,
    column("number", Type.INTEGER, "payment"),
    column("payment.paid_at", Type.MOMENT, "paidAt"),
    *(column(f"payment.{path}", name=camel_case(path)) for path in ("payment_form", "currency")),
    column("payment.exchange_rate", Type.NUMBER, "exchangeRate"),
    column("payment.amount", Type.MONEY, "amount"),
    column("payment.operation_number", name="operationNumber"),
    *(column(f"settles.{name}") for name in ("uuid", "series", "folio", "currency")),
    column("settles.equivalence", Type.NUMBER),
    column("settles.instalment", Type.INTEGER),
    *money("settles.previous_balance", "settles.paid", "settles.remaining_balance"),
]
_WITHHOLDINGS = [
    *texts("uuid", "version", "direction", "status", "folio"),
    column("issued_at", Type.MOMENT),
    *texts("withholding_key", "description", "issuer.rfc", "issuer.name", "receiver.nationality", "receiver.rfc"),
    *texts("receiver.name", "receiver.foreign_tax_id"),
    *(column(f"period.{name}", Type.INTEGER) for name in ("month_from", "month_to", "year")),
    *money("total_operation", "total_taxable", "total_exempt", "total_withheld"),
    *(_tax(name, "taxes", code) for name, code in (("isrWithheld", "001"), ("ivaWithheld", "002"))),
    column("complements"),
    column("parse_status"),
    _HAS_XML,
]


def _line_items(row: Row) -> Iterator[Row]:
    for number, item in enumerate(row.get("line_items") or [], 1):
        yield {**item, "invoice": row, "line": number}


def _payments(row: Row) -> Iterator[Row]:
    for number, payment in enumerate(row.get("payments") or [], 1):
        for settles in payment["settles"] or [{}]:
            yield {"invoice": row, "number": number, "payment": payment, "settles": settles}


#: By the name of the export's kind, which is a GraphQL enum value.
TABLES: dict[str, Table] = {
    "INVOICES": table_of(Kind.INVOICE, _INVOICES),
    "LINE_ITEMS": table_of(Kind.INVOICE, _LINE_ITEMS, _line_items, "line_items"),
    "PAYMENTS": table_of(Kind.INVOICE, _PAYMENTS, _payments, "payments"),
    "WITHHOLDINGS": table_of(Kind.WITHHOLDING, _WITHHOLDINGS),
    **return_columns.TABLES,
    **paper_columns.TABLES,
}
