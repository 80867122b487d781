"""A fortnight's pay of one employee. The person, not the document, decides salary, job and bank account."""

from __future__ import annotations

import random
from datetime import date, timedelta

from gateway.sandbox.taxpayers.identity import Party
from gateway.sandbox.taxpayers.ids import draw
from gateway.sandbox.taxpayers.lines import half_up
from gateway.sandbox.taxpayers.model import Deduction, Payroll, Perception

_JOBS = (
    ("Administración", "Auxiliar administrativo", 38_000),
    ("Administración", "Contador", 82_000),
    ("Ventas", "Ejecutivo de ventas", 52_000),
    ("Almacén", "Almacenista", 34_500),
    ("Operaciones", "Supervisor", 64_000),
    ("Sistemas", "Desarrollador", 118_000),
    ("Dirección", "Gerente general", 210_000),
)
_BANKS = ("002", "012", "014", "021", "072")


def pay(key: bytes, employee: Party, day: date, chance: random.Random) -> Payroll:
    """Return the pay of the fortnight that contains `day`; amounts in cents."""
    self_ = draw(key, "employment", employee.rfc)
    department, position, base = self_.choice(_JOBS)
    daily = half_up(base * self_.randint(90, 130), 100)
    wage = daily * 15
    perceptions = [Perception("001", "P001", "Sueldo", wage, 0)]
    if chance.random() < 0.6:
        perceptions.append(Perception("029", "P029", "Vales de despensa", 0, half_up(wage * 8, 100)))
    if chance.random() < 0.15:
        bonus = half_up(wage * chance.randint(5, 20), 100)
        perceptions.append(Perception("038", "P038", "Bono de productividad", bonus, 0))
    taxed = sum(p.taxed for p in perceptions)
    deductions = [
        Deduction("001", "D001", "IMSS", half_up(wage * 265, 10_000)),
        Deduction("002", "D002", "ISR", half_up(taxed * _income_tax(daily), 100)),
    ]
    if self_.random() < 0.2:
        deductions.append(Deduction("009", "D009", "Crédito Infonavit", half_up(wage * 12, 100)))
    first = day.replace(day=1 if day.day <= 15 else 16)
    hired = date(2012, 1, 2) + timedelta(days=self_.randrange(2700))
    return Payroll(
        employee=employee,
        number=f"{self_.randrange(1, 999):04d}",
        security_number=f"{self_.randrange(10**10, 10**11)}",
        hired=min(hired, first - timedelta(days=30)),
        department=department,
        position=position,
        bank=self_.choice(_BANKS),
        account=f"{self_.randrange(10**9, 10**10)}",
        daily=daily,
        paid_on=day,
        first_day=first,
        last_day=first + timedelta(days=14),
        days=15,
        perceptions=tuple(perceptions),
        deductions=tuple(deductions),
        registration=f"Y{draw(key, 'employer registration').randrange(10**9, 10**10)}",
    )


def _income_tax(daily: int) -> int:
    """Per cent of the taxed pay: a coarse reading of the tariff, good enough to look right."""
    return 6 if daily < 40_000 else 11 if daily < 70_000 else 16 if daily < 120_000 else 22
