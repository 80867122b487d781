"""What makes an operation cheap, asserted: validated once, and only the keys that it selects are read."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import graphql
import pytest
from strawberry.extensions.parser_cache import _get_parse_cache
from strawberry.extensions.validation_cache import _get_validate_cache
from strawberry.schema import schema as strawberry_schema

from benchmarks.operations import OPERATIONS, Operation
from gateway.auth import Viewer
from gateway.graphql.limits import extensions
from gateway.graphql.masking import LONGEST_CACHED
from gateway.store import paging, taxpayers
from gateway.store.mongo import Row
from resolvers.context import Context
from resolvers.node import global_id
from resolvers.schema import build_schema

SCHEMA = build_schema(extensions())
Q2 = next(operation for operation in OPERATIONS if operation.name == "Q2")
LABELS = next(operation for operation in OPERATIONS if operation.name == "Q2+")


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What every page was asked with; the store holds one taxpayer and no invoices."""
    asked: list[dict[str, Any]] = []

    async def own(_: object, id: str, **__: object) -> Row:
        return {"_id": id, "rfc": "XAX010101AB1"}

    async def page(*_: object, **given: Any) -> paging.Page:
        asked.append(given)
        return paging.Page([], has_next=False, has_previous=False)

    monkeypatch.setattr(taxpayers, "row", own)
    monkeypatch.setattr(paging, "page", page)
    return asked


class Nowhere:
    """A store that is named and never asked."""

    client, name = object, "nowhere"

    @property
    def db(self) -> Nowhere:
        return self


async def run(operation: Operation, query: str | None = None) -> None:
    nobody: Any = None
    nowhere: Any = Nowhere()
    context = Context(nowhere, nobody, nobody, Viewer("viewer"), nobody)
    variables = {"id": global_id("Taxpayer", "t")}
    result = await SCHEMA.execute(query or operation.query, variable_values=variables, context_value=context)
    assert getattr(result, "errors", None) is None


async def test_a_document_is_validated_the_first_time_only(
    monkeypatch: pytest.MonkeyPatch, pages: list[dict[str, Any]]
) -> None:
    validated: list[object] = []
    stock = graphql.validate

    def counting(*args: Any, **kwargs: Any) -> Any:
        validated.append(args)
        return stock(*args, **kwargs)

    monkeypatch.setattr(strawberry_schema, "validate", counting)
    query = Q2.query + "# a document that no other test has sent"
    for _ in range(3):
        await run(Q2, query)
    assert len(pages) == 3
    assert len(validated) == 1


async def test_a_page_reads_the_keys_that_are_selected_and_no_others(pages: list[dict[str, Any]]) -> None:
    await run(Q2)
    scalars = "direction discount folio issued_at place_of_issue series stamped_at status subtotal total uuid version"
    assert pages[0]["fields"] == sorted([*scalars.split(), "issuer", "receiver"])


async def test_a_label_reads_the_version_and_the_date_that_it_depends_on(pages: list[dict[str, Any]]) -> None:
    await run(LABELS)
    selected = {"uuid", "updated_at", "total", "type", "currency", "payment_form", "payment_method", "receiver"}
    assert set(pages[0]["fields"]) == {*selected, "version", "issued_at"}


async def test_the_rows_of_a_large_page_give_others_their_turn(
    pages: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"_id": f"t:{n}", "taxpayer": "t", "uuid": f"{n}", "order": f"{n:04}"} for n in range(1000)]

    async def large(*_: object, **__: object) -> paging.Page:
        return paging.Page(rows, has_next=False, has_previous=False)

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    monkeypatch.setattr(paging, "page", large)
    turns, nobody, nowhere = 0, cast(Any, None), cast(Any, Nowhere())
    task = asyncio.create_task(others())
    result = await SCHEMA.execute(
        "query($id: ID!) { taxpayer(id: $id) { invoices(first: 1000) { nodes { uuid } edges { node { uuid } } } } }",
        variable_values={"id": global_id("Taxpayer", "t")},
        context_value=Context(nowhere, nobody, nobody, Viewer("viewer"), nobody),
    )
    task.cancel()
    found = cast(Any, result).data["taxpayer"]["invoices"]
    assert found["nodes"] == [edge["node"] for edge in found["edges"]] == [{"uuid": row["uuid"]} for row in rows]
    assert turns > 4  # nodes and edges, each in four goes


async def test_a_long_document_is_not_kept(pages: list[dict[str, Any]]) -> None:
    """A thousand of them, each a little different, would take the process's memory."""
    sizes = [cache.cache_info().currsize for cache in (_get_parse_cache(256), _get_validate_cache(256))]
    for n in range(3):
        await run(Q2, f"{Q2.query}# {n}{' ' * LONGEST_CACHED}")
    assert len(pages) == 3
    assert [cache.cache_info().currsize for cache in (_get_parse_cache(256), _get_validate_cache(256))] == sizes
