"""The filters of the lists that are not of invoices find what the rows themselves say."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from gateway.store.mongo import Row
from resolvers.node import global_id
from tests.graphql.conftest import Profile
from tests.graphql.test_filters import LISTS, ask
from tests.support import Api


def within(text: str | None, low: str, high: str = "Infinity") -> bool:
    return text is not None and Decimal(low) <= Decimal(text) <= Decimal(high)


#: (list, type of its items, filter, what it says of a row)
CASES: list[tuple[str, str, Any, Callable[[Row], bool]]] = [
    ("withholdings", "Withholding", {"totalWithheld": {"from": "100"}}, lambda r: within(r["total_withheld"], "100")),
    ("withholdings", "Withholding", {"tax": "001"}, lambda r: any(tax["tax"] == "001" for tax in r["taxes"])),
    ("withholdings", "Withholding", {"version": "1.0"}, lambda r: r["version"] == "1.0"),
    (
        "withholdings",
        "Withholding",
        {"issuedAt": {"from": "2021-01-01", "to": "2023-12-31"}, "not": {"status": "CANCELLED"}},
        lambda r: "2021" <= r["issued_at"] < "2024" and r["status"] != "CANCELLED",
    ),
    ("monthlyReturns", "MonthlyReturn", {"period": [1, 2, 3]}, lambda r: r["period"] in (1, 2, 3)),
    (
        "monthlyReturns",
        "MonthlyReturn",
        {"concept": "impuesto al valor agregado"},
        lambda r: any("impuesto al valor agregado" in (c["name"] or "").lower() for c in r["concepts"]),
    ),
    (
        "monthlyReturns",
        "MonthlyReturn",
        {"or": [{"amountDue": {"from": "1", "to": "5000"}}, {"type": "COMPLEMENTARY"}]},
        lambda r: within(r["amount_due"], "1", "5000") or r["type"] == "Complementaria",
    ),
    ("annualReturns", "AnnualReturn", {"year": [2021, 2022]}, lambda r: r["year"] in (2021, 2022)),
    ("complianceOpinions", "ComplianceOpinion", {"sense": "POSITIVE"}, lambda r: r["sense"] == "POSITIVE"),
    (
        "complianceOpinions",
        "ComplianceOpinion",
        {"not": {"issuedAt": {"to": "2000-01-01"}}},
        lambda r: True,
    ),
    ("taxStatuses", "TaxStatus", {"status": ["ACTIVE", "REACTIVATED"]}, lambda r: r["status"] == "ACTIVO"),
    ("taxStatuses", "TaxStatus", {"status": ["SUSPENDED", "OTHER"]}, lambda r: False),
    ("taxStatuses", "TaxStatus", {"regime": "601"}, lambda r: any(g["code"] == "601" for g in r["regimes"])),
    ("unreadable", "UnreadableDocument", {"reason": "MALFORMED", "name": "BROKEN"}, lambda r: "broken" in r["name"]),
    ("jobs", "Job", {"active": False, "state": ["PARTIALLY_SUCCEEDED"]}, lambda r: not r["active"]),
    ("jobs", "Job", {"createdAt": {"to": "2001-01-01T00:00:00Z"}}, lambda r: False),
]


@pytest.mark.parametrize(("field", "type_name", "filter", "says"), CASES)
async def test_a_filter_finds_what_the_rows_say(
    reading: Api, profile: Profile, field: str, type_name: str, filter: Any, says: Callable[[Row], bool]
) -> None:
    rows = await reading.store[LISTS[field]].find({"taxpayer": profile.taxpayer.id}).to_list(None)
    expected = {global_id(type_name, row["_id"]) for row in rows if says(row)}
    found = await ask(reading, profile, field, "totalCount nodes { id }", filter=filter, first=1000)
    assert {node["id"] for node in found["nodes"]} == expected
    assert found["totalCount"] == len(expected)
