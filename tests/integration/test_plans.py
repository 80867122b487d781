"""Every query that the API or a worker makes is answered from an index, whatever else the store holds.

Nothing here lists queries: what passes on the wire while the API answers and workers work is explained. A new field of
a filter, an order or an insight is covered by being in the schema.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, get_named_type

from gateway.store.mongo import Row
from tests.crowd import Crowd, crowd_in, faults_of
from tests.graphql.selections import everything, given, named, object_type
from tests.plans import explained, recorder
from tests.support import Api, running_api, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="module")
FIELDS = [name for name, field in object_type("Taxpayer").fields.items() if named(field.type)]
LISTS = [
    (root, name)
    for root in ("Taxpayer", "Query")
    for name, field in object_type(root).fields.items()
    if {"filter", "orderBy"} <= field.args.keys()
]
#: Whole parts of a profile that are more than one operation may ask for.
PARTS = [(field, "") for field in FIELDS if field != "insights"]
PARTS += [("insights", name) for name in object_type("Insights").fields]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crowded(mongodb_url: str, module_database: str) -> Crowd:
    return await crowd_in(mongodb_url, module_database)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(mongodb_url: str, module_database: str, crowded: Crowd) -> AsyncIterator[Api]:
    async with running_api(settings_for(mongodb_url, module_database)) as api:
        yield api


@pytest.mark.parametrize(("field", "part"), PARTS)
async def test_what_a_taxpayer_has_is_answered_from_indexes(api: Api, crowded: Crowd, field: str, part: str) -> None:
    of = object_type("Taxpayer").fields[field]
    others = tuple(name for name in object_type("Insights").fields if part and name != part)
    inner = everything(named(of.type) or "", ("Taxpayer",), others)
    with recorder.recording(api.store.db.name):
        await api.data(
            f"query($id: ID!) {{ taxpayer(id: $id) {{ {field}{given(of, 5)} {inner} }} }}", {"id": crowded.id}
        )
    assert len(recorder.shapes) >= 1
    assert await faults_of(api.store, crowded, recorder.shapes) == {}


async def ask(api: Api, crowded: Crowd, root: str, field: str, **variables: Any) -> Any:
    args = object_type(root).fields[field].args
    declared = ["$id: ID!"] * (root == "Taxpayer") + [f"${name}: {args[name].type}" for name in variables]
    passed = ", ".join(f"{name}: ${name}" for name in variables)
    connection = object_type(named(object_type(root).fields[field].type) or "")
    totals = (
        f"totals {everything(named(connection.fields['totals'].type) or '')}" if "totals" in connection.fields else ""
    )
    inner = f"{field}({passed}) {{ nodes {{ __typename }} totalCount {totals} pageInfo {{ endCursor }} }}"
    document = (
        f"query({', '.join(declared)}) {{ {f'taxpayer(id: $id) {{ {inner} }}' if root == 'Taxpayer' else inner} }}"
    )
    data = await api.data(document, {"id": crowded.id} | variables if root == "Taxpayer" else variables)
    return (data["taxpayer"] if root == "Taxpayer" else data)[field]


@pytest.mark.parametrize(("root", "field"), LISTS)
async def test_every_order_of_a_list_reads_no_row_beside_its_page(
    api: Api, crowded: Crowd, root: str, field: str
) -> None:
    orders = get_named_type(object_type(root).fields[field].args["orderBy"].type)
    assert isinstance(orders, GraphQLEnumType)
    for order in orders.values:
        for size in ("first", "last"):
            with recorder.recording(api.store.db.name):
                page = await ask(api, crowded, root, field, orderBy=order, **{size: 3})
                if page["pageInfo"]["endCursor"] and size == "first":
                    await ask(api, crowded, root, field, orderBy=order, first=3, after=page["pageInfo"]["endCursor"])
            assert "getMore" not in recorder.names
            assert await faults_of(api.store, crowded, recorder.shapes) == {}
            pages = [command for command in recorder.shapes.values() if "sort" in command]
            assert pages
            for command in pages:
                plan = await explained(api.store, command)
                assert plan.documents == plan.returned <= 4 or field == "employees", (order, size, plan)


@pytest.mark.parametrize(("root", "field"), LISTS)
async def test_every_field_of_a_filter_is_answered_within_the_taxpayer(
    api: Api, crowded: Crowd, root: str, field: str
) -> None:
    type_ = get_named_type(object_type(root).fields[field].args["filter"].type)
    assert isinstance(type_, GraphQLInputObjectType)
    named_here = _NAMED | ({"version": "1.0"} if field == "withholdings" else {})
    plain = {name: value_of(of.type, name, named_here) for name, of in type_.fields.items() if name not in _TOGETHER}
    filters: list[Row] = [{name: value} for name, value in plain.items()]
    filters += [{name: not value} for name, value in plain.items() if isinstance(value, bool)]
    if set(_TOGETHER) <= type_.fields.keys():
        filters += [{"not": filters[0]}, {"or": filters[:2]}, {"and": filters[:2]}]
    with recorder.recording(api.store.db.name):
        for filter in filters:
            await ask(api, crowded, root, field, filter=filter, first=3)
    assert "getMore" not in recorder.names
    assert len(recorder.shapes) >= len(filters)
    assert await faults_of(api.store, crowded, recorder.shapes, walks=True) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("uuid", [_UUID := "AAAAAAAA-0000-0000-0000-000000000001"]),
        ("counterpartyRfc", ["AAA010101AAA"]),
        ("counterpartyKey", ["AAA010101AAA"]),
        ("issuedAt", {"from": "2001-02-01", "to": "2001-02-03"}),
        ("month", ["2001-02"]),
        ("settlement", ["OVERPAID"]),
        ("related", {"uuid": [_UUID], "relation": ["04"]}),
        ("settlesUuid", [_UUID]),
    ],
)
async def test_what_an_index_narrows_down_walks_over_nothing_else(
    api: Api, crowded: Crowd, field: str, value: Any
) -> None:
    with recorder.recording(api.store.db.name):
        await ask(api, crowded, "Taxpayer", "invoices", filter={field: value}, first=3)
    for command in recorder.shapes.values():
        if command[next(iter(command))] == "invoices":
            plan = await explained(api.store, command)
            assert plan.documents <= plan.returned


_TOGETHER = ("and", "or", "not")
#: Values of texts and numbers that not every text or number is.
_NAMED = {"month": "2024-01", "productKey": "43", "year": 2024, "version": "4.0"}
_SCALARS = {
    "Boolean": True,
    "Date": "2024-02-01",
    "DateTime": "2024-02-01T00:00:00Z",
    "Decimal": "100.00",
    "Int": 1,
    "Rfc": "AAA010101AAA",
    "String": "Nobody",
    "Uuid": "AAAAAAAA-0000-0000-0000-000000000001",
}


def value_of(type_: Any, name: str, known: Row) -> Any:
    """A value that a field of a filter takes."""
    if isinstance(type_, GraphQLNonNull | GraphQLList):
        value = value_of(type_.of_type, name, known)
        return [value] if isinstance(type_, GraphQLList) else value
    if isinstance(type_, GraphQLInputObjectType):
        return {inner: value_of(field.type, inner, known) for inner, field in type_.fields.items()}
    return next(iter(type_.values)) if isinstance(type_, GraphQLEnumType) else known.get(name, _SCALARS[type_.name])
