"""What a document's links give: its bytes, whole or in part, with the right name and type, to whoever has the link."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import random
import re
import threading
import time
from dataclasses import replace
from typing import Any

import httpx
import orjson
import pytest

from gateway.http import downloads
from gateway.http.links import Link, Links, Purpose
from gateway.sat.kinds import Kind
from gateway.store import files
from gateway.store.files import NewFile
from tests.graphql.conftest import Profile
from tests.profiles import BROKEN
from tests.support import JWT_SECRET, Api
from tests.waiting import PATIENCE

DOWNLOAD = "{ url fileName mediaType size expiresAt generated }"
KINDS = {
    "invoices": Kind.INVOICE,
    "withholdings": Kind.WITHHOLDING,
    "annualReturns": Kind.ANNUAL_RETURN,
    "monthlyReturns": Kind.MONTHLY_RETURN,
    "complianceOpinions": Kind.COMPLIANCE_OPINION,
    "taxStatuses": Kind.TAX_STATUS,
}


async def nodes_of(api: Api, profile: Profile, field: str) -> Any:
    inner = f"id xml {DOWNLOAD} pdf {DOWNLOAD} json {DOWNLOAD} files {{ name sha256 size mediaType url }}"
    document = f"query($id: ID!) {{ taxpayer(id: $id) {{ {field}(first: 60) {{ nodes {{ {inner} }} }} }} }}"
    return (await api.data(document, {"id": profile.id}))["taxpayer"][field]["nodes"]


async def an_xml(api: Api, profile: Profile) -> Any:
    return next(node["xml"] for node in await nodes_of(api, profile, "invoices") if node["xml"])


@pytest.mark.parametrize("field", KINDS)
async def test_everything_that_was_delivered_is_downloaded_to_the_bit(
    reading: Api, profile: Profile, field: str
) -> None:
    nodes = await nodes_of(reading, profile, field)
    assert nodes
    for file in [file for node in nodes[:5] for file in node["files"]]:
        answer = await reading.http.get(file["url"])
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
        assert answer.headers["content-type"] == file["mediaType"]
        assert int(answer.headers["content-length"]) == len(answer.content) == file["size"]


async def test_an_xml_is_called_after_its_folio_fiscal_and_never_shown_by_a_browser(
    reading: Api, profile: Profile
) -> None:
    xml = await an_xml(reading, profile)
    assert re.fullmatch(r"[0-9A-F-]{36}\.xml", xml["fileName"])
    assert (xml["mediaType"], xml["generated"]) == ("application/xml", False)
    headers = (await reading.http.get(xml["url"])).headers
    assert headers["content-disposition"] == f'attachment; filename="{xml["fileName"]}"'
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"].startswith("private")
    assert profile.taxpayer.rfc not in xml["url"]


@pytest.mark.parametrize("field", KINDS)
async def test_json_is_our_normal_form_in_the_schemas_words_where_syncfy_gave_none(
    reading: Api, profile: Profile, field: str
) -> None:
    node = (await nodes_of(reading, profile, field))[0]
    answer = await reading.http.get(node["json"]["url"])
    assert answer.status_code == 200
    found = answer.json()
    if node["json"]["generated"]:
        assert found["kind"] == KINDS[field]
        assert not [name for name in found if "_" in name]
        row = await reading.store[KINDS[field].collection].find_one({"taxpayer": profile.taxpayer.id})
        assert row is not None and "amounts" not in found and "digests" not in found


async def test_amounts_of_the_normal_form_are_the_documents_own_text(reading: Api, profile: Profile) -> None:
    document = "query($id: ID!) { taxpayer(id: $id) { invoices { nodes { uuid total json { url } } } } }"
    nodes = (await reading.data(document, {"id": profile.id}))["taxpayer"]["invoices"]["nodes"]
    for node in nodes[:5]:
        found = (await reading.http.get(node["json"]["url"])).json()
        assert (found["uuid"], found["total"]) == (node["uuid"], node["total"])


async def test_what_could_not_be_read_can_be_downloaded_too(reading: Api, profile: Profile) -> None:
    document = "query($id: ID!) { taxpayer(id: $id) { unreadable { nodes { file { url } } } } }"
    nodes = (await reading.data(document, {"id": profile.id}))["taxpayer"]["unreadable"]["nodes"]
    assert (await reading.http.get(nodes[0]["file"]["url"])).content == BROKEN


@pytest.mark.parametrize(
    ("wanted", "start", "stop"), [("bytes=0-9", 0, 10), ("bytes=10-", 10, None), ("bytes=-7", -7, None)]
)
async def test_a_range(reading: Api, profile: Profile, wanted: str, start: int, stop: int | None) -> None:
    xml = await an_xml(reading, profile)
    whole = (await reading.http.get(xml["url"])).content
    part = await reading.http.get(xml["url"], headers={"Range": wanted})
    assert part.status_code == 206
    assert part.content == whole[start:stop]
    first = start % len(whole)
    assert part.headers["content-range"] == f"bytes {first}-{first + len(part.content) - 1}/{len(whole)}"


@pytest.mark.parametrize("wanted", ["bytes=9-1", "lines=1-2", "bytes=0-1,5-9", "bytes=-", "bytes=a-b"])
async def test_what_is_no_single_range_gets_the_whole(reading: Api, profile: Profile, wanted: str) -> None:
    xml = await an_xml(reading, profile)
    answer = await reading.http.get(xml["url"], headers={"Range": wanted})
    assert (answer.status_code, len(answer.content)) == (200, xml["size"])


async def test_a_range_beyond_the_end_is_refused_with_the_size(reading: Api, profile: Profile) -> None:
    xml = await an_xml(reading, profile)
    answer = await reading.http.get(xml["url"], headers={"Range": f"bytes={xml['size']}-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{xml['size']}")


async def test_the_tag_saves_a_download_and_guards_a_range(reading: Api, profile: Profile) -> None:
    xml = await an_xml(reading, profile)
    tag = (await reading.http.head(xml["url"])).headers["etag"]
    unchanged = await reading.http.get(xml["url"], headers={"If-None-Match": f'"x", W/{tag}'})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    other = await reading.http.get(xml["url"], headers={"Range": "bytes=0-1", "If-Range": '"another"'})
    assert (other.status_code, len(other.content)) == (200, xml["size"])


async def test_head_says_what_get_would_send(reading: Api, profile: Profile) -> None:
    xml = await an_xml(reading, profile)
    got, head = await reading.http.get(xml["url"]), await reading.http.head(xml["url"])
    assert head.content == b""
    assert dict(head.headers) | {"x-request-id": ""} == dict(got.headers) | {"x-request-id": ""}


async def test_a_large_file_comes_in_pieces_and_from_any_byte(api: Api) -> None:
    noise = random.Random(2).randbytes(9 * 1024 * 1024)
    file = NewFile("large.xml", "application/xml", noise)
    await files.keep(api.store, "t", [(file.sha256, file)])
    url, _ = api.parts.links.url(Link("t", Purpose.FILE, file.sha256, "large.xml"))
    assert (await api.http.get(url)).content == noise
    part = await api.http.get(url, headers={"Range": "bytes=5000000-6000000"})
    assert part.content == noise[5_000_000:6_000_001]


@pytest.mark.parametrize("change", [{"taxpayer": "t2"}, {"subject": "cd" * 32}])
async def test_a_file_of_another_taxpayer_is_not_found(reading: Api, profile: Profile, change: Any) -> None:
    """Links are made for what a query showed; and even a good link finds only its own taxpayer's bytes."""
    file = await reading.store["files"].find_one({"taxpayer": profile.taxpayer.id})
    assert file is not None
    link = Link(profile.taxpayer.id, Purpose.FILE, file["_id"].partition(":")[2], "x")
    assert (await reading.http.get(reading.parts.links.url(link)[0])).status_code == 200
    missing = await reading.http.get(reading.parts.links.url(replace(link, **change))[0])
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "NOT_FOUND")


async def test_a_forged_link_is_refused_and_an_old_one_is_gone(reading: Api, profile: Profile) -> None:
    xml = await an_xml(reading, profile)
    payload, _, signature = xml["url"].rpartition("/")[2].partition(".")
    claims = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    longer = base64.urlsafe_b64encode(orjson.dumps([*claims[:4], claims[4] + 86_400])).decode().rstrip("=")
    for token in (f"{longer}.{signature}", f"{payload}.", payload, "x", f"{payload}.{signature[:-1]}"):
        answer = await reading.http.get(f"/files/{token}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "LINK_FORGED")
    past = Links(JWT_SECRET, "", clock=lambda: 1_700_000_000.0)
    answer = await reading.http.get(past.url(Link("t", Purpose.FILE, "x", "x"))[0])
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "LINK_EXPIRED")
    assert answer.headers["cache-control"] == "no-store"


async def test_only_get_and_head(reading: Api, profile: Profile) -> None:
    xml = await an_xml(reading, profile)
    answers: list[httpx.Response] = [await reading.http.request(m, xml["url"]) for m in ("POST", "PUT", "DELETE")]
    assert {answer.status_code for answer in answers} == {405}


async def test_where_sat_gave_no_pdf_ours_is_printed(reading: Api, profile: Profile) -> None:
    made = 0
    for field in ("invoices", "withholdings"):
        for node in (await nodes_of(reading, profile, field))[:4]:
            assert (node["pdf"] is None) == (node["xml"] is None)
            if node["pdf"] and node["pdf"]["generated"]:
                made += 1
                answer = await reading.http.get(node["pdf"]["url"])
                assert answer.content.startswith(b"%PDF-")
                assert answer.headers["content-type"] == "application/pdf"
                assert answer.headers["content-disposition"] == f'inline; filename="{node["pdf"]["fileName"]}"'
                again = await reading.http.get(node["pdf"]["url"], headers={"Range": "bytes=0-99"})
                assert again.content == answer.content[:100]
    assert made


async def test_a_link_holds_no_name_that_somebody_else_chose(reading: Api, profile: Profile) -> None:
    """It may hold an RFC, which an address in a log would tell, and be longer than a link may be."""
    node = next(node for node in await nodes_of(reading, profile, "annualReturns") if node["pdf"])
    pdf, delivered = node["pdf"], node["files"]
    for address, name in [(pdf["url"], pdf["fileName"]), *((file["url"], file["name"]) for file in delivered)]:
        payload = address.rpartition("/")[2].partition(".")[0]
        assert name not in base64.urlsafe_b64decode(payload + "==").decode()
        assert name in (await reading.http.head(address)).headers["content-disposition"]


async def test_no_more_than_two_are_printed_at_once(
    reading: Api, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The threads that print are those that everything else waits for too."""
    printing, most = 0, 0
    lock, two = threading.Lock(), threading.Event()

    def slow(*_: object) -> bytes:
        nonlocal printing, most
        with lock:
            printing += 1
            most = max(most, printing)
            if most == 2:
                two.set()
        assert two.wait(PATIENCE)  # there is room for a second one
        time.sleep(0.05)  # … and for no third
        with lock:
            printing -= 1
        return b"%PDF-"

    monkeypatch.setattr(downloads, "printed", slow)
    made = [node["pdf"]["url"] for node in await nodes_of(reading, profile, "invoices") if node["pdf"]][:6]
    answers = await asyncio.gather(*(reading.http.get(address) for address in made))
    assert [answer.status_code for answer in answers] == [200] * 6
    assert most == 2
