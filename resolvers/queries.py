"""The root fields. All are nullable: one that fails does not empty the rest of the answer."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry import ID, Parent

from gateway.errors import InvalidInput
from gateway.store import counterparties, credentials, deletions, documents, taxpayers, unreadable
from gateway.store.mongo import Row
from resolvers.context import Info, own_taxpayer, own_taxpayer_row, viewer_of
from resolvers.deletions import TaxpayerDeletion
from resolvers.documents.records import KINDS
from resolvers.exports import find_job
from resolvers.fields import resolved
from resolvers.filters.taxpayers import taxpayers_of
from resolvers.jobs import Job
from resolvers.lists.connection import Connection
from resolvers.node import Node, parse_global_id
from resolvers.scalars import Rfc
from resolvers.taxpayers import Taxpayer


async def _own_document(info: Info, row: Row | None) -> Row | None:
    """Return the row, if its taxpayer is the viewer's."""
    if row is None or await own_taxpayer(info, row["taxpayer"]) is None:
        return None
    return row


async def _find(info: Info, type_name: str, id: str) -> Row | None:
    store, owner = info.context.store, viewer_of(info).id
    match type_name:
        case "Taxpayer":
            return await taxpayers.row(store, id, owner=owner)
        case "Job":
            return await _own_document(info, await find_job(store, id, owner=owner))
        case "Credential":
            return await _own_document(info, await credentials.row(store, id, owner=owner))
        case "UnreadableDocument":
            return await _own_document(info, await unreadable.get(store, id))
        case "Counterparty":
            return await _own_document(info, await counterparties.get(store, id))
        case "Employee":
            row = await _own_document(info, await counterparties.get(store, id))
            return row if row and row["employment"] else None
        case _ if type_name in KINDS:
            return await _own_document(info, await documents.get(store, KINDS[type_name], id))
    raise InvalidInput("INVALID_ID", "not an id of this API")


async def _node(info: Info, id: Annotated[ID, strawberry.argument(description="An `id` from this API.")]) -> Row | None:
    type_name, ours = parse_global_id(id)
    row = await _find(info, type_name, ours)
    return None if row is None else {**row, "__typename": type_name}


async def _taxpayer(
    info: Info,
    id: Annotated[
        ID | None, strawberry.argument(description="Id of the taxpayer; give either the id or the RFC.")
    ] = None,
    rfc: Annotated[
        Rfc | None, strawberry.argument(description="RFC of the taxpayer; give either the RFC or the id.")
    ] = None,
) -> Row | None:
    if (id is None) == (rfc is None):
        raise InvalidInput("INVALID_ARGUMENTS", "give either `id` or `rfc`")
    if rfc is not None:
        return await taxpayers.by_rfc(info.context.store, viewer_of(info).id, rfc)
    return await own_taxpayer_row(info, parse_global_id(str(id), "Taxpayer")[1])


async def _job(info: Info, id: Annotated[ID, strawberry.argument(description="Id of the job.")]) -> Row | None:
    return await _find(info, "Job", parse_global_id(id, "Job")[1])


async def _taxpayer_deletion(
    info: Info, taxpayer_id: Annotated[ID, strawberry.argument(description="Id that the taxpayer had.")]
) -> Row | None:
    id = parse_global_id(taxpayer_id, "Taxpayer")[1]
    return await deletions.get(info.context.store, id, owner=viewer_of(info).id)


async def _owned_count(root: Parent[Any], info: Info) -> int:
    return await taxpayers.owned_count(info.context.store, viewer_of(info).id)


def _viewer(info: Info) -> Row:
    return {"id": viewer_of(info).id}


@strawberry.type(description="Who sends the request: the subject of the bearer token.")
class Viewer:
    id: str = strawberry.field(description="The token's `sub`.")
    taxpayer_count: int = resolved(_owned_count, int, "Number of the viewer's taxpayers.")


@strawberry.type(description="Queries. All data are read from the gateway's own store, never from Syncfy or SAT.")
class Query:
    viewer: Viewer | None = resolved(_viewer, Viewer | None, "The viewer: who sends the request.")
    taxpayer: Taxpayer | None = resolved(
        _taxpayer,
        Taxpayer | None,
        "One of the viewer's taxpayers, by id or by RFC; null when the viewer has no such taxpayer.",
    )
    taxpayers: Connection[Taxpayer] | None = resolved(
        taxpayers_of, Connection[Taxpayer] | None, "The viewer's taxpayers, oldest first by `createdAt`."
    )
    job: Job | None = resolved(_job, Job | None, "One of the viewer's jobs; null when the viewer has no such job.")
    taxpayer_deletion: TaxpayerDeletion | None = resolved(
        _taxpayer_deletion,
        TaxpayerDeletion | None,
        "The receipt of a taxpayer that the viewer deleted; null when there is none.",
    )
    node: Node | None = resolved(
        _node, Node | None, "Any of the viewer's objects by its id; null when the viewer has no such object."
    )
