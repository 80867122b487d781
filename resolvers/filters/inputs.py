"""What the filters of all lists share, and how an input becomes the plain filter that the store reads.

An explicit null is the same as leaving the field out: typed clients send null for every variable that is not set.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry import UNSET

from gateway.store.mongo import Row
from resolvers.scalars import Date, DateTime, Decimal, Uuid


@strawberry.input(description="Whole days by the document's own local date, both included; give one or both.")
class DateRange:
    from_: Date | None = strawberry.field(name="from", default=UNSET, description="The first day.")
    to: Date | None = strawberry.field(default=UNSET, description="The last day.")


@strawberry.input(description="Instants, both included; give one or both.")
class InstantRange:
    from_: DateTime | None = strawberry.field(name="from", default=UNSET, description="The first instant.")
    to: DateTime | None = strawberry.field(default=UNSET, description="The last instant.")


@strawberry.input(description="Exact amounts, both included; give one or both. What has no amount is never within.")
class AmountRange:
    from_: Decimal | None = strawberry.field(name="from", default=UNSET, description="The least amount.")
    to: Decimal | None = strawberry.field(default=UNSET, description="The greatest amount.")


@strawberry.input(description="One line (Concepto) that meets all of this.")
class LineItemFilter:
    product_key: list[str] | None = strawberry.field(
        default=UNSET,
        description="ClaveProdServ, any of them; 2, 4 or 6 digits stand for every key below that division, group or "
        "class. 100 at most.",
    )
    item_number: list[str] | None = strawberry.field(default=UNSET, description="NoIdentificacion (SKU), any of them.")
    description: str | None = strawberry.field(
        default=UNSET,
        description="A part of Descripcion, whatever its accents, case and blanks; some 100 characters at most.",
    )


@strawberry.input(description="One CfdiRelacionado that meets all of this.")
class RelatedFilter:
    uuid: list[Uuid] | None = strawberry.field(default=UNSET, description="Folio fiscal that it names, any of them.")
    relation: list[str] | None = strawberry.field(default=UNSET, description="TipoRelacion, any of them.")


def optional(description: str, name: str | None = None) -> Any:
    """A field of a filter: left out or null, it asks for nothing."""
    return strawberry.field(name=name, default=UNSET, description=description)


def anded(type_name: str) -> Any:
    return optional(f"Every {type_name} of these must hold, beside what stands next to it.", "and")


def ored(type_name: str) -> Any:
    return optional(f"At least one {type_name} of these must hold.", "or")


def negated() -> Any:
    return optional("This must not hold as a whole.", "not")


def plain(value: Any) -> Any:
    """An input as the store's plain filter: keys in snake_case, values as JSON has them."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        found: Row = {}
        for field in dataclasses.fields(value):
            inner = getattr(value, field.name)
            if inner is not UNSET and inner is not None:
                found[field.name.rstrip("_")] = plain(inner)
        return found
    return value
