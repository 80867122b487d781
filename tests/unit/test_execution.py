"""The short way for leaves gives what graphql-core's own executor gives: values, nulls, errors and their places."""

from __future__ import annotations

import asyncio
from datetime import date
from enum import Enum
from typing import Any

import pytest
import strawberry
from hypothesis import given
from hypothesis import strategies as st
from strawberry import Parent
from strawberry.extensions import SchemaExtension

from gateway.graphql.execution import Executor, bypass_wrappers, leaves
from resolvers.fields import resolved
from resolvers.scalars import CONFIG
from resolvers.schema import schema


@strawberry.enum
class Sense(Enum):
    POSITIVE = "POSITIVE"
    NEGATIVE = "NEGATIVE"


@strawberry.type
class Line:
    amount: str
    rate: float | None


def _shout(root: Parent[dict[str, Any]]) -> str:
    return f"{root['name']}!"  # a document without a name is an error


def _first_line(root: Parent[dict[str, Any]]) -> Any:
    return root["lines"][0]


async def _later(root: Parent[dict[str, Any]]) -> str:
    await asyncio.sleep(0)
    return f"{root['name']} later"


@strawberry.type
class Paper:
    name: str
    pages: int | None
    sense: Sense | None
    issued_on: date | None
    lines: list[Line] | None
    words: list[str] | None
    shout: str | None = resolved(_shout, str | None, "Of the document alone, and a leaf.")
    later: str | None = resolved(_later, str | None, "Awaited.")
    first_line: Line | None = resolved(_first_line, Line | None, "Of the document alone, and no leaf.")


def _papers(info: strawberry.Info) -> Any:
    return info.context


@strawberry.type
class Query:
    papers: list[Paper | None] = resolved(_papers, list[Paper | None], "The rows of the context.")


QUERY = (
    "{ papers { n: name name pages sense issuedOn lines { amount rate } words shout firstLine { amount } __typename } }"
)
ours = strawberry.Schema(Query, config=CONFIG, execution_context_class=Executor)
bypass_wrappers(ours._schema)
stock = strawberry.Schema(Query, config=CONFIG)

values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.dates(), st.just([]), st.just({})
)
lines = st.lists(st.fixed_dictionaries({}, optional={"amount": values, "rate": values}), max_size=3)
papers = st.fixed_dictionaries(
    {},
    optional={
        "name": values,
        "pages": values,
        "sense": st.one_of(values, st.sampled_from(["POSITIVE", *Sense])),
        "issued_on": values,
        "lines": st.one_of(st.none(), lines),
        "words": st.one_of(values, st.lists(values, max_size=3)),
    },
)


def outcome(of: strawberry.Schema, rows: list[dict[str, Any]]) -> tuple[Any, list[Any]]:
    result = of.execute_sync(QUERY, context_value=rows)
    return result.data, [error.formatted for error in result.errors or []]


@given(rows=st.lists(papers, max_size=3))
def test_whatever_the_documents_hold_the_answer_is_the_stock_executors(rows: list[dict[str, Any]]) -> None:
    assert repr(outcome(ours, rows)) == repr(outcome(stock, rows))


@pytest.mark.parametrize("rows", [[{"name": "a", "pages": 2}], [{"pages": 2}], [{"name": "a", "pages": "two"}]])
async def test_what_is_awaited_keeps_its_place_among_the_leaves(rows: list[dict[str, Any]]) -> None:
    query = "{ papers { pages later n: name again: later __typename } }"
    one, other = [await schema.execute(query, context_value=rows) for schema in (ours, stock)]
    assert repr(one.data) == repr(other.data)
    assert [error.formatted for error in one.errors or []] == [error.formatted for error in other.errors or []]


def test_a_value_that_its_type_refuses_is_an_error_with_its_place() -> None:
    paper = {"name": "a", "lines": [{"amount": "1"}]}
    data, errors = outcome(ours, [paper, {**paper, "sense": "MAYBE"}])
    assert data["papers"][0]["name"] == "a"
    assert data["papers"][1]["sense"] is None
    assert [error["path"] for error in errors] == [["papers", 1, "sense"]]


def test_an_extension_that_watches_fields_sees_every_one_of_them() -> None:
    seen: list[str] = []

    class Watch(SchemaExtension):
        def resolve(self, _next: Any, root: Any, info: Any, *args: str, **kwargs: Any) -> object:
            seen.append(info.field_name)
            return _next(root, info, *args, **kwargs)

    watched = strawberry.Schema(Query, config=CONFIG, execution_context_class=Executor, extensions=[Watch])
    watched.execute_sync("{ papers { name } }", context_value=[{"name": "a"}])
    assert seen == ["papers", "name"]


@pytest.mark.parametrize("field", ["id", "uuid", "total", "issuedAt", "direction", "verificationUrl"])
def test_the_cells_of_a_page_of_invoices_go_the_short_way(field: str) -> None:
    assert field in leaves(schema._schema)["Invoice"]


@pytest.mark.parametrize("field", ["lineItems", "relatedInvoices", "paidBy", "files", "history"])
def test_a_field_with_behaviour_or_parts_does_not(field: str) -> None:
    assert field not in leaves(schema._schema)["Invoice"]
