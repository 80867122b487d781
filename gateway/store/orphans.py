"""Large files in GridFS that nothing points at: their upload was killed before it ended, or before its row was written.

They do no harm but for the room they take. GridFS writes the pieces first and the file last, and whatever points at a
file is written after it; its name is the id of that row, so that it is looked up by its key.
"""

from __future__ import annotations

from datetime import timedelta

from bson import ObjectId

from gateway.store.mongo import Store, now

#: No upload takes so long: whatever is older and has no row never gets one.
AGE = timedelta(hours=6)
_OWNERS = ("files", "export_parts")


async def remove(store: Store, *, older: timedelta = AGE) -> int:
    """Remove them; how many there were. Each file costs a look-up: only those over 8 MB are there at all."""
    before = ObjectId.from_datetime(now() - older)
    removed = 0
    last: ObjectId | None = None
    while True:
        # One step of the index (files_id, n) for each file, whatever its number of pieces.
        range_ = {"$lt": before} if last is None else {"$lt": before, "$gt": last}
        piece = await store["fs.chunks"].find_one({"files_id": range_}, {"files_id": 1}, sort=[("files_id", 1)])
        if piece is None:
            return removed
        last = piece["files_id"]
        if not await _wanted(store, last):
            await store["fs.chunks"].delete_many({"files_id": last})
            await store["fs.files"].delete_one({"_id": last})
            removed += 1


async def _wanted(store: Store, id: ObjectId) -> bool:
    file = await store["fs.files"].find_one({"_id": id}, {"filename": 1})
    if file is None:
        return False
    for collection in _OWNERS:
        row = await store[collection].find_one({"_id": file["filename"], "content": id}, {"_id": 1})
        if row is not None:
            return True
    return False
