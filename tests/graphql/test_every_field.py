"""Every field of every type can be selected on a stored profile, and what comes is what the documents say."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from gateway.sat.kinds import Kind
from resolvers.node import global_id, parse_global_id
from resolvers.schema import schema
from tests.graphql import test_complements as complements
from tests.graphql.conftest import Profile
from tests.graphql.selections import everything, given, named, object_type, reachable
from tests.support import VIEWER, Api

FIELDS = [name for name, field in object_type("Taxpayer").fields.items() if named(field.type)]
CONNECTIONS = [name for name in FIELDS if "first" in object_type("Taxpayer").fields[name].args]
#: All of a taxpayer in one operation is more than the limit of tokens allows: each of these has a test of its own.
BY_THEMSELVES = (*CONNECTIONS, "insights", "completeness", "counterparty", "fiscalHistory")
#: What this invented taxpayer does not have: a question of Syncfy's, a change, a fault, an end, CFDI nobody invents.
NEVER_HERE = complements.ONLY_HERE | {
    "Cancellation",
    "Change",
    "ChangeEdge",
    "FiscalChange",
    "Challenge",
    "ChallengeField",
    "ChallengeOption",
    "ErasedRows",
    "Export",  # tests/graphql/test_exports.py
    "GlobalInformation",
    "HistoryEntry",
    "JobProgress",  # of an export
    "MissingDocuments",  # tests/graphql/test_coverage.py
    "OmittedObligation",
    "TaxCredit",
    "OriginalInvoice",
    "Part",
    "TaxpayerDeletion",
    "ThirdParty",
}

#: Nothing of this taxpayer's documents has changed since they came: see test_history.py.
NOTHING_HERE = ("changes", "fiscalHistory")


async def asked(api: Api, profile: Profile, field: str) -> Any:
    if field != "insights":
        return await _asked(api, profile, field)
    # One operation may not ask for so many at once.
    names = list(object_type("Insights").fields)
    parts = [await _asked(api, profile, field, tuple(other for other in names if other != name)) for name in names]
    return {name: value for part in parts for name, value in part.items()}


async def _asked(api: Api, profile: Profile, field: str, skip: tuple[str, ...] = ()) -> Any:
    inner = everything(named(object_type("Taxpayer").fields[field].type) or "", ("Taxpayer",), skip)
    arguments = given(object_type("Taxpayer").fields[field])
    document = f"query($id: ID!) {{ taxpayer(id: $id) {{ {field}{arguments} {inner} }} }}"
    return (await api.data(document, {"id": profile.id}))["taxpayer"][field]


@pytest.mark.parametrize("field", FIELDS)
async def test_everything_below_a_field_of_a_taxpayer(reading: Api, profile: Profile, field: str) -> None:
    value = await asked(reading, profile, field)
    if field not in NOTHING_HERE:
        assert value["nodes"] if field in CONNECTIONS else value


async def test_every_type_occurs(reading: Api, profile: Profile) -> None:
    """A type that no test ever sees with a value is a type that no test proves."""
    seen: dict[str, int] = defaultdict(int)

    def walk(value: Any) -> None:
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                seen[item.get("__typename", "")] += 1
                for below in item.values():
                    walk(below)

    for field in FIELDS:
        walk(await asked(reading, profile, field))
    walk(await reading.data("{ __typename viewer { __typename } taxpayers { __typename edges { __typename } } }"))
    walk(await reading.data("query($id: ID!) { taxpayer(id: $id) { __typename } }", {"id": profile.id}))
    assert reachable() - set(seen) == NEVER_HERE


async def test_the_root_fields(reading: Api, profile: Profile) -> None:
    found = await reading.data(
        """query($id: ID!, $rfc: Rfc!) {
          viewer { id taxpayerCount }
          byId: taxpayer(id: $id) { id rfc kind name createdAt }
          byRfc: taxpayer(rfc: $rfc) { id }
          taxpayers { totalCount nodes { id } edges { node { id } } pageInfo { hasNextPage hasPreviousPage } }
        }""",
        {"id": profile.id, "rfc": profile.taxpayer.rfc.lower()},
    )
    assert found["viewer"] == {"id": VIEWER, "taxpayerCount": 1}
    assert found["byId"] | {"createdAt": ""} == {
        "id": profile.id,
        "rfc": profile.taxpayer.rfc,
        "kind": "COMPANY",
        "name": "Escuela Kemper",
        "createdAt": "",
    }
    assert found["byRfc"] == {"id": profile.id}
    assert found["taxpayers"]["nodes"] == [{"id": profile.id}]
    assert found["taxpayers"]["edges"] == [{"node": {"id": profile.id}}]
    assert found["taxpayers"]["totalCount"] == 1
    assert found["taxpayers"]["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": False}


async def test_job_is_the_same_by_every_way(reading: Api, profile: Profile) -> None:
    job = everything("Job", ("Taxpayer",))
    first = (await asked(reading, profile, "jobs"))["nodes"][0]
    document = f"query($id: ID!) {{ job(id: $id) {job} node(id: $id) {{ ... on Job {job} }} }}"
    found = await reading.data(document, {"id": first["id"]})
    assert found["job"] == found["node"] == first
    assert first["state"] == "PARTIALLY_SUCCEEDED"
    assert first["failure"]["code"] == 500
    assert first["taxpayer"] == {"id": profile.id}


NODES = sorted(t.name for t in schema._schema.get_possible_types(schema._schema.type_map["Node"]))  # type: ignore[arg-type]


@pytest.mark.parametrize("type_name", NODES)
async def test_a_node_is_refetched_whole_by_its_id(reading: Api, profile: Profile, type_name: str) -> None:
    listed = await _one_of(reading, profile, type_name)
    inner = everything(type_name, ("Taxpayer",), skip=BY_THEMSELVES if type_name == "Taxpayer" else ())
    found = await reading.data(
        f"query($id: ID!) {{ node(id: $id) {{ __typename id ... on {type_name} {inner} }} }}", {"id": listed["id"]}
    )
    assert found["node"] == listed
    assert parse_global_id(listed["id"])[0] == type_name == listed["__typename"]


async def _one_of(api: Api, profile: Profile, type_name: str) -> Any:
    if type_name == "Taxpayer":
        inner = everything("Taxpayer", ("Taxpayer",), skip=BY_THEMSELVES)
        return (await api.data(f"query($id: ID!) {{ taxpayer(id: $id) {inner} }}", {"id": profile.id}))["taxpayer"]
    for field in FIELDS:
        if named(object_type("Taxpayer").fields[field].type) in (type_name, f"{type_name}Connection"):
            value = await asked(api, profile, field)
            nodes = value["nodes"] if isinstance(value, dict) and "nodes" in value else value
            return nodes[0] if isinstance(nodes, list) else nodes
    raise AssertionError(f"no way to a {type_name}")


async def test_an_invoice_says_what_its_xml_says(reading: Api, profile: Profile) -> None:
    rows = await reading.store[Kind.INVOICE.collection].find({"taxpayer": profile.taxpayer.id}).to_list(None)
    by_id = {global_id("Invoice", row["_id"]): row for row in rows}
    document = """query($id: ID!) { taxpayer(id: $id) { invoices { nodes {
      id uuid total subtotal currency { code } issuer { rfc } issuedAt direction lineItems { description amount }
    } } } }"""
    nodes = (await reading.data(document, {"id": profile.id}))["taxpayer"]["invoices"]["nodes"]
    assert {node["id"] for node in nodes} == set(by_id)
    for node in nodes:
        row = by_id[node["id"]]
        assert node["uuid"] == row["uuid"]
        assert (node["total"], node["subtotal"]) == (row["total"], row["subtotal"])  # the document's own digits
        assert (node["currency"] or {}).get("code") == row["currency"]
        assert node["issuedAt"] == row["issued_at"]
        assert (node["direction"] == "ISSUED") == (node["issuer"]["rfc"] == profile.taxpayer.rfc)
        assert [line["amount"] for line in node["lineItems"]] == [line["amount"] for line in row["line_items"]]


async def test_payments_lead_to_the_invoices_that_they_settle_and_back(reading: Api, profile: Profile) -> None:
    document = """query($id: ID!) { taxpayer(id: $id) { invoices { nodes {
      id payments { settles { uuid } } settledInvoices { id uuid paidBy { id } }
    } } } }"""
    nodes = (await reading.data(document, {"id": profile.id}))["taxpayer"]["invoices"]["nodes"]
    paying = [node for node in nodes if node["settledInvoices"]]
    assert paying
    for node in paying:
        named_in_it = {settled["uuid"] for payment in node["payments"] for settled in payment["settles"]}
        for settled in node["settledInvoices"]:
            assert settled["uuid"] in named_in_it
            assert node["id"] in {payment["id"] for payment in settled["paidBy"]}


async def test_a_cfdi_has_the_version_of_its_xml(reading: Api, profile: Profile) -> None:
    document = (
        "query($id: ID!) { taxpayer(id: $id) { invoices { nodes { version } } withholdings { nodes { version } } } }"
    )
    found = (await reading.data(document, {"id": profile.id}))["taxpayer"]
    assert {node["version"] for node in found["invoices"]["nodes"]} <= {"3.2", "3.3", "4.0"}
    assert {node["version"] for node in found["withholdings"]["nodes"]} <= {"1.0", "2.0"}
