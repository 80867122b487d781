"""Mutations with an idempotency key: what is remembered of a payload are the ids of its objects."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from gateway.store import deletions
from gateway.store.mongo import Row
from gateway.usecases.idempotency import once
from resolvers.context import Info, viewer_of
from resolvers.exports import find_job
from resolvers.mutations.user_errors import answered


async def keyed(
    info: Info,
    mutation: str,
    key: str | None,
    taxpayer: Row,
    facts: Mapping[str, Any],
    work: Awaitable[Row],
    empty: Row,
) -> Row:
    """The payload of a mutation that starts work: done once for each key, and the same answer to the same again."""
    begun = False

    async def begin() -> Row:
        nonlocal begun
        begun = True
        return await answered(work, empty)

    async def recall(answer: Row) -> Row:
        return {**empty, "errors": [], **{name: await _again(info, name, value) for name, value in answer.items()}}

    try:
        payload = await once(
            info.context.store,
            info.context.connections.secret,
            scope=(viewer_of(info).id, mutation),
            key=key,
            taxpayer=taxpayer["_id"],
            facts={"taxpayer": taxpayer["_id"], **facts},
            work=begin,
            remember=_ids,
            recall=recall,
        )
    finally:
        if not begun and hasattr(work, "close"):
            work.close()
    return {**empty, **payload}


def _ids(payload: Row) -> Row | None:
    if payload["errors"]:
        return None
    return {name: _id(value) for name, value in payload.items() if name != "errors"}


def _id(value: Any) -> Any:
    return value["_id"] if isinstance(value, dict) else value


async def _again(info: Info, name: str, value: Any) -> Any:
    """The object as it is now."""
    find: Callable[..., Awaitable[Row | None]] | None = {"job": find_job, "deletion": deletions.get}.get(name)
    if find is None or value is None:
        return value
    return await find(info.context.store, value, owner=viewer_of(info).id)
