"""The facts in an RFC and a CURP: told, and never judged on."""

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


@strawberry.type(description="Facts that an RFC itself states about its holder.")
class RfcFacts:
    company: bool = strawberry.field(
        name="isCompany",
        description="Whether it belongs to a persona moral (12 characters) instead of a persona física (13).",
    )
    generic: bool = strawberry.field(
        name="isGeneric",
        description="Whether it is a generic RFC, which identifies nobody: the public in general, or foreigners "
        "without an RFC.",
    )
    date: Date | None = strawberry.field(description="Day of foundation or birth, in the latest possible century.")
    check_digit_matches: bool = strawberry.field(
        description="Whether its check digit is correct. About 1.5 % of the RFCs in use fail this."
    )


@strawberry.type(description="Facts that a CURP itself states about its holder.")
class CurpFacts:
    born_on: Date = strawberry.field(description="Day of birth.")
    sex: Sex = strawberry.field(description="Sex.")
    state: str | None = strawberry.field(description="Name of the state of birth, or that the birth was abroad.")
    check_digit_matches: bool = strawberry.field(description="Whether its check digit is correct.")


def rfc_facts_field() -> Any:
    def resolve(root: Parent[Row]) -> Row | None:
        found = rfcs.facts(root.get("rfc") or "", today=datetime.now(UTC).date())
        return None if found is None else {name: getattr(found, name) for name in found.__slots__}

    return strawberry.field(
        resolver=resolve,
        graphql_type=RfcFacts | None,
        description="Facts that `rfc` itself states; null when it is not an RFC.",
        metadata={"needs": ("rfc",)},
    )


def curp_facts_field() -> Any:
    def resolve(root: Parent[Row]) -> Row | None:
        found = curps.parse(root.get("curp") or "")
        return None if found is None else {name: getattr(found, name) for name in found.__slots__}

    return strawberry.field(
        resolver=resolve,
        graphql_type=CurpFacts | None,
        description="Facts that `curp` itself states; null when it is not a CURP.",
        metadata={"needs": ("curp",)},
    )
