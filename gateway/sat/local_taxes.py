"""The complement ImpuestosLocales 1.0: state taxes, which are part of the invoice's total and of none of its taxes."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.sat.complement_document import LocalTax, LocalTaxes
from gateway.sat.exact_sums import EXACT, decimal, summed
from gateway.sat.money import amount_or_none
from gateway.sat.node import Node
from gateway.sat.values import number

VERSIONS = frozenset({"1.0"})


def read(node: Node, notes: list[str]) -> LocalTaxes:
    """Raise BadValue."""
    return {
        "version": node.attributes["Version"],
        "total_withheld": number(node, "TotaldeRetenciones"),
        "total_transferred": number(node, "TotaldeTraslados"),
        "withheld": [_tax(item, "ImpLocRetenido", "TasadeRetencion", notes) for item in node.all("RetencionesLocales")],
        "transferred": [
            _tax(item, "ImpLocTrasladado", "TasadeTraslado", notes) for item in node.all("TrasladosLocales")
        ],
    }


def together(one: LocalTaxes, other: LocalTaxes) -> LocalTaxes:
    """Add up two complements of one document."""
    return {
        "version": one["version"],
        "total_withheld": _added(
            _total(one["total_withheld"], one["withheld"]), _total(other["total_withheld"], other["withheld"])
        ),
        "total_transferred": _added(
            _total(one["total_transferred"], one["transferred"]),
            _total(other["total_transferred"], other["transferred"]),
        ),
        "withheld": [*one["withheld"], *other["withheld"]],
        "transferred": [*one["transferred"], *other["transferred"]],
    }


def _tax(node: Node, name: str, percentage: str, notes: list[str]) -> LocalTax:
    text = node.attributes.get(percentage)
    # A label only ("3.00%" occurs): not worth losing the amounts for.
    rate = amount_or_none(text) if text else None
    if text and rate is None:
        notes.append(f"{percentage} is not a number")
    return {"name": node.attributes.get(name), "percentage": rate, "amount": number(node, "Importe")}


def _total(said: str | None, parts: Sequence[LocalTax]) -> str | None:
    """Return what a complement says that its taxes come to, or else what they do. None where a tax has no amount."""
    if said is not None or any(part["amount"] is None for part in parts):
        return said
    return f"{summed(decimal(part['amount']) for part in parts):f}"


def _added(one: str | None, other: str | None) -> str | None:
    amount, more = decimal(one), decimal(other)
    return None if amount is None or more is None else f"{EXACT.add(amount, more):f}"
