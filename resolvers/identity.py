"""What an RFC and a CURP say by themselves: told, and never judged on."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry import Parent

from gateway.sat import curp as curps
from gateway.sat import rfc as rfcs
from gateway.store.mongo import Row
from resolvers.scalars import Date


@strawberry.enum(description="Sex in a CURP.")
class Sex(Enum):
    FEMALE = strawberry.enum_value("FEMALE", description="Mujer (M).")
    MALE = strawberry.enum_value("MALE", description="Hombre (H).")
    NON_BINARY = strawberry.enum_value("NON_BINARY", description="No binario (X).")


@strawberry.type(description="What an RFC says of its holder.")
class RfcFacts:
    company: bool = strawberry.field(description="Persona moral (12 characters) and not física (13).")
    generic: bool = strawberry.field(description="The public in general, or foreigners without an RFC: nobody's own.")
    date: Date | None = strawberry.field(description="Day of foundation or birth; its century is the latest possible.")
    check_digit_matches: bool = strawberry.field(
        description="Whether its last character is the one that the others ask for. Some 1.5 % of RFCs in use fail it."
    )


@strawberry.type(description="What a CURP says of its person.")
class CurpFacts:
    born_on: Date = strawberry.field(description="Day of birth.")
    sex: Sex = strawberry.field(description="Sex.")
    state: str | None = strawberry.field(description="State of birth by its name, or that it was abroad.")
    check_digit_matches: bool = strawberry.field(
        description="Whether its last digit is the one that the others ask for."
    )


def rfc_facts_field() -> Any:
    def resolve(root: Parent[Row]) -> Row | None:
        found = rfcs.facts(root.get("rfc") or "", today=datetime.now(UTC).date())
        return None if found is None else {name: getattr(found, name) for name in found.__slots__}

    return strawberry.field(
        resolver=resolve,
        graphql_type=RfcFacts | None,
        description="What `rfc` says by itself; null for what has not its shape.",
        metadata={"needs": ("rfc",)},
    )


def curp_facts_field() -> Any:
    def resolve(root: Parent[Row]) -> Row | None:
        found = curps.parse(root.get("curp") or "")
        return None if found is None else {name: getattr(found, name) for name in found.__slots__}

    return strawberry.field(
        resolver=resolve,
        graphql_type=CurpFacts | None,
        description="What `curp` says by itself; null for what has not its shape.",
        metadata={"needs": ("curp",)},
    )
