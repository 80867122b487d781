"""A viewer sees its own and nothing else: what is somebody else's is as if it were not there."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from gateway.store.mongo import Store
from resolvers.node import global_id
from tests.graphql.conftest import STRANGER, Profile
from tests.graphql.selections import object_type
from tests.support import VIEWER, Api, syncfy_over

COLLECTIONS = {
    "Invoice": "invoices",
    "Withholding": "withholdings",
    "AnnualReturn": "annual_returns",
    "MonthlyReturn": "monthly_returns",
    "ComplianceOpinion": "compliance_opinions",
    "TaxStatus": "tax_statuses",
    "UnreadableDocument": "unreadable",
    "Credential": "credentials",
    "Counterparty": "counterparties",
    "Employee": "counterparties",
    "Job": "jobs",
    "Taxpayer": "taxpayers",
}


async def everything_stored(store: Store) -> dict[str, Any]:
    """Every row of every collection, to prove that nothing was done."""
    names = await store.db.list_collection_names()
    return {name: await store[name].find({}).sort("_id", 1).to_list(None) for name in sorted(names)}


async def id_of(api: Api, profile: Profile, type_name: str) -> str:
    """The global id of something of viewer 1's."""
    query = {"_id" if type_name == "Taxpayer" else "taxpayer": profile.taxpayer.id}
    if type_name == "Employee":
        query["roles"] = "EMPLOYEE"
    row = await api.store[COLLECTIONS[type_name]].find_one(query)
    assert row is not None
    return global_id(type_name, row["_id"])


def test_every_node_type_is_tried_below() -> None:
    nodes = [name for name in COLLECTIONS if any(i.name == "Node" for i in object_type(name).interfaces)]
    assert nodes == list(COLLECTIONS)


@pytest.mark.parametrize("type_name", COLLECTIONS)
async def test_no_node_of_another_viewer(reading: Api, profile: Profile, type_name: str) -> None:
    variables = {"id": await id_of(reading, profile, type_name)}
    document = "query($id: ID!) { node(id: $id) { id } }"
    assert (await reading.data(document, variables))["node"] == variables
    assert await reading.data(document, variables, viewer=STRANGER) == {"node": None}


async def test_no_taxpayer_and_no_job_of_another_viewer(reading: Api, profile: Profile) -> None:
    job = await id_of(reading, profile, "Job")
    document = """query($id: ID!, $rfc: Rfc!, $job: ID!) {
      byId: taxpayer(id: $id) { id } byRfc: taxpayer(rfc: $rfc) { id } job(id: $job) { id }
      taxpayers { totalCount nodes { rfc } } viewer { id taxpayerCount }
    }"""
    variables = {"id": profile.id, "rfc": profile.taxpayer.rfc, "job": job}
    assert await reading.data(document, variables, viewer=STRANGER) == {
        "byId": None,
        "byRfc": None,
        "job": None,
        "taxpayers": {"totalCount": 1, "nodes": [{"rfc": profile.strangers.rfc}]},
        "viewer": {"id": STRANGER, "taxpayerCount": 1},
    }


async def test_a_viewer_without_taxpayers_has_an_empty_list(reading: Api) -> None:
    found = await reading.data("{ taxpayers { totalCount nodes { rfc } } viewer { id } }", viewer="nobody")
    assert found == {"taxpayers": {"totalCount": 0, "nodes": []}, "viewer": {"id": "nobody"}}


MUTATIONS = {
    "createWidgetToken": "mutation($id: ID!) { createWidgetToken(input: {taxpayerId: $id}) { errors { code path } } }",
    "startConnection": """mutation($id: ID!) {
      startConnection(input: {taxpayerId: $id, password: "ok"}) { job { id } errors { code path } } }""",
    "refreshConnection": """mutation($id: ID!) {
      refreshConnection(input: {taxpayerId: $id}) { job { id } errors { code path } } }""",
    "updateTaxpayer": """mutation($id: ID!) {
      updateTaxpayer(input: {taxpayerId: $id, name: "Mine now"}) { taxpayer { id } errors { code path } } }""",
    "updateCredential": """mutation($id: ID!) {
      updateCredential(input: {taxpayerId: $id, password: "ok"}) { job { id } errors { code path } } }""",
    "followConnection": """mutation($id: ID!) {
      followConnection(input: {taxpayerId: $id, syncfyJobId: "6abcdef0123456789abcdef0"}) {
        job { id } errors { code path } } }""",
    "createExport": """mutation($id: ID!) {
      createExport(input: {taxpayerId: $id, kind: INVOICES, format: CSV, idempotencyKey: "k"}) {
        job { id } errors { code path } } }""",
    "deleteTaxpayer": """mutation($id: ID!) {
      deleteTaxpayer(input: {taxpayerId: $id, idempotencyKey: "k"}) { deletion { state } errors { code path } } }""",
    "deleteCredential": """mutation($id: ID!) {
      deleteCredential(input: {credentialId: $id}) { deletedCredentialId errors { code path } } }""",
    "answerChallenge": """mutation($id: ID!) {
      answerChallenge(input: {jobId: $id, answers: [{name: "token", value: "1"}]}) { job { id } errors { code path } } }
    """,
}


ABOUT = {"answerChallenge": "Job", "deleteCredential": "Credential"}


def test_every_mutation_of_a_taxpayer_is_tried_below() -> None:
    assert set(object_type("Mutation").fields) - set(MUTATIONS) == {"createTaxpayer"}


@pytest.mark.parametrize("name", MUTATIONS)
async def test_no_mutation_of_what_is_another_viewers(reading: Api, profile: Profile, name: str) -> None:
    """Neither the store nor the broker nor Syncfy hears of it."""
    asked: list[httpx.Request] = []

    def witness(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(500)

    reading.talks_to(syncfy_over(httpx.MockTransport(witness)))
    before = await everything_stored(reading.store)
    about = ABOUT.get(name, "Taxpayer")
    id = await id_of(reading, profile, about)
    answer = (await reading.data(MUTATIONS[name], {"id": id}, viewer=STRANGER))[name]
    path = f"{about[:1].lower()}{about[1:]}Id"
    assert answer.pop("errors") == [{"code": "NOT_FOUND", "path": [path]}]
    assert not any(answer.values())
    assert await everything_stored(reading.store) == before
    assert (asked, reading.sent()) == ([], [])


async def test_the_same_rfc_of_two_viewers_is_two_taxpayers(api: Api) -> None:
    document = 'mutation { createTaxpayer(input: {rfc: "EKU9003173C9"}) { created taxpayer { id } } }'
    mine = (await api.data(document, viewer=VIEWER))["createTaxpayer"]
    theirs = (await api.data(document, viewer=STRANGER))["createTaxpayer"]
    assert (mine["created"], theirs["created"]) == (True, True)
    assert mine["taxpayer"] != theirs["taxpayer"]
