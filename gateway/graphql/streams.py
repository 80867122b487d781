"""What the transports of live operations share."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a subscription tells. `key` names it within its field: what has the same key is the same."""

    key: Hashable
    value: Any
