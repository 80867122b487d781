"""The orders that each list can have. Every one is a key of the row, unique within its owner, and has an index."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    name: str
    key: str
    ascending: bool


def _both(name: str, key: str, ascending_first: bool = False) -> list[Order]:
    up, down = Order(f"{name}_ASC", key, ascending=True), Order(f"{name}_DESC", key, ascending=False)
    return [up, down] if ascending_first else [down, up]


def _named(*orders: list[Order]) -> dict[str, Order]:
    return {order.name: order for both in orders for order in both}


_RETURNS = _named(
    _both("PRESENTED_AT", "order"),
    _both("PERIOD", "sort.period"),
    _both("AMOUNT_DUE", "sort.amount_due"),
    _both("INCOME", "sort.income"),
)
#: By collection and name; a list's first is the one that it has when none is asked for.
ORDERS: dict[str, dict[str, Order]] = {
    "invoices": _named(
        _both("ISSUED_AT", "order"),
        _both("STAMPED_AT", "sort.stamped_at"),
        _both("TOTAL", "sort.total"),
        _both("COUNTERPARTY", "sort.counterparty", ascending_first=True),
    ),
    "withholdings": _named(
        _both("ISSUED_AT", "order"),
        _both("TOTAL_OPERATION", "sort.total_operation"),
        _both("TOTAL_WITHHELD", "sort.total_withheld"),
        _both("COUNTERPARTY", "sort.counterparty", ascending_first=True),
    ),
    "annual_returns": _RETURNS,
    "monthly_returns": _RETURNS,
    "compliance_opinions": _named(_both("ISSUED_AT", "order")),
    "tax_statuses": _named(_both("ISSUED_ON", "order")),
    "changes": _named(_both("AT", "order")),
    "counterparties": _named(
        _both("LAST_ISSUED_AT", "order"),
        _both("NAME", "sort.name", ascending_first=True),
        _both("DOCUMENTS", "sort.documents"),
    ),
    "unreadable": _named(_both("FIRST_SEEN_AT", "order")),
    "jobs": _named(_both("CREATED_AT", "order")),
    "taxpayers": _named(_both("CREATED_AT", "_id", ascending_first=True), _both("RFC", "rfc", ascending_first=True)),
}


def order_of(collection: str, name: str | None = None) -> Order:
    """Return the order with a name; the list's own without one. KeyError for a name that the list does not have."""
    orders = ORDERS[collection]
    return orders[name] if name is not None else next(iter(orders.values()))
