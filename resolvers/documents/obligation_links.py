"""Links from an obligation of the constancia to what the opinión finds omitted, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.sat import obligations
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.fields import resolved

LazyObligation = Annotated["Obligation", strawberry.lazy("resolvers.documents.tax_statuses")]  # type: ignore[name-defined] # noqa: F821
LazyOmittedObligation = Annotated["OmittedObligation", strawberry.lazy("resolvers.documents.compliance_opinions")]  # type: ignore[name-defined] # noqa: F821


async def _latest(root: Row, info: Info, document: str, key: str) -> list[Row]:
    """Return a list in the taxpayer's latest constancia or opinión."""
    taxpayer = await info.context.loaders.latest.load(root["taxpayer"])
    found = ((taxpayer or {}).get(document) or {}).get(key) or []
    return with_taxpayer(found, root)


async def _obligation(root: Parent[Row], info: Info) -> Row | None:
    found = await _latest(root, info, "tax_status", "obligations")
    return next((one for one in found if obligations.same(one["description"], root["description"])), None)


async def _omissions(root: Parent[Row], info: Info) -> list[Row]:
    found = await _latest(root, info, "compliance_opinion", "omitted_obligations")
    return [one for one in found if obligations.same(one["description"], root["description"])]


def with_taxpayer(parts: Sequence[Row], row: Row) -> list[Row]:
    """Return parts of a row that know whose they are."""
    return [{**part, "taxpayer": row["taxpayer"]} for part in parts]


def parts_field(key: str, type_: Any, description: str) -> Any:
    def resolve(root: Parent[Row]) -> list[Row]:
        return with_taxpayer(root.get(key) or [], root)

    return resolved(resolve, list[type_], description, (key, "taxpayer"))


def obligation_field() -> Any:
    return resolved(_obligation, LazyObligation | None, "The obligación of the same name in the latest constancia.")


def omissions_field() -> Any:
    return resolved(
        _omissions, list[LazyOmittedObligation], "Omissions of this obligación that the latest opinión lists."
    )
