"""A taxpayer is deleted: gone for everybody at once, and erased at Syncfy and here by a worker."""

from __future__ import annotations

import asyncio

from gateway.models.taxpayer import Taxpayer
from gateway.store import deletions
from gateway.store.mongo import Row
from gateway.telemetry import logger
from gateway.usecases.context import UseCaseDeps

_log = logger(__name__)


async def delete_taxpayer(deps: UseCaseDeps, taxpayer: Taxpayer) -> Row:
    """Return the receipt, as it stands. Nobody sees the taxpayer from here on; tasks/erase.py does the rest."""
    receipt = await deletions.begin(deps.store, taxpayer)
    try:
        await asyncio.to_thread(deps.queue.erase, taxpayer.id)
    except Exception as error:  # the receipt is durable: the sweep sends it
        _log.warning("deletion.broker_unavailable", taxpayer=taxpayer.id, error=type(error).__name__)
    return receipt
