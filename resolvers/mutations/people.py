"""createTaxpayer, updateTaxpayer."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import ID

from gateway import usecases
from gateway.store.mongo import Row
from resolvers.context import Info, viewer_of
from resolvers.mutations.user_errors import INPUT, UserError, answered, taxpayer_of
from resolvers.taxpayers import Taxpayer


@strawberry.input(description="The taxpayer to create.")
class CreateTaxpayerInput:
    rfc: str = strawberry.field(description="RFC, 12 or 13 characters, in upper or lower case.")
    name: str | None = strawberry.field(default=None, description="Display name; the RFC by default.")


@strawberry.type(description="Result of `createTaxpayer`.")
class CreateTaxpayerPayload:
    taxpayer: Taxpayer | None = strawberry.field(description="The taxpayer, new or existing.")
    created: bool = strawberry.field(description="False when the viewer already had this RFC.")
    errors: list[UserError] = strawberry.field(description="Errors; empty on success.")


@strawberry.input(description="What to change of a taxpayer.")
class UpdateTaxpayerInput:
    taxpayer_id: ID = strawberry.field(description="The taxpayer.")
    name: str = strawberry.field(description="Display name, 254 characters at most. The RFC never changes.")


@strawberry.type(description="Result of `updateTaxpayer`.")
class UpdateTaxpayerPayload:
    taxpayer: Taxpayer | None = strawberry.field(description="The taxpayer as it is now.")
    errors: list[UserError] = strawberry.field(description="Errors; empty on success.")


async def create_taxpayer(info: Info, input: Annotated[CreateTaxpayerInput, INPUT]) -> Row:
    async def work() -> Row:
        row, created = await usecases.create_taxpayer(
            info.context.store, owner=viewer_of(info).id, rfc=input.rfc, name=input.name
        )
        return {"taxpayer": row, "created": created}

    return await answered(work(), {"taxpayer": None, "created": False})


async def update_taxpayer(info: Info, input: Annotated[UpdateTaxpayerInput, INPUT]) -> Row:
    async def work() -> Row:
        taxpayer = await taxpayer_of(info, input.taxpayer_id)
        return {"taxpayer": await usecases.update_taxpayer(info.context.store, taxpayer, name=input.name)}

    return await answered(work(), {"taxpayer": None})
