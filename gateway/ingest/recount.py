"""The recount of a fetch's counterparties: at once after a lone batch, at most a tenth of the time in a long one."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from gateway.store import pending_counterparties
from gateway.store.mongo import Store

_SHARE = 10


@dataclass(slots=True)
class Recount:
    """One for each fetch of a taxpayer. Without `finish` (a kill) the sweep counts what is noted."""

    store: Store
    taxpayer: str
    _due: float = field(default=0.0)

    async def after_batch(self) -> None:
        """Count what is noted, unless counting has had its share of the time already."""
        if time.monotonic() < self._due:
            return
        began = time.monotonic()
        await pending_counterparties.catch_up(self.store, self.taxpayer)
        self._due = time.monotonic() + _SHARE * (time.monotonic() - began)

    async def finish(self) -> None:
        """Count what is still noted."""
        await pending_counterparties.catch_up(self.store, self.taxpayer)
