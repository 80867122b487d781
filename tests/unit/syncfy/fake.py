"""A Syncfy for the client's tests: answers by (verb, path), and remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from gateway.syncfy.client import Syncfy

KEY = "0123456789abcdef0123456789abcdef"
USER = "648a053b59f043380d473be3"
CREDENTIAL = "648cb2a99ca1b91b0a141391"
JOB = "648cc12358b1a5697b06a41e"

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


def enveloped(
    response: object, *, code: int = 200, message: str | None = None, ok: bool | None = None
) -> httpx.Response:
    """The envelope of every answer of Syncfy, with its headers."""
    rid = "f5652fba-e0f5-41e8-b2c1-db455759dc4c"
    status = code < 400 if ok is None else ok
    body = {"rid": rid, "code": code, "errors": None, "status": status, "message": message, "response": response}
    return httpx.Response(code if ok is None else 200, json=body, headers={"Request-ID": rid})


def refused(code: int, message: str = "Unauthorized", **headers: str) -> httpx.Response:
    answer = enveloped(None, code=code, message=message)
    answer.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return answer


class FakeSyncfy:
    """`on(verb, path, *answers)`: given in turn, the last one from then on."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.paced = 0
        self._answers: dict[tuple[str, str], list[Answer]] = {}
        self._tokens = 0
        self.on("POST", "/v1/sessions", self._session)

    def on(self, verb: str, path: str, *answers: Answer) -> None:
        self._answers[verb, path] = list(answers)

    def client(self, base: str = "https://sync.test/v1") -> Syncfy:
        http = httpx.AsyncClient(transport=httpx.MockTransport(self._answer), base_url=base)
        return Syncfy(http, api_key=KEY, limiter=self._pace)

    def asked(self, verb: str, path: str) -> list[httpx.Request]:
        return [request for request in self.requests if (request.method, request.url.path) == (verb, path)]

    def body(self, verb: str, path: str) -> Any:
        return json.loads(self.asked(verb, path)[-1].content)

    async def _pace(self) -> None:
        self.paced += 1

    def _session(self, request: httpx.Request) -> httpx.Response:
        self._tokens += 1
        return enveloped({"token": f"{self._tokens:064x}", "key": "x", "iv": "y"})

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answers = self._answers[request.method, request.url.path]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return answer(request)
