"""The age of Syncfy's objects: their ids are ObjectIds, whose first 8 digits are the second of their creation."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

#: How far Syncfy's clocks and ours may disagree; its ids and many of its dates have whole seconds.
CLOCK_SKEW = timedelta(seconds=5)
_OBJECT_ID = re.compile(r"[0-9a-f]{24}")


def made_at(id: str) -> datetime | None:
    """Return the time at which an id was created; None for an id of another form."""
    if not _OBJECT_ID.fullmatch(id):
        return None
    return datetime.fromtimestamp(int(id[:8], 16), UTC)
