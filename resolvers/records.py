"""What all six kinds of documents have in common: how they were read, and what changed since."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.sat.kinds import Kind
from gateway.store import as_of as as_of_day
from gateway.store.mongo import Row
from resolvers.scalars import Date, DateTime

#: The kind of the documents that a type shows.
KINDS = {
    "Invoice": Kind.INVOICE,
    "Withholding": Kind.WITHHOLDING,
    "AnnualReturn": Kind.ANNUAL_RETURN,
    "MonthlyReturn": Kind.MONTHLY_RETURN,
    "ComplianceOpinion": Kind.COMPLIANCE_OPINION,
    "TaxStatus": Kind.TAX_STATUS,
}


@strawberry.enum(description="How much of a document could be read.")
class ParseStatus(Enum):
    COMPLETE = strawberry.enum_value("COMPLETE", description="Read whole.")
    PARTIAL = strawberry.enum_value("PARTIAL", description="Read, with problems noted in `problems`.")
    METADATA_ONLY = strawberry.enum_value(
        "METADATA_ONLY", description="Only the metadata came: SAT gave no XML (yet), as for cancelled CFDI."
    )


@strawberry.enum(description="What a document was read from. The files of the others are kept beside it.")
class ReadFrom(Enum):
    XML = strawberry.enum_value("XML", description="SAT's XML.")
    JSON = strawberry.enum_value("JSON", description="Syncfy's JSON.")
    PDF = strawberry.enum_value("PDF", description="The text of SAT's PDF: the JSON did not come, or is none.")
    METADATA = strawberry.enum_value("METADATA", description="The metadata alone.")


@strawberry.enum(description="Which side of the document the taxpayer is on.")
class Direction(Enum):
    ISSUED = strawberry.enum_value("ISSUED", description="Emitido: the taxpayer issued it.")
    RECEIVED = strawberry.enum_value("RECEIVED", description="Recibido: the taxpayer received it.")


@strawberry.enum(description="Whether a CFDI or retención is in force at SAT.")
class FiscalStatus(Enum):
    ACTIVE = strawberry.enum_value("ACTIVE", description="Vigente.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="Cancelado.")


@strawberry.type(description="A change of a document that we saw. Nothing is overwritten without such a trace.")
class HistoryEntry:
    at: DateTime = strawberry.field(description="When we saw it.")
    field: str = strawberry.field(description="Which field changed, by its name in this API.")
    before: str | None = strawberry.field(description="Its value until then.")
    after: str | None = strawberry.field(description="Its value from then on.")


def status_at_field() -> Any:
    def resolve(
        root: Parent[Row],
        as_of: Annotated[Date, strawberry.argument(description="The day, in central Mexico.")],
    ) -> Any:
        return as_of_day.value(root, "status", as_of)

    return strawberry.field(
        resolver=resolve,
        graphql_type=FiscalStatus | None,
        description="The status that was known here at the end of a day; null when the document had not come by then.",
        metadata={"needs": ("status", "history", "first_seen_at")},
    )


def history_field() -> Any:
    def resolve(root: Parent[Row]) -> list[Row]:
        return [
            {"at": e["at"], "field": camel(e["field"]), "before": _text(e["from"]), "after": _text(e["to"])}
            for e in root.get("history") or []
        ]

    return strawberry.field(
        resolver=resolve,
        graphql_type=list[HistoryEntry],
        description="Changes of the document that we saw, oldest first.",
        metadata={"needs": ("history",)},
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
