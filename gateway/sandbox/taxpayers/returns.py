"""Annual and monthly tax returns: their content as Syncfy's JSON and as SAT's printed acknowledgement."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import msgspec

from gateway.sandbox.taxpayers import declared, duties
from gateway.sandbox.taxpayers.accounts import Accounts
from gateway.sandbox.taxpayers.identity import Party
from gateway.sandbox.taxpayers.ids import draw
from gateway.sandbox.taxpayers.months import add_months
from gateway.sandbox.taxpayers.pdf import Text, heading, title
from gateway.sandbox.taxpayers.spanish import MONTHS, pesos, slashed, slashed_time

FIRST_YEAR = 2018
MONTHLY_BACK = 30
_AMENDED = 6  # the sixth month from the end was declared twice
_LABELS = {
    "a_cargo": "A cargo",
    "a_favor": "A favor",
    "parte_actualizada": "Parte actualizada",
    "recargos": "Recargos",
    "fecha_pago_anterior": "Fecha del pago realizado con anterioridad",
    "monto_pagado_con_anterioridad": "Monto pagado con anterioridad",
    "cantidad_a_cargo": "Cantidad a cargo",
    "cantidad_a_pagar": "Cantidad a pagar",
}


class Concept(msgspec.Struct, omit_defaults=True):
    """A "Concepto de pago": text as printed, whole pesos with commas, under Syncfy's keys."""

    nombre: str
    a_favor: str | None = None
    a_cargo: str | None = None
    parte_actualizada: str | None = None
    recargos: str | None = None
    fecha_pago_anterior: str | None = None
    monto_pagado_con_anterioridad: str | None = None
    cantidad_a_cargo: str = ""
    cantidad_a_pagar: str = ""


class Content(msgspec.Struct, omit_defaults=True):
    """The JSON file of a return, under Syncfy's keys. Text as printed, whole pesos with commas."""

    rfc: str
    nombre_denominacion_o_razon_social: str
    numero_operacion: str
    ejercicio: str
    periodo: str
    periodicidad: str
    tipo_declaracion: str
    fecha_presentacion: str
    medio_presentacion: str
    linea_captura: str | None
    importe_total_a_pagar: str
    vigente_hasta: str | None
    conceptos: list[Concept]
    determinacion_impuesto: dict[str, str] | None = None
    subtipo_complementaria: str | None = None


@dataclass(frozen=True)
class Return:
    """A return that was presented. `month` is None for an annual one; `written` makes its content when it is needed."""

    rfc: str
    year: int
    month: int | None
    number: str
    presented_at: datetime
    written: Callable[[Return], Content]

    @cached_property
    def content(self) -> Content:
        return self.written(self)

    @property
    def title(self) -> str:
        period = str(self.year) if self.month is None else f"{MONTHS[self.month - 1]} {self.year}"
        return f"{'Anual' if self.month is None else 'Mensual'} {self.rfc} {period} {self.number}"

    @property
    def stem(self) -> str:
        """The name of the files, less its ending."""
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


def pages(filed: Return) -> list[Text]:
    """Print the acknowledgement as SAT does today."""
    content = filed.content
    name = "Nombre" if len(content.rfc) == 13 else "Denominación o razón social"
    scope = "ANUAL" if filed.month is None else "PROVISIONAL O DEFINITIVA"
    period = "Del Ejercicio" if filed.month is None else content.periodo
    lines = [
        title("ACUSE DE RECIBO"),
        title(f"DECLARACIÓN {scope} DE IMPUESTOS FEDERALES"),
        Text(f"RFC: {content.rfc}    Hoja 1 de 1"),
        Text(f"{name}: {content.nombre_denominacion_o_razon_social}"),
        Text(f"Tipo de declaración: {content.tipo_declaracion}"),
        *([Text(f"Tipo de complementaria: {kind}")] if (kind := content.subtipo_complementaria) else []),
        Text(f"Período de la declaración: {period}    Ejercicio: {content.ejercicio}"),
        Text(f"Fecha y hora de presentación: {content.fecha_presentacion}    Medio de presentación: Internet"),
        Text(f"Número de operación: {content.numero_operacion}"),
        heading("Impuestos que declara:"),
    ]
    for place, concept in enumerate(content.conceptos, 1):
        lines.append(Text(f"Concepto de pago {place}: {concept.nombre}"))
        lines += [Text(f"{label}: {text}") for name, label in _LABELS.items() if (text := getattr(concept, name))]
    if content.linea_captura:
        groups = content.linea_captura
        printed = " ".join(groups[i : i + 4] for i in range(0, len(groups), 4))
        lines.append(Text(f"Línea de Captura: {printed}    Importe total a pagar: ${content.importe_total_a_pagar}"))
        lines.append(Text(f"Vigente hasta: {content.vigente_hasta}"))
    return lines


def _annual(key: bytes, me: Party, accounts: Accounts, year: int) -> Return:
    chance = draw(key, "annual", year)
    due = date(year + 1, 4, 30) if me.person else date(year + 1, 3, 31)
    presented = _moment(due - timedelta(days=chance.randrange(20)), chance)
    name = "ISR personas físicas" if me.person else "ISR personas morales. Del ejercicio"

    def written(filed: Return) -> Content:
        made = declared.of_year(key, me, accounts, year)
        concepts = [_concept(name, made.tax - made.paid)]
        content = _content(key, me, filed, concepts, "Normal")
        content.determinacion_impuesto = {
            "ingresos_acumulables": pesos(made.income),
            "deducciones_autorizadas": pesos(made.deductions),
            "utilidad_fiscal": pesos(made.income - made.deductions),
            "isr_causado": pesos(made.tax),
            "pagos_provisionales": pesos(made.paid),
        }
        return content

    return Return(me.rfc, year, None, _number(presented, chance), presented, written)


def _monthly(key: bytes, me: Party, accounts: Accounts, first: date, *, is_amended: bool) -> Return:
    chance = draw(key, "monthly", first.isoformat())
    presented = _moment(add_months(first, 1).replace(day=17) - timedelta(days=chance.randrange(6)), chance)

    def written(filed: Return) -> Content:
        if is_amended:
            concepts = declared.of_amended_month(key, me, accounts, first).first
        else:
            concepts = declared.of_month(key, me, accounts, first)
        return _content(key, me, filed, [_concept(*concept) for concept in concepts], "Normal")

    return Return(me.rfc, first.year, first.month, _number(presented, chance), presented, written)


def _amended(key: bytes, me: Party, accounts: Accounts, first: date, paid: Return) -> Return:
    """Declare a month again some weeks later: one tax with its right amount, less the first payment."""
    chance = draw(key, "amended", first.isoformat())
    presented = _moment(paid.presented_at.date() + timedelta(days=chance.randint(36, 52)), chance)

    def written(filed: Return) -> Content:
        name, owed = declared.of_amended_month(key, me, accounts, first).then
        (declared_first,) = (concept for concept in paid.content.conceptos if concept.nombre == name)
        before = int(declared_first.cantidad_a_pagar.replace(",", ""))
        updated, surcharge = (owed - before) // 97, (owed - before) * 147 // 10_000
        due = owed + updated + surcharge - before
        concept = Concept(name, a_cargo=pesos(owed), parte_actualizada=pesos(updated), recargos=pesos(surcharge))
        if before:
            concept.fecha_pago_anterior = slashed(paid.presented_at.date())
            concept.monto_pagado_con_anterioridad = pesos(before)
        concept.cantidad_a_cargo = concept.cantidad_a_pagar = pesos(due)
        content = _content(key, me, filed, [concept], "Complementaria")
        content.subtipo_complementaria = "Modificación de Obligaciones"
        return content

    return Return(me.rfc, first.year, first.month, _number(presented, chance), presented, written)


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
