"""SAT codes with their official label: `paymentForm { code label }`. An unknown code has no label, and is no error."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import strawberry
from strawberry import Parent

from gateway.sat import catalogs
from gateway.store.mongo import Row
from resolvers.context import Info


@lru_cache(maxsize=16_384)
def _label(catalog: str, code: str, version: str | None, day: str | None) -> str | None:
    """A page asks for the same few labels over and over; a look-up goes through a catalogue's tables by their dates."""
    return catalogs.label(catalog, code, version=version, on=day)


@strawberry.type(description="A code of a SAT catalogue with its official Spanish label.")
class Code:
    code: str = strawberry.field(description="The code, as the document states it.")
    label: str | None = strawberry.field(
        description="SAT's label for the document's version and date; null when the catalogue has no such code."
    )


def _imported_label(root: Parent[Row], info: Info) -> Any:
    """From memory where it is known, so that most of a page's labels cost no coroutine."""
    key = (root["catalog"], root["code"])
    known = info.context.labels.known(key)
    return known[0] if known else info.context.loaders.labels.load(key)


@strawberry.type(description="A product key (c_ClaveProdServ) with its official Spanish label.")
class ProductKey:
    code: str = strawberry.field(description="The code, as the document states it: eight digits.")
    label: str | None = strawberry.field(
        resolver=_imported_label,
        graphql_type=str | None,
        description="SAT's label, from the catalogue imported with `sat-gateway catalogs import`; null when the "
        "catalogue has no such code or was not imported.",
    )


def product_key(description: str, key: str = "product_key") -> Any:
    """Return a field for the product key under `key` of the row."""

    def resolve(root: Parent[Row]) -> Row | None:
        code = root.get(key)
        return {"code": code, "catalog": "product_key"} if code else None

    return strawberry.field(
        resolver=resolve, graphql_type=ProductKey | None, description=description, metadata={"needs": (key,)}
    )


def coded(key: str, catalog: str, description: str, *, context: tuple[str, ...] = ("version", "issued_at")) -> Any:
    """A field that labels the code under `key` of the row; `context` names the keys with the version and the date."""

    def resolve(root: Parent[Row]) -> Row | None:
        code = root.get(key)
        if code is None:
            return None
        version, on = (root.get(name) for name in context) if context else (None, None)
        return {"code": code, "label": _label(catalog, code, version, on and on[:10])}

    return strawberry.field(
        resolver=resolve,
        graphql_type=Code | None,
        description=description,
        metadata={"needs": (key, *context)},
    )
