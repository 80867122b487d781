"""Declared amounts of a period: the concepts of all its returns, each from the return that counts for it.

- A return may hold some concepts alone: a complementaria "Modificación de Obligaciones" has only those that change. So
  each concept is taken from the return presented last that has it (a complementaria at the same moment).
- One that leaves a declaration without effect ("Dejar sin Efecto Declaración") takes away all concepts of before.
- `balance` is A cargo less A favor: what the tax came to, before what was paid with it, surcharges and updates.
- `to_pay` adds the Cantidad a pagar of all returns of the period: each takes off what was paid with those before.
  Whether it was paid, no return says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gateway.sat.dates import plain
from gateway.sat.exact_sums import EXACT, decimal

_IVA, _IEPS, _ISR = re.compile(r"\biva\b"), re.compile(r"\bieps\b"), re.compile(r"\bisr\b")
_SALARIES = ("salario", "sueldo", "asimilad")


class DeclaredTax(StrEnum):
    """The tax that a concept of a return is about. The names are GraphQL enum values too."""

    IVA = "IVA"
    IVA_WITHHELD = "IVA_WITHHELD"
    ISR = "ISR"
    ISR_WITHHELD_SALARIES = "ISR_WITHHELD_SALARIES"
    ISR_WITHHELD_OTHER = "ISR_WITHHELD_OTHER"
    IEPS = "IEPS"
    OTHER = "OTHER"


@dataclass(slots=True)
class Declared:
    """A concept of a period. `record`: the return that counts for it."""

    tax: DeclaredTax
    name: str
    balance: Decimal | None
    charge: Decimal | None
    favour: Decimal | None
    record: Any
    to_pay: Decimal = field(default_factory=Decimal)
    paid_before: Decimal | None = None


def tax_of(name: str) -> DeclaredTax:
    """Return the tax that a concept's name tells of."""
    words = plain(name)
    withheld = "retenc" in words or "retenid" in words or "por cuenta de terceros" in words
    if _IVA.search(words) or "valor agregado" in words:
        return DeclaredTax.IVA_WITHHELD if withheld else DeclaredTax.IVA
    if _IEPS.search(words) or "produccion y servicios" in words:
        return DeclaredTax.OTHER if withheld else DeclaredTax.IEPS
    if _ISR.search(words) or "impuesto sobre la renta" in words:
        if not withheld:
            return DeclaredTax.ISR
        salaries = any(word in words for word in _SALARIES)
        return DeclaredTax.ISR_WITHHELD_SALARIES if salaries else DeclaredTax.ISR_WITHHELD_OTHER
    return DeclaredTax.OTHER


def takes_all_back(record: Mapping[str, Any]) -> bool:
    """Return True for a complementaria that leaves the declaration before it without effect."""
    return "dejar sin efecto declaracion" in plain(record.get("complementary_type") or "")


def declared(records: Iterable[Mapping[str, Any]]) -> list[Declared]:
    """Return the concepts of the returns of one period, given as `filed.in_order` orders them."""
    found: dict[str, Declared] = {}
    for record in records:
        if takes_all_back(record):
            found.clear()
            continue
        seen: dict[str, int] = {}
        for concept in record.get("concepts") or []:
            name = concept.get("name") or ""
            # A return may have two concepts of one name (retenciones of two kinds): the nth is the nth.
            place = seen[name] = seen.get(name, 0) + 1
            key = f"{plain(name)}|{place}"
            found[key] = _concept(name, concept, record, found.get(key))
    return list(found.values())


def _concept(name: str, concept: Mapping[str, Any], record: Any, before: Declared | None) -> Declared:
    charge, favour = decimal(concept.get("charge")), decimal(concept.get("favour"))
    if charge is None and favour is None:
        charge, favour = decimal(concept.get("charge_amount")), decimal(concept.get("favour_amount"))
    balance = None
    if charge is not None or favour is not None:
        balance = EXACT.subtract(charge or Decimal(0), favour or Decimal(0))
    to_pay = EXACT.add(before.to_pay if before else Decimal(0), decimal(concept.get("amount_to_pay")) or Decimal(0))
    paid_before = decimal(concept.get("paid_before"))
    return Declared(tax_of(name), name, balance, charge, favour, record, to_pay, paid_before)
