"""The README is true: its queries are run against the demonstration, its commands exist, its tables are complete."""

from __future__ import annotations

import asyncio
import json
import re
import urllib.request
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from graphql import OperationType, parse, validate
from rich.console import Console

from gateway.auth import mint_token
from gateway.cli import cli
from gateway.config import VARIABLES, Settings
from gateway.demo.run import Outcome, run
from gateway.demo.stack import Stack, running_stack
from resolvers.schema import schema
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
RFC = "CNO150304QK7"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", README, re.S | re.M)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Outcome]]:
    """What `make demo` starts, with a small taxpayer, and what its own client saw."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("demo"), port=0)
    options = ["--invoices", "60", "--pace", "0.1", "--rate-limit", "0"]
    with running_stack(settings, sandbox_options=options, announce=lambda _: None) as stack:
        token = mint_token(stack.settings.jwt_secret, "demo")
        url = f"{stack.api.replace('http', 'ws', 1)}/graphql"
        outcome = asyncio.run(
            run(url, token, rfc=RFC, name="Demo", password="demo", answer="123456", console=Console(quiet=True))
        )
        yield stack, outcome


def ask(stack: Stack, payload: str) -> Any:
    token = mint_token(stack.settings.jwt_secret, "demo")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{stack.api}/graphql", payload.encode(), headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        return json.load(response)


def test_the_demonstration_ends_with_all_six_kinds(demonstration: tuple[Stack, Outcome]) -> None:
    _, outcome = demonstration
    assert outcome.job.state == "SUCCEEDED"
    held = {kind.kind: kind.held for kind in outcome.profile.sync_status.kinds}
    assert held["INVOICE"] == 60
    assert all(held.values())


def test_the_first_query_has_the_answer_that_is_printed(demonstration: tuple[Stack, Outcome]) -> None:
    stack, _ = demonstration
    command = next(block for block in blocks("sh") if "curl" in block)
    found = re.search(r"-d '(.*)'", command)
    assert found
    assert ask(stack, found[1]) == json.loads(blocks("json")[0])


def test_the_linked_query_is_answered_without_an_error(demonstration: tuple[Stack, Outcome]) -> None:
    stack, _ = demonstration
    query, variables = blocks("graphql")[0], json.loads(blocks("json")[1])
    answer = ask(stack, json.dumps({"query": query, "variables": variables}))
    assert "errors" not in answer
    nodes = answer["data"]["taxpayer"]["invoices"]["nodes"]
    assert len(nodes) == 10
    paid = [node for node in nodes if node["paidBy"]]
    assert paid and all(node["paymentMethod"]["code"] == "PPD" for node in paid)
    for node in paid:
        settled = [
            settles["uuid"] for by in node["paidBy"] for payment in by["payments"] for settles in payment["settles"]
        ]
        assert node["uuid"] in settled


def test_the_filter_finds_what_the_text_promises(demonstration: tuple[Stack, Outcome]) -> None:
    stack, _ = demonstration
    query = next(block for block in blocks("graphql") if "filter:" in block)
    answer = ask(stack, json.dumps({"query": query}))
    assert "errors" not in answer
    found = answer["data"]["taxpayer"]["invoices"]
    assert found["totalCount"] == sum(total["count"] for total in found["totals"]) == len(found["nodes"]) > 0
    assert {node["settlement"]["state"] for node in found["nodes"]} <= {"UNPAID", "PARTIALLY_PAID"}
    amounts = [Decimal(node["total"]) for node in found["nodes"]]
    assert amounts == sorted(amounts, reverse=True)
    assert sum(amounts) == sum(Decimal(total["total"]) for total in found["totals"])


def test_the_figures_stand_on_the_documents_that_they_lead_to(demonstration: tuple[Stack, Outcome]) -> None:
    stack, _ = demonstration
    query = next(block for block in blocks("graphql") if "insights" in block)
    answer = ask(stack, json.dumps({"query": query}))
    assert "errors" not in answer
    sales, receivables = (answer["data"]["taxpayer"]["insights"][name] for name in ("sales", "receivables"))
    assert [period["period"]["key"] for period in sales["periods"]] == ["2026-01", "2026-02", "2026-03"]
    assert sum(period["invoices"]["totalCount"] for period in sales["periods"]) >= sales["total"]["coverage"]["total"]
    ages = [Decimal(age["outstanding"]) for age in receivables["ageing"]]
    assert sum(ages) == Decimal(receivables["total"]["outstanding"]) > 0


@pytest.mark.parametrize("document", blocks("graphql"))
def test_every_operation_is_valid(document: str) -> None:
    parsed = parse(document)
    assert not validate(schema._schema, parsed)
    assert parsed.definitions[0].operation in tuple(OperationType)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"sat-gateway ([a-z]+(?: (?:register|list|replay))?)", README)))
)
def test_every_command_exists(command: str) -> None:
    result = CliRunner().invoke(cli, [*command.split(), "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_every_make_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([a-z]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_every_setting_is_explained() -> None:
    section = README.split("## Configuration")[1].split("##")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert named == set(VARIABLES)
