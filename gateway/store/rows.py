"""Stored rows as values with named fields, and back: the one place that knows how a model lies in the store.

The keys of a row are the model's field names, but for its `id`, which is `_id`. A key that rows of an earlier version
lack gets the model's default; one that the model does not know is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar, cast

import msgspec
from bson import Int64
from motor.motor_asyncio import AsyncIOMotorCollection

from gateway.store.mongo import Row, Store
from gateway.store.query_language import Filter

_Model = TypeVar("_Model")
_Typed = TypeVar("_Typed", bound=Mapping[str, Any])


def typed(store: Store, collection: str, row: type[_Typed]) -> AsyncIOMotorCollection[_Typed]:
    """Return a collection whose rows have a TypedDict's keys. Of a projection only those that it names are there."""
    return cast("AsyncIOMotorCollection[_Typed]", store[collection])


def owned(id: str, owner: str | None) -> Filter:
    """Return the filter for one row; with an owner, only if it is the owner's."""
    return {"_id": id} if owner is None else {"_id": id, "owner": owner}


def read(row: Mapping[str, Any], model: type[_Model]) -> _Model:
    """Return a row as a value of the model."""
    return msgspec.convert({"id": row.get("_id"), **row}, model)


def written(value: object) -> Row:
    """Return a value as the row that keeps it."""
    row: Row = msgspec.to_builtins(value, builtin_types=(datetime, Int64))
    return {"_id": row.pop("id"), **row} if "id" in row else row
