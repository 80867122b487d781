"""The documents of an export, batch by batch in the order of lists, each batch within a bound of rows and of bytes.

An export holds the documents that were here when it was asked for, each as it is when its batch is read. One whose own
date changes in between (its metadata is replaced by its XML) may be passed twice or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from gateway.sat.kinds import Kind
from gateway.store import filters
from gateway.store.mongo import CODEC, Row, Store
from gateway.store.query_language import ClientFilter, Filter

_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


def query(kind: Kind, taxpayer: str, filter: ClientFilter | None, until: datetime, *where: Filter) -> Filter:
    """Return the query of a filter over what was here at a moment. Raises InvalidInput for a filter that is none."""
    found = filters.query(kind, taxpayer, filter)
    return {**found, "$and": [*found.get("$and", []), {"first_seen_at": {"$lte": until}}, *where]}


async def count(store: Store, kind: Kind, query: Filter) -> int:
    return await store[kind.collection].count_documents(query)


async def batch(
    store: Store, kind: Kind, query: Filter, after: str | None, fields: Sequence[str], *, most: int, most_bytes: int
) -> list[Row]:
    """Rows after a key, newest first; fewer than `most` where they are large, and one at least unless it is the end."""
    if after is not None:
        query = {"$and": [query, {"order": {"$lt": after}}]}
    collection = store[kind.collection].with_options(codec_options=_RAW)
    # The server sends 16 MB at most at a time: what is in memory is this and what was taken of it.
    cursor = collection.find(query, dict.fromkeys([*fields, "order"], 1), batch_size=most).sort("order", -1).limit(most)
    rows: list[Row] = []
    size = 0
    async for raw in cursor:
        rows.append(bson.decode(raw.raw, codec_options=CODEC))
        size += len(raw.raw)
        if size >= most_bytes:
            break
    await cursor.close()
    return rows
