"""deleteCredential, deleteTaxpayer."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import ID

from gateway import usecases
from gateway.errors import InvalidInput
from gateway.store import deletions
from gateway.store.mongo import Row
from resolvers.context import Info, own_taxpayer, viewer_of
from resolvers.deletions import TaxpayerDeletion
from resolvers.mutations.keyed import keyed
from resolvers.mutations.user_errors import INPUT, KEY, UserError, answered
from resolvers.node import parse_global_id


@strawberry.input(description="Which credential to delete.")
class DeleteCredentialInput:
    credential_id: ID = strawberry.field(description="The credential.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.type(description="Result of `deleteCredential`.")
class DeleteCredentialPayload:
    deleted_credential_id: ID | None = strawberry.field(
        description="Id of the deleted credential; null when nothing was deleted."
    )
    errors: list[UserError] = strawberry.field(description="Errors; empty on success.")


@strawberry.input(description="Which taxpayer to delete.")
class DeleteTaxpayerInput:
    taxpayer_id: ID = strawberry.field(description="The taxpayer to delete. The deletion cannot be undone.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.type(description="Result of `deleteTaxpayer`.")
class DeleteTaxpayerPayload:
    deletion: TaxpayerDeletion | None = strawberry.field(
        description="The receipt so far. `taxpayerDeletion(taxpayerId:)` returns it again."
    )
    errors: list[UserError] = strawberry.field(description="Errors; empty on success.")


async def delete_credential(info: Info, input: Annotated[DeleteCredentialInput, INPUT]) -> Row:
    empty: Row = {"deleted_credential_id": None}

    async def work() -> Row:
        owner, _, credential = parse_global_id(input.credential_id, "Credential", path="credentialId")[1].partition(":")
        taxpayer = await own_taxpayer(info, owner)
        if taxpayer is None:
            raise InvalidInput("NOT_FOUND", "no such credential", ["credentialId"])

        async def delete() -> Row:
            await usecases.delete_credential(info.context.connections, taxpayer, credential)
            return {"deleted_credential_id": input.credential_id}

        facts = {"credential": credential}
        return await keyed(info, "deleteCredential", input.idempotency_key, taxpayer, facts, delete(), empty)

    return await answered(work(), empty)


async def delete_taxpayer(info: Info, input: Annotated[DeleteTaxpayerInput, INPUT]) -> Row:
    """Twice the same is one deletion by itself: the key has nothing to add, and is taken like everywhere."""
    empty: Row = {"deletion": None}

    async def work() -> Row:
        id = parse_global_id(input.taxpayer_id, "Taxpayer", path="taxpayerId")[1]
        taxpayer = await own_taxpayer(info, id)
        if taxpayer is None:
            known = await deletions.get(info.context.store, id, owner=viewer_of(info).id)
            if known is None:
                raise InvalidInput("NOT_FOUND", "no such taxpayer", ["taxpayerId"])
            return {"deletion": known}

        async def delete() -> Row:
            return {"deletion": await usecases.delete_taxpayer(info.context.connections, taxpayer)}

        return await keyed(info, "deleteTaxpayer", input.idempotency_key, taxpayer, {}, delete(), empty)

    return await answered(work(), empty)
