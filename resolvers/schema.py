"""The schema: composes the types, and keeps what clients send out of the logs."""

from __future__ import annotations

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from gateway.errors import GatewayError
from gateway.telemetry import logger
from resolvers.mutations import Mutation
from resolvers.queries import Query
from resolvers.scalars import CONFIG
from resolvers.subscriptions import Subscription

_log = logger(__name__)


class Schema(strawberry.Schema):
    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Logs defects of ours. Strawberry would log every error with the piece of the document that it points at,
        and a document may carry a password.
        """
        for error in errors:
            if error.original_error is not None and not isinstance(error.original_error, GatewayError):
                path = ".".join(str(part) for part in error.path or ())
                _log.error("graphql.field_failed", path=path, exc_info=error.original_error)


def build_schema(extensions: list[Any] | None = None) -> Schema:
    made: list[type[SchemaExtension]] = list(extensions or [])
    return Schema(query=Query, mutation=Mutation, subscription=Subscription, config=CONFIG, extensions=made)


schema = build_schema()
