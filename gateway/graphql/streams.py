"""Operations as streams of answers, whatever carries them (WebSocket, Server-Sent Events).

A query or mutation has one answer. A subscription's resolver hands over a feed of events, and each event is executed,
on its own, by a run of the same document. What is executed for one is executed for all who ask the same of the same
event in the same moment, and encoded once: a thousand subscribers of one document cost one execution and a thousand
frames.
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
from gateway.graphql.groups import Event, Feed, Groups, Write
from gateway.graphql.masking import Masked

#: How long, in seconds, what was executed for one subscriber is given to others.
_SHARED = 1.0
# How long, in seconds, a store that is away is left alone.
_AGAIN = 0.5
READING = frozenset({OperationType.QUERY, OperationType.SUBSCRIPTION})
ALL = frozenset({*READING, OperationType.MUTATION})


@dataclass(frozen=True, slots=True)
class Operation:
    query: str
    variables: Mapping[str, Any] | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """JSON: a result; or, when it never was executed, the list of errors."""

    body: bytes
    refused: bool = False


def operation_of(payload: object) -> Operation | None:
    """A request's parameters as an operation; None when they are none."""
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
        """An operation's answers. Ends with the operation; a subscription may go on for ever.

        With `write`, results that many share do not come from here, but are written by it as soon as there are any.
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
        scope = (viewer.id, operation.query, operation.name, _what_events_see(operation), feed.key)

        async def execute(event: Event) -> bytes:
            return await self._shared.get((scope, event.place), partial(self._executed, operation, viewer, event))

        async with aclosing(self._followed(scope, feed, execute, write)) as bodies:
            async for body in bodies:
                yield Answer(body)

    async def _followed(
        self, scope: Hashable, feed: Feed, execute: Callable[[Event], Awaitable[bytes]], write: Write | None
    ) -> AsyncGenerator[bytes, None]:
        """Results of a feed's events that no group has written."""
        at, own = feed.at, None
        try:
            while True:
                if write is not None:
                    group = self._groups.of(scope, feed, at, execute, self._failed)
                    if group.at <= at:
                        member = group.join(write, at)
                        try:
                            if await member.left:
                                return
                        finally:
                            self._groups.leave(scope, group, member)
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
        """The result of an event. A store that is away is waited for: an error in its place would be a gap."""
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
        """A feed that broke, as a result that says so."""
        told = GraphQLError(str(error), original_error=error)
        self._schema.process_errors([told], None)
        return orjson.dumps({"data": None, "errors": [Masked().anonymise_error(told).formatted]})


class _Shared:
    """One result for all who ask for the same within a while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._made: dict[Hashable, asyncio.Task[bytes]] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[bytes]]) -> bytes:
        task = self._made.get(key)
        if task is None:
            # A task of its own: whoever asked first may leave, and the others still wait.
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


def _what_events_see(operation: Operation) -> bytes:
    """The variables that the execution of an event depends on.

    Those that only say which events (`after`, above all) are left out: clients that came at different times share.
    """
    given = operation.variables or {}
    used = {name: given[name] for name in _names_below(operation.query, operation.name) if name in given}
    return orjson.dumps(used, option=orjson.OPT_SORT_KEYS)


@lru_cache(maxsize=512)
def _names_below(query: str, name: str | None) -> frozenset[str]:
    """Variables used anywhere but in the arguments of the root field. The document is valid."""
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
