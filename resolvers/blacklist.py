"""BlacklistEntry: what SAT's list of article 69-B says of an RFC."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry
from strawberry import Parent

from gateway.sat.rfc import GENERIC_RFCS
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.fields import resolved
from resolvers.scalars import Date, DateTime, Rfc


@strawberry.enum(description="How far the procedure of article 69-B came for a taxpayer (situación).")
class BlacklistSituation(Enum):
    PRESUMED = strawberry.enum_value(
        "PRESUMED", description="Presunto: presumed to have issued CFDI for operations that never were."
    )
    DISPROVED = strawberry.enum_value("DISPROVED", description="Desvirtuado: it disproved the presumption.")
    DEFINITIVE = strawberry.enum_value(
        "DEFINITIVE", description="Definitivo: its CFDI have no fiscal effect, and never had."
    )
    FAVORABLE_RULING = strawberry.enum_value(
        "FAVORABLE_RULING", description="Sentencia favorable: a court decided for it."
    )
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="Other words: see `situationText`.")


@strawberry.type(description="A stage of the procedure of article 69-B.")
class BlacklistStage:
    situation: BlacklistSituation = strawberry.field(description="Which stage.")
    official_letter: str | None = strawberry.field(description="Número y fecha de oficio global, as the list has it.")
    sat_published_on: Date | None = strawberry.field(description="Publicación en la página del SAT.")
    dof_published_on: Date | None = strawberry.field(description="Publicación en el Diario Oficial de la Federación.")


def _before(root: Parent[Row]) -> str | None:
    situation: str | None = root["from"]
    return situation


def _after(root: Parent[Row]) -> str | None:
    situation: str | None = root["to"]
    return situation


@strawberry.type(description="A change that an imported list brought.")
class BlacklistChange:
    at: DateTime = strawberry.field(description="When that list was imported here.")
    as_of: Date | None = strawberry.field(description="The day that the list was up to date to.")
    before: BlacklistSituation | None = resolved(
        _before, BlacklistSituation | None, "The situation until then; null: not on the list."
    )
    after: BlacklistSituation | None = resolved(
        _after, BlacklistSituation | None, "The situation from then on; null: taken off the list."
    )


@strawberry.type(description="What SAT's list of article 69-B (CFF) says of a taxpayer.")
class BlacklistEntry:
    rfc: Rfc = strawberry.field(description="RFC.")
    name: str | None = strawberry.field(description="Nombre del contribuyente.")
    situation: BlacklistSituation = strawberry.field(description="Situación del contribuyente.")
    situation_text: str | None = strawberry.field(description="The situation in the list's own words.")
    since: Date | None = strawberry.field(description="When this situation was published first, by SAT or the DOF.")
    published_at: Date | None = strawberry.field(
        description="When the DOF published this situation (from which it counts); SAT's page where it did not."
    )
    official_letter: str | None = strawberry.field(description="Número y fecha de oficio global of this situation.")
    listed_since: Date | None = strawberry.field(description="When the first stage of all was published.")
    stages: list[BlacklistStage] = strawberry.field(description="Every stage that it went through, in their order.")
    added_at: DateTime = strawberry.field(description="When a list with this RFC was imported here first.")
    changed_at: DateTime = strawberry.field(description="When an imported list changed its situation last.")
    history: list[BlacklistChange] = strawberry.field(description="What the imported lists changed, oldest first.")


async def _entry(root: Parent[Row], info: Info) -> Row | None:
    rfc = root.get("rfc")
    if not rfc or rfc in GENERIC_RFCS:
        return None
    return await info.context.loaders.blacklist.load(rfc)


def blacklist_field() -> Any:
    """For any row with an `rfc`."""
    return resolved(
        _entry,
        BlacklistEntry | None,
        "What SAT's list of article 69-B says of it; null when it is not listed, and when no list was imported "
        "(`insights.blacklist.importedAt` tells which).",
        ("rfc",),
    )
