"""The complement Nómina: what an employer paid one employee. 1.2, and the 1.1 of CFDI 3.2, which has no inner parties.

Amounts are the document's own; none is added up here, so a total that 1.1 does not state stays None.
"""

from __future__ import annotations

from gateway.sat.node import Node
from gateway.sat.payroll_document import (
    Deduction,
    Disability,
    OtherPayment,
    Overtime,
    Payroll,
    PayrollEmployee,
    PayrollEmployer,
    Perception,
    Retirement,
    Severance,
)
from gateway.sat.values import day, either, flag, number, rfc, upper, whole

VERSIONS = frozenset({"1.1", "1.2"})


def read(node: Node, notes: list[str]) -> Payroll:
    """Raise BadValue."""
    nothing = Node("", {})
    is_old = node.attributes["Version"] == "1.1"
    perceptions = node.child("Percepciones") or nothing
    deductions = node.child("Deducciones") or nothing
    return {
        "version": node.attributes["Version"],
        "type": upper(node, "TipoNomina"),
        "paid_on": day(node, "FechaPago", notes),
        "period_from": day(node, "FechaInicialPago", notes),
        "period_to": day(node, "FechaFinalPago", notes),
        "days_paid": number(node, "NumDiasPagados"),
        "total_perceptions": number(node, "TotalPercepciones"),
        "total_deductions": number(node, "TotalDeducciones"),
        "total_other_payments": number(node, "TotalOtrosPagos"),
        "total_salaries": number(perceptions, "TotalSueldos"),
        "total_severance": number(perceptions, "TotalSeparacionIndemnizacion"),
        "total_retirement": number(perceptions, "TotalJubilacionPensionRetiro"),
        "total_taxable": number(perceptions, "TotalGravado"),
        "total_exempt": number(perceptions, "TotalExento"),
        "total_other_deductions": number(deductions, "TotalOtrasDeducciones"),
        "total_taxes_withheld": number(deductions, "TotalImpuestosRetenidos"),
        "total_deductions_taxable": number(deductions, "TotalGravado"),
        "total_deductions_exempt": number(deductions, "TotalExento"),
        "employer": _employer(Node("", _employers_own(node)) if is_old else node.child("Emisor") or nothing, notes),
        "employee": _employee(node if is_old else node.child("Receptor") or nothing, notes),
        "perceptions": [_perception(item) for item in perceptions.all("Percepcion")],
        "deductions": [_deduction(item) for item in deductions.all("Deduccion")],
        "other_payments": [_other_payment(item) for item in node.all("OtrosPagos", "OtroPago")],
        "disabilities": [_disability(item) for item in node.all("Incapacidades", "Incapacidad")],
        "overtime": _overtime(node),
        "retirement": _retirement(perceptions.child("JubilacionPensionRetiro")),
        "severance": _severance(perceptions.child("SeparacionIndemnizacion")),
    }


def _employers_own(node: Node) -> dict[str, str]:
    # 1.1 has one flat element, whose CURP is the employee's.
    return {name: text for name, text in node.attributes.items() if name == "RegistroPatronal"}


def _employer(node: Node, notes: list[str]) -> PayrollEmployer:
    public = node.child("EntidadSNCF") or Node("", {})
    return {
        "curp": upper(node, "Curp"),
        "registration": node.attributes.get("RegistroPatronal"),
        "origin_rfc": rfc(node, "RfcPatronOrigen", notes),
        "fund_origin": public.attributes.get("OrigenRecurso"),
        "own_funds": number(public, "MontoRecursoPropio"),
    }


def _employee(node: Node, notes: list[str]) -> PayrollEmployee:
    get = node.attributes.get
    return {
        "curp": upper(node, "Curp"),
        "social_security_number": get("NumSeguridadSocial"),
        "started_on": day(node, "FechaInicioRelLaboral", notes),
        "seniority": either(node, "Antigüedad", "Antiguedad"),
        "contract_type": get("TipoContrato"),
        "union": flag(node, "Sindicalizado"),
        "workday": get("TipoJornada"),
        "regime": get("TipoRegimen"),
        "number": get("NumEmpleado"),
        "department": get("Departamento"),
        "position": get("Puesto"),
        "risk": get("RiesgoPuesto"),
        "payment_frequency": get("PeriodicidadPago"),
        "bank": get("Banco"),
        "bank_account": either(node, "CuentaBancaria", "CLABE"),
        "base_salary": number(node, "SalarioBaseCotApor"),
        "daily_salary": number(node, "SalarioDiarioIntegrado"),
        "state": upper(node, "ClaveEntFed"),
        "subcontracts": [
            {"rfc": rfc(item, "RfcLabora", notes), "time_percentage": number(item, "PorcentajeTiempo")}
            for item in node.all("SubContratacion")
        ],
    }


def _perception(node: Node) -> Perception:
    get = node.attributes.get
    shares = node.child("AccionesOTitulos") or Node("", {})
    return {
        "type": get("TipoPercepcion"),
        "key": get("Clave"),
        "concept": get("Concepto"),
        "taxable": number(node, "ImporteGravado"),
        "exempt": number(node, "ImporteExento"),
        "market_value": number(shares, "ValorMercado"),
        "granted_price": number(shares, "PrecioAlOtorgarse"),
    }


def _deduction(node: Node) -> Deduction:
    get = node.attributes.get
    return {
        "type": get("TipoDeduccion"),
        "key": get("Clave"),
        "concept": get("Concepto"),
        "amount": number(node, "Importe"),
        "taxable": number(node, "ImporteGravado"),
        "exempt": number(node, "ImporteExento"),
    }


def _other_payment(node: Node) -> OtherPayment:
    get = node.attributes.get
    subsidy = node.child("SubsidioAlEmpleo") or Node("", {})
    balance = node.child("CompensacionSaldosAFavor") or Node("", {})
    return {
        "type": get("TipoOtroPago"),
        "key": get("Clave"),
        "concept": get("Concepto"),
        "amount": number(node, "Importe"),
        "subsidy": number(subsidy, "SubsidioCausado"),
        "balance_in_favour": number(balance, "SaldoAFavor"),
        "balance_year": whole(balance, "Año"),
        "balance_remainder": number(balance, "RemanenteSalFav"),
    }


def _disability(node: Node) -> Disability:
    # 1.1 calls the amount Descuento.
    amount = "ImporteMonetario" if "ImporteMonetario" in node.attributes else "Descuento"
    return {
        "days": number(node, "DiasIncapacidad"),
        "type": node.attributes.get("TipoIncapacidad"),
        "amount": number(node, amount),
    }


def _overtime(node: Node) -> list[Overtime]:
    found = [_hours(item, None) for item in node.all("HorasExtras", "HorasExtra")]
    for perception in node.all("Percepciones", "Percepcion"):
        found += [_hours(item, perception.attributes.get("Clave")) for item in perception.all("HorasExtra")]
    return found


def _hours(node: Node, key: str | None) -> Overtime:
    return {
        "perception_key": key,
        "days": whole(node, "Dias"),
        "type": node.attributes.get("TipoHoras"),
        "hours": whole(node, "HorasExtra"),
        "amount": number(node, "ImportePagado"),
    }


def _retirement(node: Node | None) -> Retirement | None:
    if node is None:
        return None
    return {
        "single_payment": number(node, "TotalUnaExhibicion"),
        "partial_payment": number(node, "TotalParcialidad"),
        "daily_amount": number(node, "MontoDiario"),
        "accumulable": number(node, "IngresoAcumulable"),
        "not_accumulable": number(node, "IngresoNoAcumulable"),
    }


def _severance(node: Node | None) -> Severance | None:
    if node is None:
        return None
    return {
        "total_paid": number(node, "TotalPagado"),
        "years": whole(node, "NumAñosServicio"),
        "last_monthly_salary": number(node, "UltimoSueldoMensOrd"),
        "accumulable": number(node, "IngresoAcumulable"),
        "not_accumulable": number(node, "IngresoNoAcumulable"),
    }
