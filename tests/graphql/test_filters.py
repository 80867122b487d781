"""Filters, orders and totals as a client asks for them, on a stored profile."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type

from gateway.sat.camel import camel_case
from gateway.store import filters
from gateway.store.filter_fields import FIELDS
from gateway.store.orders import ORDERS
from resolvers.documents.compliance_opinions import OpinionSense
from resolvers.documents.settlements import SettlementState
from resolvers.documents.terms import RegistryStatus, TaxReturnType
from resolvers.enums import DocumentKind, JobOrigin, JobState, TaxpayerKind, UnreadableReason
from resolvers.filters.fiscal import InvoiceType, PaymentMethod
from resolvers.filters.inputs import AmountRange, plain
from resolvers.filters.invoices import InvoiceFilter
from resolvers.filters.taxpayers import TaxpayerFilter
from tests.graphql.conftest import STRANGER, Profile
from tests.graphql.selections import object_type
from tests.support import Api

#: (the list's field, its collection)
LISTS = {
    "invoices": "invoices",
    "withholdings": "withholdings",
    "annualReturns": "annual_returns",
    "monthlyReturns": "monthly_returns",
    "complianceOpinions": "compliance_opinions",
    "taxStatuses": "tax_statuses",
    "unreadable": "unreadable",
    "jobs": "jobs",
}
ARGUMENTS = {"filter", "orderBy", "first", "after", "last", "before"}


def arguments_of(field: str) -> Any:
    return object_type("Query" if field == "taxpayers" else "Taxpayer").fields[field].args


def input_of(field: str) -> GraphQLInputObjectType:
    found = get_named_type(arguments_of(field)["filter"].type)
    assert isinstance(found, GraphQLInputObjectType)
    return found


async def ask(api: Api, profile: Profile, field: str, selection: str, **variables: Any) -> Any:
    """A page of a list; `filter` and `orderBy` by variables, as a client sends them."""
    args = arguments_of(field)
    types = {name: args[name].type for name in variables}
    head = ", ".join(["$id: ID!", *(f"${name}: {type_}" for name, type_ in types.items())])
    passed = ", ".join(f"{name}: ${name}" for name in variables)
    document = f"query({head}) {{ taxpayer(id: $id) {{ {field}({passed}) {{ {selection} }} }} }}"
    answer = await api.ask(document, {"id": profile.id, **variables})
    return answer["data"]["taxpayer"][field] if "errors" not in answer else answer["errors"][0]


@pytest.mark.parametrize(("field", "collection"), [*LISTS.items(), ("taxpayers", "taxpayers")])
def test_a_list_takes_what_the_store_knows(field: str, collection: str) -> None:
    assert set(arguments_of(field)) == ARGUMENTS
    assert set(input_of(field).fields) == {"and", "or", "not", *map(camel_case, FIELDS[collection])}
    order = get_named_type(arguments_of(field)["orderBy"].type)
    assert isinstance(order, GraphQLEnumType)
    assert list(order.values) == list(ORDERS[collection])


@pytest.mark.parametrize(
    ("collection", "field", "values"),
    [
        ("invoices", "type", InvoiceType),
        ("invoices", "payment_method", PaymentMethod),
        ("invoices", "settlement", SettlementState),
        ("annual_returns", "type", TaxReturnType),
        ("monthly_returns", "type", TaxReturnType),
        ("compliance_opinions", "sense", OpinionSense),
        ("tax_statuses", "status", RegistryStatus),
        ("unreadable", "kind", DocumentKind),
        ("unreadable", "reason", UnreadableReason),
        ("jobs", "state", JobState),
        ("jobs", "origin", JobOrigin),
        ("taxpayers", "opinion", OpinionSense),
        ("taxpayers", "kind", TaxpayerKind),
    ],
)
def test_the_store_takes_every_value_of_an_enum(collection: str, field: str, values: type[Enum]) -> None:
    assert filters.query(collection, "t", {field: [value.value for value in values]})


SAMPLES = {"String": "01", "Rfc": "EKU9003173C9", "Boolean": True, "Int": 7, "Decimal": "10.50", "Date": "2024-02-29"}
SAMPLES |= {"Uuid": "85654C68-9E5B-4E3F-8A5E-2C8D1B0A9F77", "DateTime": "2024-02-29T12:00:00-06:00"}


def sample(name: str, type_: Any, version: str = "4.0") -> Any:
    """A value of an input field's type; of an input every field but those that nest."""
    inner = get_named_type(type_)
    if isinstance(inner, GraphQLInputObjectType):
        return {key: sample(key, field.type) for key, field in inner.fields.items() if key not in ("and", "or", "not")}
    if isinstance(inner, GraphQLEnumType):
        value: Any = next(iter(inner.values))
    else:
        value = {"year": 2024, "month": "2024-02", "version": version}.get(name, SAMPLES[inner.name])
    return [value] if str(type_).startswith("[") else value


@pytest.mark.parametrize("field", LISTS)
async def test_every_field_of_a_filter_is_asked_of_the_store(reading: Api, profile: Profile, field: str) -> None:
    version = "2.0" if field == "withholdings" else "4.0"
    fields = input_of(field).fields.items()
    whole = {name: sample(name, f.type, version) for name, f in fields if name not in ("and", "or", "not")}
    every = await ask(reading, profile, field, "totalCount", filter=None)
    for filter in (whole, {"or": [{name: value} for name, value in whole.items()]}):
        found = await ask(reading, profile, field, "totalCount nodes { id }", filter=filter)
        assert found["totalCount"] == len(found["nodes"]) <= every["totalCount"]
        without = await ask(reading, profile, field, "totalCount", filter={"not": filter})
        assert without["totalCount"] == every["totalCount"] - found["totalCount"]


async def test_a_filter_finds_what_it_says(reading: Api, profile: Profile) -> None:
    rows = await reading.store["invoices"].find({"taxpayer": profile.taxpayer.id}).to_list(None)
    wanted = {
        "direction": "ISSUED",
        "issuedAt": {"from": "2024-01-01"},
        "or": [{"type": ["E", "P"]}, {"total": {"from": "1000.00"}, "not": {"paymentMethod": "PUE"}}],
    }
    found = await ask(reading, profile, "invoices", "totalCount nodes { uuid }", filter=wanted)
    expected = {
        row["uuid"]
        for row in rows
        if row["direction"] == "ISSUED"
        and row["issued_at"] >= "2024-01-01"
        and (row["type"] in "EP" or (Decimal(row["total"]) >= 1000 and row["payment_method"] != "PUE"))
    }
    assert 0 < len(expected) < len(rows)
    assert {node["uuid"] for node in found["nodes"]} == expected
    assert found["totalCount"] == len(expected)


async def test_a_name_is_found_by_a_part_without_its_accents(reading: Api, profile: Profile) -> None:
    rows = await reading.store["invoices"].find({"taxpayer": profile.taxpayer.id}).to_list(None)
    party = next(row["counterparty"] for row in rows if row["counterparty"]["name"])
    asked = {"counterpartyName": party["name"].upper()[1:-1]}
    found = await ask(reading, profile, "invoices", "nodes { issuer { name } receiver { name } }", filter=asked)
    assert found["nodes"]
    assert all(party["name"] in (n["issuer"]["name"], n["receiver"]["name"]) for n in found["nodes"])


async def test_null_asks_for_nothing_and_a_value_alone_is_a_list(reading: Api, profile: Profile) -> None:
    every = await ask(reading, profile, "invoices", "totalCount", filter=None, orderBy=None)
    empty = {"status": None, "total": None, "and": None, "not": None}
    assert await ask(reading, profile, "invoices", "totalCount", filter=empty) == every
    one = await ask(reading, profile, "invoices", "totalCount", filter={"status": "ACTIVE"})
    assert one == await ask(reading, profile, "invoices", "totalCount", filter={"status": ["ACTIVE"], "type": None})


@pytest.mark.parametrize(
    ("filter", "path"),
    [
        ({"status": []}, ["filter", "status"]),
        ({"total": {"from": None}}, ["filter", "total"]),
        ({"or": [{"type": None}]}, ["filter", "or", "0"]),
        ({"not": {"issuedAt": {"from": "2024-02-01", "to": "2024-01-01"}}}, ["filter", "not", "issuedAt"]),
        ({"lineItem": {"productKey": "4"}}, ["filter", "lineItem", "productKey"]),
        ({"month": "2024-13"}, ["filter", "month"]),
        ({"version": "2.2"}, ["filter", "version"]),
    ],
)
async def test_what_means_nothing_is_refused_with_its_place(
    reading: Api, profile: Profile, filter: Any, path: list[str]
) -> None:
    error = await ask(reading, profile, "invoices", "totalCount", filter=filter)
    assert error["extensions"] == {"code": "INVALID_FILTER", "path": path}


@pytest.mark.parametrize(
    "filter", [{"nothing": 1}, {"status": "OLD"}, {"issuedAt": {"from": "yesterday"}}, {"total": {"from": 1.5}}, 5]
)
async def test_what_the_schema_does_not_know_is_an_error(reading: Api, profile: Profile, filter: Any) -> None:
    error = await ask(reading, profile, "invoices", "totalCount", filter=filter)
    assert "message" in error


async def test_a_filter_of_a_thousand_levels_is_refused(reading: Api, profile: Profile) -> None:
    for levels in (7, 100):
        filter: Any = {"status": "ACTIVE"}
        for _ in range(levels):
            filter = {"not": filter}
        error = await ask(reading, profile, "invoices", "totalCount", filter=filter)
        assert error["extensions"]["code"] == "INVALID_FILTER"


@pytest.mark.parametrize("field", LISTS)
async def test_every_order_is_walked_both_ways(reading: Api, profile: Profile, field: str) -> None:
    walks = {}
    for order in ORDERS[LISTS[field]]:
        found: dict[str, list[str]] = {}
        for size, other, cursor in (("first", "after", "endCursor"), ("last", "before", "startCursor")):
            ids: list[str] = []
            bound: Any = {}
            while True:
                page = await ask(
                    reading,
                    profile,
                    field,
                    "nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }",
                    orderBy=order,
                    **{size: 17},
                    **bound,
                )
                got = [node["id"] for node in page["nodes"]]
                ids = ids + got if size == "first" else got + ids
                if not page["pageInfo"]["hasNextPage" if size == "first" else "hasPreviousPage"]:
                    break
                bound = {other: page["pageInfo"][cursor]}
            found[size] = ids
        assert found["first"] == found["last"]
        walks[order] = found["first"]
    for order, ids in walks.items():
        name, _, direction = order.rpartition("_")
        assert walks[f"{name}_{'ASC' if direction == 'DESC' else 'DESC'}"] == ids[::-1]
        assert len(ids) == len(set(ids)) == len(next(iter(walks.values())))


async def test_an_order_sorts_by_what_it_says(reading: Api, profile: Profile) -> None:
    nodes = (await ask(reading, profile, "invoices", "nodes { total }", orderBy="TOTAL_ASC"))["nodes"]
    amounts = [Decimal(node["total"]) for node in nodes]
    assert amounts == sorted(amounts)
    nodes = (await ask(reading, profile, "invoices", "nodes { stampedAt }", orderBy="STAMPED_AT_DESC"))["nodes"]
    stamped = [node["stampedAt"] or "" for node in nodes]
    assert stamped == sorted(stamped, reverse=True)


async def test_a_cursor_belongs_to_its_order_and_its_filter(reading: Api, profile: Profile) -> None:
    cursor = (await ask(reading, profile, "invoices", "pageInfo { endCursor }", first=3))["pageInfo"]["endCursor"]
    same = await ask(reading, profile, "invoices", "nodes { id }", after=cursor, orderBy="ISSUED_AT_DESC", filter={})
    assert same["nodes"]
    for changed, words in (
        ({"orderBy": "ISSUED_AT_ASC"}, "the cursor belongs to another order: ISSUED_AT_DESC"),
        ({"filter": {"status": "ACTIVE"}}, "the cursor belongs to another filter: start again without a cursor"),
    ):
        error = await ask(reading, profile, "invoices", "nodes { id }", after=cursor, **changed)
        assert (error["message"], error["extensions"]["code"]) == (words, "INVALID_CURSOR")


async def test_totals_are_exact_and_of_the_whole_filter(reading: Api, profile: Profile) -> None:
    selection = """totalCount
      nodes { currency { code } subtotal discount taxesTransferredTotal taxesWithheldTotal total }
      totals { currency { code } count subtotal discount taxesTransferred taxesWithheld total }"""
    names = {
        "subtotal": "subtotal",
        "discount": "discount",
        "taxesTransferred": "taxesTransferredTotal",
        "taxesWithheld": "taxesWithheldTotal",
        "total": "total",
    }
    whole = await ask(reading, profile, "invoices", selection, filter={"type": ["I", "E"]}, first=60)
    page = await ask(reading, profile, "invoices", selection, filter={"type": ["I", "E"]}, first=1)
    assert page["totals"] == whole["totals"]
    assert len(page["nodes"]) == 1
    sums: dict[Any, Any] = defaultdict(lambda: defaultdict(Decimal))
    for node in whole["nodes"]:
        of = sums[(node["currency"] or {}).get("code")]
        of["count"] += 1
        for name, field in names.items():
            of[name] += Decimal(node[field] or 0)
    assert len(whole["totals"]) == len(sums) > 0
    for total in whole["totals"]:
        of = sums[(total["currency"] or {}).get("code")]
        assert {name: Decimal(total[name]) for name in (*names, "count")} == dict(of)


async def test_totals_of_withholdings(reading: Api, profile: Profile) -> None:
    selection = "nodes { totalOperation totalWithheld } totals { count totalOperation totalTaxable totalWithheld }"
    found = await ask(reading, profile, "withholdings", selection, filter={"totalWithheld": {"from": "0.01"}})
    assert found["totals"]["count"] == len(found["nodes"]) > 0
    for name in ("totalOperation", "totalWithheld"):
        assert Decimal(found["totals"][name]) == sum(Decimal(node[name]) for node in found["nodes"])
    nothing = await ask(reading, profile, "withholdings", selection, filter={"folio": "none has this"})
    zeros = {"count": 0, "totalOperation": "0", "totalTaxable": "0", "totalWithheld": "0"}
    assert nothing == {"nodes": [], "totals": zeros}


async def test_no_filter_reaches_another_viewers_documents(reading: Api, profile: Profile) -> None:
    uuid = (await ask(reading, profile, "invoices", "nodes { uuid }", first=1))["nodes"][0]["uuid"]
    document = """query($filter: InvoiceFilter) { taxpayers { nodes {
      invoices(filter: $filter) { totalCount totals { count } nodes { uuid } } } } }"""
    asked = {"filter": {"or": [{"uuid": uuid}, {"not": {"hasXml": True}, "and": [{"uuid": uuid}]}]}}
    mine = (await reading.data(document, asked))["taxpayers"]["nodes"][0]["invoices"]
    theirs = (await reading.data(document, asked, viewer=STRANGER))["taxpayers"]["nodes"][0]["invoices"]
    assert [node["uuid"] for node in mine["nodes"]] == [uuid]
    assert theirs == {"totalCount": 0, "totals": [], "nodes": []}


async def test_a_viewers_taxpayers_are_filtered_ordered_and_paged_both_ways(api: Api) -> None:
    create = "mutation($rfc: String!, $name: String) { createTaxpayer(input: {rfc: $rfc, name: $name}) { created } }"
    people = {"XAMA620210DQ5": "Alba", "CACX7605101P8": "Álvaro", "EKU9003173C9": "Escuela", "AAA010101AAA": "Zócalo"}
    for rfc, name in people.items():
        await api.data(create, {"rfc": rfc, "name": name})
    document = """query($filter: TaxpayerFilter, $orderBy: TaxpayerOrder, $last: Int, $before: String) {
      taxpayers(filter: $filter, orderBy: $orderBy, last: $last, before: $before) {
        totalCount nodes { rfc name kind } pageInfo { startCursor hasPreviousPage } } }"""

    async def found(**variables: Any) -> Any:
        return (await api.data(document, variables))["taxpayers"]

    assert [t["name"] for t in (await found(filter={"name": "AL"}))["nodes"]] == ["Alba", "Álvaro", "Zócalo"]
    companies = await found(filter={"kind": "COMPANY", "not": {"rfc": "AAA010101AAA"}})
    assert (companies["totalCount"], companies["nodes"][0]["name"]) == (1, "Escuela")
    by_rfc = await found(orderBy="RFC_DESC", last=3)
    assert [t["rfc"] for t in by_rfc["nodes"]] == sorted(people, reverse=True)[1:]
    rest = await found(orderBy="RFC_DESC", last=3, before=by_rfc["pageInfo"]["startCursor"])
    assert [t["rfc"] for t in rest["nodes"]] == [max(people)]
    assert (await api.data(document, {}, viewer=STRANGER))["taxpayers"]["nodes"] == []


def test_an_input_becomes_a_plain_filter_that_json_keeps() -> None:
    given = InvoiceFilter(
        type=[InvoiceType.I], total=AmountRange(from_="1.50", to=None), not_=InvoiceFilter(has_xml=False), status=None
    )
    made = plain(given)
    assert made == {"type": ["I"], "total": {"from": "1.50"}, "not": {"has_xml": False}}
    assert json.loads(json.dumps(made)) == made
    assert plain(TaxpayerFilter()) == {}


async def test_the_documents_behind_a_figure_are_filtered_and_ordered_too(reading: Api, profile: Profile) -> None:
    document = """query($id: ID!, $filter: InvoiceFilter) { taxpayer(id: $id) { insights {
      sales(from: "2019-01-01", to: "2026-12-31") { total {
        all: invoices(first: 100) { nodes { id total issuedAt } }
        some: invoices(first: 100, filter: $filter, orderBy: TOTAL_ASC) { totalCount nodes { id total } }
    } } } } }"""
    variables = {"id": profile.id, "filter": {"issuedAt": {"from": "2022-01-01"}, "total": {"from": "500"}}}
    sums = (await reading.data(document, variables))["taxpayer"]["insights"]["sales"]["total"]
    every, some = sums["all"]["nodes"], sums["some"]
    wanted = [node for node in every if node["issuedAt"] >= "2022" and Decimal(node["total"]) >= 500]
    assert 0 < len(wanted) < len(every)
    assert [node["id"] for node in some["nodes"]] == [
        node["id"] for node in sorted(wanted, key=lambda node: (Decimal(node["total"]), node["issuedAt"]))
    ]
    assert some["totalCount"] == len(wanted)
