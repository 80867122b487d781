"""updateCredential, deleteCredential."""

from __future__ import annotations

import strawberry
from strawberry import ID

from gateway import usecases
from gateway.errors import InvalidInput
from gateway.store.mongo import Row
from gateway.store.rows import written
from resolvers.context import Info, own_taxpayer
from resolvers.mutations.connections import PASSWORD
from resolvers.mutations.mutation import KEY, Attempt, taxpayer_of
from resolvers.mutations.payloads import JobPayload, Payload
from resolvers.node import parse_global_id


@strawberry.input(description="The corrected password.")
class UpdateCredentialInput:
    taxpayer_id: ID = strawberry.field(description="The taxpayer. All its credentials share one CIEC password.")
    password: str = strawberry.field(description=PASSWORD)
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.type(description="Result of `updateCredential`.")
class UpdateCredentialPayload(JobPayload):
    pass


@strawberry.input(description="Which credential to delete.")
class DeleteCredentialInput:
    credential_id: ID = strawberry.field(description="The credential.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.type(description="Result of `deleteCredential`.")
class DeleteCredentialPayload(Payload):
    deleted_credential_id: ID | None = strawberry.field(
        description="Id of the deleted credential; null when nothing was deleted."
    )


async def update_credential(info: Info, input: UpdateCredentialInput) -> Attempt:
    taxpayer = await taxpayer_of(info, input.taxpayer_id)

    async def update() -> Row:
        job = await usecases.update_credential(info.context.connections, taxpayer, password=input.password)
        return {"job": written(job)}

    return Attempt(taxpayer, update)


async def delete_credential(info: Info, input: DeleteCredentialInput) -> Attempt:
    owner, _, credential = parse_global_id(input.credential_id, "Credential", path="credentialId")[1].partition(":")
    taxpayer = await own_taxpayer(info, owner)
    if taxpayer is None:
        raise InvalidInput("NOT_FOUND", "no such credential", ["credentialId"])

    async def delete() -> Row:
        await usecases.delete_credential(info.context.connections, taxpayer, credential)
        return {"deleted_credential_id": input.credential_id}

    return Attempt(taxpayer, delete, {"credential": credential})
