"""Links from a document to its counterparty. Apart from that party's type, whose lists hold these documents."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.graphql.limits import spend_rows
from gateway.sat.natures import is_payroll
from gateway.store.counterparties import id_of
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.fields import resolved

LazyCounterparty = Annotated["Counterparty", strawberry.lazy("resolvers.counterparties")]  # type: ignore[name-defined] # noqa: F821
LazyEmployee = Annotated["Employee", strawberry.lazy("resolvers.counterparties")]  # type: ignore[name-defined] # noqa: F821


async def _counterparty(root: Parent[Row], info: Info) -> Row | None:
    key = (root.get("counterparty") or {}).get("key")
    if not key:
        return None
    spend_rows(1)
    return await info.context.loaders.counterparties.load(id_of(root["taxpayer"], key))


async def _employee(root: Parent[Row], info: Info) -> Row | None:
    is_mine = root.get("direction") == "ISSUED" and is_payroll(root)
    return await _counterparty(root, info) if is_mine else None


def counterparty_field() -> Any:
    return resolved(
        _counterparty,
        LazyCounterparty | None,
        "The counterparty with everything exchanged with it; null when the document names none.",
        ("counterparty", "taxpayer"),
    )


def employee_field() -> Any:
    return resolved(
        _employee,
        LazyEmployee | None,
        "Employee of a payroll (type N, and of 3.2 an egreso with a Nómina) that the taxpayer issued; else null.",
        ("counterparty", "taxpayer", "type", "complements", "direction"),
    )
