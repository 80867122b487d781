"""Operations as streams of answers, whatever carries them (WebSocket, Server-Sent Events).

A query or mutation has one answer. A subscription's resolver returns a feed of events, and the document is executed
once for each event. Subscribers with the same document, variables and viewer share one execution and one encoding: a
thousand of them cost one execution and a thousand frames.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import orjson
from graphql import FieldNode, GraphQLError, Node, OperationDefinitionNode, Visitor, parse, visit
from strawberry.schema import BaseSchema
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from gateway.auth import Viewer
from gateway.errors import StoreUnavailable
from gateway.graphql.fan_out import Event, Feed, Groups, Write
from gateway.graphql.masking import Masked

#: Seconds that the result for one subscriber is kept for the others.
_SHARED = 1.0
# Seconds between two tries while the store is away.
_AGAIN = 0.5
READING = frozenset({OperationType.QUERY, OperationType.SUBSCRIPTION})
ALL = frozenset({*READING, OperationType.MUTATION})


@dataclass(frozen=True, slots=True)
class Operation:
    """A document to execute; `name` chooses one of its operations."""

    query: str
    variables: Mapping[str, Any] | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """JSON: a result, or the list of errors of an operation that was `refused` before its execution."""

    body: bytes
    refused: bool = False


def operation_of(payload: object) -> Operation | None:
    """Read an operation from a request's parameters; None when they are none."""
    if not isinstance(payload, dict):
        return None
    query, variables, name = payload.get("query"), payload.get("variables"), payload.get("operationName")
    if not isinstance(query, str) or not isinstance(variables, dict | None) or not isinstance(name, str | None):
        return None
    return Operation(query, variables, name)


class Streams:
    """Runs live operations for one process. `make_context` builds the resolvers' context for a viewer."""

    def __init__(self, schema: BaseSchema, make_context: Callable[[Viewer | None], Any]) -> None:
        self._schema = schema
        self._make_context = make_context
        self._shared = _Shared(_SHARED)
        self._groups = Groups()

    async def answers(
        self, operation: Operation, viewer: Viewer, allowed: frozenset[OperationType] = ALL, write: Write | None = None
    ) -> AsyncGenerator[Answer, None]:
        """Execute an operation and yield its answers until it ends; a subscription may never end.

        With `write`, results that subscribers share are not yielded: each is written with it at once.
        """
        context = self._make_context(viewer)
        context.takes_feeds = True
        try:
            async with context.bounded(), aclosing(await self._run(operation, context, allowed)) as results:
                begun = [_answer(result) async for result in results]
        except StoreUnavailable as error:
            begun = [Answer(self._failed(error))]
        for answer in begun:
            yield answer
        feed: Feed | None = context.feed
        if feed is None:
            return
        scope = (viewer.id, operation.query, operation.name, _variables_of_events(operation), feed.key)

        async def execute(event: Event) -> bytes:
            return await self._shared.get((scope, event.place), partial(self._executed, operation, viewer, event))

        async with aclosing(self._followed(scope, feed, execute, write)) as bodies:
            async for body in bodies:
                yield Answer(body)

    async def _followed(
        self, scope: Hashable, feed: Feed, execute: Callable[[Event], Awaitable[bytes]], write: Write | None
    ) -> AsyncGenerator[bytes, None]:
        """Yield the results of a feed's events that no group has written."""
        at, own = feed.at, None
        try:
            while True:
                if write is not None:
                    group = self._groups.get_or_start(scope, feed, at, execute, self._failed)
                    if group.at <= at:
                        member = group.join(write, at)
                        try:
                            if await member.left:
                                return
                        finally:
                            self._groups.remove(scope, group, member)
                        at, own = member.at, None
                own = own or feed.start(at)
                event = await anext(own, None)
                if event is None:
                    return
                yield await execute(event)
                at = event.place
        except Exception as error:
            yield self._failed(error)
        finally:
            if own is not None:
                await own.aclose()

    async def _executed(self, operation: Operation, viewer: Viewer, event: Event) -> bytes:
        """Execute an event. Wait for a store that is away: an error in place of the event would be a gap."""
        while True:
            context = self._make_context(viewer)
            context.event = event
            async with aclosing(await self._run(operation, context, ALL)) as results:
                result = await anext(aiter(results))
            if not any((error.extensions or {}).get("code") == StoreUnavailable.code for error in result.errors or ()):
                return _answer(result).body
            await asyncio.sleep(_AGAIN)

    async def _run(self, operation: Operation, context: Any, allowed: frozenset[OperationType]) -> Any:
        return await self._schema.stream(
            operation.query,
            variable_values=dict(operation.variables or {}),
            context_value=context,
            operation_name=operation.name,
            allowed_operation_types=allowed,
        )

    def _failed(self, error: Exception) -> bytes:
        """Encode a feed's failure as a result with one error."""
        failure = GraphQLError(str(error), original_error=error)
        self._schema.process_errors([failure], None)
        return orjson.dumps({"data": None, "errors": [Masked().anonymise_error(failure).formatted]})


class _Shared:
    """One result for all that ask for the same key within `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._made: dict[Hashable, asyncio.Task[bytes]] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[bytes]]) -> bytes:
        task = self._made.get(key)
        if task is None:
            # A task of its own: the subscriber that asked first may leave while others wait.
            task = self._made[key] = asyncio.ensure_future(make())
            asyncio.get_running_loop().call_later(self._seconds, self._made.pop, key, None)
        return task.result() if task.done() else await asyncio.shield(task)


def _answer(result: Any) -> Answer:
    errors = [error.formatted for error in result.errors or ()]
    if isinstance(result, PreExecutionError):
        return Answer(orjson.dumps(errors), refused=True)
    payload: dict[str, Any] = {"data": result.data}
    if errors:
        payload["errors"] = errors
    if result.extensions:
        payload["extensions"] = result.extensions
    return Answer(orjson.dumps(payload))


def _variables_of_events(operation: Operation) -> bytes:
    """Encode the variables that the execution of an event depends on.

    Those that only choose events (`after`, above all) are left out, so that clients that came at different times share.
    """
    given = operation.variables or {}
    used = {name: given[name] for name in _names_below(operation.query, operation.name) if name in given}
    return orjson.dumps(used, option=orjson.OPT_SORT_KEYS)


@lru_cache(maxsize=512)
def _names_below(query: str, name: str | None) -> frozenset[str]:
    """Return the variables used anywhere but in the arguments of the root field. The document is valid."""
    found: set[str] = set()

    class Names(Visitor):
        def enter_variable(self, node: Any, *_: Any) -> None:
            found.add(node.name.value)

    for node in _below(query, name):
        visit(node, Names())
    return frozenset(found)


def _below(query: str, name: str | None) -> Iterator[Node]:
    for definition in parse(query, no_location=True).definitions:
        if not isinstance(definition, OperationDefinitionNode):
            yield definition
        elif name is None or (definition.name and definition.name.value == name):
            for field in definition.selection_set.selections:
                if isinstance(field, FieldNode):
                    yield from field.directives or ()
                    if field.selection_set:
                        yield field.selection_set
                else:
                    yield field
