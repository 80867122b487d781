"""A store in this process, for what mongomock does as MongoDB does: single rows, unique and partial indexes, updates.

It has no change streams, no GridFS, no transactions and no plans, knows no collation and no largest document. Whatever
a test says of it, the same test says of MongoDB: see `ENGINES` in tests/conftest.py.
"""

from __future__ import annotations

import mongomock_ng
import pytest
from mongomock_motor import AsyncMongoMockClient

from gateway.store.indexes import ensure_indexes
from gateway.store.mongo import CODEC, Store

#: For a test that mongomock gets wrong, in a module of which it does the rest.
MONGOD_ALONE = pytest.mark.parametrize("engine", ["mongod"], indirect=True)


async def mongomock_store() -> Store:
    """Make an empty store with its indexes."""
    # mongomock itself fails on bulk writes of today's PyMongo; the fork does not.
    client = AsyncMongoMockClient(mock_mongo_client=mongomock_ng.MongoClient())
    store = Store(client.get_database("test", codec_options=CODEC))
    await ensure_indexes(store)
    return store
