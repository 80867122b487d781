"""Exposure to the 69-B list: whose CFDI, how much, to the cent, and never a silence that looks like an all-clear."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.sat.blacklist import Blacklist
from gateway.store import blacklist
from gateway.store.mongo import Store
from resolvers.node import global_id
from tests.books import Books, cfdi
from tests.graphql.conftest import STRANGER
from tests.support import Api
from tests.unit.store.test_blacklist import entry

LISTED, PRESUMED, CLEAN = "EFO010101AB1", "PRE010101AB1", "CLI010101AB1"
SUMS = "result { net iva total documents } coverage { used total } invoices { totalCount nodes { uuid } }"
EXPOSURE = f"""query($id: ID!, $from: Date, $to: Date) {{
  taxpayer(id: $id) {{ insights {{ blacklist(from: $from, to: $to) {{
  importedAt asOf entries counterpartiesChecked
  situations {{ situation counterpartyCount issued {{ {SUMS} }} received {{ {SUMS} }}
    counterparties {{ rfc counterparty {{ rfc documents }} entry {{ situation since officialLetter }}
      received {{ {SUMS} }} }} }}
}} }} }} }}"""


def books() -> Books:
    made = Books()

    def add(number: int, issued: bool, at: str, other: str, net: str, iva: str, total: str, **more: Any) -> None:
        cancelled = more.pop("cancelled", False)
        xml = cfdi(number, issued, at, other=other, subtotal=net, total=total, transferred={"002": iva}, **more)
        made.add(number, issued, at, xml, other=other, type=more.get("type", "I"), cancelled=cancelled)

    add(1, False, "2023-05-02T10:00:00", LISTED, "1000.00", "160.00", "1160.00")
    add(2, False, "2024-05-02T10:00:00", LISTED, "100.10", "16.02", "116.12", currency="USD", rate="17.0505")
    add(3, False, "2024-06-02T10:00:00", LISTED, "50.00", "8.00", "58.00", type="E")
    add(4, False, "2024-06-03T10:00:00", LISTED, "999.00", "159.84", "1158.84", cancelled=True)
    add(5, True, "2024-06-04T10:00:00", LISTED, "10.00", "1.60", "11.60")
    add(6, False, "2024-06-05T10:00:00", CLEAN, "7.00", "1.12", "8.12")
    add(7, True, "2024-06-06T10:00:00", "XAXX010101000", "5.00", "0.80", "5.80")
    made.add(8, False, "2024-06-07T10:00:00", None, other=PRESUMED, amount="232.00")
    return made


async def exposure(api: Api, id: str, **variables: str) -> Any:
    return (await api.data(EXPOSURE, {"id": id, **variables}))["taxpayer"]["insights"]["blacklist"]


async def listed(store: Store) -> None:
    entries = (entry(LISTED, "DEFINITIVE"), entry(PRESUMED), entry("OTR010101AB1", "DISPROVED"))
    await blacklist.replace(store, Blacklist("2024-12-31", entries, 0), sha256="1")


async def test_without_a_list_nothing_is_known_and_it_says_so(api: Api) -> None:
    id = global_id("Taxpayer", (await books().stored(api.store)).id)
    assert await exposure(api, id) == {
        "importedAt": None,
        "asOf": None,
        "entries": None,
        "counterpartiesChecked": None,
        "situations": None,
    }


async def test_exposure_to_the_cent_with_the_way_to_its_documents(api: Api) -> None:
    id = global_id("Taxpayer", (await books().stored(api.store)).id)
    await books().stored(api.store, STRANGER)
    await listed(api.store)
    found = await exposure(api, id)
    assert (found["asOf"], found["entries"], found["counterpartiesChecked"]) == ("2024-12-31", 3, 4)
    by = {row["situation"]: row for row in found["situations"]}
    assert list(by) == ["DEFINITIVE", "PRESUMED", "FAVORABLE_RULING", "DISPROVED", "UNKNOWN"]
    definitive = by["DEFINITIVE"]
    # 1000.00 + 100.10 × 17.0505 − 50.00 = 2656.75505; 160 + 16.02 × 17.0505 − 8 = 425.14901; 1160 + 1979.90406 − 58
    assert definitive["received"]["result"] == {"net": "2656.76", "iva": "425.15", "total": "3081.90", "documents": 3}
    assert definitive["received"]["coverage"] == {"used": 3, "total": 3}
    assert [node["uuid"][-1] for node in definitive["received"]["invoices"]["nodes"]] == ["3", "2", "1"]
    assert definitive["issued"]["result"]["total"] == "11.60"
    (one,) = definitive["counterparties"]
    assert (one["rfc"], one["counterparty"]) == (LISTED, {"rfc": LISTED, "documents": 5})
    assert one["entry"] == {"situation": "DEFINITIVE", "since": "2021-03-04", "officialLetter": "500-DEFINITIVE"}
    # Of metadata alone nobody knows the net and the taxes: it is exposed, and the coverage says what is missing.
    presumed = by["PRESUMED"]["received"]
    assert (presumed["result"]["documents"], presumed["coverage"]) == (1, {"used": 0, "total": 1})
    assert presumed["invoices"]["totalCount"] == 1
    assert by["DISPROVED"]["counterpartyCount"] == 0
    assert by["DISPROVED"]["received"]["invoices"] == {"totalCount": 0, "nodes": []}


async def test_exposure_of_a_range(api: Api) -> None:
    id = global_id("Taxpayer", (await books().stored(api.store)).id)
    await listed(api.store)
    found = await exposure(api, id, **{"from": "2023-01-01", "to": "2023-12-31"})
    definitive = found["situations"][0]
    assert definitive["received"]["result"]["net"] == "1000.00"
    assert definitive["received"]["invoices"]["totalCount"] == 1
    assert await api.code(EXPOSURE, {"id": id, "from": "2023-01-01"}) == "INVALID_RANGE"


async def test_each_party_of_a_cfdi_says_whether_it_is_listed_in_one_look_up(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = global_id("Taxpayer", (await books().stored(api.store)).id)
    await listed(api.store)
    asked: list[Any] = []
    find = blacklist.find

    async def counted(store: Store, rfcs: Any) -> Any:
        asked.append(rfcs)
        return await find(store, rfcs)

    monkeypatch.setattr(blacklist, "find", counted)
    nodes = (
        await api.data(
            """query($id: ID!) { taxpayer(id: $id) { invoices { nodes {
              issuer { rfc blacklist { situation history { asOf before after } stages { situation } } }
              receiver { rfc blacklist { situation } } } } } }""",
            {"id": id},
        )
    )["taxpayer"]["invoices"]["nodes"]
    assert len(asked) == 1
    found = {node["issuer"]["rfc"]: node["issuer"]["blacklist"] for node in nodes}
    assert found[LISTED] == {
        "situation": "DEFINITIVE",
        "history": [{"asOf": "2024-12-31", "before": None, "after": "DEFINITIVE"}],
        "stages": [{"situation": "PRESUMED"}, {"situation": "DEFINITIVE"}],
    }
    assert found[CLEAN] is None
    assert {node["receiver"]["rfc"]: node["receiver"]["blacklist"] for node in nodes}["XAXX010101000"] is None
