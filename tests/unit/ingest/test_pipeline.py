"""A batch of which some documents can't be stored: they are kept raw with their reason, and the rest is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
import structlog

from gateway.ingest import read
from gateway.ingest.batch import Delivered
from gateway.ingest.import_files import import_files
from gateway.ingest.pipeline import store_batch
from gateway.models.taxpayer import Taxpayer
from gateway.sat.kinds import Kind
from gateway.store import arrivals, documents, files, unreadable
from gateway.store.mongo import Store
from gateway.syncfy.sites import Site
from gateway.syncfy.wire import AttachmentRef, AttachmentRefs, Transaction
from gateway.usecases import create_taxpayer
from tests.unit.sat import builders

ME = "AAA010101AAA"
ACT = (
    '<cfdi:Concepto ClaveProdServ="84111506" Cantidad="1" ClaveUnidad="ACT" Descripcion="Pago" ValorUnitario="0"'
    ' Importe="0" ObjetoImp="01"/>'
)


def uuid(number: int) -> str:
    return f"{number:08X}-0000-0000-0000-000000000001"


def invoice(number: int) -> bytes:
    return builders.cfdi40(complement=builders.stamp(uuid(number)))


def payment(number: int, invoices: int, note: str = "") -> bytes:
    """A CFDI of type P that pays so many invoices."""
    settled = "".join(
        f'<pago20:DoctoRelacionado IdDocumento="{uuid(1000 + n)}" MonedaDR="MXN" EquivalenciaDR="1" NumParcialidad="1"'
        f' ImpSaldoAnt="116.00" ImpPagado="116.00" ImpSaldoInsoluto="0.00" ObjetoImpDR="02" Folio="{note}"/>'
        for n in range(invoices)
    )
    paid = (
        '<pago20:Pagos xmlns:pago20="http://www.sat.gob.mx/Pagos20" Version="2.0"><pago20:Pago MonedaP="MXN"'
        f' FechaPago="2024-03-05T12:00:00" FormaDePagoP="03" Monto="116.00">{settled}</pago20:Pago></pago20:Pagos>'
    )
    return builders.cfdi40(type="P", lines=ACT, complement=paid + builders.stamp(uuid(number)))


def delivered(number: int, *contents: Any, **known: Any) -> Delivered:
    refs = AttachmentRefs(
        AttachmentRef(id_attachment=f"a{number}-{n}", file=f"{n}.xml") for n, _ in enumerate(contents)
    )
    return Delivered(Site.CIEC, Transaction(id_transaction=f"t{number}", attachments=refs, **known), contents)


@pytest.fixture
async def me(store: Store) -> Taxpayer:
    taxpayer, _ = await create_taxpayer(store, owner="o", rfc=ME, name="Uno")
    return taxpayer


async def put(store: Store, me: Taxpayer, *items: Delivered) -> list[str]:
    """Stores what was delivered; the log lines."""
    with structlog.testing.capture_logs() as lines:
        await store_batch(store, me, read.read_transactions(items, ME))
    return [str(line) for line in lines]


async def refused(store: Store) -> list[tuple[str, str]]:
    rows = await store["unreadable"].find({}).sort("reason", 1).to_list(None)
    return [(row["reason"], row["source"]["transaction_id"]) for row in rows]


async def test_a_payment_of_more_invoices_than_a_row_holds_is_kept_raw_and_its_batch_is_stored(
    store: Store, me: Taxpayer
) -> None:
    large = payment(2, 16_000, note="x" * 500)
    for _ in range(2):  # delivered twice, as events are
        lines = await put(store, me, delivered(1, invoice(1)), delivered(2, large), delivered(3, invoice(3)))
    assert await documents.count(store, Kind.INVOICE, me.id) == 2
    (row,) = await store["unreadable"].find({}).to_list(None)
    assert (row["reason"], row["kind"], row["name"]) == ("TOO_LARGE", "INVOICE", "0.xml")
    assert "MB" in row["detail"]
    assert await files.read(store, me.id, row["file"]["sha256"]) == large
    assert not any(secret in text for text in (*lines, row["detail"]) for secret in (ME, "116.00", uuid(2)))
    (arrived,) = await arrivals.since(store, me.id, 0) or []
    assert (arrived["inserted"], len(arrived["ids"])) == (2, 2)


async def test_a_payment_of_thousands_of_invoices_is_settled_and_can_be_cancelled(store: Store, me: Taxpayer) -> None:
    await put(store, me, delivered(1, payment(1, 3_000)))
    row = await store["invoices"].find_one({})
    assert row is not None
    assert len(row["payments"][0]["settles"]) == len(row["orphan_settlements"]) == 3_000
    await put(store, me, delivered(1, payment(1, 3_000), is_disable=True))
    row = await store["invoices"].find_one({})
    assert row is not None
    assert (row["status"], row["orphan_settlements"]) == ("CANCELLED", [])
    assert [entry["field"] for entry in row["history"]] == ["status"]


async def test_what_was_too_large_and_is_stored_after_all_is_no_longer_told(store: Store, me: Taxpayer) -> None:
    item = delivered(1, invoice(1))
    batch = read.read_transactions([item], ME)
    ((_, document),) = batch.documents
    error = read.conflict(document)
    await unreadable.keep(store, me.id, [read.not_stored(batch, Kind.INVOICE, document, error)])
    await put(store, me, item)
    assert await refused(store) == []


async def test_metadata_beyond_a_row_is_kept_as_the_record_that_it_is(store: Store, me: Taxpayer) -> None:
    known = {
        "reference": uuid(2),
        "description": "SECRETO " * 2_000_000,
        "dt_transaction": datetime(2026, 1, 2, tzinfo=UTC),
    }
    await put(store, me, delivered(1, invoice(1)), delivered(2, **known))
    assert await refused(store) == [("TOO_LARGE", "t2")]
    assert await documents.count(store, Kind.INVOICE, me.id) == 1
    (row,) = await store["unreadable"].find({}).to_list(None)
    record = orjson.loads(await files.read(store, me.id, row["file"]["sha256"]) or b"")
    assert (record["uuid"], record["issuer"]["name"][:7]) == (uuid(2), "SECRETO")


async def test_a_document_on_which_its_reader_fails_costs_itself_alone(store: Store, me: Taxpayer) -> None:
    broken: Any = "SECRETO: text where bytes belong"
    lines = await put(store, me, delivered(1, invoice(1)), delivered(2, broken), delivered(3, invoice(3)))
    assert await refused(store) == [("BAD_VALUE", "t2")]
    assert await documents.count(store, Kind.INVOICE, me.id) == 2
    assert any("reader_failed" in line for line in lines)
    assert not any("SECRETO" in line for line in lines)


async def test_names_that_no_index_takes_are_cut_or_replaced(store: Store, me: Taxpayer) -> None:
    long = "N" * 3_000_000
    known = {"reference": long, "description": long, "dt_transaction": datetime(2026, 1, 2, tzinfo=UTC)}
    await put(store, me, delivered(1, **known), delivered(2, **{**known, "reference": f"{long}2"}))
    rows = await store["invoices"].find({}).to_list(None)
    assert [row["identity"][:7] for row in rows] == ["SHA256-"] * 2
    assert {row["uuid"] for row in rows} == {long, f"{long}2"}
    (party,) = await store["counterparties"].find({}).to_list(None)
    assert len(party["name"]) == 1000


async def test_a_file_whose_name_is_no_text_is_imported(store: Store, me: Taxpayer, tmp_path: Any) -> None:
    (tmp_path / "factura-\udcff.xml").write_bytes(invoice(1))
    (tmp_path / "rota-\udcff.xml").write_bytes(b"<broken")
    report = await import_files(store, me, [tmp_path])
    assert (report.documents, report.unreadable) == (1, 1)
    (row,) = await store["unreadable"].find({}).to_list(None)
    assert row["name"] == "rota-?.xml"
