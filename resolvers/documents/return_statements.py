"""The balance sheet and the income statement in a company's annual return."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import Parent

from gateway.sat import return_sections, return_statements
from gateway.store.mongo import Row
from resolvers.documents.records import ReadFrom
from resolvers.documents.return_figures import ReturnRow
from resolvers.fields import resolved
from resolvers.scalars import Decimal


@strawberry.type(description="A row of a financial statement.")
class StatementRow(ReturnRow):
    section: str = strawberry.field(description="Names of the places it stands in, joined with ` / `.")
    read_from: ReadFrom = strawberry.field(description="JSON or PDF.")


@strawberry.type(description="Balance (estado de posición financiera) at the end of the year, in pesos.")
class BalanceSheet:
    assets: Decimal | None = strawberry.field(description="Total del activo; null when the return does not state it.")
    liabilities: Decimal | None = strawberry.field(
        description="Total del pasivo; null when the return does not state it."
    )
    equity: Decimal | None = strawberry.field(
        description="Total del capital contable; null when the return does not state it."
    )
    rows: list[StatementRow] = strawberry.field(description="Every row, in order.")


def _total(label: str) -> Any:
    return strawberry.field(description=f"{label}; null when the return does not state it.")


@strawberry.type(description="Estado de resultados of the year, in pesos.")
class IncomeStatement:
    revenue: Decimal | None = _total("Ingresos or ventas netas")
    cost_of_sales: Decimal | None = _total("Costo de ventas")
    gross_profit: Decimal | None = _total("Utilidad bruta")
    operating_expenses: Decimal | None = _total("Gastos de operación")
    operating_profit: Decimal | None = _total("Utilidad de operación")
    net_profit: Decimal | None = _total("Utilidad neta")
    net_loss: Decimal | None = _total("Pérdida neta")
    rows: list[StatementRow] = strawberry.field(description="Every row, in order.")


def balance_sheet_field() -> Any:
    def resolve(root: Parent[Row]) -> Row | None:
        return return_statements.balance_sheet(root)

    said = "Balance sheet that the return carries; null where it carries none."
    return resolved(resolve, BalanceSheet | None, said, return_sections.KEYS)


def income_statement_field() -> Any:
    def resolve(root: Parent[Row]) -> Row | None:
        return return_statements.income_statement(root)

    said = "Income statement that the return carries; null where it carries none."
    return resolved(resolve, IncomeStatement | None, said, return_sections.KEYS)
