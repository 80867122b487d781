"""Every operation is a line in the log, and the line says nothing of what was asked or sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.graphql import operation_log
from tests.support import Api


class Lines:
    def __init__(self) -> None:
        self.written: list[dict[str, Any]] = []

    def info(self, event: str, **fields: Any) -> None:
        self.written.append({"event": event, **fields})


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    found = Lines()
    monkeypatch.setattr(operation_log, "_log", found)
    return found


async def test_a_query_is_one_line_with_its_name(api: Api, lines: Lines) -> None:
    await api.ask("query WhoAmI { viewer { id } }")
    (line,) = lines.written
    assert (line["event"], line["kind"], line["errors"]) == ("graphql.operation", "query", 0)
    assert line["milliseconds"] > 0


@pytest.mark.parametrize(
    "document", ["{ nope }", "query {", 'mutation { createTaxpayer(input: {rfc: "secret-rfc" }) }']
)
async def test_what_never_ran_is_a_line_too(api: Api, lines: Lines, document: str) -> None:
    await api.ask(document)
    (line,) = lines.written
    assert line["errors"] >= 1
    assert "secret" not in json.dumps(line)
