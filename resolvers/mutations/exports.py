"""createExport: a filter's documents as a file."""

from __future__ import annotations

import strawberry
from strawberry import ID

from gateway.errors import InvalidInput
from gateway.store.mongo import Row
from gateway.store.query_language import ClientFilter
from gateway.store.rows import written
from gateway.usecases import exports
from resolvers.context import Info
from resolvers.exports import ExportFilter, ExportFormat, ExportKind, as_job
from resolvers.filters.inputs import plain
from resolvers.mutations.mutation import KEY, Attempt, taxpayer_of
from resolvers.mutations.payloads import JobPayload

#: The list whose filter an export takes, where it is not the one of its own name.
_LISTS = {
    "LINE_ITEMS": "invoices",
    "PAYMENTS": "invoices",
    "ANNUAL_RETURN_CONCEPTS": "annual_returns",
    "ANNUAL_RETURN_ROWS": "annual_returns",
    "MONTHLY_RETURN_CONCEPTS": "monthly_returns",
    "MONTHLY_RETURN_ROWS": "monthly_returns",
    "OMITTED_OBLIGATIONS": "compliance_opinions",
    "TAX_CREDITS": "compliance_opinions",
}


@strawberry.input(description="Which documents to export, and how.")
class CreateExportInput:
    taxpayer_id: ID = strawberry.field(description="The taxpayer whose documents are exported.")
    kind: ExportKind = strawberry.field(description="What the export lists.")
    format: ExportFormat = strawberry.field(description="File format of the export.")
    filter: ExportFilter | None = strawberry.field(
        default=None, description="Exports only the documents that it selects; all of them without it."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.type(description="Result of `createExport`.")
class CreateExportPayload(JobPayload):
    pass


async def create_export(info: Info, input: CreateExportInput) -> Attempt:
    kind, format = input.kind.name, input.format.name
    taxpayer = await taxpayer_of(info, input.taxpayer_id)
    filter = _filter(kind, input.filter)

    async def create() -> Row:
        deps = info.context.connections
        export = await exports.create(deps.store, deps.queue, taxpayer, kind=kind, format=format, filter=filter)
        return {"job": as_job(written(export))}

    return Attempt(taxpayer, create, {"kind": kind, "format": format, "filter": filter})


def _filter(kind: str, given: ExportFilter | None) -> ClientFilter | None:
    """Return the plain filter of the list that the kind is made of; another list's is refused."""
    filters: ClientFilter = plain(given) if given else {}
    wanted = _LISTS.get(kind, kind.lower())
    others = sorted(set(filters) - {wanted})
    if others:
        raise InvalidInput("INVALID_FILTER", f"{kind} can only be filtered with `{wanted}`", ["filter", others[0]])
    return filters.get(wanted)
