"""createTaxpayer, updateTaxpayer, deleteTaxpayer."""

from __future__ import annotations

import strawberry
from strawberry import ID

from gateway import usecases
from gateway.errors import InvalidInput
from gateway.store import deletions
from gateway.store.mongo import Row
from resolvers.context import Info, own_taxpayer, own_taxpayer_row, viewer_of
from resolvers.deletions import TaxpayerDeletion
from resolvers.mutations.mutation import KEY, Attempt, taxpayer_of
from resolvers.mutations.payloads import Payload
from resolvers.node import parse_global_id
from resolvers.taxpayers import Taxpayer


@strawberry.input(description="The taxpayer to create.")
class CreateTaxpayerInput:
    rfc: str = strawberry.field(description="RFC, 12 or 13 characters, in upper or lower case.")
    name: str | None = strawberry.field(default=None, description="Display name; the RFC by default.")


@strawberry.type(description="Result of `createTaxpayer`.")
class CreateTaxpayerPayload(Payload):
    taxpayer: Taxpayer | None = strawberry.field(description="The taxpayer, new or existing.")
    created: bool = strawberry.field(description="False when the viewer already had this RFC.")


@strawberry.input(description="What to change of a taxpayer.")
class UpdateTaxpayerInput:
    taxpayer_id: ID = strawberry.field(description="The taxpayer.")
    name: str = strawberry.field(description="Display name, 254 characters at most. The RFC never changes.")


@strawberry.type(description="Result of `updateTaxpayer`.")
class UpdateTaxpayerPayload(Payload):
    taxpayer: Taxpayer | None = strawberry.field(description="The taxpayer as it is now.")


@strawberry.input(description="Which taxpayer to delete.")
class DeleteTaxpayerInput:
    taxpayer_id: ID = strawberry.field(description="The taxpayer to delete. The deletion cannot be undone.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.type(description="Result of `deleteTaxpayer`.")
class DeleteTaxpayerPayload(Payload):
    deletion: TaxpayerDeletion | None = strawberry.field(
        description="The receipt so far. `taxpayerDeletion(taxpayerId:)` returns it again."
    )


async def create_taxpayer(info: Info, input: CreateTaxpayerInput) -> Row:
    taxpayer, created = await usecases.create_taxpayer(
        info.context.store, owner=viewer_of(info).id, rfc=input.rfc, name=input.name
    )
    return {"taxpayer": await own_taxpayer_row(info, taxpayer.id), "created": created}


async def update_taxpayer(info: Info, input: UpdateTaxpayerInput) -> Row:
    taxpayer = await taxpayer_of(info, input.taxpayer_id)
    return {"taxpayer": await usecases.update_taxpayer(info.context.store, taxpayer, name=input.name)}


async def delete_taxpayer(info: Info, input: DeleteTaxpayerInput) -> Row | Attempt:
    """A repeated deletion gives the same receipt, with an idempotency key or without one."""
    id = parse_global_id(input.taxpayer_id, "Taxpayer", path="taxpayerId")[1]
    taxpayer = await own_taxpayer(info, id)
    if taxpayer is None:
        known = await deletions.get(info.context.store, id, owner=viewer_of(info).id)
        if known is None:
            raise InvalidInput("NOT_FOUND", "no such taxpayer", ["taxpayerId"])
        return {"deletion": known}

    async def delete() -> Row:
        return {"deletion": await usecases.delete_taxpayer(info.context.connections, taxpayer)}

    return Attempt(taxpayer, delete)
