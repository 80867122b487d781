"""Pages of any size, in either direction, make up the one list; what is no page is the client's error."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolvers.node import global_id
from tests.graphql.conftest import Profile
from tests.support import Api

LISTS = (
    "invoices",
    "withholdings",
    "annualReturns",
    "monthlyReturns",
    "complianceOpinions",
    "taxStatuses",
    "unreadable",
    "jobs",
)
INFO = "totalCount nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"


async def page(api: Api, profile: Profile, name: str, arguments: str) -> Any:
    document = f"query($id: ID!) {{ taxpayer(id: $id) {{ {name}({arguments}) {{ {INFO} }} }} }}"
    return (await api.data(document, {"id": profile.id}))["taxpayer"][name]


async def whole(api: Api, profile: Profile, name: str) -> list[str]:
    found = await page(api, profile, name, "first: 1000")
    assert found["totalCount"] == len(found["nodes"])
    assert (found["pageInfo"]["hasNextPage"], found["pageInfo"]["hasPreviousPage"]) == (False, False)
    return [node["id"] for node in found["nodes"]]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(LISTS), size=st.integers(1, 50), forwards=st.booleans())
async def test_pages_make_up_the_list(reading: Api, profile: Profile, name: str, size: int, forwards: bool) -> None:
    expected = await whole(reading, profile, name)
    found: list[str] = []
    more, bound = True, ""
    while more:
        got = await page(reading, profile, name, f"{'first' if forwards else 'last'}: {size}{bound}")
        ids, info = [node["id"] for node in got["nodes"]], got["pageInfo"]
        cursors = [edge["cursor"] for edge in got["edges"]]
        assert (info["startCursor"], info["endCursor"]) == (cursors[0], cursors[-1])
        assert got["totalCount"] == len(expected)
        assert info["hasPreviousPage" if forwards else "hasNextPage"] == bool(found)
        found = found + ids if forwards else ids + found
        more = info["hasNextPage" if forwards else "hasPreviousPage"]
        bound = f', after: "{cursors[-1]}"' if forwards else f', before: "{cursors[0]}"'
        assert len(ids) == size or not more
    assert found == expected


async def test_between_two_cursors(reading: Api, profile: Profile) -> None:
    expected = await whole(reading, profile, "invoices")
    edges = (await page(reading, profile, "invoices", "first: 10"))["edges"]
    between = f'after: "{edges[1]["cursor"]}", before: "{edges[6]["cursor"]}"'
    assert [n["id"] for n in (await page(reading, profile, "invoices", f"first: 9, {between}"))["nodes"]] == expected[
        2:6
    ]
    assert [n["id"] for n in (await page(reading, profile, "invoices", f"last: 2, {between}"))["nodes"]] == expected[
        4:6
    ]


async def test_the_viewers_taxpayers_in_pages(api: Api) -> None:
    create = "mutation($rfc: String!) { createTaxpayer(input: {rfc: $rfc}) { taxpayer { id } } }"
    made = [await api.data(create, {"rfc": f"AAA0101{day:02}AAA"}) for day in range(10, 17)]
    expected = [answer["createTaxpayer"]["taxpayer"]["id"] for answer in made]
    for size in (1, 3, 7, 8):
        found: list[str] = []
        cursor, more = None, True
        while more:
            document = f"query($n: Int, $after: String) {{ taxpayers(first: $n, after: $after) {{ {INFO} }} }}"
            got = (await api.data(document, {"n": size, "after": cursor}))["taxpayers"]
            assert got["totalCount"] == 7
            found += [node["id"] for node in got["nodes"]]
            cursor, more = got["pageInfo"]["endCursor"], got["pageInfo"]["hasNextPage"]
        assert found == expected


async def test_a_hundred_unless_asked_and_none_when_none_are_asked(reading: Api, profile: Profile) -> None:
    assert (await page(reading, profile, "invoices", "first: 0"))["nodes"] == []
    assert (await page(reading, profile, "invoices", "last: 0"))["edges"] == []
    assert len((await page(reading, profile, "invoices", "first: null"))["nodes"]) == 40


async def test_a_cursor_is_opaque_and_safe_in_an_address(reading: Api, profile: Profile) -> None:
    document = (
        "query($id: ID!) { taxpayer(id: $id) { invoices(first: 5) { edges { cursor node { uuid issuedAt } } } } }"
    )
    for edge in (await reading.data(document, {"id": profile.id}))["taxpayer"]["invoices"]["edges"]:
        assert edge["node"]["uuid"] not in edge["cursor"]
        assert edge["node"]["issuedAt"] not in edge["cursor"]
        assert all(letter.isalnum() or letter in "-_" for letter in edge["cursor"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("first: -1", "INVALID_PAGE"),
        ("first: 1001", "INVALID_PAGE"),
        ("last: -5", "INVALID_PAGE"),
        ("last: 100000", "INVALID_PAGE"),
        ("first: 1, last: 1", "INVALID_PAGE"),
        ('after: "%%%"', "INVALID_CURSOR"),
        ('after: "ñandú"', "INVALID_CURSOR"),
        ('before: "a"', "INVALID_CURSOR"),
        ('after: ""', "INVALID_CURSOR"),
        (f'after: "{base64.b64encode(b"arrayconnection:3").decode()}"', "INVALID_CURSOR"),
        ('after: "_____w"', "INVALID_CURSOR"),
    ],
)
async def test_what_is_no_page(reading: Api, profile: Profile, arguments: str, code: str) -> None:
    document = f"query($id: ID!) {{ taxpayer(id: $id) {{ invoices({arguments}) {{ nodes {{ id }} }} }} }}"
    assert await reading.code(document, {"id": profile.id}) == code


@pytest.mark.parametrize("arguments", ["first: -1", "first: 1001", 'after: "%%%"', 'after: ""'])
async def test_what_is_no_page_of_taxpayers(reading: Api, arguments: str) -> None:
    assert await reading.code(f"{{ taxpayers({arguments}) {{ nodes {{ id }} }} }}") in (
        "INVALID_PAGE",
        "INVALID_CURSOR",
    )


@pytest.mark.parametrize(
    "id", ["", "x", "%%%", "ñ", "a" * 5000, global_id("", "x"), global_id("Invoice", ""), global_id("Nothing", "x")]
)
async def test_what_is_no_id(reading: Api, id: str) -> None:
    assert await reading.code("query($id: ID!) { node(id: $id) { id } }", {"id": id}) == "INVALID_ID"
    assert await reading.code("query($id: ID!) { job(id: $id) { id } }", {"id": id}) == "INVALID_ID"
    assert await reading.code("query($id: ID!) { taxpayer(id: $id) { id } }", {"id": id}) == "INVALID_ID"


async def test_the_id_of_another_type_is_told_as_such(reading: Api, profile: Profile) -> None:
    assert await reading.code("query($id: ID!) { job(id: $id) { id } }", {"id": profile.id}) == "INVALID_ID"


async def test_a_taxpayer_is_asked_for_by_id_or_rfc(reading: Api, profile: Profile) -> None:
    assert await reading.code("{ taxpayer { id } }") == "INVALID_ARGUMENTS"
    both = 'query($id: ID!) { taxpayer(id: $id, rfc: "EKU9003173C9") { id } }'
    assert await reading.code(both, {"id": profile.id}) == "INVALID_ARGUMENTS"
