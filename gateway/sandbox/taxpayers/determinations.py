"""The working of returns: how ISR and IVA follow from the books, by the regime, under SAT's own labels.

A row is (label as printed, pesos). The JSON has the same rows under the label in lower case with underscores.

- 601: a company's provisional payment of what it invoiced since January, by its coefficient of profit.
- 626: of what was collected; of a person the rate of LISR 113-E, of a company 30 % of what it did not spend.
- 612 and 625: of what a person collected and did not spend; 625 on platforms that withhold.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from gateway.sandbox.taxpayers import declared
from gateway.sandbox.taxpayers.accounts import Accounts, Month
from gateway.sandbox.taxpayers.declared import pesos_of
from gateway.sandbox.taxpayers.identity import Party
from gateway.sandbox.taxpayers.ids import draw

Rows = list[tuple[str, int | str]]


class Part(NamedTuple):
    """A part of a return: its key in the JSON, its printed heading, and its rows."""

    key: str
    heading: str
    rows: Rows


def of_month(key: bytes, me: Party, accounts: Accounts, first: date, isr: int, vat: int) -> list[Part]:
    """Return how the ISR and the IVA of a month, as declared in pesos, come about."""
    books = declared.books(key, accounts, first)
    return [
        Part("determinacion_isr", "Determinación del ISR", _isr(key, me, accounts, first, books, isr)),
        Part("determinacion_iva", "Determinación del IVA", _vat(books, vat)),
    ]


def _vat(books: Month, vat: int) -> Rows:
    creditable, withheld = pesos_of(books.paid.vat), pesos_of(books.collected.vat_withheld)
    own: Rows = [("IVA a cargo", vat)] if vat >= 0 else [("IVA a favor", -vat)]
    # What was charged is what the others leave, so that the rows add up in whole pesos.
    return [
        ("IVA causado", vat + creditable + withheld),
        ("IVA acreditable", creditable),
        ("IVA retenido", withheld),
        *own,
    ]


def _isr(key: bytes, me: Party, accounts: Accounts, first: date, books: Month, isr: int) -> Rows:
    withheld = pesos_of(books.collected.income_tax_withheld)
    if not me.person and me.regime != "626":
        return _of_company(key, me, accounts, first, books, isr)
    income, spent = pesos_of(books.collected.net), pesos_of(books.paid.net)
    if me.regime == "626" and me.person:
        return [
            ("Total de ingresos efectivamente cobrados", income),
            ("Tasa aplicable", f"{declared.trust_rate(income, 1):.2f}%"),
            ("Impuesto mensual", pesos_of(declared.tax_of_trust(books.collected.net, 1))),
            ("ISR retenido por personas morales", withheld),
            ("ISR a cargo", isr),
        ]
    label = "Ingresos obtenidos mediante plataformas tecnológicas" if me.regime == "625" else "Ingresos del periodo"
    return [
        (label, income),
        ("Deducciones autorizadas del periodo", spent),
        ("Base gravable", max(0, income - spent)),
        ("Impuesto causado", pesos_of(declared.tax_of_profit(me, books))),
        ("ISR retenido", 0 if not me.person else withheld),
        ("ISR a cargo", isr),
    ]


def _of_company(key: bytes, me: Party, accounts: Accounts, first: date, books: Month, isr: int) -> Rows:
    earlier = [date(first.year, month, 1) for month in range(1, first.month)]
    before = sum(pesos_of(declared.books(key, accounts, one).accrued) for one in earlier)
    paid = sum(declared.isr_of(key, me, accounts, one) for one in earlier)
    month = pesos_of(books.accrued)
    coefficient = declared.coefficient(key, first.year)
    return [
        ("Ingresos nominales del mes", month),
        ("Ingresos nominales de meses anteriores", before),
        ("Total de ingresos nominales", month + before),
        ("Coeficiente de utilidad", f"0.{coefficient:02}"),
        ("Utilidad fiscal para pago provisional", (month + before) * coefficient // 100),
        ("Impuesto causado", paid + isr),
        ("Pagos provisionales efectuados con anterioridad", paid),
        ("ISR a cargo", isr),
    ]


def of_year(key: bytes, me: Party, year: int, made: declared.Year) -> list[Part]:
    """Return the working of an annual return; of a company with its balance sheet and its income statement."""
    profit = made.income - made.deductions
    rows: Rows = [("Ingresos acumulables", made.income)]
    if me.regime != "626" or not me.person:
        rows += [("Deducciones autorizadas", made.deductions), ("Utilidad fiscal", profit)]
    rows.append(("ISR causado", made.tax))
    rows.append(("Pagos provisionales", made.paid))
    if me.person:
        rows.append(("ISR retenido", made.withheld))
    left = made.tax - made.paid - made.withheld
    rows.append(("ISR a cargo", left) if left >= 0 else ("ISR a favor", -left))
    parts = [Part("determinacion_impuesto", "Determinación del impuesto", rows)]
    return parts if me.person else [*parts, *_statements(key, year, made)]


def _statements(key: bytes, year: int, made: declared.Year) -> list[Part]:
    """Books that agree with the return: what it earned and spent, and an equity that holds the year's profit."""
    chance = draw(key, "statements", year)
    cost = made.deductions * chance.randint(55, 75) // 100
    profit = made.income - made.deductions - made.tax
    cash, owed = made.income * chance.randint(3, 9) // 100, made.income * chance.randint(8, 16) // 100
    fixed, suppliers = made.income * chance.randint(10, 30) // 100, made.deductions * chance.randint(4, 12) // 100
    assets = cash + owed + fixed
    liabilities = suppliers + max(0, made.tax - made.paid)
    equity = assets - liabilities
    return [
        Part(
            "estado_de_posicion_financiera",
            "ESTADO DE POSICIÓN FINANCIERA",
            [
                ("Efectivo y bancos", cash),
                ("Clientes", owed),
                ("Propiedades y equipo", fixed),
                ("Total de activo", assets),
                ("Proveedores", suppliers),
                ("Impuestos por pagar", liabilities - suppliers),
                ("Total de pasivo", liabilities),
                ("Capital social y otras cuentas", equity - profit),
                ("Resultado del ejercicio", profit),
                ("Total de capital contable", equity),
            ],
        ),
        Part(
            "estado_de_resultados",
            "ESTADO DE RESULTADOS",
            [
                ("Ingresos netos", made.income),
                ("Costo de ventas", cost),
                ("Utilidad bruta", made.income - cost),
                ("Gastos de operación", made.deductions - cost),
                ("Utilidad de operación", made.income - made.deductions),
                ("Utilidad neta", profit) if profit >= 0 else ("Pérdida neta", -profit),
            ],
        ),
    ]
