"""Links between documents, both ways, over the stored profile."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from resolvers.node import global_id, parse_global_id
from tests.chains import FIRST, INVOICE, SECOND, cfdi, invoice, payment, put, share
from tests.graphql.conftest import Profile
from tests.support import Api


async def invoices(api: Api, profile: Profile, selection: str) -> list[dict[str, Any]]:
    document = f"query($id: ID!) {{ taxpayer(id: $id) {{ invoices {{ nodes {{ {selection} }} }} }} }}"
    nodes: list[dict[str, Any]] = (await api.data(document, {"id": profile.id}))["taxpayer"]["invoices"]["nodes"]
    return nodes


async def test_an_invoice_paid_later_says_what_is_left_of_it(reading: Api, profile: Profile) -> None:
    nodes = await invoices(
        reading,
        profile,
        """type { code } paymentMethod { code } total status
        settlement { state paid credited outstanding instalments lastPaidAt problems { code } }
        paidBy { status payments { settles { uuid paid } } } uuid""",
    )
    later = [node for node in nodes if node["settlement"]]
    assert {node["settlement"]["state"] for node in later} >= {"PAID", "UNPAID"}
    for node in nodes:
        is_later = node["type"]["code"] == "I" and (node["paymentMethod"] or {}).get("code") == "PPD"
        assert bool(node["settlement"]) == is_later
    for node in later:
        paid = sum(
            Decimal(settled["paid"])
            for payment in node["paidBy"]
            for one in payment["payments"]
            for settled in one["settles"]
            if settled["uuid"] == node["uuid"] and payment["status"] == "ACTIVE"
        )
        assert Decimal(node["settlement"]["paid"]) == paid
        left = Decimal(node["total"]) - paid - Decimal(node["settlement"]["credited"])
        assert Decimal(node["settlement"]["outstanding"]) == (0 if node["status"] == "CANCELLED" else left)
        assert {problem["code"] for problem in node["settlement"]["problems"]} <= {"MISSING_PAYMENT_COMPLEMENT"}


async def test_a_payment_leads_to_each_invoice_with_its_figures_and_back(reading: Api, profile: Profile) -> None:
    nodes = await invoices(
        reading,
        profile,
        """id uuid payments { settles { uuid instalment remainingBalance invoice { id uuid } } }
        instalments { settlement { uuid instalment remainingBalance invoice { id } } document { id }
          payment { settles { uuid } } }""",
    )
    forth = {
        (node["id"], settled["invoice"]["id"], settled["instalment"], settled["remainingBalance"])
        for node in nodes
        for payment in node["payments"]
        for settled in payment["settles"]
    }
    back = {
        (one["document"]["id"], node["id"], one["settlement"]["instalment"], one["settlement"]["remainingBalance"])
        for node in nodes
        for one in node["instalments"]
    }
    assert forth == back
    assert forth


async def test_every_kind_of_relation_leads_both_ways(reading: Api, profile: Profile) -> None:
    both = (("relatedInvoices", "relatedBy"), ("creditedInvoices", "creditNotes"), ("substitutes", "substitutedBy"))
    names = [name for pair in both for name in pair]
    nodes = await invoices(reading, profile, "id " + " ".join(f"{name} {{ id }}" for name in names))
    for forth, back in both:
        there = {(node["id"], other["id"]) for node in nodes for other in node[forth]}
        assert there == {(other["id"], node["id"]) for node in nodes for other in node[back]}
        assert there or forth == "substitutes"


async def test_a_cancelled_invoice_says_when_and_what_replaces_it(api: Api) -> None:
    made = await api.data('mutation { createTaxpayer(input: {rfc: "AAA010101AAA"}) { taxpayer { id } } }')
    id = made["createTaxpayer"]["taxpayer"]["id"]
    taxpayer = parse_global_id(id)[1]
    replacement = cfdi(FIRST, total="1.00", related=[{"relation": "04", "uuid": INVOICE}])
    await put(api.store, replacement, invoice(), payment(SECOND, share(1, "1000.00", "1.00")), taxpayer=taxpayer)
    await put(api.store, invoice(status="CANCELLED"), taxpayer=taxpayer)
    document = """query($id: ID!) { taxpayer(id: $id) { invoices { nodes {
      uuid status cancellation { seenAt date replacedBy { uuid } } substitutes { uuid } substitutedBy { uuid }
      settlement { state problems { code found } } history { field before after }
    } } } }"""
    nodes = (await api.data(document, {"id": id}))["taxpayer"]["invoices"]["nodes"]
    by_uuid = {node["uuid"]: node for node in nodes}
    gone = by_uuid[INVOICE]
    assert gone["cancellation"]["replacedBy"] == {"uuid": FIRST}
    assert gone["cancellation"]["seenAt"]
    assert gone["cancellation"]["date"] is None
    assert gone["substitutedBy"] == [{"uuid": FIRST}]
    assert gone["settlement"] == {"state": "CANCELLED", "problems": [{"code": "PAID_WHEN_CANCELLED", "found": "1.00"}]}
    assert gone["history"] == [{"field": "status", "before": "ACTIVE", "after": "CANCELLED"}]
    assert by_uuid[FIRST]["substitutes"] == [{"uuid": INVOICE}]
    assert by_uuid[FIRST]["cancellation"] is None


async def test_what_is_wrong_with_the_chains_of_payments_is_a_list(reading: Api, profile: Profile) -> None:
    document = """query($id: ID!, $code: ChainProblemCode) { taxpayer(id: $id) { paymentChain(code: $code) {
      totalCount counts { code count } nodes { settlement { problems { code } } orphanSettlements { code } }
    } } }"""
    listed = (await reading.data(document, {"id": profile.id}))["taxpayer"]["paymentChain"]
    assert listed["totalCount"] == len(listed["nodes"]) > 0
    for counted in listed["counts"]:
        variables = {"id": profile.id, "code": counted["code"]}
        found = (await reading.data(document, variables))["taxpayer"]["paymentChain"]
        assert len(found["nodes"]) == counted["count"] == found["totalCount"]
        for node in found["nodes"]:
            problems = [*(node["settlement"] or {"problems": []})["problems"], *node["orphanSettlements"]]
            assert counted["code"] in {problem["code"] for problem in problems}


async def test_a_return_leads_to_the_documents_of_its_period_and_they_to_it(reading: Api, profile: Profile) -> None:
    document = """query($id: ID!) { taxpayer(id: $id) {
      monthlyReturns { nodes { id year period invoices { nodes { id issuedAt } } withholdings { nodes { id } }
        payments { nodes { id payments { paidAt } } } } }
      annualReturns { nodes { year invoices { nodes { issuedAt } } } }
      invoices { nodes { id issuedAt type { code } monthlyReturns { id } } }
      withholdings { nodes { id monthlyReturns { id } } }
    } }"""
    found = (await reading.data(document, {"id": profile.id}))["taxpayer"]
    forth = set()
    for one in found["monthlyReturns"]["nodes"]:
        month = f"{one['year']}-{one['period']:02}"
        assert {node["issuedAt"][:7] for node in one["invoices"]["nodes"]} <= {month}
        assert all(
            any(payment["paidAt"].startswith(month) for payment in node["payments"])
            for node in one["payments"]["nodes"]
        )
        forth |= {(one["id"], node["id"]) for key in ("invoices", "withholdings") for node in one[key]["nodes"]}
        forth |= {(one["id"], node["id"]) for node in one["payments"]["nodes"]}
    back = {
        (one["id"], node["id"])
        for key in ("invoices", "withholdings")
        for node in found[key]["nodes"]
        for one in node["monthlyReturns"]
    }
    assert back <= forth, "of a payment only the month in which it was paid leads back"
    assert len(back) > 10
    for one in found["annualReturns"]["nodes"]:
        assert {node["issuedAt"][:4] for node in one["invoices"]["nodes"]} <= {str(one["year"])}


async def test_a_regime_leads_to_the_invoices_under_it(reading: Api, profile: Profile) -> None:
    document = """query($id: ID!) { taxpayer(id: $id) { taxStatus { regimes {
      code { code } invoices { totalCount nodes { direction issuer { regimes } receiver { regime { code } }
    } } } } } }"""
    regimes = (await reading.data(document, {"id": profile.id}))["taxpayer"]["taxStatus"]["regimes"]
    assert any(regime["invoices"]["totalCount"] for regime in regimes)
    for regime in regimes:
        for node in regime["invoices"]["nodes"]:
            issued = node["direction"] == "ISSUED"
            mine = node["issuer"]["regimes"] if issued else [node["receiver"]["regime"]["code"]]
            assert regime["code"]["code"] in mine


async def test_payments_of_rows_that_an_earlier_version_stored(reading: Api, profile: Profile) -> None:
    """A key that they lack must not empty the whole page."""
    row = await reading.store["invoices"].find_one(
        {"taxpayer": profile.taxpayer.id, "payments.settles.0": {"$exists": True}}
    )
    assert row is not None
    without = {"taxes_transferred", "taxes_withheld"}
    earlier = [
        {**_less(paid, without), "settles": [_less(settled, without) for settled in paid["settles"]]}
        for paid in row["payments"]
    ]
    await reading.store["invoices"].update_one({"_id": row["_id"]}, {"$set": {"payments": earlier}})
    try:
        document = """query($id: ID!) { node(id: $id) { ... on Invoice { payments {
          taxesTransferred { amount } taxesWithheld { amount }
          settles { uuid taxesTransferred { amount } taxesWithheld { amount } } } } } }"""
        found = await reading.data(document, {"id": global_id("Invoice", row["_id"])})
    finally:
        await reading.store["invoices"].replace_one({"_id": row["_id"]}, row)
    (payment, *_) = found["node"]["payments"]
    assert payment["taxesTransferred"] == payment["settles"][0]["taxesWithheld"] == []


def _less(row: dict[str, Any], keys: set[str]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in keys}
