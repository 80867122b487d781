"""CURP: Mexico's registration of a person, 18 characters, as payrolls and constancias name people by it.

Shape and letters: RENAPO's manual of the CURP (Instructivo Normativo, Diario Oficial 2021-10-18). A CURP is never
refused: what can't be told from it is None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_SHAPE = re.compile(
    r"(?P<letters>[A-Z][AEIOUX][A-Z]{2})(?P<year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<sex>[HMX])"
    r"(?P<state>[A-Z]{2})[B-DF-HJ-NP-TV-ZÑ]{3}(?P<homonym>[0-9A-Z])(?P<check>[0-9])"
)
#: What the digits are worth: Ñ stands between N and O.
_ALPHABET = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
_SEXES = {"H": "MALE", "M": "FEMALE", "X": "NON_BINARY"}
_STATES = {
    "AS": "Aguascalientes", "BC": "Baja California", "BS": "Baja California Sur", "CC": "Campeche",
    "CL": "Coahuila", "CM": "Colima", "CS": "Chiapas", "CH": "Chihuahua", "DF": "Ciudad de México",
    "DG": "Durango", "GT": "Guanajuato", "GR": "Guerrero", "HG": "Hidalgo", "JC": "Jalisco", "MC": "México",
    "MN": "Michoacán", "MS": "Morelos", "NT": "Nayarit", "NL": "Nuevo León", "OC": "Oaxaca", "PL": "Puebla",
    "QT": "Querétaro", "QR": "Quintana Roo", "SP": "San Luis Potosí", "SL": "Sinaloa", "SR": "Sonora",
    "TC": "Tabasco", "TS": "Tamaulipas", "TL": "Tlaxcala", "VZ": "Veracruz", "YN": "Yucatán", "ZS": "Zacatecas",
    "NE": "Nacido en el extranjero",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Curp:
    """The facts in a CURP. `state` is the state of birth by name."""

    born_on: date
    sex: str  # MALE, FEMALE or NON_BINARY
    state: str | None
    check_digit_matches: bool


def parse(text: str) -> Curp | None:
    """Return None for what has not the shape of a CURP, or a day that no calendar has."""
    curp = text.strip().upper()
    found = _SHAPE.fullmatch(curp)
    if found is None:
        return None
    # A digit as homonym is of somebody born until 1999, a letter of 2000 and after.
    century = 1900 if found["homonym"].isdigit() else 2000
    try:
        born_on = date(century + int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    return Curp(born_on, _SEXES[found["sex"]], _STATES.get(found["state"]), check_digit(curp) == found["check"])


def check_digit(curp: str) -> str:
    """Return the last digit that the first 17 characters ask for."""
    weighted = sum(_ALPHABET.index(character) * (18 - place) for place, character in enumerate(curp[:17]))
    return str((10 - weighted % 10) % 10)
