"""An amount in words, as Mexican documents print it: `CIENTO UN PESOS 50/100 M.N.`"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_UNITS = [
    "CERO",
    "UN",
    "DOS",
    "TRES",
    "CUATRO",
    "CINCO",
    "SEIS",
    "SIETE",
    "OCHO",
    "NUEVE",
    "DIEZ",
    "ONCE",
    "DOCE",
    "TRECE",
    "CATORCE",
    "QUINCE",
    "DIECISÉIS",
    "DIECISIETE",
    "DIECIOCHO",
    "DIECINUEVE",
    "VEINTE",
    "VEINTIÚN",
    "VEINTIDÓS",
    "VEINTITRÉS",
    "VEINTICUATRO",
    "VEINTICINCO",
    "VEINTISÉIS",
    "VEINTISIETE",
    "VEINTIOCHO",
    "VEINTINUEVE",
]
_TENS = ("", "", "", "TREINTA", "CUARENTA", "CINCUENTA", "SESENTA", "SETENTA", "OCHENTA", "NOVENTA")
_HUNDREDS = (
    "",
    "CIENTO",
    "DOSCIENTOS",
    "TRESCIENTOS",
    "CUATROCIENTOS",
    "QUINIENTOS",
    "SEISCIENTOS",
    "SETECIENTOS",
    "OCHOCIENTOS",
    "NOVECIENTOS",
)
_CURRENCIES = {"MXN": ("PESO", "PESOS", "M.N."), "USD": ("DÓLAR", "DÓLARES", "USD"), "EUR": ("EURO", "EUROS", "EUR")}
_LARGEST = 10**12


def in_words(amount: Decimal, currency: str | None) -> str | None:
    """Write an amount in words; None for a negative one, and for a million millions or more."""
    cents = int((amount * 100).to_integral_value(ROUND_HALF_UP)) if abs(amount) < _LARGEST else -1
    if cents < 0:
        return None
    whole, rest = divmod(cents, 100)
    code = (currency or "MXN").upper()
    one, many, suffix = _CURRENCIES.get(code, (code, code, ""))
    unit = one if whole == 1 else many
    # "un millón de pesos", but "un millón cien pesos"
    joined = f"DE {unit}" if whole and whole % 10**6 == 0 else unit
    return f"{_number(whole)} {joined} {rest:02d}/100 {suffix}".strip()


def _number(value: int) -> str:
    if value >= 10**6:
        millions, rest = divmod(value, 10**6)
        head = "UN MILLÓN" if millions == 1 else f"{_number(millions)} MILLONES"
        return f"{head} {_number(rest)}" if rest else head
    if value >= 1000:
        thousands, rest = divmod(value, 1000)
        head = "MIL" if thousands == 1 else f"{_number(thousands)} MIL"
        return f"{head} {_number(rest)}" if rest else head
    if value == 100:
        return "CIEN"
    if value > 100:
        hundreds, rest = divmod(value, 100)
        return f"{_HUNDREDS[hundreds]} {_number(rest)}" if rest else _HUNDREDS[hundreds]
    if value < 30:
        return _UNITS[value]
    tens, rest = divmod(value, 10)
    return f"{_TENS[tens]} Y {_UNITS[rest]}" if rest else _TENS[tens]
