"""AnnualReturn and MonthlyReturn: declaraciones. Both have the fields of one record, so they share a base of fields."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from typing import Any

import strawberry

from gateway.sat import return_periods, terms
from gateway.store.mongo import Row
from resolvers.documents.document import Document, document
from resolvers.documents.return_figures import (
    DeclaredFigures,
    ReturnPayment,
    ReturnSection,
    fields_from_pdf_field,
    figures_field,
    sections_field,
)
from resolvers.documents.return_statements import (
    BalanceSheet,
    IncomeStatement,
    balance_sheet_field,
    income_statement_field,
)
from resolvers.documents.terms import ComplementaryType, TaxReturnType
from resolvers.documents.totals import InvoiceConnection, WithholdingConnection
from resolvers.fields import termed, text_of
from resolvers.filters.narrowed import invoices_field, withholdings_field
from resolvers.scalars import Date, Decimal, LocalDateTime, Rfc


@strawberry.type(description="Concepto de pago: one tax in a return. Amounts are in whole pesos.")
class ReturnConcept:
    name: str | None = strawberry.field(description="Name of the concepto de pago, as the return states it.")
    charge: Decimal | None = strawberry.field(description="A cargo.")
    favour: Decimal | None = strawberry.field(description="A favor.")
    update: Decimal | None = strawberry.field(description="Parte actualizada.")
    surcharges: Decimal | None = strawberry.field(description="Recargos.")
    fines: Decimal | None = strawberry.field(description="Multas.")
    paid_before: Decimal | None = strawberry.field(description="Monto pagado con anterioridad.")
    paid_before_on: Date | None = strawberry.field(description="Fecha del pago realizado con anterioridad.")
    charge_amount: Decimal | None = strawberry.field(description="Cantidad a cargo.")
    favour_amount: Decimal | None = strawberry.field(description="Cantidad a favor.")
    amount_to_pay: Decimal | None = strawberry.field(description="Cantidad a pagar.")


#: From a return to the first and the last month that it is for; None where it does not say.
_Months = Callable[[Row], tuple[str, str] | None]
_PERIOD = ("year", "period", "period_text", "taxpayer")
_NEVER = ("0001-01", "0001-01")  # in which nothing lies


def _year(root: Row) -> tuple[str, str] | None:
    return (f"{root['year']:04}-01", f"{root['year']:04}-12") if root.get("year") else None


def _months(root: Row) -> tuple[str, str] | None:
    months = [f"{year:04}-{month:02}" for year, month in return_periods.months_of(root)]
    return (months[0], months[-1]) if months else None


def _issued(months: _Months) -> Callable[[Row], Row]:
    def narrow(root: Row) -> Row:
        first, last = months(root) or _NEVER
        return {"issued_at": {"from": f"{first}-01", "to": _last_day(last)}}

    return narrow


def _last_day(month: str) -> str:
    return f"{month}-{monthrange(int(month[:4]), int(month[5:]))[1]:02}"


def _invoices(months: _Months) -> Any:
    said = "CFDI issued in the return's period, newest first by `issuedAt`."
    return invoices_field(_issued(months), said, *_PERIOD)


def _withholdings(months: _Months) -> Any:
    said = "Retenciones issued in the return's period, newest first by `issuedAt`."
    return withholdings_field(_issued(months), said, *_PERIOD)


def _payments(months: _Months) -> Any:
    def paid(root: Row) -> Row:
        first, last = months(root) or _NEVER
        days = {"$gte": first, "$lt": f"{last}-99"}
        return {"figures.nature": "PAYMENT", "figures.payments": {"$elemMatch": {"at": days}}}

    said = "Payments (type P) with a FechaPago in the return's period, newest first by `issuedAt`."
    return invoices_field(lambda _: {"type": ["P"]}, said, *_PERIOD, where=paid)


@strawberry.interface(description="Declaración of federal taxes.")
class TaxReturn(Document):
    operation_number: str | None = strawberry.field(description="Número de operación: digits.")
    year: int | None = strawberry.field(description="Ejercicio.")
    period: int | None = strawberry.field(
        description="Month, 1 to 12; null for a period of a year or of several months."
    )
    period_text: str | None = strawberry.field(description="Periodo, as the return states it.")
    periodicity: str | None = strawberry.field(description="Periodicidad: Mensual, Anual, Bimestral …")
    type: TaxReturnType | None = termed("type", TaxReturnType, terms.TaxReturnType, "Tipo de declaración.")
    type_text: str | None = text_of("type", "Tipo de declaración, as the return states it.")
    complementary_type: ComplementaryType | None = termed(
        "complementary_type", ComplementaryType, terms.ComplementaryType, "Tipo de complementaria; null for a normal."
    )
    complementary_type_text: str | None = text_of(
        "complementary_type", "Tipo de complementaria, as the return states it."
    )
    presented_at: LocalDateTime | None = strawberry.field(description="Fecha y hora de presentación, SAT's local time.")
    rfc: Rfc | None = strawberry.field(description="RFC, as the return states it.")
    name: str | None = strawberry.field(description="Name, as the return states it.")
    capture_line: str | None = strawberry.field(description="Línea de captura; null when nothing is due.")
    amount_due: Decimal | None = strawberry.field(description="Importe total a pagar, in whole pesos.")
    due_date: Date | None = strawberry.field(description="Vigente hasta: last day to pay it.")
    concepts: list[ReturnConcept] = strawberry.field(description="Conceptos de pago.")
    declared: DeclaredFigures = figures_field("declared", DeclaredFigures, "The figures that returns have in common.")
    payment: ReturnPayment = figures_field("payment", ReturnPayment, "Payment of what the return came to.")
    sections: list[ReturnSection] = sections_field()
    fields_from_pdf: list[str] = fields_from_pdf_field()
    text: str | None = strawberry.field(description="Full text of the PDF; null unless `readFrom` is PDF.")


@document("Declaración anual, since 2018.")
class AnnualReturn(TaxReturn):
    invoices: InvoiceConnection = _invoices(_year)
    withholdings: WithholdingConnection = _withholdings(_year)
    payments: InvoiceConnection = _payments(_year)
    balance_sheet: BalanceSheet | None = balance_sheet_field()
    income_statement: IncomeStatement | None = income_statement_field()


@document("Declaración mensual (provisional o definitiva), since 2018.")
class MonthlyReturn(TaxReturn):
    invoices: InvoiceConnection = _invoices(_months)
    withholdings: WithholdingConnection = _withholdings(_months)
    payments: InvoiceConnection = _payments(_months)
