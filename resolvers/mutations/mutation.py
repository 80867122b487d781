"""Declare a mutation: refusals become `errors`, and work under an idempotency key is done once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, get_type_hints

import strawberry
from strawberry import ID

from gateway.errors import InvalidInput
from gateway.models.taxpayer import Taxpayer
from gateway.sat.camel import camel_case
from gateway.store import deletions
from gateway.store.mongo import Row
from gateway.usecases.idempotency import Work, once
from resolvers.context import Info, own_taxpayer, viewer_of
from resolvers.exports import find_job
from resolvers.mutations.payloads import answered
from resolvers.node import parse_global_id

KEY = (
    "Idempotency key: a text chosen by the client, 1 to 200 characters. A repeated call with the same key and input "
    "within a day does nothing again and returns the first answer. Passwords and challenge answers are not compared: "
    "use a new key for each attempt of a person."
)
_INPUT = strawberry.argument(description="Input of the mutation.")


@dataclass(frozen=True, slots=True)
class Attempt:
    """The work of one call, once its input is checked; it gives the payload without `errors`.

    `facts` are the input without its secrets: another input under the same idempotency key is a conflict.
    """

    taxpayer: Taxpayer
    work: Callable[[], Awaitable[Row]]
    facts: Mapping[str, Any] = field(default_factory=dict)


def mutation(prepare: Callable[[Info, Any], Awaitable[Row | Attempt]], payload: type, description: str) -> Any:
    """Make a field of `prepare(info, input)`, which gives an Attempt, or the payload where no work is to be done once.

    It takes the name of `prepare`, and the type of its `input`.
    """
    name = camel_case(prepare.__name__)
    empty: Row = {key: False if of is bool else None for key, of in get_type_hints(payload).items()}

    async def resolve(info: Info, input: Any) -> Row:
        async def answer() -> Row:
            prepared = await prepare(info, input)
            if isinstance(prepared, Attempt):
                return await _once(info, name, input.idempotency_key, prepared, empty)
            return prepared

        return await answered(answer(), empty)

    resolve.__annotations__ |= {"input": Annotated[get_type_hints(prepare)["input"], _INPUT], "return": payload}
    return strawberry.mutation(resolver=resolve, description=description)


async def _once(info: Info, mutation: str, key: str | None, attempt: Attempt, empty: Row) -> Row:
    """Do the work of an attempt once for each key, and give the same answer to the same attempt again."""

    async def recall(answer: Mapping[str, Any]) -> Row:
        return {**empty, "errors": [], **{name: await _again(info, name, value) for name, value in answer.items()}}

    work = Work(
        scope=(viewer_of(info).id, mutation),
        taxpayer=attempt.taxpayer.id,
        facts={"taxpayer": attempt.taxpayer.id, **attempt.facts},
        do=lambda: answered(attempt.work(), empty),
        remember=_ids,
        recall=recall,
    )
    return await once(info.context.store, info.context.connections.secret, key, work)


def _ids(payload: Row) -> Row | None:
    """Keep the ids of a payload's objects; nothing of a refusal."""
    if payload["errors"]:
        return None
    return {name: _id(value) for name, value in payload.items() if name != "errors"}


def _id(value: Any) -> Any:
    return value["_id"] if isinstance(value, dict) else value


async def _again(info: Info, name: str, value: Any) -> Any:
    """Return the object as it is now."""
    find: Callable[..., Awaitable[Row | None]] | None = {"job": find_job, "deletion": deletions.get}.get(name)
    if find is None or value is None:
        return value
    return await find(info.context.store, value, owner=viewer_of(info).id)


async def taxpayer_of(info: Info, id: ID) -> Taxpayer:
    taxpayer = await own_taxpayer(info, parse_global_id(id, "Taxpayer", path="taxpayerId")[1])
    if taxpayer is None:
        raise InvalidInput("NOT_FOUND", "no such taxpayer", ["taxpayerId"])
    return taxpayer
