"""TaxpayerDeletion: the receipt of what was erased. It has no personal data, and stays."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import ID, Parent

from gateway.store.mongo import Row
from resolvers.fields import resolved
from resolvers.node import global_id
from resolvers.scalars import DateTime


@strawberry.enum(description="State of a deletion.")
class DeletionState(Enum):
    RUNNING = strawberry.enum_value(
        "RUNNING", description="The taxpayer is no longer visible; its data are being erased."
    )
    DONE = strawberry.enum_value("DONE", description="All data are erased, here and at Syncfy.")


@strawberry.enum(description="State of a taxpayer's deletion at Syncfy.")
class SyncfyDeletion(Enum):
    PENDING = strawberry.enum_value("PENDING", description="Not deleted yet; the gateway retries until it is.")
    DELETED = strawberry.enum_value(
        "DELETED", description="The Syncfy user is deleted, with all its data and credentials."
    )
    NOTHING = strawberry.enum_value("NOTHING", description="The taxpayer had no Syncfy user.")


@strawberry.type(description="Number of records erased from one collection.")
class ErasedRows:
    collection: str = strawberry.field(description="Name of the collection: invoices, files, jobs, inbox …")
    count: int = strawberry.field(description="Records of the taxpayer that it held when the deletion began.")


def _taxpayer_id(root: Parent[Row]) -> ID:
    return global_id("Taxpayer", root["_id"])


def _erased(root: Parent[Row]) -> list[Row]:
    counts: dict[str, int] = root["counts"] or {}
    return [{"collection": name, "count": count} for name, count in sorted(counts.items())]


@strawberry.type(description="The receipt of a deleted taxpayer. It holds no personal data.")
class TaxpayerDeletion:
    taxpayer_id: ID = resolved(_taxpayer_id, ID, "Id that the taxpayer had. It no longer finds anything.")
    state: DeletionState = strawberry.field(description="State of the deletion.")
    at_syncfy: SyncfyDeletion = strawberry.field(description="State of the deletion at Syncfy.")
    erased: list[ErasedRows] = resolved(
        _erased, list[ErasedRows], "Number of records erased by collection; empty until they are counted."
    )
    requested_at: DateTime = strawberry.field(
        description="When the deletion was requested. The taxpayer is not visible from then on."
    )
    finished_at: DateTime | None = strawberry.field(description="When the deletion was finished; null until then.")
