"""What an invoice owes is the same whatever comes first, twice, late, or beside itself."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from bson import Decimal128

from gateway.sat.kinds import Kind
from gateway.store import documents, settlements
from gateway.store.mongo import Row, Store
from gateway.store.new_document import NewDocument
from tests.chains import FIRST, INVOICE, SECOND, T, cfdi, credit, invoice, payment, put, share


async def row(store: Store, uuid: str = INVOICE) -> Row:
    found = await documents.get(store, Kind.INVOICE, f"{T}:{uuid}")
    assert found is not None
    return found


async def settled(store: Store) -> tuple[str, str, str, str, int]:
    found = (await row(store))["settlement"]
    return tuple(found[key] for key in ("state", "paid", "credited", "outstanding", "instalments"))  # type: ignore[return-value]


async def codes(store: Store, uuid: str = INVOICE) -> list[str]:
    found = await row(store, uuid)
    problems = (found.get("settlement") or {}).get("problems", []) + found.get("orphan_settlements", [])
    return sorted(problem["code"] for problem in problems)


async def test_an_invoice_is_paid_by_its_payments_and_credit_notes_to_the_cent(store: Store) -> None:
    await put(store, invoice())
    assert await settled(store) == ("UNPAID", "0.00", "0.00", "1000.00", 0)
    await put(store, payment(FIRST, share(1, "1000.00", "400.10")))
    assert await settled(store) == ("PARTIALLY_PAID", "400.10", "0.00", "599.90", 1)
    await put(store, credit("99.90"))
    assert await settled(store) == ("PARTIALLY_PAID", "400.10", "99.90", "500.00", 1)
    await put(store, payment(SECOND, share(2, "500.00", "500.00"), day="2024-03-01"))
    assert await settled(store) == ("PAID", "900.10", "99.90", "0.00", 2)
    found = await row(store)
    assert found["settlement"]["last_paid_at"] == "2024-03-01T12:00:00"
    assert found["settlement"]["problems"] == []
    assert found["settlement_amounts"] == {
        "paid": Decimal128("900.10"), "credited": Decimal128("99.90"), "outstanding": Decimal128("0.00"),
    }  # fmt: skip


async def test_every_order_of_arrival_ends_in_the_same_settlement(store: Store) -> None:
    writes = [
        invoice(),
        payment(FIRST, share(1, "1000.00", "400.00")),
        credit("100.00"),
        payment(FIRST, share(1, "1000.00", "400.00"), status="CANCELLED"),
    ]
    ends = set()
    for order in itertools.permutations(writes):
        if order.index(writes[1]) > order.index(writes[3]):
            continue  # what Syncfy says last of a status holds
        await store["invoices"].delete_many({})
        for write in order:
            await put(store, write)
        ends.add(await settled(store))
    assert ends == {("PARTIALLY_PAID", "0.00", "100.00", "900.00", 0)}


async def test_a_batch_that_is_stored_again_mends_what_a_killed_worker_left(store: Store) -> None:
    batch = [invoice(), payment(FIRST, share(1, "1000.00", "1000.00"))]
    await documents.upsert(store, Kind.INVOICE, T, batch)  # killed here
    assert "settlement" not in await row(store)
    await put(store, *batch)
    assert (await settled(store))[0] == "PAID"
    before = await row(store)
    await put(store, *batch)
    await settlements.recompute_all(store, T)
    assert await row(store) == before, "nothing changed, so nothing is written"


async def test_workers_beside_each_other_leave_what_the_last_one_saw(store: Store) -> None:
    shares = [payment(f"{n:08}-0000-0000-0000-000000000000", share(n, "1000.00", "100.00")) for n in range(1, 11)]
    await asyncio.gather(put(store, invoice()), *(put(store, one) for one in shares))
    assert await settled(store) == ("PAID", "1000.00", "0.00", "0.00", 10)


async def test_coming_with_a_settlement_is_no_change_and_a_payment_later_is_one(store: Store) -> None:
    await put(store, invoice())
    arrived = await row(store)
    assert arrived["revision"] == 1
    await put(store, payment(FIRST, share(1, "1000.00", "1000.00")))
    paid = await row(store)
    assert (paid["revision"], paid["history"]) == (2, [])
    assert paid["updated_at"] >= arrived["updated_at"]


@pytest.mark.parametrize(
    ("documents_", "expected"),
    [
        ([invoice()], ["MISSING_PAYMENT_COMPLEMENT"]),
        ([invoice(), credit("1000.00")], []),
        ([invoice(day="2018-08-31")], []),
        ([invoice(), payment(FIRST, share(2, "600.00", "100.00"))], ["INSTALMENT_GAP"]),
        (
            [
                invoice(),
                payment(FIRST, share(1, "1000.00", "100.00")),
                payment(SECOND, share(1, "1000.00", "100.00"), day="2024-03-01"),
            ],
            ["INSTALMENT_REPEATED"],
        ),
        ([invoice(), payment(FIRST, share(1, "1000.00", "100.00", remaining_balance="1.00"))], ["BALANCE_MISMATCH"]),
        ([invoice(), payment(FIRST, share(1, "1200.00", "100.00"))], ["BALANCE_MISMATCH"]),
        ([invoice(), payment(FIRST, share(1, "900.00", "100.00")), credit("100.00")], []),
        ([invoice(), payment(FIRST, share(1, "1000.00", "1000.01"))], ["OVERPAID"]),
        ([invoice(status="CANCELLED"), payment(FIRST, share(1, "1000.00", "10.00"))], ["PAID_WHEN_CANCELLED"]),
        ([invoice(status="CANCELLED")], []),
        (
            [invoice(), payment(FIRST, share(1, "1000.00", "10.00", currency="USD"))],
            ["CURRENCY_MISMATCH", "MISSING_PAYMENT_COMPLEMENT"],
        ),
        ([invoice(), payment(FIRST, {"paid": None})], ["AMOUNT_MISSING", "MISSING_PAYMENT_COMPLEMENT"]),
        ([invoice(), payment(FIRST, {"paid": "1000.00"})], []),
        (
            [invoice(), credit("1.00", related=[{"relation": "01", "uuid": one} for one in (INVOICE, FIRST)])],
            ["CREDIT_UNDIVIDED", "MISSING_PAYMENT_COMPLEMENT"],
        ),
        (
            [invoice(), credit("1.00", issuer={"rfc": "BBB010101BBB"})],
            ["MISSING_PAYMENT_COMPLEMENT", "OTHER_ISSUER"],
        ),
        ([invoice(payment_method="PUE"), payment(FIRST, share(1, "1000.00", "10.00"))], []),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_chain_is_told(
    store: Store, documents_: list[NewDocument], expected: list[str]
) -> None:
    await put(store, *documents_)
    assert await codes(store) == expected
    found = await row(store)
    assert [code for code in found.get("chain_codes", []) if code not in ("ANY", "BROKEN")] == expected
    assert ("ANY" in found.get("chain_codes", [])) == bool(expected)
    assert ("BROKEN" in found.get("chain_codes", [])) == bool(set(expected) - {"MISSING_PAYMENT_COMPLEMENT"})


async def test_a_cancelled_invoice_owes_nothing(store: Store) -> None:
    await put(store, invoice(status="CANCELLED"))
    assert await settled(store) == ("CANCELLED", "0.00", "0.00", "0.00", 0)


async def test_a_payment_of_an_invoice_that_is_not_held_is_an_orphan_until_it_comes(store: Store) -> None:
    await put(store, payment(FIRST, share(1, "1000.00", "10.00")))
    assert await codes(store, FIRST) == ["ORPHAN_SETTLEMENT"]
    assert (await row(store, FIRST))["orphan_settlements"][0]["document"] == INVOICE
    await put(store, invoice())
    assert await codes(store, FIRST) == []


async def test_an_original_of_cfdi_32_is_paid_by_its_instalments(store: Store) -> None:
    old = {"version": "3.2", "payment_method": "PPD", "payment_method_text": "Pago en parcialidades"}
    part = {**old, "payment_method_text": "Parcialidad 1 de 2", "total": "500.00", "original": {"uuid": INVOICE}}
    await put(store, invoice(day="2014-05-01", **old))
    assert (await row(store)).get("settlement") is None, "3.2 does not say whether anything is left to pay"
    await put(store, cfdi(FIRST, day="2014-06-01", **part))
    assert await settled(store) == ("PARTIALLY_PAID", "500.00", "0.00", "500.00", 1)
    assert (await row(store, FIRST)).get("settlement") is None


async def test_sums_are_exact_beyond_what_a_float_or_a_decimal128_holds(store: Store) -> None:
    await put(store, invoice("1" * 30 + ".000003"), payment(FIRST, {"paid": "0.000001"}))
    assert (await settled(store))[3] == "1" * 30 + ".000002"
    assert (await row(store))["settlement_amounts"]["outstanding"] == Decimal128("1" * 30)
