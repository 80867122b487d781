"""Accounts, transactions and their files: filters, pages and forms."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.sandbox.app import SandboxOptions
from gateway.syncfy.sites import Site
from tests.unit.sandbox.portfolio import DAY, FIRST, TinyPortfolio
from tests.unit.sandbox.support import CIEC, Sandbox, sandbox

Connected = tuple[Sandbox, dict[str, str]]


@pytest.fixture
async def connected() -> AsyncIterator[Connected]:
    """A sandbox with one finished run of All in One, and the session of its user."""
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        await syncfy.run(session)
        yield syncfy, session


async def rows_of(connected: Connected, query: str) -> list[Any]:
    syncfy, session = connected
    rows = await syncfy.call("GET", f"/transactions?id_site={CIEC}&{query}", headers=session)
    assert isinstance(rows, list)
    return rows


async def test_a_transaction_has_the_documented_fields(connected: Connected) -> None:
    row = (await rows_of(connected, "limit=1"))[0]
    (file,) = row.pop("attachments")
    assert file == {
        "id_attachment": file["id_attachment"],
        "id_attachment_type": "type-xml",
        "is_valid": 1,
        "file": "CIEC-0.xml",
        "mime": "text/xml",
        "url": f"/attachments/{file['id_attachment']}",
    }
    expected = {
        "amount": 0.0,
        "currency": "MXN",
        "description": "CIEC 0",
        "reference": "REF-0",
        "keywords": ["4.0", "recibidas"],
        "extra": {"tax_id": "XAXX010101000"},
        "dt_transaction": FIRST,
        "id_external": "demo",
        "id_site": CIEC,
        "is_disable": 0,
        "dt_disable": None,
    }
    assert expected.items() <= row.items()


async def test_a_return_has_no_reference_no_extra_and_an_empty_map_of_keywords(connected: Connected) -> None:
    syncfy, session = connected
    row, _ = await syncfy.call("GET", f"/transactions?id_site={Site.ANNUAL_RETURNS.id}", headers=session)
    assert (row["reference"], row["extra"], row["keywords"]) == (None, None, {})
    assert [file["mime"] for file in row["attachments"]] == ["application/pdf", None]


@pytest.mark.parametrize(
    ("query", "indices"),
    [
        ("limit=3&skip=10", [10, 11]),
        ("limit=0", []),
        ("keywords=EMITIDAS,4.0&limit=2", [1, 3]),
        ("skip_keywords=emitidas&skip=4", [8, 10]),
        ("has_attachment=0", [2, 5, 8, 11]),
        ("has_attachment=1&limit=2&skip=1", [1, 3]),
        (f"dt_transaction_from={FIRST + 2 * DAY}&dt_transaction_to={FIRST + 4 * DAY}", [2, 3, 4]),
        ("dt_refresh_from=99999999999", []),
        ("dt_refresh_to=1", []),
        ("order=-dt_transaction&limit=2&skip=1", [10, 9]),
        ("is_disable=1", []),
        ("id_site_organization=another", []),
    ],
)
async def test_filters_and_pages(connected: Connected, query: str, indices: list[int]) -> None:
    assert [row["reference"] for row in await rows_of(connected, query)] == [f"REF-{index}" for index in indices]


@pytest.mark.parametrize(
    "query", ["keywords=emitidas", "has_attachment=1", f"dt_transaction_from={FIRST + 3 * DAY}", "dt_refresh_to=1", ""]
)
async def test_the_count_is_the_length_of_the_list(connected: Connected, query: str) -> None:
    syncfy, session = connected
    count = await syncfy.call("GET", f"/transactions/count?id_site={CIEC}&{query}", headers=session)
    assert count == {"count": len(await rows_of(connected, query))}


async def test_one_transaction_by_its_id(connected: Connected) -> None:
    syncfy, session = connected
    row = (await rows_of(connected, "skip=7&limit=1"))[0]
    assert await syncfy.call("GET", f"/transactions?id_transaction={row['id_transaction']}", headers=session) == [row]
    assert await syncfy.call("GET", "/transactions?id_transaction=nothing", headers=session) == []


async def test_a_row_that_was_not_downloaded_yet_is_not_found() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        await syncfy.run(session, "incomplete", id_site=CIEC)
        held, missing = (list(TinyPortfolio().transactions(Site.CIEC))[index] for index in (3, 9))
        assert len(await syncfy.call("GET", f"/transactions?id_transaction={held.id}", headers=session)) == 1
        assert await syncfy.call("GET", f"/transactions?id_transaction={missing.id}", headers=session) == []
        await syncfy.call("GET", f"/attachments/{missing.attachments[0].id}/json", code=404, headers=session)


async def test_search_dates_limit_a_first_download() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        login = {
            "id_site": CIEC,
            "credentials": {"rfc": "ACM010101ABC", "password": "x"},
            "options": {"search_from": "2026-01-03", "search_to": "2026-01-05"},
        }
        pull = await syncfy.call("POST", "/credentials", headers=session, json=login)
        await syncfy.finish(pull["id_job"])
        rows = await syncfy.call("GET", "/transactions", headers=session)
        assert [row["reference"] for row in rows] == ["REF-2", "REF-3", "REF-4"]
        login["options"] = {"search_from": "yesterday"}
        await syncfy.call("POST", "/credentials", code=400, headers=session, json=login)


async def test_a_page_makes_no_more_rows_than_it_shows() -> None:
    portfolio = TinyPortfolio(sizes={Site.CIEC: 100_000})
    async with sandbox(portfolios=lambda _: portfolio) as syncfy:
        _, session = await syncfy.user()
        id_job = await syncfy.start(session, id_site=CIEC)
        await syncfy.finish(id_job)
        (refreshed,) = (event for event in syncfy.receiver.events if event["payload"]["event"] == "refresh")
        addresses = refreshed["payload"]["endpoints"]
        assert len(addresses["transactions"]) == 20
        assert len(addresses["attachments"]) == 14  # two of three rows have a file

        before = portfolio.made
        rows = await syncfy.call("GET", "/transactions?skip=99990&limit=5000", headers=session)
        assert [row["reference"] for row in rows] == [f"REF-{index}" for index in range(99_990, 100_000)]
        files = await syncfy.call("GET", "/attachments?skip=66660&limit=3", headers=session)
        assert [file["file"] for file in files] == ["CIEC-99990.xml", "CIEC-99991.xml", "CIEC-99993.xml"]
        assert await syncfy.call("GET", "/attachments/count", headers=session) == {"count": 66_667}
        assert portfolio.made - before < 20


async def test_files_come_raw_with_their_type_and_name(connected: Connected) -> None:
    syncfy, session = connected
    row = (await rows_of(connected, "limit=1"))[0]
    raw = await syncfy.http.get(f"/v1{row['attachments'][0]['url']}", headers=session)
    assert raw.content.startswith(b"<?xml")
    assert raw.headers["content-type"] == "text/xml;charset=UTF-8"
    assert raw.headers["content-disposition"] == 'filename="CIEC-0.xml"'
    returns = await syncfy.call("GET", f"/transactions?id_site={Site.MONTHLY_RETURNS.id}", headers=session)
    for file, content_type in zip(returns[0]["attachments"], ("application/pdf", "application/json"), strict=True):
        answered = await syncfy.http.get(f"/v1{file['url']}", headers=session)
        assert answered.headers["content-type"] == content_type
    await syncfy.call("GET", "/attachments/nothing", code=404, headers=session)


async def test_parsed_forms_have_names_in_capitals(connected: Connected) -> None:
    syncfy, session = connected
    file = (await rows_of(connected, "limit=1"))[0]["attachments"][0]
    extra = await syncfy.call("GET", f"{file['url']}/extra", headers=session)
    (root,) = extra["extra"]
    assert (root["n"], root["a"]) == ("CFDI:COMPROBANTE", {"VERSION": "4.0", "FOLIO": "0"})
    assert [child["n"] for child in root["c"]] == ["CFDI:EMISOR", "CFDI:CONCEPTOS"]
    (parsed,) = await syncfy.call("GET", f"{file['url']}/json", headers=session)
    assert parsed["json"] == {
        "CFDI:COMPROBANTE": {
            "VERSION": "4.0",
            "FOLIO": "0",
            "CFDI:EMISOR": {"RFC": "ACM010101ABC"},
            "CFDI:CONCEPTOS": [{"CFDI:CONCEPTO": {"IMPORTE": "1.00"}}],
        }
    }
    bulk = await syncfy.call("GET", f"/attachments/json?id_site={CIEC}&limit=2", headers=session)
    assert bulk[0] == parsed


async def test_attachments_are_listed_and_filtered(connected: Connected) -> None:
    syncfy, session = connected
    assert await syncfy.call("GET", "/attachments/count", headers=session) == {"count": 23}
    pdf = await syncfy.call("GET", "/attachments?id_attachment_type=type-pdf&limit=2&skip=1", headers=session)
    assert [file["file"] for file in pdf] == ["ANNUAL_RETURNS-1.pdf", "MONTHLY_RETURNS-0.pdf"]
    assert await syncfy.call("GET", "/attachments/count?id_attachment_type=type-pdf", headers=session) == {"count": 6}
    one = await syncfy.call("GET", f"/attachments?id_transaction={pdf[0]['id_transaction']}", headers=session)
    assert len(one) == 2
    assert await syncfy.call("GET", "/attachments?is_valid=0", headers=session) == []
    pages = [await syncfy.call("GET", f"/attachments?limit=5&skip={skip}", headers=session) for skip in range(0, 30, 5)]
    everything = await syncfy.call("GET", "/attachments", headers=session)
    assert [file for page in pages for file in page] == everything
    empty = await syncfy.http.get("/v1/attachments/export?dt_refresh_to=1", headers=session)
    assert zipfile.ZipFile(io.BytesIO(empty.content)).namelist() == []


async def test_a_credentials_transactions_can_carry_their_files(connected: Connected) -> None:
    syncfy, session = connected
    (credential,) = await syncfy.call("GET", f"/credentials?id_site={CIEC}", headers=session)
    path = f"/credentials/{credential['id_credential']}/transactions?limit=1"
    (plain,) = await syncfy.call("GET", path, headers=session)
    assert "content" not in plain["attachments"][0]
    assert {"dt_refreshed", "dt_disabled", "dt_created", "dt_modified"} < set(plain)
    (row,) = await syncfy.call("GET", f"{path}&attachment_content=1&attachment_content_parse=1", headers=session)
    (file,) = row["attachments"]
    assert base64.b64decode(file["content"]).startswith(b"<?xml")
    assert file["parse_content"]["CFDI:COMPROBANTE"]["FOLIO"] == "0"


async def test_a_deleted_credential_takes_its_rows_with_it(connected: Connected) -> None:
    syncfy, session = connected
    (credential,) = await syncfy.call("GET", f"/credentials?id_site={CIEC}", headers=session)
    assert await syncfy.call("DELETE", f"/credentials/{credential['id_credential']}", headers=session) is True
    assert await rows_of(connected, "") == []
    assert len(await syncfy.call("GET", "/accounts", headers=session)) == 3


async def test_public_addresses_follow_the_options() -> None:
    async with sandbox(SandboxOptions(public_url="https://syncfy.example", rate_limit=0)) as syncfy:
        _, session = await syncfy.user()
        login = {"id_site": CIEC, "credentials": {"rfc": "ACM010101ABC", "password": "x"}}
        pull = await syncfy.call("POST", "/credentials", headers=session, json=login)
        assert pull["ws"] == f"wss://syncfy.example/v1/status/{pull['id_job']}"
        assert pull["status"] == f"https://syncfy.example/v1/jobs/{pull['id_job']}/status"
