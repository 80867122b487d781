"""Links between documents, both ways, over the stored profile."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

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
