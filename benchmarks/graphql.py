"""Queries over HTTP beside the hand-written routes."""

from __future__ import annotations

import orjson

from benchmarks.operations import Operation
from benchmarks.rounds import Ask
from benchmarks.servers import Field
from resolvers.node import global_id


def asks(field: Field, operation: Operation) -> tuple[Ask, Ask]:
    """The operation to us, and the same question to the peer's route."""
    bearer = {"Authorization": f"Bearer {field.token}"}
    body = orjson.dumps({"query": operation.query, "variables": {"id": global_id("Taxpayer", field.taxpayer)}})
    ours = Ask(field.ours, "POST", "/graphql", {**bearer, "Content-Type": "application/json"}, lambda: body)
    peer = Ask(field.peer, "GET", operation.path.format(id=field.taxpayer), bearer)
    return ours, peer
