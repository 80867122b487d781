"""Parameters of a call, wherever they are: query, JSON body (also of a GET) or form. A body wins over the query.

Syncfy's own SDKs send everything as a POST with a JSON body that may be empty, `{}` or `null`; the oldest one sends
forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from gateway.sandbox.envelope import bad_request

Params = Mapping[str, Any]

#: What a page holds at most, and when nothing is asked for. Syncfy's webhooks ask for 5,000; its default is unknown.
LARGEST_PAGE = 5000
DEFAULT_PAGE = 1000

_BRACKETS = re.compile(r"(\w+)\[(\w+)\]")


async def params_of(request: Request) -> Params:
    """Return all parameters. A body that is neither a JSON object nor a form is 400."""
    body = (await request.body()).strip()
    merged: dict[str, Any] = dict(request.query_params)
    if not body:
        return merged
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    if is_form and body[:1] not in b"{[":  # curl -d labels JSON as a form
        return merged | _form(body)
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad_request() from None
    if parsed is None or parsed == []:  # what PHP makes of an empty map
        return merged
    if not isinstance(parsed, dict):
        raise bad_request()
    return merged | parsed


def _form(body: bytes) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True)
    except UnicodeDecodeError:
        raise bad_request() from None
    for name, value in pairs:
        if match := _BRACKETS.fullmatch(name):  # credentials[rfc]=…
            fields.setdefault(match[1], {})[match[2]] = value
        else:
            fields[name] = value
    return fields


def text(params: Params, name: str) -> str | None:
    """Read a string; None if absent or empty. Raises 400 for a list or a map."""
    value = params.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, (dict, list)):
        raise bad_request()
    return str(value)


def integer(params: Params, name: str) -> int | None:
    """Read a whole number; None if absent. Raises 400 for what is no number."""
    value = text(params, name)
    if value is None:
        return None
    try:
        return int(float(value))
    except (ValueError, OverflowError):
        raise bad_request() from None


def flag(params: Params, name: str) -> bool | None:
    """0/1, true/false; None if absent."""
    value = text(params, name)
    return None if value is None else value.lower() not in ("0", "false")


def mapping(params: Params, name: str) -> Params:
    """Read a map; empty if absent. Raises 400 for anything else."""
    value = params.get(name) or {}
    if not isinstance(value, dict):
        raise bad_request()
    return value


def words(params: Params, name: str) -> frozenset[str]:
    """Read a comma-separated list (keywords, skip_keywords), or a JSON array of strings."""
    value = params.get(name) or ""
    parts: Iterable[Any] = value if isinstance(value, list) else str(value).split(",")
    return frozenset(part for item in parts if (part := str(item).strip().lower()))


def paging(params: Params) -> tuple[int, int]:
    """(skip, limit)."""
    skip, limit = integer(params, "skip") or 0, integer(params, "limit")
    if skip < 0 or (limit is not None and limit < 0):
        raise bad_request()
    return skip, min(DEFAULT_PAGE if limit is None else limit, LARGEST_PAGE)


def order_of(params: Params) -> tuple[str, bool] | None:
    """(field, descending) of `order`: `dt_create`, `-dt_create` or `dt_create desc`."""
    value = text(params, "order")
    if value is None:
        return None
    name, _, direction = value.strip().partition(" ")
    return name.lstrip("-+"), name.startswith("-") or direction.strip().lower() == "desc"


def projected(rows: list[dict[str, Any]], params: Params) -> list[dict[str, Any]]:
    """Return rows cut to the comma-separated `fields`, if there are any."""
    fields = [name.strip() for name in (text(params, "fields") or "").split(",") if name.strip()]
    return [{name: row[name] for name in fields if name in row} for row in rows] if fields else rows


def listed(rows: list[dict[str, Any]], params: Params) -> list[dict[str, Any]]:
    """Return order, page and projection of a list that is small enough to hold."""
    if (order := order_of(params)) is not None:
        field, descending = order
        if rows and field not in rows[0]:
            raise bad_request()
        rows = sorted(rows, key=lambda row: (row[field] is not None, str(row[field])), reverse=descending)
    skip, limit = paging(params)
    return projected(rows[skip : skip + limit], params)


def matching(rows: list[dict[str, Any]], params: Params, *names: str) -> list[dict[str, Any]]:
    """Return rows whose `names` equal the parameters of the same names; absent parameters filter nothing."""
    wanted = {name: value for name in names if (value := text(params, name)) is not None}
    return [row for row in rows if all(str(row.get(name)) == value for name, value in wanted.items())]
