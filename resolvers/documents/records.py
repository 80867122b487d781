"""The fields of all six kinds of documents: how they were read, and what changed since."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.graphql.limits import spend_rows
from gateway.sat.camel import camel_case
from gateway.sat.kinds import Kind
from gateway.store import as_of as as_of_day
from gateway.store import changes
from gateway.store.mongo import Row
from resolvers.context import Info
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
_TYPES = {kind: name for name, kind in KINDS.items()}


def as_document(kind: Kind, row: Row) -> Row:
    """Add the name of the type that shows a row: a field of an interface tells types apart by it."""
    return {**row, "__typename": _TYPES[kind]}


@strawberry.enum(description="How much of a document was read.")
class ParseStatus(Enum):
    COMPLETE = strawberry.enum_value("COMPLETE", description="Read completely.")
    PARTIAL = strawberry.enum_value("PARTIAL", description="Read with problems: see `problems`.")
    METADATA_ONLY = strawberry.enum_value(
        "METADATA_ONLY", description="Only the metadata are held: SAT has not supplied the XML, as for cancelled CFDI."
    )


@strawberry.enum(description="The source that a document was read from. Files of its other sources are kept too.")
class ReadFrom(Enum):
    XML = strawberry.enum_value("XML", description="SAT's XML.")
    JSON = strawberry.enum_value("JSON", description="Syncfy's JSON.")
    PDF = strawberry.enum_value("PDF", description="The text of SAT's PDF, because the JSON is missing or not valid.")
    METADATA = strawberry.enum_value("METADATA", description="Only the metadata.")


@strawberry.enum(description="Whose a document is: whether the taxpayer issued or received it, or it is of others.")
class Direction(Enum):
    ISSUED = strawberry.enum_value("ISSUED", description="Emitido: the taxpayer issued it.")
    RECEIVED = strawberry.enum_value("RECEIVED", description="Recibido: the taxpayer received it.")
    OTHER = strawberry.enum_value(
        "OTHER",
        description="The taxpayer is neither issuer nor receiver. It is kept and listed, and counts in no figure, "
        "counterparty, settlement or completeness of the taxpayer.",
    )


@strawberry.enum(description="Status of a CFDI or retención at SAT.")
class FiscalStatus(Enum):
    ACTIVE = strawberry.enum_value("ACTIVE", description="Vigente.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="Cancelado.")


@strawberry.type(description="A change of a document. Every change of a stored value leaves such an entry.")
class HistoryEntry:
    at: DateTime = strawberry.field(description="When the change was seen here.")
    field: str = strawberry.field(description="The field that changed, by its name in this API.")
    before: str | None = strawberry.field(description="Value before the change.")
    after: str | None = strawberry.field(description="Value after the change.")


def status_at_field() -> Any:
    def resolve(
        root: Parent[Row],
        as_of: Annotated[Date, strawberry.argument(description="The day, in central Mexico.")],
    ) -> Any:
        return as_of_day.value(root, "status", as_of)

    return strawberry.field(
        resolver=resolve,
        graphql_type=FiscalStatus | None,
        description="The status as it was known here at the end of a day; null when the document had not arrived by "
        "then.",
        metadata={"needs": ("status", "history", "first_seen_at")},
    )


def history_field() -> Any:
    async def resolve(root: Parent[Row], info: Info) -> list[Row]:
        found = root.get("history") or []
        if root.get("history_moved"):
            found = await changes.of_document(info.context.store, root)
            spend_rows(len(found))
        return [
            {"at": e["at"], "field": camel_case(e["field"]), "before": _text(e["from"]), "after": _text(e["to"])}
            for e in found
        ]

    return strawberry.field(
        resolver=resolve,
        graphql_type=list[HistoryEntry],
        description="Changes of the document since it first arrived, oldest first.",
        metadata={"needs": ("history", "history_moved", "taxpayer")},
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
