"""The normal form of the complement Nómina, 1.1 and 1.2 in one; `documents` says what holds for all of them.

CURP, social security number, bank account and salary are here in plain: none of them may reach a log.
"""

from __future__ import annotations

from typing import TypedDict


class PayrollEmployer(TypedDict):
    curp: str | None
    registration: str | None  # RegistroPatronal
    origin_rfc: str | None  # RfcPatronOrigen
    fund_origin: str | None  # EntidadSNCF: c_OrigenRecurso
    own_funds: str | None


class PayrollSubcontract(TypedDict):
    rfc: str | None
    time_percentage: str | None


class PayrollEmployee(TypedDict):
    curp: str | None
    social_security_number: str | None
    started_on: str | None
    seniority: str | None  # 1.2: an ISO 8601 period (P52W); 1.1: a number of weeks
    contract_type: str | None  # a code; 1.1 has free text here
    union: bool | None
    workday: str | None  # a code; 1.1 has free text here
    regime: str | None
    number: str | None
    department: str | None
    position: str | None
    risk: str | None
    payment_frequency: str | None  # a code; 1.1 has free text here
    bank: str | None
    bank_account: str | None  # 1.1: CLABE
    base_salary: str | None
    daily_salary: str | None
    state: str | None
    subcontracts: list[PayrollSubcontract]


class Perception(TypedDict):
    type: str | None
    key: str | None
    concept: str | None
    taxable: str | None
    exempt: str | None
    market_value: str | None  # AccionesOTitulos
    granted_price: str | None


class Deduction(TypedDict):
    type: str | None
    key: str | None
    concept: str | None
    amount: str | None  # 1.2
    taxable: str | None  # 1.1 has two amounts for the one
    exempt: str | None


class OtherPayment(TypedDict):
    type: str | None
    key: str | None
    concept: str | None
    amount: str | None
    subsidy: str | None  # SubsidioCausado
    balance_in_favour: str | None  # CompensacionSaldosAFavor
    balance_year: int | None
    balance_remainder: str | None


class Disability(TypedDict):
    days: str | None
    type: str | None
    amount: str | None


class Overtime(TypedDict):
    perception_key: str | None  # 1.2 has it inside a perception, 1.1 beside them
    days: int | None
    type: str | None  # a code; 1.1 has Dobles or Triples
    hours: int | None
    amount: str | None


class Retirement(TypedDict):
    single_payment: str | None
    partial_payment: str | None
    daily_amount: str | None
    accumulable: str | None
    not_accumulable: str | None


class Severance(TypedDict):
    total_paid: str | None
    years: int | None
    last_monthly_salary: str | None
    accumulable: str | None
    not_accumulable: str | None


class Payroll(TypedDict):
    version: str
    type: str | None  # O or E; 1.1 does not say
    paid_on: str | None
    period_from: str | None
    period_to: str | None
    days_paid: str | None
    total_perceptions: str | None
    total_deductions: str | None
    total_other_payments: str | None
    total_salaries: str | None
    total_severance: str | None
    total_retirement: str | None
    total_taxable: str | None
    total_exempt: str | None
    total_other_deductions: str | None
    total_taxes_withheld: str | None
    total_deductions_taxable: str | None  # 1.1 has two totals for the one
    total_deductions_exempt: str | None
    employer: PayrollEmployer
    employee: PayrollEmployee
    perceptions: list[Perception]
    deductions: list[Deduction]
    other_payments: list[OtherPayment]
    disabilities: list[Disability]
    overtime: list[Overtime]
    retirement: Retirement | None
    severance: Severance | None
