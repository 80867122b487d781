"""TaxpayerDeletion: the receipt of what was erased. It has no personal data, and stays."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import ID, Parent

from gateway.store.mongo import Row
from resolvers.fields import resolved
from resolvers.node import global_id
from resolvers.scalars import DateTime


@strawberry.enum(description="How far a deletion is.")
class DeletionState(Enum):
    RUNNING = strawberry.enum_value("RUNNING", description="Nobody sees the taxpayer any more; rows are being erased.")
    DONE = strawberry.enum_value("DONE", description="Everything is erased, here and at Syncfy.")


@strawberry.enum(description="What became of the taxpayer at Syncfy.")
class SyncfyDeletion(Enum):
    PENDING = strawberry.enum_value("PENDING", description="Not deleted yet: it is tried until it is.")
    DELETED = strawberry.enum_value("DELETED", description="Its user was deleted, with all its data and credentials.")
    NOTHING = strawberry.enum_value("NOTHING", description="It had no user there.")


@strawberry.type(description="How many rows of one collection were erased.")
class ErasedRows:
    collection: str = strawberry.field(description="Name of the collection: invoices, files, jobs, inbox …")
    count: int = strawberry.field(description="Rows that it held when the deletion began.")


def _taxpayer_id(root: Parent[Row]) -> ID:
    return global_id("Taxpayer", root["_id"])


def _erased(root: Parent[Row]) -> list[Row]:
    counts: dict[str, int] = root["counts"] or {}
    return [{"collection": name, "count": count} for name, count in sorted(counts.items())]


@strawberry.type(description="The receipt of a deleted taxpayer. It has no personal data.")
class TaxpayerDeletion:
    taxpayer_id: ID = resolved(_taxpayer_id, ID, "The id that the taxpayer had; nothing is found by it any more.")
    state: DeletionState = strawberry.field(description="How far it is.")
    at_syncfy: SyncfyDeletion = strawberry.field(description="Whether it is deleted at Syncfy too.")
    erased: list[ErasedRows] = resolved(_erased, list[ErasedRows], "What was here, by collection; empty at first.")
    requested_at: DateTime = strawberry.field(description="When it was asked for. From then on nobody sees it.")
    finished_at: DateTime | None = strawberry.field(description="When the last of it was erased; null while it is not.")
