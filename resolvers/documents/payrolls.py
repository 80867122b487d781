"""Complemento de nómina: what an employer paid one employee. The owner's own data; sensitive, and never in a log."""

from __future__ import annotations

import strawberry

from resolvers.documents.codes import Code, coded
from resolvers.documents.identity import CurpFacts, curp_facts_field
from resolvers.scalars import Date, Decimal, Rfc


@strawberry.type(description="Emisor of a payroll: data beyond the CFDI's own issuer.")
class PayrollEmployer:
    curp: str | None = strawberry.field(description="Curp; only for a person.")
    registration: str | None = strawberry.field(description="RegistroPatronal.")
    origin_rfc: Rfc | None = strawberry.field(description="RfcPatronOrigen.")
    fund_origin: Code | None = coded("fund_origin", "fund_origin", "OrigenRecurso of an EntidadSNCF.", context=())
    own_funds: Decimal | None = strawberry.field(description="MontoRecursoPropio, in pesos.")


@strawberry.type(description="SubContratacion: for whom the employee worked.")
class PayrollSubcontract:
    rfc: Rfc | None = strawberry.field(description="RfcLabora.")
    time_percentage: Decimal | None = strawberry.field(description="PorcentajeTiempo: 50 is half of the time.")


@strawberry.type(description="Receptor of a payroll: the employee.")
class PayrollEmployee:
    curp: str | None = strawberry.field(description="Curp.")
    curp_facts: CurpFacts | None = curp_facts_field()
    social_security_number: str | None = strawberry.field(description="NumSeguridadSocial (NSS).")
    started_on: Date | None = strawberry.field(description="FechaInicioRelLaboral.")
    seniority: str | None = strawberry.field(
        description="Antigüedad: an ISO 8601 duration such as P219W; a number of weeks in 1.1."
    )
    contract_type: Code | None = coded("contract_type", "contract_type", "TipoContrato; free text in 1.1.", context=())
    union: bool | None = strawberry.field(description="Sindicalizado: whether the employee belongs to a union.")
    workday: Code | None = coded("workday", "workday", "TipoJornada; free text in 1.1.", context=())
    regime: Code | None = coded("regime", "payroll_regime", "TipoRegimen.", context=())
    number: str | None = strawberry.field(description="NumEmpleado.")
    department: str | None = strawberry.field(description="Departamento.")
    position: str | None = strawberry.field(description="Puesto.")
    risk: Code | None = coded("risk", "position_risk", "RiesgoPuesto.", context=())
    payment_frequency: Code | None = coded(
        "payment_frequency", "payment_frequency", "PeriodicidadPago; free text in 1.1.", context=()
    )
    bank: Code | None = coded("bank", "bank", "Banco.", context=())
    bank_account: str | None = strawberry.field(description="CuentaBancaria; in 1.1 CLABE.")
    base_salary: Decimal | None = strawberry.field(description="SalarioBaseCotApor, in pesos a day.")
    daily_salary: Decimal | None = strawberry.field(description="SalarioDiarioIntegrado, in pesos a day.")
    state: Code | None = coded("state", "state", "ClaveEntFed: where the work was done.", context=())
    subcontracts: list[PayrollSubcontract] = strawberry.field(description="SubContratacion.")


@strawberry.type(description="Percepcion: an amount earned by the employee.")
class PayrollPerception:
    type: Code | None = coded("type", "perception_type", "TipoPercepcion.", context=())
    key: str | None = strawberry.field(description="Clave: the employer's own.")
    concept: str | None = strawberry.field(description="Concepto.")
    taxable: Decimal | None = strawberry.field(description="ImporteGravado, in pesos.")
    exempt: Decimal | None = strawberry.field(description="ImporteExento, in pesos.")
    market_value: Decimal | None = strawberry.field(description="ValorMercado of AccionesOTitulos, in pesos.")
    granted_price: Decimal | None = strawberry.field(description="PrecioAlOtorgarse of AccionesOTitulos, in pesos.")


@strawberry.type(description="Deduccion: an amount deducted from the pay.")
class PayrollDeduction:
    type: Code | None = coded("type", "deduction_type", "TipoDeduccion.", context=())
    key: str | None = strawberry.field(description="Clave: the employer's own.")
    concept: str | None = strawberry.field(description="Concepto.")
    amount: Decimal | None = strawberry.field(description="Importe, in pesos; null in 1.1.")
    taxable: Decimal | None = strawberry.field(description="ImporteGravado, in pesos; only in 1.1.")
    exempt: Decimal | None = strawberry.field(description="ImporteExento, in pesos; only in 1.1.")


@strawberry.type(description="OtroPago: a payment that is not income, such as the employment subsidy.")
class PayrollOtherPayment:
    type: Code | None = coded("type", "other_payment_type", "TipoOtroPago.", context=())
    key: str | None = strawberry.field(description="Clave: the employer's own.")
    concept: str | None = strawberry.field(description="Concepto.")
    amount: Decimal | None = strawberry.field(description="Importe, in pesos.")
    subsidy: Decimal | None = strawberry.field(description="SubsidioCausado, in pesos.")
    balance_in_favour: Decimal | None = strawberry.field(description="SaldoAFavor, in pesos.")
    balance_year: int | None = strawberry.field(description="Año of the SaldoAFavor.")
    balance_remainder: Decimal | None = strawberry.field(description="RemanenteSalFav, in pesos.")


@strawberry.type(description="Incapacidad: days on which the employee could not work.")
class PayrollDisability:
    days: Decimal | None = strawberry.field(description="DiasIncapacidad.")
    type: Code | None = coded("type", "disability_type", "TipoIncapacidad.", context=())
    amount: Decimal | None = strawberry.field(description="ImporteMonetario, in pesos; in 1.1 Descuento.")


@strawberry.type(description="HorasExtra: overtime.")
class PayrollOvertime:
    perception_key: str | None = strawberry.field(description="Clave of the perception that pays it; null in 1.1.")
    days: int | None = strawberry.field(description="Dias.")
    type: Code | None = coded("type", "overtime_type", "TipoHoras; in 1.1 Dobles or Triples.", context=())
    hours: int | None = strawberry.field(description="HorasExtra.")
    amount: Decimal | None = strawberry.field(description="ImportePagado, in pesos.")


@strawberry.type(description="JubilacionPensionRetiro: a pension.")
class PayrollRetirement:
    single_payment: Decimal | None = strawberry.field(description="TotalUnaExhibicion, in pesos.")
    partial_payment: Decimal | None = strawberry.field(description="TotalParcialidad, in pesos.")
    daily_amount: Decimal | None = strawberry.field(description="MontoDiario, in pesos.")
    accumulable: Decimal | None = strawberry.field(description="IngresoAcumulable, in pesos.")
    not_accumulable: Decimal | None = strawberry.field(description="IngresoNoAcumulable, in pesos.")


@strawberry.type(description="SeparacionIndemnizacion: payment at the end of the employment.")
class PayrollSeverance:
    total_paid: Decimal | None = strawberry.field(description="TotalPagado, in pesos.")
    years: int | None = strawberry.field(description="NumAñosServicio.")
    last_monthly_salary: Decimal | None = strawberry.field(description="UltimoSueldoMensOrd, in pesos.")
    accumulable: Decimal | None = strawberry.field(description="IngresoAcumulable, in pesos.")
    not_accumulable: Decimal | None = strawberry.field(description="IngresoNoAcumulable, in pesos.")


@strawberry.type(description="Nómina 1.1 or 1.2 in one form. Amounts are the document's own; none is computed.")
class Payroll:
    version: str = strawberry.field(description="1.1 or 1.2.")
    type: Code | None = coded(
        "type", "payroll_type", "TipoNomina: O ordinary, E extraordinary; null in 1.1.", context=()
    )
    paid_on: Date | None = strawberry.field(description="FechaPago.")
    period_from: Date | None = strawberry.field(description="FechaInicialPago.")
    period_to: Date | None = strawberry.field(description="FechaFinalPago.")
    days_paid: Decimal | None = strawberry.field(description="NumDiasPagados.")
    total_perceptions: Decimal | None = strawberry.field(description="TotalPercepciones, in pesos; null in 1.1.")
    total_deductions: Decimal | None = strawberry.field(description="TotalDeducciones, in pesos; null in 1.1.")
    total_other_payments: Decimal | None = strawberry.field(description="TotalOtrosPagos, in pesos; null in 1.1.")
    total_salaries: Decimal | None = strawberry.field(description="TotalSueldos, in pesos.")
    total_severance: Decimal | None = strawberry.field(description="TotalSeparacionIndemnizacion, in pesos.")
    total_retirement: Decimal | None = strawberry.field(description="TotalJubilacionPensionRetiro, in pesos.")
    total_taxable: Decimal | None = strawberry.field(description="TotalGravado of the perceptions, in pesos.")
    total_exempt: Decimal | None = strawberry.field(description="TotalExento of the perceptions, in pesos.")
    total_other_deductions: Decimal | None = strawberry.field(description="TotalOtrasDeducciones, in pesos.")
    total_taxes_withheld: Decimal | None = strawberry.field(description="TotalImpuestosRetenidos, in pesos.")
    total_deductions_taxable: Decimal | None = strawberry.field(
        description="TotalGravado of the deductions, in pesos; only in 1.1."
    )
    total_deductions_exempt: Decimal | None = strawberry.field(
        description="TotalExento of the deductions, in pesos; only in 1.1."
    )
    employer: PayrollEmployer = strawberry.field(description="Emisor.")
    employee: PayrollEmployee = strawberry.field(description="Receptor.")
    perceptions: list[PayrollPerception] = strawberry.field(description="Percepciones.")
    deductions: list[PayrollDeduction] = strawberry.field(description="Deducciones.")
    other_payments: list[PayrollOtherPayment] = strawberry.field(description="OtrosPagos.")
    disabilities: list[PayrollDisability] = strawberry.field(description="Incapacidades.")
    overtime: list[PayrollOvertime] = strawberry.field(description="HorasExtra of all perceptions.")
    retirement: PayrollRetirement | None = strawberry.field(description="JubilacionPensionRetiro.")
    severance: PayrollSeverance | None = strawberry.field(description="SeparacionIndemnizacion.")
