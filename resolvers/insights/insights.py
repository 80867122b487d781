"""Insights: what a taxpayer's documents come to. One field an insight."""

from __future__ import annotations

import strawberry

from resolvers.insights.balances import Balances, balances_field
from resolvers.insights.cash import CashFlow, cash_flow_field
from resolvers.insights.counterparties import Concentration, Network, concentration_field, network_field
from resolvers.insights.exposure import BlacklistExposure, exposure_field
from resolvers.insights.payroll import PayrollCost, payroll_field
from resolvers.insights.products import Products, products_field
from resolvers.insights.rates import InvoiceTypes, Rates, YearOnYear, rates_field, types_field, year_on_year_field
from resolvers.insights.taxes import InvoicedVersusDeclared, TaxSummary, summary_field, versus_field
from resolvers.insights.trade import Trade, trade_field


@strawberry.type(
    description="Figures computed from the documents as exact decimals. Months are those of the CFDI's own Fecha; of a "
    "payment and of a payroll its FechaPago, and of a global invoice the period that it names (`by: ISSUE` counts all "
    "but payments by Fecha). Cancelled CFDI are never included and are shown apart. Missing amounts are never "
    "guessed: `coverage` says how many documents a figure includes, and why it does not include the others."
)
class Insights:
    sales: Trade | None = trade_field("ISSUED", "Ventas: CFDI issued, credit notes subtracted.")
    expenditures: Trade | None = trade_field("RECEIVED", "Gastos: CFDI received, credit notes subtracted.")
    blacklist: BlacklistExposure | None = exposure_field()
    receivables: Balances | None = balances_field("ISSUED", "Cuentas por cobrar: what customers owe, by age.")
    payables: Balances | None = balances_field(
        "RECEIVED", "Cuentas por pagar: what the taxpayer owes to suppliers, by age."
    )
    cash_flow: CashFlow | None = cash_flow_field()
    invoiced_versus_declared: InvoicedVersusDeclared | None = versus_field()
    tax_summary: TaxSummary | None = summary_field()
    customers: Concentration | None = concentration_field("ISSUED", "Clientes: concentration of sales.")
    suppliers: Concentration | None = concentration_field("RECEIVED", "Proveedores: concentration of expenditures.")
    network: Network | None = network_field()
    products_sold: Products | None = products_field("ISSUED", "Products and services sold.")
    products_bought: Products | None = products_field("RECEIVED", "Products and services bought.")
    rates: Rates | None = rates_field()
    invoice_types: InvoiceTypes | None = types_field()
    payroll: PayrollCost | None = payroll_field()
    year_on_year: YearOnYear | None = year_on_year_field()
