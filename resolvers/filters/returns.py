"""The filters and the orders of annual and monthly returns."""

from __future__ import annotations

from enum import Enum

import strawberry

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


annual_returns_of = listing("annual_returns", AnnualReturnFilter, TaxReturnOrder, "returns")
monthly_returns_of = listing("monthly_returns", MonthlyReturnFilter, TaxReturnOrder, "returns")
