"""The obligations of a taxpayer by its regime, and the months of which it presented no return.

The constancia lists the obligations, the returns leave the months out, and the opinión names both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gateway.sandbox.taxpayers.identity import Party
from gateway.sandbox.taxpayers.ids import draw
from gateway.sandbox.taxpayers.months import add_months

REGIMES = {
    "601": "Régimen General de Ley Personas Morales",
    "605": "Régimen de Sueldos y Salarios e Ingresos Asimilados a Salarios",
    "612": "Régimen de las Personas Físicas con Actividades Empresariales y Profesionales",
    "625": "Régimen de las Actividades Empresariales con ingresos a través de Plataformas Tecnológicas",
    "626": "Régimen Simplificado de Confianza",
}
#: The day on which the law began to have a regime: its taxpayers of before were in another until then.
_SINCE = {"625": date(2020, 6, 1), "626": date(2022, 1, 1)}
_INCOME_TAX = {
    "601": "Pago provisional mensual de ISR personas morales régimen general",
    "612": "Pago provisional mensual de ISR por actividades empresariales y profesionales.",
    "625": "Pago provisional mensual de ISR por ingresos a través de plataformas tecnológicas.",
}
_TRUST = {
    True: "Pago provisional mensual de ISR por actividades empresariales. Régimen Simplificado de Confianza",
    False: "Pago provisional mensual de ISR personas morales. Régimen Simplificado de Confianza",
}
_VAT = "Pago definitivo mensual de IVA."
_MONTHLY = "A más tardar el día 17 del mes inmediato posterior al periodo que corresponda."
_COMPANY_ONLY = (
    (
        "Declaración de proveedores de IVA",
        "A más tardar el último día del mes inmediato posterior al periodo que corresponda.",
    ),
    ("Entero de retenciones mensuales de ISR por sueldos y salarios", _MONTHLY),
    ("Entero de retenciones de IVA Mensual", _MONTHLY),
)
_ANNUAL = {
    True: ("Declaración anual de ISR. Personas Físicas.", "A más tardar el 30 de abril del ejercicio siguiente."),
    False: (
        "Declaración anual de ISR del ejercicio Personas morales.",
        "Dentro de los tres meses siguientes al cierre del ejercicio.",
    ),
}
#: About one taxpayer in eight is not up to date: of the months so many back it presented nothing.
_UP_TO_DATE, _MISSED = 0.87, (3, 2)


@dataclass(frozen=True, slots=True)
class Held:
    """A regime or an obligation, `due` in words. `until`: the day on which it ended."""

    name: str
    since: date
    until: date | None = None
    due: str = ""


def regimes(me: Party, started: date) -> list[Held]:
    """Return the taxpayer's regime, then the one that it had before the law had this one."""
    return [Held(REGIMES[code], since, until) for code, since, until in _history(me, started)]


def obligations(me: Party, started: date) -> list[Held]:
    """Return the obligations; those of a regime that ended have ended with it."""
    others = [_ANNUAL[me.person], *([] if me.person else _COMPANY_ONLY)]
    return [
        Held(_VAT, started, None, _MONTHLY),
        *(
            Held(_income_tax(me, code), since, until, _MONTHLY)
            for code, since, until in _history(me, started)
        ),
        *(Held(name, started, None, due) for name, due in others),
    ]  # fmt: skip


def monthly(me: Party) -> tuple[str, str]:
    """Return the names of the obligations that a monthly return fulfils."""
    return _VAT, _income_tax(me, me.regime)


def missed_months(key: bytes, today: date) -> tuple[date, ...]:
    """Return the first days of the months without a return, oldest first; none for most taxpayers.

    All of them are of years whose annual return is not yet presented: it would count their payments.
    """
    if draw(key, "opinion").random() < _UP_TO_DATE:
        return ()
    return tuple(add_months(today.replace(day=1), -back) for back in _MISSED)


def _history(me: Party, started: date) -> list[tuple[str, date, date | None]]:
    since = _SINCE.get(me.regime)
    if since is None or since <= started:
        return [(me.regime, started, None)]
    before = "612" if me.person else "601"
    return [(me.regime, since, None), (before, started, date.fromordinal(since.toordinal() - 1))]


def _income_tax(me: Party, code: str) -> str:
    return _TRUST[me.person] if code == "626" else _INCOME_TAX[code]
