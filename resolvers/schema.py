"""The schema: composes the types, and keeps what clients send out of the logs."""

from __future__ import annotations

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from gateway.errors import GatewayError
from gateway.graphql.execution import Executor, bypass_wrappers
from gateway.graphql.masking import cause
from gateway.store.mongo import outage
from gateway.telemetry import logger
from resolvers.mutations import Mutation
from resolvers.queries import Query
from resolvers.scalars import CONFIG
from resolvers.subscriptions import Subscription

_log = logger(__name__)


class Schema(strawberry.Schema):
    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Log defects of ours. Strawberry would log every error with the piece of the document that it points at,
        and a document may carry a password.
        """
        for error in errors:
            original = cause(error)
            if original is None or isinstance(original, GatewayError):
                continue
            path = ".".join(str(part) for part in error.path or ())
            passing = outage(original)
            if passing is not None:
                _log.warning("graphql.store_unavailable", path=path, error=str(passing))
            else:
                _log.error("graphql.field_failed", path=path, exc_info=original)


def build_schema(extensions: list[Any] | None = None) -> Schema:
    made: list[type[SchemaExtension]] = list(extensions or [])
    built = Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=CONFIG,
        extensions=made,
        execution_context_class=Executor,
    )
    bypass_wrappers(built._schema)
    return built


schema = build_schema()
