"""Requests to Syncfy: rate-limited, never redirected, every failure as one of our errors without secrets.

Failures are raised outside the `except` that saw them, because httpx's exceptions carry the request, and with it the
password or the API key, to whoever formats a traceback.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
import msgspec

from gateway.errors import SettingsError, SyncfyMalformed, SyncfyRateLimited, SyncfyUnavailable
from gateway.syncfy import decoding
from gateway.syncfy.calls import Call, refusal
from gateway.syncfy.decoding import Envelope, T
from gateway.syncfy.limiter import Limiter

# httpx writes every URL at INFO, and a query may name a taxpayer.
logging.getLogger("httpx").setLevel(logging.WARNING)

#: A page of 5,000 transactions is about 8 MB; of documents, their PDFs in base64.
LARGEST_JSON = 64 * 1024 * 1024
#: Seconds for the whole of an answer, an export of many megabytes too.
LONGEST_BODY = 600.0
_LARGEST_REFUSAL = 64 * 1024
_LONGEST_WAIT = 5.0


class Transport:
    def __init__(
        self, http: httpx.AsyncClient, limiter: Limiter, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._http = http
        self._base = base_url(str(http.base_url))
        self._limiter = limiter
        self._sleep = sleep

    async def send(self, call: Call, auth: str, *, accept: str = "application/json") -> httpx.Response:
        """Send a request; return the open 2xx response, which the caller reads with `chunks` or `read` and closes."""
        response = await self._once(call, auth, accept)
        if response.status_code == 429:
            wait = retry_after(response.headers.get("Retry-After"))
            await response.aclose()
            if wait > _LONGEST_WAIT:
                raise SyncfyRateLimited(wait)
            await self._sleep(wait)
            response = await self._once(call, auth, accept)
        if not response.is_success:
            try:
                await _refuse(response, call, auth)
            finally:
                await response.aclose()
        return response

    async def json(self, call: Call, auth: str, decoder: msgspec.json.Decoder[T]) -> T:
        """Send a request and return the `response` of its envelope."""
        response = await self.send(call, auth)
        return await unwrap(response, call, auth, decoder)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _once(self, call: Call, auth: str, accept: str) -> httpx.Response:
        await self._limiter()
        headers = {"Authorization": auth, "Accept": accept}
        content = None
        if call.body is not None:
            content = msgspec.json.encode(call.body)
            headers["Content-Type"] = "application/json"
        url = self._base + call.path
        request = self._http.build_request(
            call.method, url, params=list(call.params) or None, headers=headers, content=content
        )
        try:
            return await self._http.send(request, stream=True, follow_redirects=False)
        except httpx.RequestError as error:
            failure = type(error).__name__
        raise SyncfyUnavailable(f"Syncfy does not answer ({failure})")


@cache
def _tls() -> ssl.SSLContext:
    """Read the authorities once a process: that takes longer than most of our answers."""
    return httpx.create_ssl_context()


def open_http(url: str, timeout: httpx.Timeout, connections: int) -> httpx.AsyncClient:
    """Open the HTTP client: so many connections, no redirects and no cookies."""
    return httpx.AsyncClient(
        base_url=base_url(url),
        verify=_tls(),
        timeout=timeout,
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        follow_redirects=False,
        headers={"User-Agent": "sat-gateway"},
        # Syncfy's balancer sets a cookie, which one jar would share between all users.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    )


async def unwrap(response: httpx.Response, call: Call, auth: str, decoder: msgspec.json.Decoder[T]) -> T:
    """Read and close an open response, and decode its envelope."""
    try:
        content = await read(response, LARGEST_JSON)
    finally:
        await response.aclose()
    envelope = decoding.decoded(decoding.ENVELOPE, content)
    if envelope.refused:
        raise refusal(envelope, response.status_code, call, auth)
    if not bytes(envelope.response):
        raise SyncfyMalformed("Syncfy's answer has no response")
    return decoding.decoded(decoder, envelope.response, "$.response")


def is_json(response: httpx.Response) -> bool:
    """Return True for a body that says that it is JSON."""
    kind: str = response.headers.get("Content-Type", "")
    return kind.partition(";")[0].strip().lower() == "application/json"


async def chunks(
    response: httpx.Response, max_bytes: int, *, clock: Callable[[], float] = time.monotonic
) -> AsyncGenerator[bytes, None]:
    """Read the body of an open response. Raises SyncfyMalformed as soon as it is larger than `max_bytes`.

    httpx bounds the wait for each chunk. One that drips is given up after LONGEST_BODY seconds: SyncfyUnavailable.
    """
    size, end = 0, clock() + LONGEST_BODY
    failure: Exception
    try:
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > max_bytes or clock() > end:
                break
            yield chunk
        else:
            return
        failure = SyncfyUnavailable("Syncfy's answer does not end")
        if size > max_bytes:
            failure = SyncfyMalformed(f"Syncfy's answer is larger than {max_bytes} bytes")
    except httpx.DecodingError:
        failure = SyncfyMalformed("Syncfy's answer cannot be decompressed")
    except (httpx.RequestError, httpx.StreamError) as error:
        failure = SyncfyUnavailable(f"Syncfy's answer broke off ({type(error).__name__})")
    raise failure


async def read(response: httpx.Response, max_bytes: int) -> bytes:
    """Read the whole body of an open response. Raises SyncfyMalformed when it is larger than `max_bytes`."""
    return b"".join([chunk async for chunk in chunks(response, max_bytes)])


def retry_after(value: str | None) -> float:
    """Read Retry-After in seconds; 1 without one: Syncfy does not document it, and its limit is per second."""
    if value is None:
        return 1.0
    text = value.strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return 1.0
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


def base_url(url: str) -> str:
    """Remove a trailing `/v1` from Syncfy's address, which is written with and without it."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        raise SettingsError("Syncfy's URL is not an http(s) address") from None
    if parts.scheme not in ("http", "https") or not parts.host:
        raise SettingsError("Syncfy's URL is not an http(s) address")
    if parts.userinfo or parts.query or parts.fragment:
        raise SettingsError("Syncfy's URL carries more than a host and a path")
    return str(parts).rstrip("/").removesuffix("/v1").rstrip("/")


async def _refuse(response: httpx.Response, call: Call, auth: str) -> None:
    status = response.status_code
    if status >= 500:
        raise SyncfyUnavailable(f"Syncfy answered {status}")
    if status == 429:
        raise SyncfyRateLimited(retry_after(response.headers.get("Retry-After")))
    if status < 400:
        raise SyncfyMalformed(f"Syncfy answered {status}: a redirect is never followed")
    try:
        envelope = decoding.decoded(decoding.ENVELOPE, await read(response, _LARGEST_REFUSAL))
    except SyncfyMalformed:  # a proxy's page in HTML: the status says enough
        envelope = Envelope()
    raise refusal(envelope, status, call, auth)
