"""Annual and monthly tax returns: their content as Syncfy's JSON and as SAT's printed acknowledgement."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from gateway.sandbox.taxpayers import declared, determinations, duties
from gateway.sandbox.taxpayers.accounts import Accounts
from gateway.sandbox.taxpayers.identity import Party
from gateway.sandbox.taxpayers.ids import draw
from gateway.sandbox.taxpayers.months import add_months
from gateway.sandbox.taxpayers.return_paper import Concept, Content, Paper, paper_of
from gateway.sandbox.taxpayers.spanish import MONTHS, pesos, slashed, slashed_time

FIRST_YEAR = 2018
MONTHLY_BACK = 30
_AMENDED = 6  # the sixth month from the end was declared twice


@dataclass(frozen=True)
class Return:
    """A return that was presented. `month` is None for an annual one; `written` makes its content when it is needed."""

    rfc: str
    year: int
    month: int | None
    number: str
    presented_at: datetime
    written: Callable[[Return], Paper]

    @cached_property
    def paper(self) -> Paper:
        return self.written(self)

    @property
    def content(self) -> Content:
        return self.paper.content

    @property
    def title(self) -> str:
        period = str(self.year) if self.month is None else f"{MONTHS[self.month - 1]} {self.year}"
        return f"{'Anual' if self.month is None else 'Mensual'} {self.rfc} {period} {self.number}"

    @property
    def stem(self) -> str:
        """Return the name of the files, less its ending."""
        if self.month is None:
            return f"dec_anual_{self.year}_{self.number}"
        return f"dec_mensual_{self.year}_{self.month:02d}_{self.number}"


def annual(key: bytes, me: Party, accounts: Accounts, today: date) -> tuple[Return, ...]:
    """Make a return for each year from 2018 to the last one that is due."""
    last = today.year - 1 if today.month > 4 else today.year - 2
    return tuple(_annual(key, me, accounts, year) for year in range(FIRST_YEAR, last + 1))


def monthly(key: bytes, me: Party, accounts: Accounts, today: date) -> tuple[Return, ...]:
    """Make a return for each of the last 30 months and a second for one of them, in the order of presentation.

    The months that the taxpayer missed have none.
    """
    this = today.replace(day=1)
    firsts = [add_months(this, -back) for back in range(MONTHLY_BACK + 1, 0, -1)]
    if today.day < 18:
        firsts.pop()  # due on the 17th
    twice = firsts[-_AMENDED]
    made = [_monthly(key, me, accounts, first, is_amended=first == twice) for first in firsts]
    made.append(_amended(key, me, accounts, twice, made[-_AMENDED]))
    missed = {(first.year, first.month) for first in duties.missed_months(key, today)}
    made = [filed for filed in made if (filed.year, filed.month) not in missed]
    return tuple(sorted(made, key=lambda filed: filed.presented_at))


def _annual(key: bytes, me: Party, accounts: Accounts, year: int) -> Return:
    chance = draw(key, "annual", year)
    due = date(year + 1, 4, 30) if me.person else date(year + 1, 3, 31)
    presented = _moment(due - timedelta(days=chance.randrange(20)), chance)
    name = "ISR personas físicas" if me.person else "ISR personas morales. Del ejercicio"

    def written(filed: Return) -> Paper:
        made = declared.of_year(key, me, accounts, year)
        concepts = [_concept(name, made.tax - made.paid - made.withheld)]
        content = _content(key, me, filed, concepts, "Normal")
        return paper_of(key, filed.month, filed.presented_at, content, determinations.of_year(key, me, year, made))

    return Return(me.rfc, year, None, _number(presented, chance), presented, written)


def _monthly(key: bytes, me: Party, accounts: Accounts, first: date, *, is_amended: bool) -> Return:
    chance = draw(key, "monthly", first.isoformat())
    presented = _moment(add_months(first, 1).replace(day=17) - timedelta(days=chance.randrange(6)), chance)

    def written(filed: Return) -> Paper:
        if is_amended:
            concepts = declared.of_amended_month(key, me, accounts, first).first
        else:
            concepts = declared.of_month(key, me, accounts, first)
        content = _content(key, me, filed, [_concept(*concept) for concept in concepts], "Normal")
        (_, isr), (_, vat) = concepts[:2]
        return paper_of(
            key, filed.month, filed.presented_at, content, determinations.of_month(key, me, accounts, first, isr, vat)
        )

    return Return(me.rfc, first.year, first.month, _number(presented, chance), presented, written)


def _amended(key: bytes, me: Party, accounts: Accounts, first: date, paid: Return) -> Return:
    """Declare a month again some weeks later: one tax with its right amount, less the first payment."""
    chance = draw(key, "amended", first.isoformat())
    presented = _moment(paid.presented_at.date() + timedelta(days=chance.randint(36, 52)), chance)

    def written(filed: Return) -> Paper:
        name, owed = declared.of_amended_month(key, me, accounts, first).then
        concept = _mended(name, owed, paid) if owed > 0 else _concept(name, owed)
        content = _content(key, me, filed, [concept], "Complementaria")
        content.subtipo_complementaria = "Modificación de Obligaciones"
        parts = determinations.of_month(key, me, accounts, first, owed, owed)
        of_it = {"ISR": parts[:1], "Impuesto": parts[1:]} if "retenciones" not in name else {}
        return paper_of(key, filed.month, filed.presented_at, content, of_it.get(name.split()[0], []))

    return Return(me.rfc, first.year, first.month, _number(presented, chance), presented, written)


def _mended(name: str, owed: int, paid: Return) -> Concept:
    """Write the concept with what was paid with the first return taken off, and with the surcharges of being late."""
    (first,) = (concept for concept in paid.content.conceptos if concept.nombre == name)
    before = int(first.cantidad_a_pagar.replace(",", ""))
    updated, surcharge = (owed - before) // 97, (owed - before) * 147 // 10_000
    due = pesos(owed + updated + surcharge - before)
    concept = Concept(name, a_cargo=pesos(owed), parte_actualizada=pesos(updated), recargos=pesos(surcharge))
    if before:
        concept.fecha_pago_anterior = slashed(paid.presented_at.date())
        concept.monto_pagado_con_anterioridad = pesos(before)
    concept.cantidad_a_cargo = concept.cantidad_a_pagar = due
    return concept


def _concept(name: str, amount: int) -> Concept:
    due = pesos(max(0, amount))
    if amount < 0:
        return Concept(name, a_favor=pesos(-amount), cantidad_a_cargo=due, cantidad_a_pagar=due)
    return Concept(name, a_cargo=pesos(amount), cantidad_a_cargo=due, cantidad_a_pagar=due)


def _content(key: bytes, me: Party, filed: Return, concepts: list[Concept], kind: str) -> Content:
    due = sum(int(concept.cantidad_a_pagar.replace(",", "")) for concept in concepts)
    chance = draw(key, "capture line", filed.number)
    digits = "".join(chance.choice("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(16))
    presented = filed.presented_at
    return Content(
        rfc=me.rfc,
        nombre_denominacion_o_razon_social=me.full_name,
        numero_operacion=filed.number,
        ejercicio=str(filed.year),
        periodo=str(filed.year) if filed.month is None else MONTHS[filed.month - 1],
        periodicidad="Anual" if filed.month is None else "Mensual",
        tipo_declaracion=kind,
        fecha_presentacion=slashed_time(presented),
        medio_presentacion="Internet",
        linea_captura=f"04{presented:%y}{digits}" if due else None,
        importe_total_a_pagar=pesos(due),
        vigente_hasta=slashed(presented.date() + timedelta(days=13)) if due else None,
        conceptos=concepts,
    )


def _number(presented: datetime, chance: random.Random) -> str:
    return f"{presented:%y}0{chance.randrange(10**8, 10**9)}"


def _moment(day: date, chance: random.Random) -> datetime:
    return datetime.combine(day, datetime.min.time()) + timedelta(minutes=chance.randrange(9 * 60, 23 * 60))
