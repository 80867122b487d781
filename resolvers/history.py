"""History: what was known on a day, what changed since, and what one constancia says otherwise than the one before."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any, cast

import strawberry
from strawberry import Parent

from gateway.graphql.limits import PAGE, spend_rows, turn
from gateway.sat import timeline
from gateway.sat.camel import camel_case
from gateway.sat.documents import TaxStatus as TaxStatusRecord
from gateway.sat.kinds import Kind
from gateway.store import as_of as store_as_of
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.documents.compliance_opinions import ComplianceOpinion
from resolvers.documents.document import Document
from resolvers.documents.records import as_document
from resolvers.documents.tax_statuses import TaxStatus
from resolvers.enums import DocumentKind
from resolvers.fields import resolved
from resolvers.filters.inputs import InstantRange, filter_input, optional
from resolvers.lists.paginated import listing
from resolvers.scalars import Date, DateTime

_AsOf = Annotated[
    Date | None,
    strawberry.argument(
        description="Returns the document known here at the end of this day (central Mexico); null when none had "
        "arrived by then."
    ),
]


def _latest(kind: Kind, key: str) -> Any:
    """Return the latest document of a kind, which the taxpayer's row carries, or the one that was it on a day."""

    async def resolve(root: Parent[Row], info: Info, as_of: _AsOf = None) -> Row | None:
        if as_of is None:
            latest: Row | None = root.get(key)
            return latest
        spend_rows(PAGE)
        async with turn():
            return await store_as_of.newest(info.context.store, kind, root["_id"], as_of)

    return resolve


def tax_status_field() -> Any:
    return resolved(
        _latest(Kind.TAX_STATUS, "tax_status"), TaxStatus | None, "The latest constancia de situación fiscal."
    )


def compliance_opinion_field() -> Any:
    return resolved(
        _latest(Kind.COMPLIANCE_OPINION, "compliance_opinion"),
        ComplianceOpinion | None,
        "The latest opinión de cumplimiento.",
    )


def _field(root: Parent[Row]) -> str:
    return camel_case(root["field"])


def _said(key: str) -> Any:
    def resolve(root: Parent[Row]) -> str | None:
        return None if root.get(key) is None else str(root[key])

    return resolve


async def _document(root: Parent[Row], info: Info) -> Row | None:
    spend_rows(1)
    kind = Kind(root["kind"])
    row = await info.context.loaders.documents[kind].load(root["document"])
    return None if row is None else as_document(kind, row)


@strawberry.type(description="A change of one of the taxpayer's documents.")
class Change:
    at: DateTime = strawberry.field(description="When the change was seen here.")
    kind: DocumentKind = strawberry.field(description="Kind of the document.")
    field: str = resolved(_field, str, "The field that changed, by its name in this API.", ("field",))
    before: str | None = resolved(
        _said("from"), str | None, "Value before the change; also null for lists and long texts.", ("from",)
    )
    after: str | None = resolved(
        _said("to"), str | None, "Value after the change; also null for lists and long texts.", ("to",)
    )
    document: Document | None = resolved(_document, Document | None, "The document as it is now.", ("kind", "document"))


@filter_input("changes")
class ChangeFilter:
    kind: list[DocumentKind] | None = optional("Kind of the document.")
    field: list[str] | None = optional("Stored name of the field that changed, such as `status` or `issuer.name`.")
    at: InstantRange | None = optional("When the change was seen here.")


@strawberry.enum(description="Order of a list of changes.")
class ChangeOrder(Enum):
    AT_DESC = strawberry.enum_value("AT_DESC", description="Newest first.")
    AT_ASC = strawberry.enum_value("AT_ASC", description="Oldest first.")


changes_of = listing("changes", ChangeFilter, ChangeOrder, "changes")


@strawberry.enum(description="Subject of a difference between two constancias.")
class FiscalSubject(Enum):
    REGIME = strawberry.enum_value("REGIME", description="Régimen.")
    OBLIGATION = strawberry.enum_value("OBLIGATION", description="Obligación.")
    ECONOMIC_ACTIVITY = strawberry.enum_value("ECONOMIC_ACTIVITY", description="Actividad económica.")
    STATUS = strawberry.enum_value("STATUS", description="Estatus en el padrón.")
    NAME = strawberry.enum_value("NAME", description="Denominación, or the person's name.")
    POSTAL_CODE = strawberry.enum_value("POSTAL_CODE", description="Código postal of the domicilio fiscal.")


@strawberry.enum(description="Kind of difference.")
class FiscalChangeKind(Enum):
    ADDED = strawberry.enum_value("ADDED", description="The previous constancia did not have it.")
    REMOVED = strawberry.enum_value("REMOVED", description="The previous constancia had it; this one does not.")
    CHANGED = strawberry.enum_value("CHANGED", description="Both have it, with different dates or values.")


@strawberry.type(description="A difference between one constancia and the previous one.")
class FiscalChange:
    subject: FiscalSubject = strawberry.field(description="Which tax it declares.")
    change: FiscalChangeKind = strawberry.field(description="Kind of difference.")
    name: str = strawberry.field(
        description="Name of the régimen, obligación or actividad; for other subjects, the field."
    )
    before: str | None = strawberry.field(
        description="Value before. For a régimen, obligación or actividad it is its dates as `from/to`, a missing date "
        "being empty."
    )
    after: str | None = strawberry.field(description="Value since, in the same form.")
    tax_status: TaxStatus = strawberry.field(description="The first constancia with the new value.")


async def _fiscal_history(root: Parent[Row], info: Info) -> list[timeline.FiscalChange]:
    spend_rows(PAGE)
    found = await store_as_of.successive(info.context.store, Kind.TAX_STATUS, root["_id"])
    spend_rows(len(found))
    return timeline.of(cast(list[TaxStatusRecord], found))[::-1]


def fiscal_history_field() -> Any:
    return resolved(
        _fiscal_history,
        list[FiscalChange],
        "Changes of its regímenes, obligaciones, actividades and status from one constancia to the next, newest first, "
        "over the newest 200 constancias.",
    )
