"""The constancia de situación fiscal, as PDF text and as Syncfy's JSON."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import wrap

import msgspec

from gateway.sandbox.taxpayers import duties, names
from gateway.sandbox.taxpayers.duties import Held
from gateway.sandbox.taxpayers.identity import Party
from gateway.sandbox.taxpayers.ids import draw, filler
from gateway.sandbox.taxpayers.pdf import Text, heading, page_break, title
from gateway.sandbox.taxpayers.rfc import birthday
from gateway.sandbox.taxpayers.spanish import slashed, upper_date

_ROADS = {"AVENIDA": "AVENIDA (AV.)", "BOULEVARD": "BOULEVARD (BLVD.)"}
_LABELS = {
    "rfc": "RFC", "curp": "CURP", "nombre": "Nombre (s)", "primer_apellido": "Primer Apellido",
    "segundo_apellido": "Segundo Apellido", "denominacion_razon_social": "Denominación/Razón Social",
    "regimen_capital": "Régimen Capital", "nombre_comercial": "Nombre Comercial",
    "fecha_inicio_de_operaciones": "Fecha inicio de operaciones", "estatus_en_el_padron": "Estatus en el padrón",
    "fecha_de_ultimo_cambio_de_estado": "Fecha de último cambio de estado",
}  # fmt: skip
_LOCATION_LABELS = {
    "codigo_postal": "Código Postal", "tipo_de_vialidad": "Tipo de Vialidad",
    "nombre_de_vialidad": "Nombre de Vialidad", "numero_exterior": "Número Exterior",
    "numero_interior": "Número Interior", "nombre_de_la_colonia": "Nombre de la Colonia",
    "nombre_de_la_localidad": "Nombre de la Localidad",
    "nombre_del_municipio_o_demarcacion_territorial": "Nombre del Municipio o Demarcación Territorial",
    "nombre_de_la_entidad_federativa": "Nombre de la Entidad Federativa", "entre_calle": "Entre Calle",
    "y_calle": "Y Calle", "correo_electronico": "Correo Electrónico", "tel_fijo_lada": "Tel. Fijo Lada",
    "numero": "Número",
}  # fmt: skip


class Activity(msgspec.Struct, frozen=True):
    """An economic activity."""

    orden: str
    actividad_economica: str
    porcentaje: str
    fecha_inicio: str
    fecha_fin: str


class Regime(msgspec.Struct, frozen=True):
    """A regime, by its name."""

    regimen: str
    fecha_inicio: str
    fecha_fin: str


class Obligation(msgspec.Struct, frozen=True):
    """An obligation and its due date, in words."""

    descripcion_obligacion: str
    descripcion_vencimiento: str
    fecha_inicio: str
    fecha_fin: str


class Content(msgspec.Struct, frozen=True):
    """The JSON file of a constancia, under Syncfy's keys, one of which Syncfy misspells.

    The first two are printed field by field, and which fields they have depends on the taxpayer.
    """

    datos_de_identificacion_del_contribuyente: dict[str, str]
    datos_de_ubicacion: dict[str, str]
    actividades_econominas: list[Activity]
    regimenes: list[Regime]
    obligaciones: list[Obligation]
    nombre_denominacion_o_razon_social: str
    lugar_y_fecha_de_emision: str
    cadena_original_sello: str
    sello_digital: str


@dataclass(frozen=True, slots=True)
class TaxStatus:
    """A constancia; `cif` and the number of a mobile telephone are on the PDF only."""

    content: Content
    cif: str
    mobile: str


def tax_status(key: bytes, me: Party, today: date) -> TaxStatus:
    """Make a taxpayer's constancia, printed today."""
    chance = draw(key, "tax status")
    started = birthday(me.rfc) + timedelta(days=7300 if me.person else 30)
    # It presented returns since 2018 (gateway/sandbox/taxpayers/returns.py).
    started = max(date(1990, 1, 15), min(started, date(2016, 1, 15)))
    seal = b64encode(filler(key, 128, "tax status", today.isoformat())).decode()
    since = slashed(started)
    content = Content(
        datos_de_identificacion_del_contribuyente=_identity(me, started),
        datos_de_ubicacion=_location(key, me),
        actividades_econominas=[Activity("1", me.sector.activity, "100", since, "")],
        regimenes=[Regime(one.name, slashed(one.since), _end(one)) for one in duties.regimes(me, started)],
        obligaciones=[
            Obligation(one.name, one.due, slashed(one.since), _end(one)) for one in duties.obligations(me, started)
        ],
        nombre_denominacion_o_razon_social=me.name,
        lugar_y_fecha_de_emision=f"{me.city.municipality} , {me.city.state} A {upper_date(today)}",
        cadena_original_sello=f"||{today:%Y/%m/%d}|{me.rfc}|CONSTANCIA DE SITUACIÓN FISCAL|200001088888800000031||",
        sello_digital=seal,
    )
    cif = f"{chance.randrange(10**10, 10**11)}"
    return TaxStatus(content, cif, f"{chance.randrange(10**9, 10**10)}")


def pages(status: TaxStatus) -> list[Text]:
    """Print the constancia line by line; two fields share a line where they do on SAT's own form."""
    content, person = status.content, status.content.datos_de_identificacion_del_contribuyente
    lines = [
        title("CÉDULA DE IDENTIFICACIÓN FISCAL"),
        Text(person["rfc"]),
        Text("Registro Federal de Contribuyentes"),
        Text(content.nombre_denominacion_o_razon_social),
        Text("Nombre, denominación o razón social"),
        Text(f"idCIF: {status.cif}"),
        title("CONSTANCIA DE SITUACIÓN FISCAL"),
        Text("Lugar y Fecha de Emisión"),
        Text(content.lugar_y_fecha_de_emision),
        heading("Datos de Identificación del Contribuyente:"),
        *(Text(f"{_LABELS[name]}: {value}") for name, value in person.items()),
        heading("Datos del domicilio registrado"),
        *_printed_location(content.datos_de_ubicacion),
        Text(f"Tel. Móvil Lada: {content.datos_de_ubicacion['tel_fijo_lada']} Número: {status.mobile}"),
        heading("Actividades Económicas:"),
        Text("Orden Actividad Económica Porcentaje Fecha Inicio Fecha Fin"),
        *(Text(" ".join(msgspec.structs.astuple(row)).strip()) for row in content.actividades_econominas),
        heading("Regímenes:"),
        Text("Régimen Fecha Inicio Fecha Fin"),
        *(Text(" ".join(msgspec.structs.astuple(row)).strip()) for row in content.regimenes),
        heading("Obligaciones:"),
        Text("Descripción de la Obligación Descripción Vencimiento Fecha Inicio Fecha Fin"),
        *(line for row in content.obligaciones for line in _printed_duty(row)),
        Text(f"Cadena Original Sello: {content.cadena_original_sello}"),
    ]
    return [*lines, Text(f"Sello Digital: {content.sello_digital}")]


def _printed_location(location: dict[str, str]) -> list[Text]:
    fields = [f"{_LOCATION_LABELS[name]}:{value}" for name, value in location.items()]
    printed = [Text(" ".join(fields[i : i + 2])) for i in range(0, len(fields), 2)]
    # On SAT's form the page ends between the two streets of a corner.
    return [*printed[:5], page_break(), *printed[5:]]


def _printed_duty(row: Obligation) -> list[Text]:
    """Wrap a row: the due date begins beside the duty and goes on below it, and the date is alone on the last line."""
    first, *rest = wrap(row.descripcion_vencimiento, 48)
    return [
        Text(f"{row.descripcion_obligacion} {first}"),
        *map(Text, rest),
        Text(f"{row.fecha_inicio} {row.fecha_fin}".strip()),
    ]


def _end(one: Held) -> str:
    return slashed(one.until) if one.until else ""


def _identity(me: Party, started: date) -> dict[str, str]:
    dates = {
        "fecha_inicio_de_operaciones": upper_date(started),
        "estatus_en_el_padron": "ACTIVO",
        "fecha_de_ultimo_cambio_de_estado": upper_date(started),
    }
    if me.person:
        name = {"nombre": me.given, "primer_apellido": me.first, "segundo_apellido": me.second}
        return {"rfc": me.rfc, "curp": me.curp, **name, **dates, "nombre_comercial": me.name}
    name = {"denominacion_razon_social": me.name, "regimen_capital": me.capital_regime, "nombre_comercial": me.name}
    return {"rfc": me.rfc, **name, **dates}


def _location(key: bytes, me: Party) -> dict[str, str]:
    chance = draw(key, "address")
    street, between, and_ = chance.sample(names.STREETS, 3)
    return {
        "codigo_postal": me.postal_code,
        "tipo_de_vialidad": _ROADS.get(street.split()[0], "CALLE"),
        "nombre_de_vialidad": street,
        "numero_exterior": str(chance.randrange(1, 2400)),
        "numero_interior": str(chance.randrange(1, 30)) if chance.random() < 0.4 else "",
        "nombre_de_la_colonia": chance.choice(names.COLONIES),
        "nombre_de_la_localidad": me.city.municipality,
        "nombre_del_municipio_o_demarcacion_territorial": me.city.municipality,
        "nombre_de_la_entidad_federativa": me.city.state,
        "entre_calle": between,
        "y_calle": and_,
        "correo_electronico": f"contacto@{me.name.split()[0].lower()}.example",
        "tel_fijo_lada": me.city.dial,
        "numero": str(chance.randrange(2_000_000, 9_999_999)),
    }
