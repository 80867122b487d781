"""The columns of declaraciones: one line a return, one a concepto de pago, or one a row of its sections."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.exporting.tables import Column, Row, Table, Type, column, counted, money, table_of, texts
from gateway.sat import return_sections
from gateway.sat.kinds import Kind
from gateway.sat.return_document import DeclaredFigures


def _declared(name: str) -> Column:
    path = f"declared.{name}.amount"
    return column(path, Type.MONEY, name=column(name).name)


def _head(of: str = "") -> list[Column]:
    """Return the columns that tell returns apart; `of` is the place of the return in a line of a part of it."""
    return [
        column(f"{of}operation_number", name="operationNumber"),
        column(f"{of}year", Type.INTEGER, "year"),
        column(f"{of}period", Type.INTEGER, "period"),
        column(f"{of}period_text", name="periodText"),
        column(f"{of}periodicity", name="periodicity"),
        column(f"{of}type", name="typeText"),
        column(f"{of}complementary_type", name="complementaryTypeText"),
        column(f"{of}presented_at", Type.MOMENT, "presentedAt"),
    ]


_RETURNS = [
    *_head(),
    *texts("rfc", "name"),
    Column("ofAnotherRfc", Type.FLAG, lambda row: bool(row.get("other")), "other"),
    column("capture_line"),
    *money("amount_due"),
    column("due_date", Type.MOMENT),
    *(_declared(name) for name in DeclaredFigures.__annotations__),
    column("payment.state"),
    column("payment.amount", Type.MONEY),
    column("payment.date", Type.MOMENT),
    *texts("payment.bank", "payment.operation_number"),
    counted("conceptCount", "concepts", "concepts"),
    column("parse_status"),
]
_CONCEPTS = [
    *_head("return."),
    column("number", Type.INTEGER, "concept"),
    column("concept.name", name="name"),
    *(
        column(f"concept.{name}", Type.MONEY, column(name).name)
        for name in ("charge", "favour", "update", "surcharges", "fines", "paid_before")
    ),
    column("concept.paid_before_on", Type.MOMENT, "paidBeforeOn"),
    *(
        column(f"concept.{name}", Type.MONEY, column(name).name)
        for name in ("charge_amount", "favour_amount", "amount_to_pay")
    ),
]
_ROWS = [
    *_head("return."),
    column("section.name", name="section"),
    column("row.name", name="name"),
    column("row.amount", Type.MONEY, "amount"),
    column("row.text", name="text"),
    column("section.read_from", name="readFrom"),
]


def _concepts(row: Row) -> Iterator[Row]:
    for number, concept in enumerate(row.get("concepts") or [], 1):
        yield {"return": row, "number": number, "concept": concept}


def _rows(row: Row) -> Iterator[Row]:
    for section in return_sections.of_record(row):
        for held in section.rows:
            yield {"return": row, "section": section.record, "row": held}


def _tables(kind: Kind) -> dict[str, Table]:
    name = kind.spec.collection.upper()
    singular = name.removesuffix("S")
    return {
        name: table_of(kind, _RETURNS),
        f"{singular}_CONCEPTS": table_of(kind, _CONCEPTS, _concepts, "concepts"),
        f"{singular}_ROWS": table_of(kind, _ROWS, _rows, *return_sections.KEYS),
    }


#: By the name of the export's kind.
TABLES = {**_tables(Kind.ANNUAL_RETURN), **_tables(Kind.MONTHLY_RETURN)}
