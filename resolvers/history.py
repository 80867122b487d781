"""History: what was known on a day, what changed since, and what one constancia says otherwise than the one before."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.graphql.limits import PAGE, spend_rows, turn
from gateway.sat import timeline
from gateway.sat.kinds import Kind
from gateway.store import as_of as store_as_of
from gateway.store.mongo import Row
from resolvers.compliance_opinions import ComplianceOpinion
from resolvers.context import Info
from resolvers.enums import DocumentKind
from resolvers.fields import resolved
from resolvers.filters.inputs import InstantRange, optional, plain
from resolvers.node import Node
from resolvers.paginated import After, Before, First, Last, by_default, only, page_of
from resolvers.records import KINDS, camel
from resolvers.scalars import Date, DateTime
from resolvers.tax_statuses import TaxStatus

_AsOf = Annotated[
    Date | None,
    strawberry.argument(
        description="What was known here at the end of this day (central Mexico): null when nothing had come by then."
    ),
]
_TYPES = {str(kind): name for name, kind in KINDS.items()}


def _latest(kind: Kind, key: str) -> Any:
    """The latest document of a kind, which the taxpayer's row carries, or the one that was it on a day."""

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
    return camel(root["field"])


def _said(key: str) -> Any:
    def resolve(root: Parent[Row]) -> str | None:
        return None if root.get(key) is None else str(root[key])

    return resolve


async def _document(root: Parent[Row], info: Info) -> Row | None:
    spend_rows(1)
    row = await info.context.loaders.documents[Kind(root["kind"])].load(root["document"])
    return None if row is None else {**row, "__typename": _TYPES[root["kind"]]}


@strawberry.type(description="A change of one of the taxpayer's documents that we saw.")
class Change:
    at: DateTime = strawberry.field(description="When we saw it.")
    kind: DocumentKind = strawberry.field(description="The kind of the document.")
    field: str = resolved(_field, str, "Which field changed, by its name in this API.", ("field",))
    before: str | None = resolved(
        _said("from"), str | None, "Its value until then; null also for lists and long texts.", ("from",)
    )
    after: str | None = resolved(
        _said("to"), str | None, "Its value from then on; null also for lists and long texts.", ("to",)
    )
    document: Node | None = resolved(_document, Node | None, "The document, as it is now.", ("kind", "document"))


@strawberry.input(description="Which changes. All that is given must hold; a list of values means any of them.")
class ChangeFilter:
    kind: list[DocumentKind] | None = optional("Kind of the document, any of them.")
    field: list[str] | None = optional("Name of the field in the store, any of them, such as status or issuer.name.")
    at: InstantRange | None = optional("When we saw it.")


@strawberry.enum(description="The order of changes.")
class ChangeOrder(Enum):
    AT_DESC = strawberry.enum_value("AT_DESC", description="Newest first.")
    AT_ASC = strawberry.enum_value("AT_ASC", description="Oldest first.")


async def changes_of(
    root: Parent[Row],
    info: Info,
    filter: Annotated[ChangeFilter | None, only("changes")] = None,
    order_by: Annotated[ChangeOrder | None, by_default("AT_DESC")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Row:
    asked = plain(filter), plain(order_by)
    return await page_of(info, "changes", root["_id"], asked, (first, after, last, before))


@strawberry.enum(description="What a constancia says otherwise than the one before it.")
class FiscalSubject(Enum):
    REGIME = strawberry.enum_value("REGIME", description="A régimen.")
    OBLIGATION = strawberry.enum_value("OBLIGATION", description="An obligación.")
    ECONOMIC_ACTIVITY = strawberry.enum_value("ECONOMIC_ACTIVITY", description="An actividad económica.")
    STATUS = strawberry.enum_value("STATUS", description="Estatus en el padrón.")
    NAME = strawberry.enum_value("NAME", description="Name or denominación.")
    POSTAL_CODE = strawberry.enum_value("POSTAL_CODE", description="Código postal of the domicilio fiscal.")


@strawberry.enum(description="How it changed.")
class FiscalChangeKind(Enum):
    ADDED = strawberry.enum_value("ADDED", description="The constancia before it did not have it.")
    REMOVED = strawberry.enum_value("REMOVED", description="The constancia before it had it.")
    CHANGED = strawberry.enum_value("CHANGED", description="Both have it, with other dates or another value.")


@strawberry.type(description="What one constancia says otherwise than the one before it.")
class FiscalChange:
    subject: FiscalSubject = strawberry.field(description="What it is about.")
    change: FiscalChangeKind = strawberry.field(description="How it changed.")
    name: str = strawberry.field(description="Which regime, obligation or activity; else the field.")
    before: str | None = strawberry.field(
        description="The value before; of regimes, obligations and activities their dates `from/to`, empty for none."
    )
    after: str | None = strawberry.field(description="The value since, in the same form.")
    tax_status: TaxStatus = strawberry.field(description="The constancia that says it first.")


async def _fiscal_history(root: Parent[Row], info: Info) -> list[Row]:
    spend_rows(PAGE)
    found = await store_as_of.successive(info.context.store, Kind.TAX_STATUS, root["_id"])
    spend_rows(len(found))
    return timeline.of(found)[::-1]


def fiscal_history_field() -> Any:
    return resolved(
        _fiscal_history,
        list[FiscalChange],
        "How its regimes, obligations, activities and status changed from one constancia to the next, newest first. "
        "From the newest 200.",
    )
