"""Conditions of filters. Each function makes a reader of one field: value in, MongoDB's condition out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import Any

from gateway.sat.dates import plain
from gateway.sat.kinds import Kind
from gateway.sat.rfc import GENERIC_RFCS, is_rfc, normalize_rfc
from gateway.store.filter_values import At, amount, bounds, day, instant, listed, mapping, next_day, searched, texts
from gateway.store.query_language import Filter

_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
# A pattern runs over every text that is looked at: a longer one costs the store more than anybody's search is worth.
_LONGEST_PATTERN = 1000
_MOST_PRODUCT_KEYS = 100

Reader = Callable[[Any, At], Filter]


def one_of(key: str, allowed: Collection[str] | None = None, normal: Callable[[str], str] = str.strip) -> Reader:
    """Any of a list of texts."""

    def read(value: Any, at: At) -> Filter:
        found = [normal(text) for text in texts(value, at)]
        if allowed is not None:
            wrong = [text for text in found if text not in allowed]
            if wrong:
                raise at.refused(f"one of {', '.join(allowed)}")
        return {key: found[0] if len(found) == 1 else {"$in": found}}

    return read


def rfcs(key: str) -> Reader:
    """Any of a list of RFCs, in any case."""

    def read(value: Any, at: At) -> Filter:
        if not all(is_rfc(text) for text in texts(value, at)):
            raise at.refused("RFCs of 12 or 13 characters")
        return one_of(key, normal=normalize_rfc)(value, at)

    return read


def counterparty_rfcs(value: Any, at: At) -> Filter:
    """By the counterparty's key, which has an index; the generic RFCs stand for many parties."""
    found: list[str] = [normalize_rfc(text) for text in texts(value, at)]
    if any(rfc in GENERIC_RFCS for rfc in found):
        return rfcs("counterparty.rfc")(value, at)
    return rfcs("counterparty.key")(value, at)


def identities(value: Any, at: At) -> Filter:
    """Select documents by their own identity: UUID, folio or operation number."""
    ids = [f"{at.scope}:{text.strip().upper()}" for text in texts(value, at)]
    return {"_id": ids[0] if len(ids) == 1 else {"$in": ids}}


def months(key: str) -> Reader:
    """Any of a list of months, AAAA-MM."""

    def read(value: Any, at: At) -> Filter:
        if not all(_MONTH.fullmatch(text) for text in texts(value, at)):
            raise at.refused("months such as 2024-01")
        return one_of(key)(value, at)

    return read


def numbers(key: str, low: int, high: int) -> Reader:
    """Any of a list of whole numbers from `low` to `high`."""

    def read(value: Any, at: At) -> Filter:
        found = listed(value, at)
        if not all(type(n) is int and low <= n <= high for n in found):
            raise at.refused(f"whole numbers from {low} to {high}")
        return {key: {"$in": found}}

    return read


def days(key: str) -> Reader:
    """Return whole days, both included, of a local time or date that is kept as ISO text."""

    def read(value: Any, at: At) -> Filter:
        return {key: bounds(value, at, day, "$lt", next_day)}

    return read


def valid_on(key: str, kind: Kind) -> Reader:
    """Return a day on which papers of a kind that has a validity were valid; `key` is their day or moment of issue."""
    validity = kind.spec.validity
    assert validity is not None

    def read(value: Any, at: At) -> Filter:
        on = day(value, at)
        first = date.fromisoformat(on) - validity + timedelta(days=1) if on > "0100" else date.min
        return {key: {"$gte": first.isoformat(), "$lt": next_day(on)}}

    return read


def instants(key: str) -> Reader:
    """Return moments, both included."""

    def read(value: Any, at: At) -> Filter:
        return {key: bounds(value, at, instant, "$lte", lambda moment: moment)}

    return read


def amounts(key: str) -> Reader:
    """Return exact amounts, both included; `key` names the Decimal128 twin."""

    def read(value: Any, at: At) -> Filter:
        return {key: bounds(value, at, amount, "$lte", lambda limit: limit)}

    return read


def flag(when_true: Filter, when_false: Filter) -> Reader:
    """Return one of two filters, by true and false."""

    def read(value: Any, at: At) -> Filter:
        if not isinstance(value, bool):
            raise at.refused("true or false")
        return when_true if value else when_false

    return read


def folded(key: str) -> Reader:
    """Return a part of a text that is kept without accents and in one case."""

    def read(value: Any, at: At) -> Filter:
        return {key: {"$regex": re.escape(searched(value, at))}}

    return read


def contains(key: str) -> Reader:
    """Return a part of a text as the document has it, whatever its accents, case and blanks."""

    def read(value: Any, at: At) -> Filter:
        pattern = "".join(_letter(c) for c in searched(value, at))
        if len(pattern) > _LONGEST_PATTERN:
            raise at.refused("too long a text: give a shorter part of it")
        return {key: {"$regex": pattern, "$options": "i"}}

    return read


def product_keys(key: str) -> Reader:
    """SAT's tree of products has two digits a level: a shorter key stands for all below it."""

    def read(value: Any, at: At) -> Filter:
        found = sorted(set(texts(value, at)))
        if len(found) > _MOST_PRODUCT_KEYS or not all(re.fullmatch(r"(?:[0-9]{2}){1,4}", text) for text in found):
            raise at.refused(f"product keys of 2, 4, 6 or 8 digits, {_MOST_PRODUCT_KEYS} at most")
        return {key: {"$regex": f"^(?:{'|'.join(found)})"}}

    return read


def one_that_meets(key: str, fields: Mapping[str, Reader]) -> Reader:
    """Return an element of an array that meets all of several conditions."""

    def read(value: Any, at: At) -> Filter:
        found: Filter = {}
        for name, inner in mapping(value, at, fields).items():
            found.update(fields[name](inner, at.below(name)))
        return {key: {"$elemMatch": found}}

    return read


def _letters() -> dict[str, str]:
    """The letters of Western Europe with an accent, by the one without. In lower case: patterns look at no case."""
    found: dict[str, str] = {}
    for code in range(0xE0, 0x100):
        base = plain(chr(code))
        if len(base) == 1 and base.isascii() and base.isalpha():
            found[base] = found.get(base, "") + chr(code)
    return found


_ACCENTED = _letters()


def _letter(c: str) -> str:
    if c == " ":
        return r"\s+"
    accented = _ACCENTED.get(c)
    # An accent may be a character of its own, after its letter.
    return f"[{c}{accented}][\u0300-\u036f]*" if accented else re.escape(c)
