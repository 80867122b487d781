"""No text, whoever wrote it, makes an Endpoint that leaves the known resources."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.errors import EndpointRefused
from gateway.syncfy.endpoints import (
    RESOURCES,
    Endpoint,
    distinct,
    documents_all,
    export_since,
    parse_endpoint,
    transactions_since,
)

WINDOW = "id_credential=648cb2aa8c7a0b6c2b2e6694&dt_refresh_from=1684213883&dt_refresh_to=1684213915"
FROM_SYNCFYS_SAMPLES = [
    "/v1/credentials/648cb2a99ca1b91b0a141391",
    f"/v1/accounts?{WINDOW}&limit=5000&skip=0&wbhk=1",
    f"/v1/attachments/export?{WINDOW}&limit=5000&skip=0&wbhk=1",
    f"/v1/transactions?{WINDOW}&limit=5000&skip=10000&wbhk=1",
    "/v1/documents?id_job_webhook=648cb2d190b1bf61cc50b3ba",
    "/v1/webhooks/events/7efce48a-1c9e-4a0e-9d1c-2b8f5ad0c001/documents/zip?limit=1000&skip=0",
]


@pytest.mark.parametrize("text", FROM_SYNCFYS_SAMPLES)
def test_what_syncfy_sends_is_taken_and_spelt_the_same_again(text: str) -> None:
    endpoint = parse_endpoint(text)
    assert str(endpoint) == text
    assert endpoint.resource in RESOURCES


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "/v1",
        "/v1/",
        "v1/transactions",
        "/transactions",
        "/v2/transactions",
        "/v1/transactionsx",
        "/v1/transactions/",
        "http://169.254.169.254/v1/transactions",
        "https://sync.paybook.com/v1/transactions",
        "HTTPS://sync.paybook.com/v1/transactions",
        "//evil.test/v1/transactions",
        "/\\evil.test/v1/transactions",
        "/v1/transactions\\..\\users",
        "@evil.test/v1/transactions",
        ":8080/v1/transactions",
        "/v1//transactions",
        "/v1/transactions//x",
        "/v1/transactions/../users",
        "/v1/transactions/..",
        "/v1/transactions/.",
        "/v1/transactions/%2e%2e/users",
        "/v1/transactions/%2E%2E%2fusers",
        "/v1/transactions%2f..%2fusers",
        "/v1/transactions/%252e%252e",
        "/v1/transactions#x",
        "/v1/transactions?x=1#y",
        "/v1/transactions ",
        "/v1/transactions\r\nHost: evil.test",
        "/v1/transactions\x00",
        "/v1/transactions\n",
        "/v1/transactions;x=1",
        "/v1/tránsactions",
        "/v1/users",
        "/v1/users/1",
        "/v1/sessions",
        "/v1/webhooks",
        "/v1/webhooks/1",
        "/v1/webhooks/events",
        "/v1/jobs/1/status",
        "/v1/credentials/all",
        "/v1/credentials/all/x",
        "/v1/transactions?token=abc",
        "/v1/transactions?api_key=abc",
        "/v1/transactions?id_user=abc",
        "/v1/transactions?%69d_user=abc",
        "/v1/transactions?limit=0",
        "/v1/transactions?limit=-1",
        "/v1/transactions?limit=many",
        "/v1/transactions?skip=1e3",
        "/v1/transactions?skip=1&skip=2",
        "/v1/transactions?skip",
        "/v1/transactions?&&",
        "/v1/transactions?keywords=%00",
        "/v1/transactions?keywords=%0d%0a",
        "/v1/transactions?keywords=%ff",
        "/v1/transactions?KEY=1",
        "/v1/transactions?a[]=1",
        "/v1/transactions?" + "&".join(f"a{n}=1" for n in range(40)),
        "/v1/transactions/" + "a" * 65,
        "/v1/transactions?keywords=" + "a" * 3000,
    ],
)
def test_everything_else_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(EndpointRefused) as refusal:
        parse_endpoint(text)
    assert len(text) < 5 or text not in str(refusal.value)


_PIECES = [
    "/v1/",
    "transactions",
    "credentials",
    "all",
    "..",
    ".",
    "/",
    "//",
    "%2e",
    "%2f",
    "\\",
    "?",
    "&",
    "=",
    "#",
    "@",
    ":",
    "http://",
    "evil.test",
    "limit",
    "skip",
    "0",
    "1",
    "token",
    "id_user",
    "\n",
    "\x00",
    "ñ",
    "webhooks/events",
    " ",
]


@given(st.text() | st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
@example("/v1/transactions?limit=1")
def test_any_text_is_a_safe_endpoint_or_refused(text: str) -> None:
    try:
        endpoint = parse_endpoint(text)
    except EndpointRefused:
        return
    base = httpx.URL("https://user-facing.test/prefix")
    url = httpx.URL("https://user-facing.test/prefix" + endpoint.path, params=list(endpoint.params))
    assert (url.scheme, url.host, url.port, url.userinfo, url.fragment) == ("https", base.host, None, b"", "")
    assert re.fullmatch(
        r"/prefix/v1/(credentials|accounts|transactions|attachments|documents|webhooks/events)(/[\w-]+)*", url.path
    )
    assert not {"api_key", "token", "id_user"} & set(url.params)
    assert endpoint.limit != 0
    assert parse_endpoint(str(endpoint)) == endpoint


@given(st.sampled_from(FROM_SYNCFYS_SAMPLES), st.integers(0, 10**8))
def test_a_page_differs_in_its_skip_only(text: str, skip: int) -> None:
    endpoint = parse_endpoint(text)
    page = endpoint.page(skip)
    assert page.skip == skip
    assert (page.path, page.limit) == (endpoint.path, endpoint.limit)
    assert {name: value for name, value in page.params if name != "skip"} == {
        name: value for name, value in endpoint.params if name != "skip"
    }


def test_keywords_may_be_spanish() -> None:
    assert parse_endpoint("/v1/transactions?keywords=n%C3%B3mina,vigente").params == (("keywords", "nómina,vigente"),)


def test_several_pages_of_one_list_are_one_list() -> None:
    texts = [f"/v1/transactions?id_credential={id}&limit=5000&skip={skip}" for id in "ab" for skip in (5000, 0, 10000)]
    assert distinct(map(parse_endpoint, texts)) == [parse_endpoint(texts[1]), parse_endpoint(texts[4])]


def test_our_own_addresses_pass_our_own_check() -> None:
    at = datetime(2023, 5, 16, 5, 11, 23, tzinfo=UTC)
    built = [transactions_since("c1", at, 1684213915), export_since("c1", at, 1684213915), documents_all()]
    assert [parse_endpoint(str(endpoint)) for endpoint in built] == built
    assert dict(built[0].params)["dt_refresh_from"] == "1684213883"
    assert built[1].path == "/v1/attachments/export"
    with pytest.raises(EndpointRefused):
        transactions_since("c1&id_user=x", at, at)


def test_an_endpoint_is_a_value() -> None:
    assert len({parse_endpoint("/v1/accounts"), Endpoint("/v1/accounts")}) == 1
