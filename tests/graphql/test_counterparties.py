"""The other parties of a stored profile: lists that add up to the documents, and links both ways."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from resolvers.node import global_id
from tests.books import Books, payroll32
from tests.graphql.conftest import STRANGER, Profile
from tests.graphql.test_projection import watched
from tests.plans import recorder
from tests.support import Api

__all__ = ["watched"]  # a fixture


async def of_taxpayer(api: Api, profile: Profile, selection: str, **variables: Any) -> Any:
    names = "".join(f", ${name}: {type_}" for name, (type_, _) in variables.items())
    document = f"query($id: ID!{names}) {{ taxpayer(id: $id) {{ {selection} }} }}"
    given = {"id": profile.id, **{name: value for name, (_, value) in variables.items()}}
    return (await api.data(document, given))["taxpayer"]


async def test_every_document_is_of_the_party_that_lists_it(reading: Api, profile: Profile) -> None:
    found = await of_taxpayer(
        reading,
        profile,
        """invoices { nodes { id counterparty { key } } } withholdings { nodes { id counterparty { key } } }
        counterparties { totalCount nodes { key documents counts { invoicesIssued invoicesReceived }
          invoices { nodes { id } } withholdings { nodes { id } } payments { nodes { type { code } } } } }""",
    )
    there = {
        (document["id"], document["counterparty"]["key"])
        for kind in ("invoices", "withholdings")
        for document in found[kind]["nodes"]
        if document["counterparty"]
    }
    parties = found["counterparties"]["nodes"]
    assert there == {
        (document["id"], party["key"])
        for party in parties
        for kind in ("invoices", "withholdings")
        for document in party[kind]["nodes"]
    }
    assert len(parties) == found["counterparties"]["totalCount"] > 3
    documents = Counter(key for _, key in there)
    assert {party["key"]: party["documents"] for party in parties} == dict(documents)
    assert {node["type"]["code"] for party in parties for node in party["payments"]["nodes"]} == {"P"}


async def test_they_are_found_by_text_role_and_rfc_and_ordered(reading: Api, profile: Profile) -> None:
    listed = "{ nodes { key name rfc roles documents lastIssuedAt } }"
    found = await of_taxpayer(
        reading,
        profile,
        f"""newest: counterparties {listed} named: counterparties(orderBy: NAME_ASC) {listed}
        most: counterparties(orderBy: DOCUMENTS_DESC) {listed}
        suppliers: counterparties(filter: {{role: SUPPLIER}}) {listed}""",
    )
    newest, named, most = (found[name]["nodes"] for name in ("newest", "named", "most"))
    assert newest == sorted(newest, key=lambda node: (node["lastIssuedAt"], node["key"]), reverse=True)
    assert most == sorted(most, key=lambda node: (node["documents"], node["key"]), reverse=True)
    assert sorted(node["key"] for node in named) == sorted(node["key"] for node in newest)
    assert found["suppliers"]["nodes"] == [node for node in newest if "SUPPLIER" in node["roles"]]
    one = next(node for node in newest if node["name"])
    by = await of_taxpayer(
        reading,
        profile,
        """byText: counterparties(filter: {name: $text}) { nodes { key } }
        byRfc: counterparty(rfc: $rfc, name: $text) { key } none: counterparty(rfc: "ZZZ010101AAA") { key }""",
        text=("String", one["name"].lower()),
        rfc=("Rfc!", one["rfc"]),
    )
    assert {"key": one["key"]} in by["byText"]["nodes"]
    assert by["byRfc"] == {"key": one["key"]}
    assert by["none"] is None


async def test_employees_lead_to_their_payrolls_and_back(reading: Api, profile: Profile) -> None:
    found = await of_taxpayer(
        reading,
        profile,
        """employees { nodes { id rfc name number position firstPaidOn lastPaidOn payrollCount payrolls { nodes {
          id type { code } employee { id } payrolls { paidOn employee { number position } } } } } }
        invoices { nodes { id type { code } direction employee { id } } }""",
    )
    employees = found["employees"]["nodes"]
    assert employees
    for employee in employees:
        payrolls = employee["payrolls"]["nodes"]
        assert employee["payrollCount"] == len(payrolls) > 0
        assert {payroll["employee"]["id"] for payroll in payrolls} == {employee["id"]}
        newest = payrolls[0]["payrolls"][0]["employee"]
        assert (employee["number"], employee["position"]) == (newest["number"], newest["position"])
        days = [one["paidOn"] for payroll in payrolls for one in payroll["payrolls"]]
        assert (employee["firstPaidOn"], employee["lastPaidOn"]) == (min(days), max(days))
    for invoice in found["invoices"]["nodes"]:
        assert bool(invoice["employee"]) == (invoice["type"]["code"] == "N" and invoice["direction"] == "ISSUED")


async def test_the_parties_of_a_page_are_one_query(watched: Api, profile: Profile) -> None:
    await of_taxpayer(watched, profile, "invoices(first: 100) { nodes { counterparty { name } employee { curp } } }")
    assert len(recorder.finds("counterparties")) == 1


@pytest.mark.parametrize("field", ["counterparties", "employees"])
async def test_a_stranger_sees_no_party(reading: Api, profile: Profile, field: str) -> None:
    document = f"query($id: ID!) {{ taxpayer(id: $id) {{ {field} {{ nodes {{ id }} }} }} }}"
    assert await reading.data(document, {"id": profile.id}, viewer=STRANGER) == {"taxpayer": None}


async def test_an_employee_of_3_2_has_payrolls_readable_or_not(api: Api) -> None:
    at, ana = "2014-05-20T10:00:00", "AAAA800101AA1"
    books = Books()
    for number, paid_on in ((1, "2014-05-15"), (2, "ayer")):
        xml = payroll32(number, at, employee=ana, paid_on=paid_on)
        books.add(number, True, at, xml, other=ana, type="E")
    taxpayer = await books.stored(api.store)
    found = await api.data(
        """query($id: ID!) { taxpayer(id: $id) { employees { nodes { rfc payrollCount lastPaidOn
          payrolls { totalCount nodes { employee { rfc } } } } } invoices(filter: {employeeRfc: "AAAA800101AA1"}) {
          totalCount } counterparties { nodes { roles } } } }""",
        {"id": global_id("Taxpayer", taxpayer.id)},
    )
    (employee,) = found["taxpayer"]["employees"]["nodes"]
    assert (employee["rfc"], employee["payrollCount"], employee["lastPaidOn"]) == (ana, 2, "2014-05-15")
    assert employee["payrolls"] == {"totalCount": 2, "nodes": [{"employee": {"rfc": ana}}] * 2}
    assert found["taxpayer"]["invoices"]["totalCount"] == 2
    assert found["taxpayer"]["counterparties"]["nodes"] == [{"roles": ["EMPLOYEE"]}]
