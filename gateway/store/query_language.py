"""Names for the parts of MongoDB's query language, so that a signature says which of them it takes and returns.

All are plain dicts, as the driver takes them. A stored document is no part of it: that is `mongo.Row`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Selects rows, for `find`, `$match` and `$elemMatch`: {"status": "ACTIVE", "month": {"$gte": "2024-01"}}.
Filter = dict[str, Any]
#: Changes a row: {"$set": {"name": "A"}, "$inc": {"revision": 1}}.
Update = dict[str, Any]
#: One step of an aggregation: {"$match": {"taxpayer": "1"}}.
Stage = dict[str, Any]
#: An aggregation, or an update that computes.
Pipeline = list[Stage]
#: Computes one value from a row: {"$ifNull": ["$total", 0]}. A path alone ("$total") is one too, of type str.
Expression = dict[str, Any]
#: Values or expressions by the path that gets them, for `$set`, `$group` and `$project`: {"net": {"$sum": "$total"}}.
Fields = dict[str, Any]
#: A filter as a client gives it: by the schema's names, in snake_case. `filters.query` makes a Filter of it.
ClientFilter = Mapping[str, Any]
