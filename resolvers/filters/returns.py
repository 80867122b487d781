"""The filters and the orders of annual and monthly returns."""

from __future__ import annotations

from enum import Enum

import strawberry

from resolvers.documents.return_figures import ReturnPaymentState
from resolvers.documents.terms import TaxReturnType
from resolvers.filters.fiscal import DocumentFilter
from resolvers.filters.inputs import AmountRange, DateRange, filter_input, optional
from resolvers.lists.paginated import listing


@strawberry.input(description="Conditions for returns of both kinds.")
class TaxReturnFilter(DocumentFilter):
    operation_number: list[str] | None = optional("Número de operación.")
    year: list[int] | None = optional("Ejercicio.")
    type: list[TaxReturnType] | None = optional("Tipo de declaración.")
    presented_at: DateRange | None = optional("Day of presentation.")
    due_date: DateRange | None = optional("Last day to pay it (Vigente hasta).")
    amount_due: AmountRange | None = optional("Importe total a pagar, in pesos.")
    paid: AmountRange | None = optional("Amount paid (`payment { amount }`), in pesos.")
    paid_at: DateRange | None = optional("Day of payment.")
    payment_state: list[ReturnPaymentState] | None = optional("State of the payment.")
    income: AmountRange | None = optional("Ingresos declared for the period (`declared { income }`), in pesos.")
    income_to_date: AmountRange | None = optional("Ingresos declared since January, in pesos; monthly returns.")
    deductions: AmountRange | None = optional("Deducciones autorizadas, in pesos.")
    personal_deductions: AmountRange | None = optional("Deducciones personales, in pesos.")
    taxable_profit: AmountRange | None = optional("Utilidad fiscal or base gravable, in pesos.")
    tax_loss: AmountRange | None = optional("Pérdida fiscal, in pesos.")
    tax_caused: AmountRange | None = optional("ISR causado, in pesos.")
    provisional_payments: AmountRange | None = optional("Pagos provisionales credited, in pesos.")
    withholdings: AmountRange | None = optional("ISR retenido credited, in pesos.")
    balance_due: AmountRange | None = optional("ISR a cargo, in pesos.")
    balance_in_favour: AmountRange | None = optional("ISR a favor, in pesos.")
    iva_caused: AmountRange | None = optional("IVA causado, in pesos.")
    iva_creditable: AmountRange | None = optional("IVA acreditable, in pesos.")
    iva_withheld: AmountRange | None = optional("IVA retenido to the taxpayer, in pesos.")
    iva_balance_due: AmountRange | None = optional("IVA a cargo, in pesos.")
    iva_balance_in_favour: AmountRange | None = optional("IVA a favor, in pesos.")
    capture_line: list[str] | None = optional("Línea de captura.")
    concept: str | None = optional(
        "Part of the name of one of its conceptos de pago; accents, case and blanks are ignored."
    )


@filter_input("annual returns")
class AnnualReturnFilter(TaxReturnFilter):
    """It has the conditions of both kinds of returns alone."""


@filter_input("monthly returns")
class MonthlyReturnFilter(TaxReturnFilter):
    period: list[int] | None = optional("Month, 1 to 12.")


@strawberry.enum(
    description="Order of a list of returns. Documents without the value come last in _DESC and first in _ASC."
)
class TaxReturnOrder(Enum):
    PRESENTED_AT_DESC = strawberry.enum_value("PRESENTED_AT_DESC", description="Newest first, by presentation.")
    PRESENTED_AT_ASC = strawberry.enum_value("PRESENTED_AT_ASC", description="Oldest first, by presentation.")
    PERIOD_DESC = strawberry.enum_value("PERIOD_DESC", description="Latest year and month first.")
    PERIOD_ASC = strawberry.enum_value("PERIOD_ASC", description="Earliest year and month first.")
    AMOUNT_DUE_DESC = strawberry.enum_value("AMOUNT_DUE_DESC", description="Largest amount to pay first.")
    AMOUNT_DUE_ASC = strawberry.enum_value("AMOUNT_DUE_ASC", description="Smallest amount to pay first.")
    INCOME_DESC = strawberry.enum_value("INCOME_DESC", description="Largest declared income first.")
    INCOME_ASC = strawberry.enum_value("INCOME_ASC", description="Smallest declared income first.")


annual_returns_of = listing("annual_returns", AnnualReturnFilter, TaxReturnOrder, "returns")
monthly_returns_of = listing("monthly_returns", MonthlyReturnFilter, TaxReturnOrder, "returns")
