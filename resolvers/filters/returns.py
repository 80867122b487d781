"""The filters and the orders of annual and monthly returns."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import strawberry
from strawberry import Parent

from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.filters.fiscal import DocumentFilter
from resolvers.filters.inputs import AmountRange, DateRange, anded, negated, optional, ored, plain
from resolvers.paginated import After, Before, First, Last, by_default, only, page_of
from resolvers.terms import TaxReturnType


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


@strawberry.input(
    description="Selects annual returns. All given conditions must hold; a list of values matches any of them."
)
class AnnualReturnFilter(TaxReturnFilter):
    and_: list[AnnualReturnFilter] | None = anded()
    or_: list[AnnualReturnFilter] | None = ored()
    not_: AnnualReturnFilter | None = negated()


@strawberry.input(
    description="Selects monthly returns. All given conditions must hold; a list of values matches any of them."
)
class MonthlyReturnFilter(TaxReturnFilter):
    period: list[int] | None = optional("Month, 1 to 12.")
    and_: list[MonthlyReturnFilter] | None = anded()
    or_: list[MonthlyReturnFilter] | None = ored()
    not_: MonthlyReturnFilter | None = negated()


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


async def annual_returns_of(
    root: Parent[Row],
    info: Info,
    filter: Annotated[AnnualReturnFilter | None, only("returns")] = None,
    order_by: Annotated[TaxReturnOrder | None, by_default("PRESENTED_AT_DESC")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Row:
    asked = plain(filter), plain(order_by)
    return await page_of(info, "annual_returns", root["_id"], asked, (first, after, last, before))


async def monthly_returns_of(
    root: Parent[Row],
    info: Info,
    filter: Annotated[MonthlyReturnFilter | None, only("returns")] = None,
    order_by: Annotated[TaxReturnOrder | None, by_default("PRESENTED_AT_DESC")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Row:
    asked = plain(filter), plain(order_by)
    return await page_of(info, "monthly_returns", root["_id"], asked, (first, after, last, before))
