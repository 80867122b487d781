"""Links from a document to the returns of its month."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.graphql.limits import spend_rows
from gateway.store.mongo import Row
from resolvers.context import Info

LazyMonthlyReturn = Annotated["MonthlyReturn", strawberry.lazy("resolvers.documents.returns")]  # type: ignore[name-defined] # noqa: F821


def _months(row: Row) -> list[str]:
    """A payment belongs to the months in which it was paid, all else to the month of its date."""
    paid = {payment["paid_at"][:7] for payment in row.get("payments") or [] if payment["paid_at"]}
    issued = [row["issued_at"][:7]] if row.get("issued_at") else []
    return sorted(paid) or issued


async def _monthly_returns(root: Parent[Row], info: Info) -> list[Row]:
    keys = [(root["taxpayer"], month) for month in _months(root)]
    found: dict[str, Row] = {}
    for returns in await info.context.loaders.monthly_returns.load_many(keys):
        found |= {row["_id"]: row for row in returns}
    spend_rows(len(found))
    return list(found.values())


def monthly_returns_field() -> Any:
    return strawberry.field(
        resolver=_monthly_returns,
        graphql_type=list[LazyMonthlyReturn],
        description="The monthly returns that cover the month of issue; for a payment (type P), the month of "
        "FechaPago.",
        metadata={"needs": ("issued_at", "payments", "taxpayer")},
    )
