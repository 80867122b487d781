"""The balance sheet and the income statement that a company's annual return carries: their rows, and their totals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.sat.lenient import fold
from gateway.sat.return_rows import SEPARATOR, Section, words
from gateway.sat.return_sections import of_record

_BALANCE = re.compile(r"\b(?:balance|posicion financiera|situacion financiera|balance sheet)\b")
_INCOME = re.compile(r"\b(?:estado (?:de )?resultados|income statement)\b")
_EARLIER = re.compile(r"\banterior\b")
_BALANCE_TOTALS = {
    "assets": ("Total de activo", "Total de activos", "Activo total", "Suma del activo", "totalAssets"),
    "liabilities": ("Total de pasivo", "Total de pasivos", "Pasivo total", "Suma del pasivo", "totalLiabilities"),
    "equity": (
        "Total de capital contable", "Total de capital", "Capital contable", "Suma del capital contable", "totalEquity",
    ),
}  # fmt: skip
_INCOME_TOTALS = {
    "revenue": (
        "Ingresos netos", "Ventas netas", "Total de ingresos", "Total de ventas y/o servicios netos",
        "Ventas y/o servicios netos", "Ingresos totales", "revenue", "netSales",
    ),
    "cost_of_sales": ("Costo de ventas", "Costo de ventas y/o servicios", "Costo de lo vendido", "costOfSales"),
    "gross_profit": ("Utilidad bruta", "Utilidad (pérdida) bruta", "grossProfit"),
    "operating_expenses": ("Gastos de operación", "Total de gastos de operación", "operatingExpenses"),
    "operating_profit": ("Utilidad de operación", "Utilidad (pérdida) de operación", "operatingProfit"),
    "net_profit": (
        "Utilidad neta", "Utilidad (pérdida) neta", "Utilidad neta del ejercicio", "Utilidad del ejercicio",
        "netProfit",
    ),
    "net_loss": ("Pérdida neta", "Pérdida neta del ejercicio", "Pérdida del ejercicio", "netLoss"),
}  # fmt: skip
#: Where a statement names a part of itself, and its total there is called no more than "Total".
_PARTS = {"assets": ("activo", "activos", "assets"), "liabilities": ("pasivo", "pasivos", "liabilities"),
          "equity": ("capital", "capital contable", "equity")}  # fmt: skip
_TOTAL = frozenset({"total", "suma"})


def balance_sheet(record: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return assets, liabilities, equity and rows of a return's balance sheet; None where it carries none."""
    sections = _of(record, _BALANCE)
    return _statement(sections, _BALANCE_TOTALS) if sections else None


def income_statement(record: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the totals and the rows of a return's income statement; None where it carries none."""
    sections = _of(record, _INCOME)
    return _statement(sections, _INCOME_TOTALS) if sections else None


def _of(record: Mapping[str, Any], place: re.Pattern[str]) -> list[Section]:
    return [one for one in of_record(record) if any(place.search(words(name)) for name in one.path)]


def _statement(sections: Sequence[Section], totals: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    rows = [
        {**row, "section": SEPARATOR.join(one.path), "read_from": one.read_from} for one in sections for row in one.rows
    ]
    current = [one for one in sections if not any(_EARLIER.search(words(place)) for place in one.path)]
    found = {name: _total(current, name, map(fold, labels)) for name, labels in totals.items()}
    return {**found, "rows": rows}


def _total(sections: Sequence[Section], name: str, labels: Iterable[str]) -> str | None:
    for label in labels:
        if held := [row["amount"] for one in sections for row in one.rows if fold(row["name"] or "") == label]:
            return _only(held)
    ends = _PARTS.get(name, ())
    of_part = [one for one in sections if words(one.path[-1]) in ends]
    return _only([row["amount"] for one in of_part for row in one.rows if fold(row["name"] or "") in _TOTAL])


def _only(amounts: Sequence[str | None]) -> str | None:
    known = [amount for amount in amounts if amount is not None]
    return known[0] if len({Decimal(amount) for amount in known}) == 1 else None
