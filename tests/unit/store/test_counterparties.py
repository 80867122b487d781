"""Whom documents were exchanged with follows from the documents alone."""

from __future__ import annotations

from typing import Any

from gateway.sat.empty_records import blank_withholding
from gateway.sat.kinds import Kind
from gateway.sat.payroll_document import Payroll
from gateway.store import counterparties, documents
from gateway.store.mongo import Row, Store
from gateway.store.new_document import RANK_METADATA, RANK_XML, NewDocument
from tests.chains import FIRST, INVOICE, SECOND, T, cfdi
from tests.plans import explained, recorder

ALBA, PUBLIC = "XAMA620210DQ5", "XAXX010101000"


def sold(uuid: str, rfc: str | None, name: str | None = None, **more: Any) -> NewDocument:
    return cfdi(uuid, total="1.00", receiver={"rfc": rfc, "name": name}, **more)


def payroll(uuid: str, day: str, position: str) -> NewDocument:
    lists = {key: [] for key in ("perceptions", "deductions", "other_payments", "disabilities", "overtime")}
    blank = {**dict.fromkeys(Payroll.__annotations__), **lists, "version": "1.2"}
    said = {**blank, "paid_on": day, "employee": {"curp": "XAMA620210MDFLLL01", "number": "7", "position": position}}
    return sold(uuid, ALBA, "ALBA XOCHITL", type="N", day=day, payrolls=[said])


async def put(store: Store, *found: NewDocument, kind: Kind = Kind.INVOICE) -> None:
    await documents.upsert(store, kind, T, found)
    ids = {kind: [documents.id_of(T, document) for document in found]}
    await counterparties.recompute_keys(store, T, await counterparties.keys_of(store, ids))


async def held(store: Store) -> dict[str, Row]:
    return {row["key"]: row for row in await store["counterparties"].find({"taxpayer": T}).to_list(None)}


async def test_a_party_has_its_first_and_last_document_its_names_and_its_counts(store: Store) -> None:
    await put(store, sold(INVOICE, ALBA, "Alba Xóchitl", day="2024-02-01"), sold(FIRST, ALBA, "ALBA", day="2023-05-05"))
    await put(store, sold(SECOND, ALBA, None, type="P", day="2024-03-01"))
    row = (await held(store))[ALBA]
    assert (row["rfc"], row["name"], row["names"]) == (ALBA, "Alba Xóchitl", ["ALBA", "Alba Xóchitl"])
    assert (row["first_issued_at"], row["last_issued_at"]) == ("2023-05-05T12:00:00", "2024-03-01T12:00:00")
    assert (row["kind"], row["roles"], row["documents"]) == ("PERSON", ["CUSTOMER"], 3)
    assert (row["counts"]["invoices_issued"], row["counts"]["payments_issued"]) == (2, 1)


async def test_the_public_is_told_apart_by_name(store: Store) -> None:
    await put(store, sold(INVOICE, PUBLIC, "Público en General"), sold(FIRST, PUBLIC, "JUAN PEREZ"))
    found = await held(store)
    assert sorted(found) == [f"{PUBLIC}|juan perez", f"{PUBLIC}|publico en general"]
    assert {row["kind"] for row in found.values()} == {"PUBLIC"}


async def test_an_employee_is_what_the_newest_payroll_says(store: Store) -> None:
    await put(store, payroll(INVOICE, "2024-02-15", "Gerente"), payroll(FIRST, "2024-01-15", "Auxiliar"))
    row = (await held(store))[ALBA]
    assert row["roles"] == ["EMPLOYEE"]
    employment = row["employment"]
    assert (employment["first_paid_on"], employment["last_paid_on"]) == ("2024-01-15", "2024-02-15")
    assert employment["employee"]["position"] == "Gerente"


async def test_a_withholder_and_a_supplier_of_one_rfc_are_one_party(store: Store) -> None:
    record = {**blank_withholding(), "uuid": FIRST, "issued_at": "2024-01-01T00:00:00", "issuer": {"rfc": ALBA}}
    observed = {"status": "ACTIVE", "direction": "RECEIVED", "source": {}}
    await put(store, NewDocument(FIRST, record["issued_at"], RANK_XML, record, observed, []), kind=Kind.WITHHOLDING)
    bought = cfdi(INVOICE, total="1.00", issuer={"rfc": ALBA, "name": "ALBA"})
    bought.observed["direction"] = "RECEIVED"
    await put(store, bought)
    row = (await held(store))[ALBA]
    assert row["roles"] == ["SUPPLIER", "WITHHOLDER"]
    assert (row["documents"], row["name"]) == (2, "ALBA")


async def test_a_party_without_documents_any_more_goes(store: Store) -> None:
    known = sold(INVOICE, PUBLIC)
    await put(store, NewDocument(known.identity, known.date, RANK_METADATA, known.content, known.observed, []))
    assert list(await held(store)) == [f"{PUBLIC}|"]
    await put(store, sold(INVOICE, PUBLIC, "JUAN PEREZ"))
    assert list(await held(store)) == [f"{PUBLIC}|juan perez"]


async def test_what_did_not_change_is_not_written_and_all_can_be_made_again(store: Store) -> None:
    await put(store, sold(INVOICE, ALBA, "ALBA"), payroll(FIRST, "2024-01-15", "Auxiliar"))
    before = await held(store)
    await store["counterparties"].delete_many({})
    await counterparties.recompute_all(store, T)
    assert await held(store) == before


async def test_the_documents_of_a_party_are_counted_from_an_index_alone(store: Store) -> None:
    await put(store, sold(INVOICE, ALBA, "ALBA"))
    with recorder.recording(store.db.name):
        await counterparties.recompute_keys(store, T, [ALBA])
    counting = [command for command in recorder.shapes.values() if "aggregate" in command]
    assert len(counting) == 2
    for command in counting:
        plan = await explained(store, command)
        assert (plan.documents, plan.scans) == (0, False)
