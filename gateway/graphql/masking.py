"""Errors as a client sees them, without the values that it sent: a password may stand where it should not.

graphql-core puts the refused value into its messages (`String cannot represent a non string value: …`), and the token
into those of syntax errors. Both go into clients' logs, so the value is removed and the rest is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from graphql import GraphQLError
from strawberry.extensions import MaskErrors, ParserCache, ValidationCache

from gateway.errors import GatewayError
from gateway.store.availability import took_too_long
from gateway.store.mongo import outage

# `found <EOF>` and `found '}'` show punctuation only.
_FOUND = re.compile(r", found:? (?!<EOF>|'[^\w\s]{1,3}')(Name|String|BlockString|Int|Float)?.*", re.DOTALL)
# For a misspelt name the message suggests a field, and then shows everything that was sent beside it.
_SUGGESTED = re.compile(r"(Did you mean [^?]*\?) Found:? .*", re.DOTALL)
_UNEXPECTED = re.compile(r"Unexpected (Name|String|BlockString|Int|Float) .*", re.DOTALL)
_CANNOT_REPRESENT = re.compile(r"(cannot represent(?: an?)? [\w -]*value): .*", re.DOTALL)
_INVALID_VALUE = re.compile(r"(got invalid value) .*", re.DOTALL)
_NO_MEMBER = re.compile(r"Value '.*' does not exist in '(\w+)' enum.*", re.DOTALL)


def cause(error: GraphQLError) -> BaseException | None:
    """Return the exception behind an error; None for graphql-core's own refusal of what the client sent."""
    original: BaseException | None = error.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    return None if _too_deep(original, error) else original


def _too_deep(original: BaseException | None, error: GraphQLError) -> bool:
    """Return True for a document that is nested too deeply, which fails before a field is reached."""
    return isinstance(original, RecursionError) and error.path is None


def without_values(message: str) -> str:
    """Remove the refused value from a message."""
    message = _FOUND.sub(lambda match: f", found {match[1]}." if match[1] else ".", message)
    message = _SUGGESTED.sub(r"\1", message)
    message = _UNEXPECTED.sub(r"Unexpected \1.", message)
    message = _CANNOT_REPRESENT.sub(r"\1.", message)
    message = _INVALID_VALUE.sub(r"\1.", message)
    return _NO_MEMBER.sub(r"The value does not exist in '\1' enum.", message)


def _is_internal(error: GraphQLError) -> bool:
    """Return True for what a client must not see: an exception that is not one of ours for clients."""
    original = cause(error)
    return original is not None and not (isinstance(original, GatewayError) and original.public)


def _worded(original: BaseException | None) -> tuple[str, dict[str, object]]:
    """Return what a client is told of an exception that is not meant for it, and the extensions."""
    if took_too_long(original):
        return "the store took too long; request less at once", {"code": "TOO_COSTLY"}
    passing = outage(original) if original else None
    return (str(passing), {"code": passing.code}) if passing else ("Internal error", {"code": "INTERNAL"})


def _must_be_worded(error: GraphQLError) -> bool:
    return _is_internal(error) or cause(error) is None


#: Longer documents are parsed and validated each time. A cached one takes some 150 times its own length, and a client
#: that sends a new one with each request would fill the cache.
LONGEST_CACHED = 8_192


class ShortValidation(ValidationCache):
    """Validates from the cache, except documents that are too long for it."""

    def on_validate(self) -> Iterator[None]:
        if len(self.execution_context.query or "") > LONGEST_CACHED:
            yield
        else:
            yield from super().on_validate()


class QuietParser(ParserCache):
    """Parses from the cache, and leaves a document that can not be parsed to the schema's own parsing.

    An error raised here would bypass Masked; over WebSocket the client would not get it, and the log would hold the
    document.
    """

    def on_parse(self) -> Iterator[None]:
        if len(self.execution_context.query or "") <= LONGEST_CACHED:
            parsing = super().on_parse()
            with suppress(GraphQLError, RecursionError):
                next(parsing)
        yield


class Masked(MaskErrors):
    """Hides internal errors, and marks an outage of the store, which is worth another try, with a code of its own."""

    def __init__(self) -> None:
        super().__init__(should_mask_error=_must_be_worded)

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        if not _is_internal(error):
            nested = isinstance(error.original_error, RecursionError)
            message = "Syntax Error: nested too deeply." if nested else without_values(error.message)
            extensions = error.extensions
        else:
            message, extensions = _worded(cause(error))
        return GraphQLError(message, error.nodes, error.source, error.positions, error.path, extensions=extensions)
