"""The figures of a return: the typed ones, its payment, and every row of it."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry
from strawberry import Parent

from gateway.sat import return_sections
from gateway.sat.camel import camel_case
from gateway.store.mongo import Row
from resolvers.documents.records import ReadFrom
from resolvers.fields import resolved
from resolvers.scalars import Date, Decimal


@strawberry.type(description="An amount that a return declares.")
class DeclaredAmount:
    amount: Decimal = strawberry.field(description="The amount, in pesos.")
    label: str = strawberry.field(description="The label that the return gives it.")
    read_from: ReadFrom = strawberry.field(description="JSON, or PDF where the JSON does not state it.")


def _amount(description: str) -> Any:
    return strawberry.field(description=f"{description} Null when the return does not state it.")


@strawberry.type(
    description="The figures that annual and monthly returns have in common, whatever the person and the regime: those "
    "of ISR, and those of IVA in the fields that begin with `iva`. A figure that several rows of a return state "
    "differently is null. All rows are in `sections`."
)
class DeclaredFigures:
    income: DeclaredAmount | None = _amount(
        "Ingresos of the return's own period: acumulables, nominales or efectivamente cobrados, by the regime."
    )
    income_to_date: DeclaredAmount | None = _amount("Ingresos since January, in a monthly return that adds them up.")
    deductions: DeclaredAmount | None = _amount("Deducciones autorizadas.")
    personal_deductions: DeclaredAmount | None = _amount("Deducciones personales, in annual returns of persons.")
    taxable_profit: DeclaredAmount | None = _amount("Utilidad fiscal, resultado fiscal or base gravable.")
    tax_loss: DeclaredAmount | None = _amount("Pérdida fiscal.")
    tax_caused: DeclaredAmount | None = _amount("ISR causado.")
    provisional_payments: DeclaredAmount | None = _amount("Pagos provisionales credited against the ISR.")
    withholdings: DeclaredAmount | None = _amount("ISR retenido to the taxpayer, credited against the ISR.")
    balance_due: DeclaredAmount | None = _amount("ISR a cargo.")
    balance_in_favour: DeclaredAmount | None = _amount("ISR a favor.")
    iva_caused: DeclaredAmount | None = _amount("IVA causado.")
    iva_creditable: DeclaredAmount | None = _amount("IVA acreditable.")
    iva_withheld: DeclaredAmount | None = _amount("IVA retenido to the taxpayer, credited against the IVA.")
    iva_balance_due: DeclaredAmount | None = _amount("IVA a cargo.")
    iva_balance_in_favour: DeclaredAmount | None = _amount("IVA a favor.")


@strawberry.enum(description="State of the payment of a return, as the return and its receipt show it.")
class ReturnPaymentState(Enum):
    PAID = strawberry.enum_value("PAID", description="Paid whole.")
    PARTLY_PAID = strawberry.enum_value("PARTLY_PAID", description="Less was paid than was due.")
    NOTHING_DUE = strawberry.enum_value("NOTHING_DUE", description="Nothing was to be paid.")
    UNKNOWN = strawberry.enum_value(
        "UNKNOWN", description="An amount was due, and nothing tells whether it was paid. It is not an unpaid return."
    )


@strawberry.type(description="Payment of a return.")
class ReturnPayment:
    state: ReturnPaymentState = strawberry.field(description="State of the payment.")
    capture_line: str | None = strawberry.field(description="Línea de captura; null when nothing is due.")
    amount_due: Decimal | None = strawberry.field(description="Importe total a pagar, in pesos.")
    due_date: Date | None = strawberry.field(description="Vigente hasta: last day to pay it.")
    amount: Decimal | None = strawberry.field(description="Amount paid, in pesos; null when the return does not tell.")
    date: Date | None = strawberry.field(description="Day of payment; null when the return does not tell.")
    bank: str | None = strawberry.field(description="Bank (institución de crédito) that received the payment.")
    operation_number: str | None = strawberry.field(description="The bank's operation number or llave de pago.")
    read_from: ReadFrom | None = strawberry.field(
        description="Source of amount, date, bank and operation number; null when none is known."
    )


@strawberry.type(description="A row of a return.")
class ReturnRow:
    name: str | None = strawberry.field(description="Label of the row, as the return writes it.")
    amount: Decimal | None = strawberry.field(description="The value as a number; null when it is none.")
    text: str = strawberry.field(description="The value as the return writes it.")


@strawberry.type(description="Rows of a return that stand in one place.")
class ReturnSection:
    name: str | None = strawberry.field(
        description="Names of the places it stands in, from the outermost, joined with ` / `; null at the top."
    )
    read_from: ReadFrom = strawberry.field(description="JSON, or PDF for rows that the JSON lacks.")
    rows: list[ReturnRow] = strawberry.field(description="The rows, in order.")


_EMPTY: dict[str, Row] = {
    "declared": dict.fromkeys(DeclaredFigures.__annotations__),
    "payment": {**dict.fromkeys(ReturnPayment.__annotations__), "state": "UNKNOWN"},
}


def figures_field(key: str, of: type, description: str) -> Any:
    """A field of what a row has under a key. A row that an older version stored has none until it is reindexed."""

    def resolve(root: Parent[Row]) -> Row:
        return root.get(key) or _EMPTY[key]

    return resolved(resolve, of, description, (key,))


def sections_field() -> Any:
    def resolve(root: Parent[Row]) -> list[Row]:
        return [dict(section.record) for section in return_sections.of_record(root)]

    return resolved(
        resolve,
        list[ReturnSection],
        "Every value of the return that has no field in the header, in order: nothing of an unknown layout is lost.",
        return_sections.KEYS,
    )


def fields_from_pdf_field() -> Any:
    def resolve(root: Parent[Row]) -> list[str]:
        return [camel_case(key) for key in root.get("fields_from_pdf") or []]

    return resolved(
        resolve,
        list[str],
        "Names of this type's fields that were read from the PDF, because the JSON lacks them.",
        ("fields_from_pdf",),
    )
