"""The normal form of declaraciones: what their reader gives and the store keeps."""

from __future__ import annotations

from typing import Any, TypedDict

JSON, PDF = "JSON", "PDF"


class ReturnConcept(TypedDict):
    """One "Concepto de pago". Whole pesos."""

    name: str | None
    charge: str | None  # A cargo
    favour: str | None  # A favor
    update: str | None  # Parte actualizada
    surcharges: str | None  # Recargos
    fines: str | None  # Multas
    paid_before: str | None  # Monto pagado con anterioridad
    paid_before_on: str | None
    charge_amount: str | None  # Cantidad a cargo
    favour_amount: str | None  # Cantidad a favor
    amount_to_pay: str | None  # Cantidad a pagar


class DeclaredAmount(TypedDict):
    """An amount in pesos under the label that the return gives it. `read_from`: JSON or PDF."""

    amount: str
    label: str
    read_from: str


class DeclaredFigures(TypedDict):
    """The figures that returns of every person and regime have in common; None where a return does not state one.

    ISR, and IVA in the keys that begin with `iva`.
    """

    income: DeclaredAmount | None  # of the period itself
    income_to_date: DeclaredAmount | None  # since January, in monthly returns
    deductions: DeclaredAmount | None
    personal_deductions: DeclaredAmount | None
    taxable_profit: DeclaredAmount | None
    tax_loss: DeclaredAmount | None
    tax_caused: DeclaredAmount | None
    provisional_payments: DeclaredAmount | None
    withholdings: DeclaredAmount | None
    balance_due: DeclaredAmount | None
    balance_in_favour: DeclaredAmount | None
    iva_caused: DeclaredAmount | None
    iva_creditable: DeclaredAmount | None
    iva_withheld: DeclaredAmount | None
    iva_balance_due: DeclaredAmount | None
    iva_balance_in_favour: DeclaredAmount | None


class ReturnPayment(TypedDict):
    """The payment of a return. `state`: PAID, PARTLY_PAID, NOTHING_DUE or UNKNOWN, as the return itself shows it."""

    state: str
    capture_line: str | None
    amount_due: str | None
    due_date: str | None
    amount: str | None
    date: str | None  # ISO date
    bank: str | None
    operation_number: str | None
    read_from: str | None  # of amount, date, bank and operation number; None without any of them


class ReturnRow(TypedDict):
    """A row of a return. `text` is as the return writes it; `amount` is None where the text is no amount."""

    name: str | None
    amount: str | None
    text: str


class ReturnSection(TypedDict):
    """Rows of one place of a return. `name`: the names of the places it stands in, joined with " / "."""

    name: str | None
    read_from: str
    rows: list[ReturnRow]


class TaxReturn(TypedDict):
    """A declaración, annual or monthly: the kind says which."""

    operation_number: str | None
    year: int | None
    period: int | None  # the month; None for a year or several months
    period_text: str | None
    periodicity: str | None
    type: str | None
    complementary_type: str | None
    presented_at: str | None
    rfc: str | None
    name: str | None
    capture_line: str | None
    amount_due: str | None
    due_date: str | None
    concepts: list[ReturnConcept]
    declared: DeclaredFigures
    payment: ReturnPayment
    blocks: dict[str, Any] | str  # what has no field of its own, as Syncfy gave it; as JSON text in the store
    printed: list[ReturnSection] | str  # rows of the PDF that the JSON lacks; as JSON text in the store
    fields_from_pdf: list[str]  # keys of this record that the PDF filled, because the JSON lacked them
    file: str
