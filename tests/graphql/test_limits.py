"""What one operation may cost. Whatever is over a limit is refused before anything is looked up, with words why."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from graphql import get_introspection_query

from gateway.graphql import execution, limits
from gateway.graphql.limits import MAX_ROWS, MAX_TOKENS
from gateway.graphql.rules import MAX_ALIASES, MAX_DEPTH, MAX_DIRECTIVES
from gateway.store import paging
from tests.graphql.conftest import Profile
from tests.support import Api, bearer, running_api, settings_for


def links(levels: int) -> str:
    """taxpayer → latestJob → taxpayer → …, `levels` fields deep."""
    document = "id"
    for level in range(levels - 1, 1, -1):
        document = f"{'latestJob' if level % 2 == 0 else 'taxpayer'} {{ {document} }}"
    return f"query($id: ID!) {{ taxpayer(id: $id) {{ {document} }} }}"


async def refused(api: Api, document: str, variables: Any = None) -> str:
    """The message of the one error of a request that was never executed."""
    response = await api.post(document, variables)
    body = response.json()
    assert "data" not in body
    (error,) = body["errors"]
    message: str = error["message"]
    return message


async def test_depth(reading: Api, profile: Profile) -> None:
    assert "errors" not in await reading.ask(links(MAX_DEPTH), {"id": profile.id})
    assert "15 levels" in await refused(reading, links(MAX_DEPTH + 1), {"id": profile.id})


async def test_depth_through_fragments(reading: Api, profile: Profile) -> None:
    fragments = "fragment A on Taxpayer { latestJob { ...B } }"
    fragments += "fragment B on Job { taxpayer { latestJob { taxpayer { ...C } } } }"
    fragments += "fragment C on Taxpayer { " + "latestJob { taxpayer { " * 5 + "id" + " } }" * 5 + " }"
    document = f"query($id: ID!) {{ taxpayer(id: $id) {{ ...A }} }} {fragments}"
    assert "15 levels" in await refused(reading, document, {"id": profile.id})


async def test_aliases(reading: Api) -> None:
    def document(count: int) -> str:
        return "{ " + " ".join(f"a{n}: viewer {{ id }}" for n in range(count)) + " }"

    assert "errors" not in await reading.ask(document(MAX_ALIASES))
    assert "50 aliases" in await refused(reading, document(MAX_ALIASES + 1))


async def test_aliases_of_a_fragment_count_at_each_spread(reading: Api) -> None:
    spreads = " ".join(f"a{n}: viewer {{ ...F }}" for n in range(20))
    document = f"{{ {spreads} }} fragment F on Viewer {{ x: id y: id z: id }}"
    assert "50 aliases" in await refused(reading, document)


async def test_names_of_introspection_count_as_all_others(reading: Api) -> None:
    names = " ".join(f"a{n}: __typename" for n in range(MAX_ALIASES + 1))
    assert "50 aliases" in await refused(reading, f"{{ {names} }}")
    deep = "{ __schema { types { " + "ofType { " * 13 + "name" + " }" * 13 + " } } }"
    assert "15 levels" in await refused(reading, deep)


async def test_the_introspection_of_clients_tools_is_within_the_limits(reading: Api) -> None:
    document = get_introspection_query(input_value_deprecation=True, specified_by_url=True)
    assert "errors" not in await reading.ask(document)


async def test_production_answers_no_introspection(mongodb_url: str, profile: Profile) -> None:
    async with running_api(settings_for(mongodb_url, profile.database, environment="production")) as api:
        for document in ("{ __schema { types { name } } }", '{ __type(name: "Taxpayer") { name } }'):
            answer = await api.ask(document)
            assert "data" not in answer
            assert "introspection" in answer["errors"][0]["message"]
        assert (await api.ask("{ __typename }"))["data"] == {"__typename": "Query"}


async def test_directives(reading: Api) -> None:
    def document(count: int) -> str:
        return "{ viewer { " + " ".join("id @include(if: true)" for _ in range(count)) + " } }"

    assert "errors" not in await reading.ask(document(MAX_DIRECTIVES))
    assert "30 directives" in await refused(reading, document(MAX_DIRECTIVES + 1))
    unknown = "{ viewer { id " + "@aa" * 100 + " } }"
    assert len((await reading.ask(unknown))["errors"]) <= 101


async def test_tokens(reading: Api) -> None:
    assert f"{MAX_TOKENS} tokens" in await refused(reading, "{ viewer { " + "id " * MAX_TOKENS + "} }")


async def test_nesting_that_no_parser_follows(reading: Api) -> None:
    assert "nested too deeply" in await refused(reading, "{ a " * 1600 + "}" * 1600)
    assert "nested too deeply" in await refused(reading, "{ a(x: " + "[" * 4000)


async def test_fragments_that_double_at_each_step_are_looked_at_once(reading: Api) -> None:
    """A billion spreads in 200 lines."""
    steps = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60)]
    document = "{ ...F0 } " + " ".join(steps) + " fragment F60 on Query { viewer { id } }"
    answer = await reading.ask(document)  # spread by spread it would not end in our time
    assert answer["data"]["viewer"]


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ("{ ...Nothing }", "Unknown fragment"),
        ("{ viewer { ...A } } fragment A on Viewer { ...A }", "Cannot spread fragment"),
        ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "Cannot spread fragment"),
    ],
)
async def test_fragments_that_are_none_are_the_clients_error(reading: Api, document: str, word: str) -> None:
    assert word in await refused(reading, document)


async def test_rows_of_one_operation(reading: Api, profile: Profile) -> None:
    def document(pages: int, size: int) -> str:
        fields = " ".join(f"a{n}: invoices(first: {size}) {{ pageInfo {{ hasNextPage }} }}" for n in range(pages))
        return f"query($id: ID!) {{ taxpayer(id: $id) {{ {fields} }} }}"

    assert "errors" not in await reading.ask(document(MAX_ROWS // 1000, 1000), {"id": profile.id})
    answer = await reading.ask(document(MAX_ROWS // 1000 + 1, 1000), {"id": profile.id})
    assert answer["errors"][0]["extensions"]["code"] == "TOO_COSTLY"
    # Each operation has an allowance of its own.
    assert "errors" not in await reading.ask(document(MAX_ROWS // 1000, 1000), {"id": profile.id})


async def test_taxpayers_count_as_rows_too(reading: Api) -> None:
    fields = " ".join(f"a{n}: taxpayers(first: 1000) {{ pageInfo {{ hasNextPage }} }}" for n in range(21))
    assert (await reading.ask(f"{{ {fields} }}"))["errors"][0]["extensions"]["code"] == "TOO_COSTLY"


async def test_linked_invoices_count_as_rows_too(
    reading: Api, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each payment leads to invoices and each invoice to payments: a few levels would be the whole store many times."""
    monkeypatch.setattr("gateway.graphql.limits.MAX_ROWS", 60)
    document = """query($id: ID!) { taxpayer(id: $id) { invoices(first: 50) { nodes {
      settledInvoices { paidBy { settledInvoices { paidBy { id } } } } } } } }"""
    answer = await reading.ask(document, {"id": profile.id})
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"TOO_COSTLY"}


async def test_a_body_has_a_largest_size(reading: Api) -> None:
    document = "{ viewer { id } } #" + "x" * (256 * 1024)
    assert (await reading.post(document)).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"5",
        b"null",
        b'"text"',
        b"[]",
        b'[{"query": "{ viewer { id } }"}]',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"query": 5}',
        b'{"query": "{ viewer { id } }", "variables": []}',
        b'{"query": "{ viewer { id } }", "operationName": 5}',
        b'{"query": "{ viewer { id } }", "operationName": {"a": 1}}',
        b'{"query": "{ viewer { id } }", "extensions": 1}',
        b'{"query": ""}',
        b'{"query": null}',
        b"{}",
    ],
)
async def test_a_body_that_is_no_request_is_the_clients_error(reading: Api, body: bytes) -> None:
    headers = {**bearer(), "Content-Type": "application/json"}
    assert (await reading.http.post("/graphql", content=body, headers=headers)).status_code == 400


async def test_get_reads_and_never_writes(reading: Api) -> None:
    asked = await reading.http.get("/graphql", params={"query": "{ viewer { id } }"}, headers=bearer())
    assert asked.json()["data"]["viewer"]
    mutation = 'mutation { createTaxpayer(input: {rfc: "EKU9003173C9"}) { created } }'
    assert (await reading.http.get("/graphql", params={"query": mutation}, headers=bearer())).status_code == 400
    assert await reading.data("{ viewer { taxpayerCount } }") == {"viewer": {"taxpayerCount": 1}}
    form = await reading.http.post("/graphql", data={"query": "{ viewer { id } }"}, headers=bearer())
    assert form.status_code == 400


async def test_no_hints_at_fields_that_were_not_asked_for(reading: Api) -> None:
    assert "taxpayer" not in (await refused(reading, "{ taxpayr { id } }")).replace("taxpayr", "")


async def test_selections_that_overlap(reading: Api) -> None:
    """graphql-core compares each with each, and by its own budget for seconds."""
    twice = "taxpayers { nodes { invoices { nodes { paidBy { payments { settles { uuid } } } } } } } "
    assert "errors" not in await reading.ask("{" + twice * 5 + "}")
    assert "aborted" in await refused(reading, "{" + twice * 180 + "}")


async def test_fragments_that_spread_the_next_one_twice_are_read_once(reading: Api, profile: Profile) -> None:
    fragments = "".join(f"fragment F{n} on Invoice {{ uuid ...F{n + 1} ...F{n + 1} }} " for n in range(40))
    document = "query($id: ID!) { taxpayer(id: $id) { invoices(first: 1) { nodes { ...F0 } } } }"
    found = await reading.data(f"{document} {fragments} fragment F40 on Invoice {{ total }}", {"id": profile.id})
    assert found["taxpayer"]["invoices"]["nodes"][0].keys() == {"uuid", "total"}


async def test_objects_of_an_answer(reading: Api, profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    document = "query($id: ID!) { taxpayer(id: $id) { rfc invoices(first: 5) { nodes { issuer { rfc } } } } }"
    monkeypatch.setattr(execution, "MAX_OBJECTS", 14)  # the query, the taxpayer, the page, 5 invoices and issuers, 1
    assert "errors" not in await reading.ask(document, {"id": profile.id})
    monkeypatch.setattr(execution, "MAX_OBJECTS", 12)
    assert await reading.code(document, {"id": profile.id}) == "TOO_COSTLY"


@pytest.mark.parametrize(
    ("asked", "many"),
    [
        ("invoices(first: 1) { pageInfo { hasNextPage } }", 10),
        ("invoices(first: 0) { totalCount }", 1),
        ("withholdings(first: 0) { totals { count } }", 1),
        ("paymentChain(first: 0) { counts { count } }", 1),
        ('taxStatus(asOf: "2026-01-01") { name }', 10),
        ("latestJob { state }", 10),
    ],
)
async def test_what_is_a_query_of_its_own_counts_as_rows(
    reading: Api, profile: Profile, monkeypatch: pytest.MonkeyPatch, asked: str, many: int
) -> None:
    """However few rows it gives: in a list of lists there are thousands of it."""
    monkeypatch.setattr(limits, "MAX_ROWS", 100)

    def document(count: int) -> str:
        fields = " ".join(f"a{n}: {asked}" for n in range(count))
        return f"query($id: ID!) {{ taxpayer(id: $id) {{ {fields} }} }}"

    assert "errors" not in await reading.ask(document(many), {"id": profile.id})
    answer = await reading.ask(document(many + 1), {"id": profile.id})
    assert answer["errors"][0]["extensions"]["code"] == "TOO_COSTLY"


async def test_the_queries_of_an_operation_take_turns(
    reading: Api, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of lists would start thousands in one go; and one that is refused asks nothing more."""
    running, most, asked, stock = 0, 0, 0, paging.page

    async def watched(*args: Any, **kwargs: Any) -> paging.Page:
        nonlocal running, most, asked
        running, most, asked = running + 1, max(most, running + 1), asked + 1
        try:
            return await stock(*args, **kwargs)
        finally:
            running -= 1

    monkeypatch.setattr(paging, "page", watched)
    fields = " ".join(f"a{n}: invoices(first: 1) {{ nodes {{ uuid }} }}" for n in range(40))
    document = f"query($id: ID!) {{ taxpayer(id: $id) {{ {fields} }} }}"
    assert "errors" not in await reading.ask(document, {"id": profile.id})
    assert most == limits.AT_ONCE

    monkeypatch.setattr(limits, "MAX_ROWS", 350)
    asked = 0
    assert await reading.code(document, {"id": profile.id}) == "TOO_COSTLY"
    await asyncio.sleep(0.2)
    assert asked <= limits.AT_ONCE  # those that were under way when it was


async def test_a_query_has_a_deadline_at_the_store(
    reading: Api, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = "query($id: ID!) { taxpayer(id: $id) { invoices { nodes { uuid } totalCount } } }"
    monkeypatch.setattr(limits, "QUERY_SECONDS", 0.000_1)
    (error, *_) = (await reading.ask(document, {"id": profile.id}))["errors"]
    assert error["extensions"]["code"] == "TOO_COSTLY"
    monkeypatch.undo()
    assert "errors" not in await reading.ask(document, {"id": profile.id})
