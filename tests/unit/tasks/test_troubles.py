"""One document that is odd must not cost those beside it, be counted twice, or be forgotten."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from gateway.errors import SyncfyMalformed, SyncfyUnavailable
from gateway.ingest import read
from gateway.ingest.batch import Delivered, local_time
from gateway.ingest.pipeline import store_batch
from gateway.models.taxpayer import Taxpayer
from gateway.sat.kinds import Kind
from gateway.store import documents, files, taxpayers, unreadable
from gateway.store.mongo import Row, Store
from gateway.syncfy.decoding import Page
from gateway.syncfy.endpoints import documents_all, parse_endpoint
from gateway.syncfy.sites import Site
from gateway.syncfy.wire import AttachmentRef, AttachmentRefs, Document, Extra, Keywords, Transaction
from tasks import fetch
from tests.profiles import resources_over
from tests.support import VIEWER, portfolio_of, syncfy_over
from tests.unit.sat.builders import cfdi40, stamp
from tests.unit.syncfy.fake import enveloped

TRANSACTIONS = parse_endpoint("/v1/transactions?id_credential=c")
Attachment = Callable[[str], httpx.Response]


async def a_taxpayer(store: Store) -> Taxpayer:
    taxpayer, _ = await taxpayers.create(store, owner=VIEWER, rfc="AAA010101AAA", name="A company")
    return replace(taxpayer, syncfy_user_id="u")


def invoice(number: int, **changes: Any) -> bytes:
    return cfdi40(complement=stamp(f"5B2B8A4C-0F6E-4E63-9E0B-6D2A7C41F{number:03}"), **changes)


async def fetched(
    store: Store, taxpayer: Taxpayer, attachment: Attachment, *, patient: bool = True, of: int = 5
) -> Row:
    """Fetches transactions t0 … with one attachment each, a0 …; what is held afterwards."""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/v1/sessions":
            return enveloped({"token": "t"})
        if path == "/v1/transactions":
            first = request.url.params.get("skip", "0") == "0"
            files = [[{"id_attachment": f"a{n}", "file": f"{n}.xml"}] for n in range(of)]
            rows = [{"id_transaction": f"t{n}", "attachments": files[n]} for n in range(of)]
            return enveloped(rows if first else [])
        return attachment(path.rpartition("/")[2])

    deps = replace(resources_over(store), syncfy=syncfy_over(httpx.MockTransport(answer)), patient=patient)
    try:
        await fetch.transactions_of(deps, taxpayer, None, Site.CIEC, [TRANSACTIONS], [])
    finally:
        await deps.syncfy.aclose()
    return await held(store, taxpayer)


async def held(store: Store, taxpayer: Taxpayer) -> Row:
    return {
        "invoices": await documents.count(store, Kind.INVOICE, taxpayer.id),
        "unreadable": await unreadable.count(store, taxpayer.id),
    }


def delivering(odd: httpx.Response | None = None) -> Attachment:
    """Every attachment is an invoice; the third is what a test wants it to be."""

    def attachment(id: str) -> httpx.Response:
        if id == "a2" and odd is not None:
            return odd
        return httpx.Response(200, content=invoice(int(id[1:])), headers={"Content-Type": "text/xml"})

    return attachment


@pytest.mark.parametrize(
    "odd",
    [
        enveloped(None, code=404, message="Not found"),
        httpx.Response(302, headers={"Location": "http://elsewhere.test"}),
        httpx.Response(200, content=b" " * (25 * 1024 * 1024 + 1)),
    ],
    ids=["refused", "elsewhere", "too large"],
)
async def test_one_file_that_can_not_be_had_costs_no_other(store: Store, odd: httpx.Response) -> None:
    taxpayer = await a_taxpayer(store)
    assert await fetched(store, taxpayer, delivering(odd)) == {"invoices": 4, "unreadable": 1}


async def test_a_file_that_always_fails_is_done_without_in_a_late_try(store: Store) -> None:
    taxpayer = await a_taxpayer(store)
    with pytest.raises(SyncfyUnavailable):
        await fetched(store, taxpayer, delivering(httpx.Response(500)))
    assert await fetched(store, taxpayer, delivering(httpx.Response(500)), patient=False) == {
        "invoices": 4,
        "unreadable": 1,
    }


async def test_an_outage_is_told_from_a_file_that_fails(store: Store) -> None:
    taxpayer = await a_taxpayer(store)
    with pytest.raises(SyncfyUnavailable):
        await fetched(store, taxpayer, lambda _: httpx.Response(500), patient=False)
    assert await held(store, taxpayer) == {"invoices": 0, "unreadable": 0}


async def test_what_is_delivered_after_all_is_not_counted_twice(store: Store) -> None:
    taxpayer = await a_taxpayer(store)
    await fetched(store, taxpayer, lambda _: enveloped(None, code=404, message="Not found"))
    assert await held(store, taxpayer) == {"invoices": 0, "unreadable": 5}
    broken = httpx.Response(200, content=b"<cfdi:Comprobante", headers={"Content-Type": "text/xml"})
    assert await fetched(store, taxpayer, delivering(broken)) == {"invoices": 4, "unreadable": 1}


async def test_a_document_of_which_only_the_name_came_is_not_counted_twice(store: Store) -> None:
    taxpayer, deps = await a_taxpayer(store), resources_over(store)
    announced = Document(id_document="d", id_site=Site.TAX_STATUS.id, file="Constancia.pdf")
    await fetch.store_documents_of(deps, taxpayer, Site.TAX_STATUS, Page([announced]))
    delivered = Document(id_document="d", id_site=Site.TAX_STATUS.id, file="Constancia.pdf", content=b"not a PDF")
    await fetch.store_documents_of(deps, taxpayer, Site.TAX_STATUS, Page([delivered]))
    assert (await held(store, taxpayer))["unreadable"] == 1
    await deps.syncfy.aclose()


async def test_a_document_of_which_only_the_pdf_came_tells_so_and_keeps_its_text(store: Store) -> None:
    taxpayer, deps = await a_taxpayer(store), resources_over(store)
    printed, _json = portfolio_of(taxpayer.rfc, 1).documents(Site.TAX_STATUS)
    delivered = Document(id_document="d", id_site=Site.TAX_STATUS.id, file=printed.file, content=printed.read())
    await fetch.store_documents_of(deps, taxpayer, Site.TAX_STATUS, Page([delivered]))
    row = await documents.newest(store, Kind.TAX_STATUS, taxpayer.id)
    assert row is not None and row["read_from"] == "PDF"
    assert row["cif"] in row["text"]
    await deps.syncfy.aclose()


async def test_an_invoice_that_no_row_can_hold_is_kept_raw_beside_the_others(store: Store) -> None:
    line = '<cfdi:Concepto ClaveProdServ="01010101" Cantidad="1" ClaveUnidad="ACT" Descripcion="Venta" Importe="1"/>'
    huge = invoice(2, lines=line * 60_000)
    odd = httpx.Response(200, content=huge, headers={"Content-Type": "text/xml"})
    taxpayer = await a_taxpayer(store)
    assert await fetched(store, taxpayer, delivering(odd)) == {"invoices": 4, "unreadable": 1}
    row = await store["unreadable"].find_one({"taxpayer": taxpayer.id})
    assert row is not None
    assert (row["reason"], row["file"]["size"]) == ("TOO_LARGE", len(huge))


MALFORMED: dict[str, Any] = {
    "a flag that is none": {"is_deleted": "x"},
    "an extra that is text": {"extra": "text"},
    "no id": {"id_transaction": None},
    "an amount without end": {"amount": 10**18},
    "a date beyond the calendar": {"dt_transaction": 10**15},
    "an attachment without an id": {"attachments": [{"file": "1.xml"}]},
    "an id that is too long": {"id_transaction": "t" * 300},
    "a reference that is a list": {"reference": ["SECRETO"]},
}


def listing(*rows: str) -> Callable[[httpx.Request], httpx.Response]:
    """Lists rows that are written by hand, and delivers an invoice for every attachment."""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/v1/sessions":
            return enveloped({"token": "t"})
        if path in ("/v1/transactions", "/v1/documents"):
            first = request.url.params.get("skip", "0") == "0"
            content = f'{{"code": 200, "status": true, "response": [{",".join(rows) if first else ""}]}}'
            return httpx.Response(200, text=content, headers={"Content-Type": "application/json"})
        return delivering()(path.rpartition("/")[2])

    return answer


def listed(number: int, **changes: Any) -> str:
    row = {"id_transaction": f"t{number}", "attachments": [{"id_attachment": f"a{number}", "file": f"{number}.xml"}]}
    return json.dumps(row | changes)


async def fetched_from(store: Store, taxpayer: Taxpayer, *rows: str) -> Row:
    deps = replace(resources_over(store), syncfy=syncfy_over(httpx.MockTransport(listing(*rows))))
    await fetch.transactions_of(deps, taxpayer, None, Site.CIEC, [TRANSACTIONS], [])
    await deps.syncfy.aclose()
    return await held(store, taxpayer)


@pytest.mark.parametrize("name", MALFORMED)
async def test_a_row_that_is_not_what_it_should_be_is_kept_as_it_came_and_costs_no_other(
    store: Store, name: str
) -> None:
    taxpayer, bad = await a_taxpayer(store), listed(2, **MALFORMED[name])
    for _ in range(2):
        assert await fetched_from(store, taxpayer, listed(1), bad, listed(3)) == {"invoices": 2, "unreadable": 1}
    row = await store["unreadable"].find_one({})
    assert row is not None
    assert (row["reason"], "SECRETO" in row["detail"]) == ("BAD_VALUE", False)
    assert await files.read(store, taxpayer.id, row["file"]["sha256"]) == bad.encode()


async def test_a_row_that_comes_right_is_no_longer_told(store: Store) -> None:
    taxpayer = await a_taxpayer(store)
    assert await fetched_from(store, taxpayer, listed(1), listed(2, is_deleted="x")) == {"invoices": 1, "unreadable": 1}
    assert await fetched_from(store, taxpayer, listed(1), listed(2)) == {"invoices": 2, "unreadable": 0}


async def test_half_a_surrogate_pair_costs_a_character(store: Store) -> None:
    taxpayer = await a_taxpayer(store)
    odd = '{"id_transaction": "t2", "description": "\\\\ud83d \\ud83d A\\ud83d\\ude00", "reference": "R", "amount": -1}'
    assert await fetched_from(store, taxpayer, listed(1), odd) == {"invoices": 2, "unreadable": 0}
    row = await store["invoices"].find_one({"identity": "R"})
    assert row is not None
    assert row["issuer"]["name"] == "\\ud83d \ufffd A\U0001f600"


async def test_an_answer_of_another_form_is_no_list_of_bad_rows(store: Store) -> None:
    taxpayer = await a_taxpayer(store)
    with pytest.raises(SyncfyMalformed):
        await fetched_from(store, taxpayer, *(json.dumps({"id": number}) for number in range(20)))
    assert await held(store, taxpayer) == {"invoices": 0, "unreadable": 0}


async def test_a_document_that_is_not_what_it_should_be_costs_no_other(store: Store) -> None:
    taxpayer = await a_taxpayer(store)
    bad = json.dumps({"id_document": "d1", "id_site": Site.TAX_STATUS.id, "content": "no base64"})
    good = json.dumps({"id_document": "d2", "id_site": Site.TAX_STATUS.id, "file": "c.pdf", "content": "JVBERi0="})
    deps = replace(resources_over(store), syncfy=syncfy_over(httpx.MockTransport(listing(bad, good))))
    found = await deps.syncfy.documents("u", documents_all())
    assert (await fetch.store_documents_of(deps, taxpayer, Site.TAX_STATUS, found)).documents == 2
    await deps.syncfy.aclose()
    rows = await store["unreadable"].find({}).sort("reason", 1).to_list(None)
    assert [(row["kind"], row["reason"]) for row in rows] == [("TAX_STATUS", "BAD_VALUE"), ("TAX_STATUS", "MALFORMED")]


def test_the_end_of_an_event_is_no_later_than_now() -> None:
    for told in ("9999999999", "9" * 19, "9" * 1000):
        endpoint = parse_endpoint(f"/v1/transactions?id_credential=c&dt_refresh_to={told}")
        assert fetch._refreshed_to(endpoint) <= time.time()


def test_a_moment_before_all_time_is_no_reason_to_fail() -> None:
    assert local_time(datetime(1, 1, 1, tzinfo=UTC)) == local_time(None) == "1969-12-31T18:00:00"


@pytest.mark.parametrize("xml", [True, False])
async def test_what_a_taxpayer_issues_to_itself_is_one_document_that_stays_as_it_is(store: Store, xml: bool) -> None:
    """SAT lists it on both sides (each traslado with a Carta Porte), so Syncfy delivers it twice with each download."""
    taxpayer = await a_taxpayer(store)
    deps = resources_over(store)
    content = invoice(1).replace(b"XAXX010101000", b"AAA010101AAA") if xml else None
    for _ in range(3):
        for side in ("emitidas", "recibidas"):
            transaction = Transaction(
                id_transaction=side,
                description="A company",
                reference="5B2B8A4C-0F6E-4E63-9E0B-6D2A7C41F001",
                extra=Extra(tax_id="AAA010101AAA"),
                keywords=Keywords((side,)),
                attachments=AttachmentRefs([AttachmentRef(id_attachment="a", file="1.xml")] if xml else []),
            )
            delivered = [Delivered(Site.CIEC, transaction, (content,) if xml else ())]
            await store_batch(deps.store, taxpayer, read.read_transactions(delivered, taxpayer.rfc))
    (row,) = await store["invoices"].find({}).to_list(None)
    assert (row["direction"], row["revision"], row["history"]) == ("ISSUED", 1, [])
    await deps.syncfy.aclose()
