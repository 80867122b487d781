"""Typed values of an element's attributes. A wrong one raises BadValue, which `readers` gives its path."""

from __future__ import annotations

import re

from gateway.sat.dates import is_local_datetime, iso_date, local_datetime, plain
from gateway.sat.money import MOST_DIGITS, amount_or_none, is_amount
from gateway.sat.node import BadValue, Node
from gateway.sat.rfc import compact, is_rfc, mended


def number(node: Node, name: str) -> str | None:
    text = node.attributes.get(name)
    if text is None or is_amount(text):
        return text
    amount = amount_or_none(text)
    if amount is None:
        raise BadValue(node, name, _too_long(text) or "not a plain decimal number")
    return amount


def _too_long(text: str) -> str | None:
    is_long = len(text) > MOST_DIGITS and not text.strip("+-.0123456789")
    return f"a number of more than {MOST_DIGITS} digits" if is_long else None


def moment(node: Node, name: str, notes: list[str]) -> str | None:
    """Return a local date and time."""
    text = node.attributes.get(name)
    if text is None or is_local_datetime(text):
        return text
    local = local_datetime(text)
    if local is None:
        raise BadValue(node, name, "not a local date and time")
    notes.append(f"{name} is not written as AAAA-MM-DDThh:mm:ss")
    return local


# xs:int allows a sign and zeros before it; decimals of nothing come from those who know only one type of number.
_WHOLE = re.compile(r"\+?0{0,20}([0-9]{1,9})(?:\.0{0,20})?")


def whole(node: Node, name: str) -> int | None:
    text = node.attributes.get(name)
    if text is None:
        return None
    found = _WHOLE.fullmatch(text)
    if found is None:
        raise BadValue(node, name, "not a whole number")
    return int(found[1])


def rfc(node: Node, name: str, notes: list[str]) -> str | None:
    text = node.attributes.get(name)
    if text is None or (text.isascii() and text.isalnum()):
        return text and text.upper()
    found = compact(text)
    if not is_rfc(found):
        found = mended(text) or found
    if found != text.upper():
        notes.append(f"{name} has characters that are no part of an RFC: they were left out")
    return found or None


def uuid(node: Node, name: str, notes: list[str]) -> str | None:
    """Return the text in capitals, whatever its shape, without characters that nobody sees."""
    text = node.attributes.get(name)
    if text is None or (text.isascii() and " " not in text):
        return text and text.upper()
    notes.append(f"{name} has characters that are no part of a UUID: they were left out")
    return compact(text) or None


def upper(node: Node, name: str) -> str | None:
    text = node.attributes.get(name)
    return text.upper() if text else None


def day(node: Node, name: str, notes: list[str]) -> str | None:
    """Return a calendar day, AAAA-MM-DD."""
    text = node.attributes.get(name)
    if text is None:
        return None
    iso = iso_date(text)
    if iso is None:
        raise BadValue(node, name, "not a date")
    if iso != text:
        notes.append(f"{name} is not written as AAAA-MM-DD")
    return iso


_FLAGS = {"si": True, "1": True, "no": False, "0": False}


def flag(node: Node, name: str) -> bool | None:
    """SAT writes Sí, SI or 1, and No, NO or 0."""
    text = node.attributes.get(name)
    if text is None:
        return None
    known = _FLAGS.get(plain(text[:20]))
    if known is None:
        raise BadValue(node, name, "neither Sí nor No")
    return known


def either(node: Node, *names: str) -> str | None:
    """Return the first of these attributes that is there: versions spell one thing in several ways."""
    return next((node.attributes[name] for name in names if name in node.attributes), None)
