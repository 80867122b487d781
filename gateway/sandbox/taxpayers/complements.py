"""The complement of a CFDI, where it has one: payments (Pagos 1.0, 2.0) and payroll (Nómina 1.2)."""

from __future__ import annotations

from typing import NamedTuple

from gateway.sandbox.taxpayers import pagos10, pagos20
from gateway.sandbox.taxpayers.model import Invoice, Payroll
from gateway.sandbox.taxpayers.xml import element, money

_SAT = "http://www.sat.gob.mx"


class Complement(NamedTuple):
    name: str  # as Syncfy's keywords write it
    prefix: str
    namespace: str
    schema: str
    xml: str


def complement_of(invoice: Invoice) -> Complement | None:
    """Write the complement; its namespace is declared on the document's root, as SAT requires."""
    if invoice.payment and invoice.version == "4.0":
        schema = f"{_SAT}/sitio_internet/cfd/Pagos/Pagos20.xsd"
        return Complement("pagos", "pago20", f"{_SAT}/Pagos20", schema, pagos20.write(invoice.payment))
    if invoice.payment:
        schema = f"{_SAT}/sitio_internet/cfd/Pagos/Pagos10.xsd"
        return Complement("pagos", "pago10", f"{_SAT}/Pagos", schema, pagos10.write(invoice.payment))
    if invoice.payroll:
        schema = f"{_SAT}/sitio_internet/cfd/nomina/nomina12.xsd"
        return Complement("nomina", "nomina12", f"{_SAT}/nomina12", schema, _payroll(invoice.payroll))
    return None


def _payroll(pay: Payroll) -> str:
    return element(
        "nomina12:Nomina",
        {
            "Version": "1.2",
            "TipoNomina": "O",
            "FechaPago": pay.paid_on,
            "FechaInicialPago": pay.first_day,
            "FechaFinalPago": pay.last_day,
            "NumDiasPagados": f"{pay.days}.000",
            "TotalPercepciones": money(pay.earned),
            "TotalDeducciones": money(pay.deducted),
            "TotalOtrosPagos": "0.00",
        },
        element("nomina12:Emisor", {"RegistroPatronal": pay.registration}),
        _employee(pay),
        _perceptions(pay),
        _deductions(pay),
        element(
            "nomina12:OtrosPagos",
            {},
            element(
                "nomina12:OtroPago",
                {"TipoOtroPago": "002", "Clave": "O002", "Concepto": "Subsidio para el empleo", "Importe": "0.00"},
                element("nomina12:SubsidioAlEmpleo", {"SubsidioCausado": "0.00"}),
            ),
        ),
    )


def _employee(pay: Payroll) -> str:
    weeks = (pay.last_day - pay.hired).days // 7
    return element(
        "nomina12:Receptor",
        {
            "Curp": pay.employee.curp,
            "NumSeguridadSocial": pay.security_number,
            "FechaInicioRelLaboral": pay.hired,
            "Antigüedad": f"P{weeks}W",
            "TipoContrato": "01",
            "Sindicalizado": "No",
            "TipoJornada": "01",
            "TipoRegimen": "02",
            "NumEmpleado": pay.number,
            "Departamento": pay.department,
            "Puesto": pay.position,
            "RiesgoPuesto": "1",
            "PeriodicidadPago": "04",
            "Banco": pay.bank,
            "CuentaBancaria": pay.account,
            "SalarioBaseCotApor": money(pay.daily),
            "SalarioDiarioIntegrado": money(pay.daily * 10493 // 10000),
            "ClaveEntFed": pay.employee.city.payroll_state,
        },
    )


def _perceptions(pay: Payroll) -> str:
    rows = (
        element(
            "nomina12:Percepcion",
            {
                "TipoPercepcion": row.type,
                "Clave": row.key,
                "Concepto": row.concept,
                "ImporteGravado": money(row.taxed),
                "ImporteExento": money(row.exempt),
            },
        )
        for row in pay.perceptions
    )
    totals = {
        "TotalSueldos": money(pay.earned),
        "TotalGravado": money(sum(row.taxed for row in pay.perceptions)),
        "TotalExento": money(sum(row.exempt for row in pay.perceptions)),
    }
    return element("nomina12:Percepciones", dict(totals), *rows)


def _deductions(pay: Payroll) -> str:
    rows = (
        element(
            "nomina12:Deduccion",
            {
                "TipoDeduccion": row.type,
                "Clave": row.key,
                "Concepto": row.concept,
                "Importe": money(row.amount),
            },
        )
        for row in pay.deductions
    )
    income_tax = sum(row.amount for row in pay.deductions if row.type == "002")
    totals = {"TotalOtrasDeducciones": money(pay.deducted - income_tax), "TotalImpuestosRetenidos": money(income_tax)}
    return element("nomina12:Deducciones", dict(totals), *rows)
