"""The complement Nómina: the employee, the perceptions and the deductions."""

from __future__ import annotations

from decimal import Decimal

from gateway.printing import blocks
from gateway.printing.sheet import BODY, Cell, Column, Sheet
from gateway.printing.texts import joined, labelled, moment, money, number
from gateway.sat.payroll_document import Deduction, Disability, OtherPayment, Overtime, Payroll, Perception

_PERCEPTIONS = [
    Column("TIPO", 40),
    Column("CLAVE", 60),
    Column("CONCEPTO", 252),
    Column("GRAVADO", 90, right=True),
    Column("EXENTO", 90, right=True),
]
_AMOUNTS = [Column("TIPO", 40), Column("CLAVE", 60), Column("CONCEPTO", 342), Column("IMPORTE", 90, right=True)]


def draw(sheet: Sheet, payroll: Payroll) -> None:
    """Draw one payroll: its parties, its tables of amounts, and their totals."""
    _facts(sheet, payroll)
    if payroll["perceptions"]:
        sheet.heading("Percepciones")
        sheet.table(_PERCEPTIONS, [_perception(one) for one in payroll["perceptions"]])
    if payroll["overtime"]:
        sheet.heading("Horas extra")
        sheet.table(_AMOUNTS, [_overtime(one) for one in payroll["overtime"]])
    if payroll["other_payments"]:
        sheet.heading("Otros pagos")
        sheet.table(_AMOUNTS, [_other_payment(one) for one in payroll["other_payments"]])
    if payroll["deductions"]:
        sheet.heading("Deducciones")
        sheet.table(_AMOUNTS, [_deduction(one) for one in payroll["deductions"]])
    if payroll["disabilities"]:
        sheet.heading("Incapacidades")
        sheet.table(_AMOUNTS, [_disability(one) for one in payroll["disabilities"]])
    named = [
        ("Percepciones", payroll["total_perceptions"]),
        ("Otros pagos", payroll["total_other_payments"]),
        ("Deducciones", payroll["total_deductions"]),
    ]
    for label, amount in named:
        if amount is not None:
            sheet.need(12)
            sheet.y -= 12
            sheet.text(396, sheet.y, label)
            sheet.text(568, sheet.y, money(amount), right=True)


def _facts(sheet: Sheet, payroll: Payroll) -> None:
    employer, employee = payroll["employer"], payroll["employee"]
    blocks.facts(
        sheet,
        [
            (
                "Trabajador",
                [
                    ("Número", employee["number"]),
                    ("CURP", employee["curp"]),
                    ("Seguridad social", employee["social_security_number"]),
                    ("Puesto", employee["position"]),
                    ("Departamento", employee["department"]),
                    ("Inicio laboral", moment(employee["started_on"])),
                    ("Contrato", labelled("contract_type", employee["contract_type"])),
                    ("Jornada", labelled("workday", employee["workday"])),
                    ("Régimen", labelled("payroll_regime", employee["regime"])),
                    ("Cuenta", joined(labelled("bank", employee["bank"]), employee["bank_account"])),
                ],
            ),
            (
                "Nómina",
                [
                    ("Tipo", labelled("payroll_type", payroll["type"])),
                    ("Fecha de pago", moment(payroll["paid_on"])),
                    ("Periodo", joined(moment(payroll["period_from"]), moment(payroll["period_to"]), between=" a ")),
                    ("Días pagados", number(payroll["days_paid"])),
                    ("Periodicidad", labelled("payment_frequency", employee["payment_frequency"])),
                    ("Salario base", money(employee["base_salary"])),
                    ("Salario diario int.", money(employee["daily_salary"])),
                    ("Riesgo", labelled("position_risk", employee["risk"])),
                    ("Registro patronal", employer["registration"]),
                    ("Entidad", labelled("state", employee["state"])),
                ],
            ),
        ],
    )


def _perception(one: Perception) -> list[Cell]:
    return [*_named(one, "perception_type"), _money(one["taxable"]), _money(one["exempt"])]


def _other_payment(one: OtherPayment) -> list[Cell]:
    return [*_named(one, "other_payment_type"), _money(one["amount"])]


def _deduction(one: Deduction) -> list[Cell]:
    amount = one["amount"]
    if amount is None and one["taxable"] is not None:  # 1.1 has two amounts for the one
        amount = str(Decimal(one["taxable"]) + Decimal(one["exempt"] or "0"))
    return [*_named(one, "deduction_type"), _money(amount)]


def _named(one: Perception | Deduction | OtherPayment, catalog: str) -> list[Cell]:
    concept = one["concept"] or labelled(catalog, one["type"])
    return [[(one["type"] or "", BODY)], [(one["key"] or "", BODY)], [(concept, BODY)]]


def _overtime(one: Overtime) -> list[Cell]:
    what = joined(
        labelled("overtime_type", one["type"]),
        f"{one['days']} días" if one["days"] is not None else "",
        f"{one['hours']} horas" if one["hours"] is not None else "",
    )
    return [[(one["type"] or "", BODY)], [(one["perception_key"] or "", BODY)], [(what, BODY)], _money(one["amount"])]


def _disability(one: Disability) -> list[Cell]:
    what = joined(labelled("disability_type", one["type"]), f"{number(one['days'])} días" if one["days"] else "")
    return [[(one["type"] or "", BODY)], [("", BODY)], [(what, BODY)], _money(one["amount"])]


def _money(amount: str | None) -> Cell:
    return [(money(amount), BODY)]
