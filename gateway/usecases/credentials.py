"""A taxpayer's credentials, taken back."""

from __future__ import annotations

from gateway.models.taxpayer import Taxpayer
from gateway.store import credentials, taxpayers
from gateway.store.mongo import now
from gateway.usecases.context import UseCaseDeps


async def delete_credential(deps: UseCaseDeps, taxpayer: Taxpayer, id_credential: str) -> None:
    """Take the access back at Syncfy, with the password that it holds, and forget it here.

    The documents that it brought stay. Twice the same is no error: what is gone, is gone.
    """
    id_user = taxpayer.syncfy_user_id
    if id_user:
        await deps.syncfy.delete_credential(id_user, id_credential)
    if await credentials.forget(deps.store, taxpayer=taxpayer.id, id_credential=id_credential, asked_at=now()):
        await taxpayers.note_change(deps.store, taxpayer.id)
