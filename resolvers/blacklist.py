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


@strawberry.enum(description="Situación of an RFC in the procedure of article 69-B.")
class BlacklistSituation(Enum):
    PRESUMED = strawberry.enum_value(
        "PRESUMED", description="Presunto: presumed to have issued CFDI for operations that did not take place."
    )
    DISPROVED = strawberry.enum_value("DISPROVED", description="Desvirtuado: the taxpayer disproved the presumption.")
    DEFINITIVE = strawberry.enum_value("DEFINITIVE", description="Definitivo: its CFDI have and had no fiscal effect.")
    FAVORABLE_RULING = strawberry.enum_value(
        "FAVORABLE_RULING", description="Sentencia favorable: a court decided in its favour."
    )
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="A situation unknown to this API: see `situationText`.")


@strawberry.type(description="A stage of the procedure of article 69-B.")
class BlacklistStage:
    situation: BlacklistSituation = strawberry.field(description="Situación at this stage.")
    official_letter: str | None = strawberry.field(
        description="Número y fecha de oficio global, as the list states it."
    )
    sat_published_on: Date | None = strawberry.field(description="Publicación en la página del SAT.")
    dof_published_on: Date | None = strawberry.field(description="Publicación en el Diario Oficial de la Federación.")


def _before(root: Parent[Row]) -> str | None:
    situation: str | None = root["from"]
    return situation


def _after(root: Parent[Row]) -> str | None:
    situation: str | None = root["to"]
    return situation


@strawberry.type(description="A change of situation found in an imported list.")
class BlacklistChange:
    at: DateTime = strawberry.field(description="When the list was imported here.")
    as_of: Date | None = strawberry.field(description="The day to which the list was up to date.")
    before: BlacklistSituation | None = resolved(
        _before, BlacklistSituation | None, "Situation before; null when the RFC was not on the list."
    )
    after: BlacklistSituation | None = resolved(
        _after, BlacklistSituation | None, "Situation after; null when the RFC was taken off the list."
    )


@strawberry.type(description="An entry of SAT's list of article 69-B (CFF).")
class BlacklistEntry:
    rfc: Rfc = strawberry.field(description="RFC.")
    name: str | None = strawberry.field(description="Nombre del contribuyente.")
    situation: BlacklistSituation = strawberry.field(description="Situación del contribuyente.")
    situation_text: str | None = strawberry.field(description="Situación, as the list states it.")
    since: Date | None = strawberry.field(description="When this situation was first published, by SAT or by the DOF.")
    published_at: Date | None = strawberry.field(
        description="When the DOF published this situation, from which day it counts; without that, when SAT's page "
        "published it."
    )
    official_letter: str | None = strawberry.field(description="Número y fecha de oficio global of this situation.")
    listed_since: Date | None = strawberry.field(description="When the first stage was published.")
    stages: list[BlacklistStage] = strawberry.field(description="Every stage that it went through, in order.")
    added_at: DateTime = strawberry.field(description="When a list with this RFC was first imported here.")
    changed_at: DateTime = strawberry.field(description="When an imported list last changed its situation.")
    history: list[BlacklistChange] = strawberry.field(description="Changes found in the imported lists, oldest first.")


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
        "Its entry in SAT's list of article 69-B; null when it is not listed, and when no list was imported "
        "(`insights.blacklist.importedAt` is then null).",
        ("rfc",),
    )
