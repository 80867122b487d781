"""The common part of all filters, and how an input becomes the plain filter that the store reads.

An explicit null is the same as leaving the field out: typed clients send null for every variable that is not set.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry import UNSET

from resolvers.scalars import Date, DateTime, Decimal, Uuid


@strawberry.input(
    description="A range of whole days by the document's own local date, both ends included. Give one end or both."
)
class DateRange:
    from_: Date | None = strawberry.field(name="from", default=UNSET, description="The first day.")
    to: Date | None = strawberry.field(default=UNSET, description="The last day.")


@strawberry.input(description="A range of instants, both ends included. Give one end or both.")
class InstantRange:
    from_: DateTime | None = strawberry.field(name="from", default=UNSET, description="The first instant.")
    to: DateTime | None = strawberry.field(default=UNSET, description="The last instant.")


@strawberry.input(
    description="A range of exact amounts, both ends included. Give one end or both. A document without the amount "
    "never matches."
)
class AmountRange:
    from_: Decimal | None = strawberry.field(name="from", default=UNSET, description="The smallest amount.")
    to: Decimal | None = strawberry.field(default=UNSET, description="The largest amount.")


@strawberry.input(description="Selects one line item (Concepto) for which all given conditions hold.")
class LineItemFilter:
    product_key: list[str] | None = strawberry.field(
        default=UNSET,
        description="ClaveProdServ; 2, 4 or 6 digits select every key of that division, group or class. 100 at most.",
    )
    item_number: list[str] | None = strawberry.field(default=UNSET, description="NoIdentificacion (SKU).")
    description: str | None = strawberry.field(
        default=UNSET,
        description="Part of Descripcion; accents, case and blanks are ignored. About 100 characters at most.",
    )


@strawberry.input(description="Selects one CfdiRelacionado for which all given conditions hold.")
class RelatedFilter:
    uuid: list[Uuid] | None = strawberry.field(default=UNSET, description="Folio fiscal that it names.")
    relation: list[str] | None = strawberry.field(default=UNSET, description="TipoRelacion.")


def optional(description: str, name: str | None = None) -> Any:
    """Return a field of a filter: left out or null, it asks for nothing."""
    return strawberry.field(name=name, default=UNSET, description=description)


def filter_input(what: str) -> Callable[[type], type]:
    """Make a class the filter of a list: an input with the fields `and`, `or` and `not` after its own."""

    def decorate(of: type) -> type:
        both = f"list[{of.__name__}] | None"
        together = {
            "and_": (both, "All of these filters must hold, in addition to the other conditions."),
            "or_": (both, "At least one of these filters must hold."),
            "not_": (f"{of.__name__} | None", "This filter as a whole must not hold."),
        }
        for name, (type_, description) in together.items():
            of.__annotations__[name] = type_
            setattr(of, name, optional(description, name.rstrip("_")))
        said = f"Selects {what}. All given conditions must hold; a list of values matches any of them."
        return strawberry.input(of, description=said)

    return decorate


def plain(value: Any) -> Any:
    """Return an input as the store's plain filter: keys in snake_case, values as JSON has them."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        found: dict[str, Any] = {}
        for field in dataclasses.fields(value):
            inner = getattr(value, field.name)
            if inner is not UNSET and inner is not None:
                found[field.name.rstrip("_")] = plain(inner)
        return found
    return value
