"""The addresses in Syncfy's events, checked before anything is requested from them.

An event is data from outside: whoever can forge one must not be able to point us at another host (SSRF), at another
taxpayer, or at a resource we have no business with. So an address is taken apart, and built again on our own base URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NoReturn
from urllib.parse import parse_qsl, quote, urlencode

from gateway.errors import EndpointRefused

RESOURCES = ("credentials", "accounts", "transactions", "attachments", "documents", "webhooks/events")
#: The page size of the addresses in Syncfy's own events.
PAGE = 5000

_MAX_LENGTH = 2048
_RAW = re.compile(r"[!-~]+")
# No dot, no percent sign, no colon: `..`, `%2e`, `%2f`, a host or a port cannot be spelt with what is left.
_PATH = re.compile(rf"/v1/({'|'.join(RESOURCES)})((?:/[A-Za-z0-9_-]{{1,64}}){{0,4}})")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Syncfy's oldest authentication travels in the query, where it would override whom we act for.
_FORBIDDEN = frozenset({"api_key", "token", "id_user"})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A checked path under a known resource, with its query; requested with GET, on our own base URL."""

    path: str  # "/v1/transactions"
    params: tuple[tuple[str, str], ...] = ()

    @property
    def resource(self) -> str:
        """Return the resource, one of RESOURCES."""
        return next(name for name in RESOURCES if f"{self.path}/".startswith(f"/v1/{name}/"))

    @property
    def limit(self) -> int | None:
        """Return the rows of a page; None where the address does not say."""
        return self._number("limit")

    @property
    def skip(self) -> int:
        return self._number("skip") or 0

    def page(self, skip: int) -> Endpoint:
        """Return the address of the same list from its `skip`-th row on."""
        kept = tuple(pair for pair in self.params if pair[0] != "skip")
        return replace(self, params=(*kept, ("skip", str(skip))))

    def must_be(self, *paths: str) -> None:
        """Check that it is of the resource. Raises EndpointRefused. A path with a final `/` allows all paths below."""
        if not any(self.path == path or (path.endswith("/") and self.path.startswith(path)) for path in paths):
            _refuse("another resource than the one asked for")

    def __str__(self) -> str:
        """Write the address as events do: `parse_endpoint(str(endpoint)) == endpoint`."""
        return f"{self.path}?{urlencode(self.params, quote_via=quote)}" if self.params else self.path

    def _number(self, name: str) -> int | None:
        return next((int(value) for key, value in self.params if key == name), None)


def parse_endpoint(text: str) -> Endpoint:
    """Parse `/v1/<known resource>…?…`. Raises EndpointRefused with the reason for anything else."""
    if len(text) > _MAX_LENGTH:
        _refuse("too long")
    if not _RAW.fullmatch(text) or "\\" in text or "#" in text:
        _refuse("a character no path has")
    path, _, query = text.partition("?")
    match = _PATH.fullmatch(path)
    if match is None:
        _refuse("not a path under a known resource")
    if match[1] == "credentials" and match[2].startswith("/all"):
        _refuse("it lists every user's credentials")
    if match[1] == "webhooks/events" and not match[2]:
        _refuse("no event named")
    return Endpoint(path, _params(query))


def checked_id(text: str) -> str:
    """Return an id that can be one segment of a path. Raises EndpointRefused for another."""
    if not _ID.fullmatch(text):
        _refuse("not an id")
    return text


def distinct(endpoints: Iterable[Endpoint]) -> list[Endpoint]:
    """Return each list once, from its first page on, in order.

    Above 5,000 rows an event names the same list several times (skip=0, 5000, 10000); paging the first covers them all.
    """
    first: dict[Endpoint, Endpoint] = {}
    for endpoint in endpoints:
        key = endpoint.page(0)
        if key not in first or endpoint.skip < first[key].skip:
            first[key] = endpoint
    return list(first.values())


def transactions_since(id_credential: str, dt_from: datetime | int, dt_to: datetime | int) -> Endpoint:
    """Address the transactions of a credential refreshed in a window (aware datetimes or Unix seconds)."""
    return _since("/v1/transactions", id_credential, dt_from, dt_to)


def export_since(id_credential: str, dt_from: datetime | int, dt_to: datetime | int) -> Endpoint:
    """Address the ZIP of attachments refreshed in a window (aware datetimes or Unix seconds)."""
    return _since("/v1/attachments/export", id_credential, dt_from, dt_to)


def documents_all() -> Endpoint:
    """Address all documents of the session's user, in small pages, because each row carries its file."""
    return Endpoint("/v1/documents", (("limit", "100"), ("skip", "0")))


def _since(path: str, id_credential: str, dt_from: datetime | int, dt_to: datetime | int) -> Endpoint:
    window = (("dt_refresh_from", _seconds(dt_from)), ("dt_refresh_to", _seconds(dt_to)))
    paging = (("limit", str(PAGE)), ("skip", "0"))
    return Endpoint(path, (("id_credential", checked_id(id_credential)), *window, *paging))


def _seconds(at: datetime | int) -> str:
    return str(int(at.timestamp()) if isinstance(at, datetime) else at)


def _params(query: str) -> tuple[tuple[str, str], ...]:
    if not query:
        return ()
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=32)
    except ValueError:  # also UnicodeDecodeError
        _refuse("a query that cannot be read")
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        _refuse("a parameter given twice")
    for name, value in pairs:
        _check(name, value)
    return tuple(pairs)


def _check(name: str, value: str) -> None:
    if not _NAME.fullmatch(name):
        _refuse("a parameter no resource has")
    if name in _FORBIDDEN:
        _refuse("authentication in the query")
    if not value.isprintable():
        _refuse("a control character in a parameter")
    if name in ("limit", "skip") and not _NUMBER.fullmatch(value):
        _refuse(f"{name} is not a number")
    if name == "limit" and int(value) == 0:
        _refuse("a page of no rows never ends")


def _refuse(why: str) -> NoReturn:
    # The address itself may carry anything, so the message does not repeat it.
    raise EndpointRefused(f"address refused: {why}")
