"""What was known on a day, and what changed since."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from gateway.sat import timeline
from gateway.sat.kinds import Kind
from gateway.store import changes, documents, taxpayers
from gateway.store.as_of import end_of
from gateway.store.mongo import Row
from gateway.store.new_document import RANK_JSON, NewDocument
from resolvers.node import global_id, parse_global_id
from tests.chains import INVOICE, invoice, put
from tests.graphql.conftest import STRANGER
from tests.support import Api

CANCELLED_AT = datetime(2024, 5, 10, 18, 0, tzinfo=UTC)


async def taxpayer_of(api: Api) -> str:
    made = await api.data('mutation { createTaxpayer(input: {rfc: "AAA010101AAA"}) { taxpayer { id } } }')
    id: str = made["createTaxpayer"]["taxpayer"]["id"]
    return id


async def seen(api: Api, kind: Kind, id: str, first: datetime, then: datetime | None = None) -> None:
    """As if a document had come, and changed, at these times."""
    row = await documents.get(api.store, kind, id)
    assert row is not None
    history = [{**entry, "at": then} for entry in row["history"]]
    await api.store[kind.collection].update_one({"_id": id}, {"$set": {"first_seen_at": first, "history": history}})


def constancia(day: str, *regimes: tuple[str, str | None], **more: Any) -> NewDocument:
    listed = [{"name": name, "code": None, "from_date": "2019-01-01", "to_date": end} for name, end in regimes]
    blank: Row = {"name": None, "address": {"postal_code": None}, "economic_activities": [], "obligations": []}
    content = {**blank, "issued_on": day, "status": "ACTIVO", "regimes": listed, **more}
    return NewDocument(day, day, RANK_JSON, content, {"source": {}}, [])


async def test_the_status_of_an_invoice_is_what_was_known_on_a_day(api: Api) -> None:
    id = await taxpayer_of(api)
    taxpayer = parse_global_id(id)[1]
    await put(api.store, invoice(), taxpayer=taxpayer)
    await put(api.store, invoice(status="CANCELLED"), taxpayer=taxpayer)
    await seen(api, Kind.INVOICE, f"{taxpayer}:{INVOICE}", datetime(2024, 3, 1, tzinfo=UTC), CANCELLED_AT)
    document = """query($id: ID!) { taxpayer(id: $id) { invoices { nodes { status
      before: statusAt(asOf: "2024-02-01") then: statusAt(asOf: "2024-05-09") that: statusAt(asOf: "2024-05-10")
      first: statusAt(asOf: "0001-01-01") last: statusAt(asOf: "9999-12-31")
    } } } }"""
    (node,) = (await api.data(document, {"id": id}))["taxpayer"]["invoices"]["nodes"]
    assert node == {
        "status": "CANCELLED",
        "before": None,
        "then": "ACTIVE",
        "that": "CANCELLED",
        "first": None,
        "last": "CANCELLED",
    }


async def test_the_constancia_of_a_day_is_the_newest_that_had_come(api: Api) -> None:
    id = await taxpayer_of(api)
    taxpayer = parse_global_id(id)[1]
    both = [constancia("2023-01-01", ("A", None)), constancia("2024-01-01", ("A", "2023-12-31"), ("B", None))]
    await documents.upsert(api.store, Kind.TAX_STATUS, taxpayer, both)
    for one in both:
        came = datetime.fromisoformat(one.date).replace(tzinfo=UTC) + timedelta(days=9)
        await seen(api, Kind.TAX_STATUS, documents.id_of(taxpayer, one), came)
    document = """query($id: ID!) { taxpayer(id: $id) {
      none: taxStatus(asOf: "2022-12-31") { issuedOn } old: taxStatus(asOf: "2024-01-05") { issuedOn }
      new: taxStatus(asOf: "2024-02-01") { issuedOn } complianceOpinion(asOf: "2024-01-01") { sense }
      fiscalHistory { subject change name before after taxStatus { issuedOn } }
    } }"""
    found = (await api.data(document, {"id": id}))["taxpayer"]
    assert (found["none"], found["complianceOpinion"]) == (None, None)
    assert (found["old"]["issuedOn"], found["new"]["issuedOn"]) == ("2023-01-01", "2024-01-01")
    told = [(one["change"], one["name"], one["before"], one["after"]) for one in found["fiscalHistory"]]
    assert told == [("ADDED", "B", None, "2019-01-01/"), ("CHANGED", "A", "2019-01-01/", "2019-01-01/2023-12-31")]
    assert {one["taxStatus"]["issuedOn"] for one in found["fiscalHistory"]} == {"2024-01-01"}


async def test_changes_are_a_list_of_their_own_however_often_they_are_noted(api: Api) -> None:
    id = await taxpayer_of(api)
    taxpayer = parse_global_id(id)[1]
    await put(api.store, invoice(), taxpayer=taxpayer)
    for status in ("CANCELLED", "ACTIVE"):
        await put(api.store, invoice(status=status), taxpayer=taxpayer)
        await changes.note(api.store, {Kind.INVOICE: [f"{taxpayer}:{INVOICE}"]})
    await changes.note_all(api.store, taxpayer)
    document = """query($id: ID!) { taxpayer(id: $id) { changes { totalCount nodes { at kind field before after
      document { id __typename kind taxpayer { id } ... on FiscalDocument { status } } } }
      none: changes(filter: {field: "total"}) { totalCount } } }"""
    found = (await api.data(document, {"id": id}))["taxpayer"]
    nodes = found["changes"]["nodes"]
    assert [(node["field"], node["before"], node["after"]) for node in nodes] == [
        ("status", "CANCELLED", "ACTIVE"),
        ("status", "ACTIVE", "CANCELLED"),
    ]
    of_it = {
        "id": global_id("Invoice", f"{taxpayer}:{INVOICE}"),
        "__typename": "Invoice",
        "kind": "INVOICE",
        "taxpayer": {"id": id},
        "status": "ACTIVE",
    }
    assert [node["document"] for node in nodes] == [of_it, of_it]
    assert (found["changes"]["totalCount"], found["none"]["totalCount"]) == (2, 0)
    assert (await api.data(document, {"id": id}, viewer=STRANGER))["taxpayer"] is None


def test_a_list_that_a_layout_lacks_says_nothing_of_what_was_in_it() -> None:
    first, second = constancia("2023-01-01", ("A", None)).content, constancia("2024-01-01").content
    assert timeline.of([first, second]) == []
    suspended = {**first, "status": "SUSPENDIDO"}
    (change,) = timeline.of([first, suspended])
    assert (change["subject"], change["before"], change["after"]) == ("STATUS", "ACTIVO", "SUSPENDIDO")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_any_day_has_an_end(day: str) -> None:
    assert (end_of(day) > datetime.now(UTC)) == (date.fromisoformat(day) > date(2000, 1, 1))


async def test_what_an_opinion_finds_omitted_is_an_obligation_of_the_constancia_and_back(api: Api) -> None:
    id = await taxpayer_of(api)
    taxpayer = parse_global_id(id)[1]
    named = "Pago definitivo mensual de IVA."
    owed = {"description": named, "due": None, "from_date": None, "to_date": None}
    status = constancia(
        "2024-01-01", ("A", None), obligations=[owed, {**owed, "description": "Declaración anual de ISR"}]
    )
    omitted = [{"description": "PAGO DEFINITIVO MENSUAL DE IVA", "period": "Enero", "year": 2024}]
    opinion = NewDocument("o", "2024-02-01", RANK_JSON, {"sense": "NEGATIVE", "omitted_obligations": omitted}, {}, [])
    for kind, field, one in (
        (Kind.TAX_STATUS, "tax_status", status),
        (Kind.COMPLIANCE_OPINION, "compliance_opinion", opinion),
    ):
        await documents.upsert(api.store, kind, taxpayer, [one])
        await taxpayers.set_latest(api.store, taxpayer, field, await documents.newest(api.store, kind, taxpayer))
    document = """query($id: ID!) { taxpayer(id: $id) {
      complianceOpinion { omittedObligations { description obligation { description } } }
      taxStatus { obligations { description omissions { period year } } regimes { invoices { totalCount } } }
    } }"""
    found = (await api.data(document, {"id": id}))["taxpayer"]
    assert found["complianceOpinion"]["omittedObligations"][0]["obligation"] == {"description": named}
    told = {one["description"]: one["omissions"] for one in found["taxStatus"]["obligations"]}
    assert told == {named: [{"period": "Enero", "year": 2024}], "Declaración anual de ISR": []}
    assert found["taxStatus"]["regimes"] == [{"invoices": {"totalCount": 0}}]
