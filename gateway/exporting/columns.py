"""The columns of each kind of table: named as the fields of the schema (`issuerRfc` is `issuer { rfc }`).

Pure: a stored row in, flat lines out. A CFDI is one line of INVOICES, as many of LINE_ITEMS as it has conceptos, and
as many of PAYMENTS as it settles invoices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gateway.models.file import XML, first_of
from gateway.sat.camel import camel_case
from gateway.sat.exact_sums import summed
from gateway.sat.kinds import Kind

Row = Mapping[str, Any]
#: A line of a table: the values of its columns, as text, or an int where the column is one.
Line = list[Any]


class Type(StrEnum):
    """The type of a column's values."""

    TEXT = "TEXT"
    MONEY = "MONEY"  # an exact decimal as text
    NUMBER = "NUMBER"  # the same: a quantity, a rate
    INTEGER = "INTEGER"
    MOMENT = "MOMENT"  # local date and time, or a date, as ISO text
    FLAG = "FLAG"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `reads` is the key of a stored row that it needs."""

    name: str
    type: Type
    value: Callable[[Row], Any]
    reads: str


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of table; `reads` are the keys of a stored row that it needs."""

    kind: Kind
    columns: tuple[Column, ...]
    reads: tuple[str, ...]
    lines: Callable[[Row], Iterator[Row]]

    def lines_of(self, row: Row) -> list[Line]:
        """Return the lines of a stored document."""
        return [[column.value(line) for column in self.columns] for line in self.lines(row)]


def _column(path: str, type: Type = Type.TEXT, name: str = "") -> Column:
    keys = path.split(".")

    def value(row: Row) -> Any:
        held: Any = row
        for key in keys:
            if held is None:
                return None
            held = held.get(key)
        return " ".join(map(str, held)) if isinstance(held, list) else held

    reads = keys[1] if keys[0] == "invoice" else keys[0]
    return Column(name or camel_case(path), type, value, reads)


def _texts(*paths: str) -> list[Column]:
    return [_column(path) for path in paths]


def _money(*paths: str) -> list[Column]:
    return [_column(path, Type.MONEY) for path in paths]


def _tax(name: str, key: str, code: str) -> Column:
    def value(row: Row) -> str | None:
        amounts = [tax["amount"] for tax in row.get(key) or [] if tax["tax"] == code and tax["amount"] is not None]
        return format(summed(map(Decimal, amounts)), "f") if amounts else None

    return Column(name, Type.MONEY, value, key)


def _counted(name: str, key: str, reads: str) -> Column:
    return Column(name, Type.INTEGER, lambda row: len(row.get(key) or []), reads)


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
    *_texts("uuid", "version", "type", "direction", "status", "series", "folio"),
    *(_column(name, Type.MOMENT) for name in ("issued_at", "stamped_at")),
    *_texts("issuer.rfc", "issuer.name", "issuer.regime"),
    *_texts("receiver.rfc", "receiver.name", "receiver.use", "receiver.regime", "receiver.postal_code"),
    _column("currency"),
    _column("exchange_rate", Type.NUMBER),
    *_money("subtotal", "discount", "taxes_transferred_total", "taxes_withheld_total"),
    *_TAXES,
    *_money("total"),
    *_texts("payment_form", "payment_method", "payment_conditions", "export", "place_of_issue"),
    _column("settlement.state"),
    *_money("settlement.paid", "settlement.credited", "settlement.outstanding"),
    _RELATED,
    _column("complements"),
    _counted("lineItemCount", "line_items", "line_items.amount"),
    *_money("payments_total"),
    _column("parse_status"),
    _HAS_XML,
]
_OF_INVOICE = [
    _column("invoice.uuid", name="uuid"),
    _column("invoice.issued_at", Type.MOMENT, "issuedAt"),
    *(_column(f"invoice.{path}", name=camel_case(path)) for path in ("type", "direction", "status", "series", "folio")),
    *(_column(f"invoice.{path}", name=camel_case(path)) for path in ("issuer.rfc", "issuer.name")),
    *(_column(f"invoice.{path}", name=camel_case(path)) for path in ("receiver.rfc", "receiver.name")),
]
_LINE_ITEMS = [
    *_OF_INVOICE,
    _column("invoice.currency", name="currency"),
    _column("invoice.exchange_rate", Type.NUMBER, "exchangeRate"),
    _column("line", Type.INTEGER),
    *_texts("product_key", "item_number"),
    _column("quantity", Type.NUMBER),
    *_texts("unit_key", "unit", "description"),
    *_money("unit_price", "amount", "discount"),
    _column("tax_object"),
    *_TAXES,
    *_texts("customs_documents", "property_accounts"),
]
_PAYMENTS = [
    *_OF_INVOICE,
    _column("number", Type.INTEGER, "payment"),
    _column("payment.paid_at", Type.MOMENT, "paidAt"),
    *(_column(f"payment.{path}", name=camel_case(path)) for path in ("payment_form", "currency")),
    _column("payment.exchange_rate", Type.NUMBER, "exchangeRate"),
    _column("payment.amount", Type.MONEY, "amount"),
    _column("payment.operation_number", name="operationNumber"),
    *(_column(f"settles.{name}") for name in ("uuid", "series", "folio", "currency")),
    _column("settles.equivalence", Type.NUMBER),
    _column("settles.instalment", Type.INTEGER),
    *_money("settles.previous_balance", "settles.paid", "settles.remaining_balance"),
]
_WITHHOLDINGS = [
    *_texts("uuid", "version", "direction", "status", "folio"),
    _column("issued_at", Type.MOMENT),
    *_texts("withholding_key", "description", "issuer.rfc", "issuer.name", "receiver.nationality", "receiver.rfc"),
    *_texts("receiver.name", "receiver.foreign_tax_id"),
    *(_column(f"period.{name}", Type.INTEGER) for name in ("month_from", "month_to", "year")),
    *_money("total_operation", "total_taxable", "total_exempt", "total_withheld"),
    *(_tax(name, "taxes", code) for name, code in (("isrWithheld", "001"), ("ivaWithheld", "002"))),
    _column("complements"),
    _column("parse_status"),
    _HAS_XML,
]
_RETURNS = [
    _column("operation_number"),
    _column("year", Type.INTEGER),
    _column("period", Type.INTEGER),
    *_texts("period_text", "periodicity"),
    _column("type", name="typeText"),
    _column("complementary_type", name="complementaryTypeText"),
    _column("presented_at", Type.MOMENT),
    *_texts("rfc", "name", "capture_line"),
    *_money("amount_due"),
    _column("due_date", Type.MOMENT),
    _counted("conceptCount", "concepts", "concepts"),
    _column("parse_status"),
]


def _itself(row: Row) -> Iterator[Row]:
    yield row


def _line_items(row: Row) -> Iterator[Row]:
    for number, item in enumerate(row.get("line_items") or [], 1):
        yield {**item, "invoice": row, "line": number}


def _payments(row: Row) -> Iterator[Row]:
    for number, payment in enumerate(row.get("payments") or [], 1):
        for settles in payment["settles"] or [{}]:
            yield {"invoice": row, "number": number, "payment": payment, "settles": settles}


def _table(kind: Kind, columns: Sequence[Column], lines: Any = _itself, *reads: str) -> Table:
    """Make a table; `reads` are the keys that its lines are made of."""
    return Table(kind, tuple(columns), tuple(dict.fromkeys([*reads, *(column.reads for column in columns)])), lines)


#: By the name of the export's kind, which is a GraphQL enum value.
TABLES: dict[str, Table] = {
    "INVOICES": _table(Kind.INVOICE, _INVOICES),
    "LINE_ITEMS": _table(Kind.INVOICE, _LINE_ITEMS, _line_items, "line_items"),
    "PAYMENTS": _table(Kind.INVOICE, _PAYMENTS, _payments, "payments"),
    "WITHHOLDINGS": _table(Kind.WITHHOLDING, _WITHHOLDINGS),
    "ANNUAL_RETURNS": _table(Kind.ANNUAL_RETURN, _RETURNS),
    "MONTHLY_RETURNS": _table(Kind.MONTHLY_RETURN, _RETURNS),
}
