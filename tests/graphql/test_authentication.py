"""No token, no answer: 401 over HTTP, close 4403 over WebSocket, and never a word on why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from websockets.exceptions import InvalidStatus

from gateway.app import create_app
from gateway.auth import mint_token
from tests.contract.sandbox_server import serving
from tests.graphql.conftest import Profile
from tests.graphql.sockets import opened_socket
from tests.support import JWT_SECRET, VIEWER, Api, bearer, running_api, settings_for

LATER = datetime.now(UTC) + timedelta(hours=1)


def signed(claims: dict[str, Any], secret: str = JWT_SECRET, algorithm: str = "HS256") -> str:
    return jwt.encode({"aud": "sat-gateway", "sub": VIEWER, "exp": LATER} | claims, secret, algorithm=algorithm)


BAD = {
    "nothing": "",
    "another scheme": "Basic dXNlcjpwYXNz",
    "no token": "Bearer ",
    "no jwt": "Bearer abc",
    "expired": f"Bearer {mint_token(JWT_SECRET, VIEWER, lifetime=timedelta(minutes=-5))}",
    "another secret": f"Bearer {mint_token('another secret that is long enough too', VIEWER)}",
    "another audience": f"Bearer {signed({'aud': 'somebody-else'})}",
    "no subject": f"Bearer {signed({'sub': ''})}",
    "a long subject": f"Bearer {signed({'sub': 'x' * 201})}",
    "unsigned": f"Bearer {jwt.encode({'aud': 'sat-gateway', 'sub': VIEWER, 'exp': LATER}, None, algorithm='none')}",
    "never expires": "Bearer " + jwt.encode({"aud": "sat-gateway", "sub": VIEWER}, JWT_SECRET, algorithm="HS256"),
}


@pytest.mark.parametrize("why", BAD)
async def test_http_answers_401(reading: Api, why: str) -> None:
    headers = {"Authorization": BAD[why]} if BAD[why] else {}
    response = await reading.http.post("/graphql", json={"query": "{ viewer { id } }"}, headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    body = response.json()
    assert set(body) == {"errors"}
    assert body["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert JWT_SECRET not in response.text


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_neither_the_schema_nor_a_syntax_error_without_a_token(reading: Api, method: str) -> None:
    for document in ("{ __schema { types { name } } }", "{", ""):
        sent: Any = {"params": {"query": document}} if method == "GET" else {"json": {"query": document}}
        assert (await reading.http.request(method, "/graphql", **sent)).status_code == 401


async def test_the_scheme_is_of_any_case(reading: Api) -> None:
    headers = {"authorization": bearer()["Authorization"].replace("Bearer", "bearer")}
    answer = await reading.http.post("/graphql", json={"query": "{ viewer { id } }"}, headers=headers)
    assert answer.json() == {"data": {"viewer": {"id": VIEWER}}}


async def test_the_page_for_developers_needs_none_and_holds_no_data(reading: Api, profile: Profile) -> None:
    page = await reading.http.get("/graphql", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "graphiql" in page.text.lower()
    assert profile.taxpayer.rfc not in page.text


@pytest.fixture(scope="module")
def url(mongodb_url: str, profile: Profile) -> Iterator[str]:
    with serving(create_app(settings_for(mongodb_url, profile.database))) as base:
        yield base


@pytest.mark.parametrize("why", BAD)
async def test_a_socket_is_closed_with_4403(url: str, why: str) -> None:
    async with opened_socket(url) as socket:
        await socket.send(type="connection_init", payload={"authorization": BAD[why]} if BAD[why] else {})
        assert await socket.closed() == (4403, "Forbidden")


@pytest.mark.parametrize("value", [5, None, [], {"a": 1}, True])
async def test_a_token_that_is_no_text_is_no_token(url: str, value: Any) -> None:
    async with opened_socket(url) as socket:
        await socket.send(type="connection_init", payload={"authorization": value})
        assert await socket.closed() == (4403, "Forbidden")


async def test_nothing_before_connection_init(url: str) -> None:
    async with opened_socket(url) as socket:
        await socket.subscribe("{ viewer { id } }")
        assert (await socket.closed())[0] == 4401


@pytest.mark.parametrize("where", ["payload", "header"])
async def test_a_token_in_the_payload_or_the_handshake(url: str, where: str) -> None:
    header = bearer() if where == "header" else None
    async with opened_socket(url, headers=header) as socket:
        await socket.send(type="connection_init", payload=bearer() if where == "payload" else {})
        assert (await socket.receive())["type"] == "connection_ack"
        await socket.subscribe("{ viewer { id } }")
        assert await socket.next() == {"viewer": {"id": VIEWER}}


async def test_a_foreign_page_opens_no_socket(url: str) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        async with opened_socket(url, headers={"Origin": "https://elsewhere.example"}):
            pass


async def test_production_shows_no_page(mongodb_url: str, profile: Profile) -> None:
    async with running_api(settings_for(mongodb_url, profile.database, environment="production")) as api:
        assert (await api.http.get("/graphql", headers={"Accept": "text/html"})).status_code == 401
