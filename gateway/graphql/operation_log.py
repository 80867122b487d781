"""One log line for each operation: its kind, the client's name for it, milliseconds, and the number of errors."""

from __future__ import annotations

import time
from collections.abc import Iterator

from strawberry.extensions import SchemaExtension

from gateway.telemetry import logger

_log = logger(__name__)


class OperationLog(SchemaExtension):
    """Logs operations without their fields and variables, which may hold personal data or a password."""

    def on_operation(self) -> Iterator[None]:
        if getattr(self.execution_context.context, "event", None) is not None:
            # An event of a subscription, which was logged when it began.
            yield
            return
        began = time.perf_counter()
        yield
        context = self.execution_context
        errors = getattr(context.result, "errors", None) or context.pre_execution_errors or []
        document = context.graphql_document
        _log.info(
            "graphql.operation",
            kind=str(context.operation_type.value) if document is not None and not errors else None,
            name=(context.operation_name or "")[:80] or None,
            milliseconds=round((time.perf_counter() - began) * 1000, 1),
            errors=len(errors),
        )
