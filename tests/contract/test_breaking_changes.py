"""A change of the schema that breaks clients of the last release is named in the changelog."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema
from graphql.utilities import find_breaking_changes

from resolvers.schema import schema

ROOT = Path(__file__).parents[2]
#: The schema of the last release; its first line is a comment with the version.
RELEASED = Path(__file__).parent / "released.graphql"
CHANGELOG = ROOT / "CHANGELOG.md"
_COORDINATE = re.compile(r"@?\w+(?:\.\w+)?(?:\(\w+:\))?")


def undeclared(old: GraphQLSchema, new: GraphQLSchema, changelog: str, version: str) -> list[str]:
    """Return what breaks clients of `version` and is named under no Breaking heading above it, by coordinate."""
    newer, found, _ = changelog.partition(f"\n## {version}\n")
    assert found, f"CHANGELOG.md has no heading for {version}"
    sections = re.findall(r"^### Breaking\n(.*?)(?=^##|\Z)", newer, re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"`([^`\n]+)`", "\n".join(sections)))
    types = {*old.type_map, *new.type_map}
    broken = {_coordinate(change.description, types) for change in find_breaking_changes(old, new)}
    return sorted(broken - named)


def _coordinate(description: str, types: set[str]) -> str:
    """Return the coordinate of a change, such as `Type.field`, `Type.field(argument:)` or `@directive`."""
    words = _COORDINATE.findall(description)
    return next(word for word in words if word[0] == "@" or re.split(r"[.(]", word)[0] in types)


def test_what_breaks_clients_of_the_last_release_is_declared() -> None:
    released = RELEASED.read_text(encoding="utf-8")
    version = released.partition("\n")[0].removeprefix("# ")
    found = undeclared(build_schema(released), schema._schema, CHANGELOG.read_text(encoding="utf-8"), version)
    assert found == [], "name each under `### Breaking` in CHANGELOG.md, or keep the old one and deprecate it"


OLD = """type Query { jobs(first: Int): [Job] kind(at: Int): Kind }
  type Job { id: ID! state: String } enum Kind { A B } scalar Day"""
CHANGES = [
    (OLD.replace(" state: String", ""), "Job.state"),
    (OLD.replace("state: String", "state: Kind"), "Job.state"),
    (OLD.replace("A B", "A"), "Kind.B"),
    (OLD.replace("first: Int", "first: String"), "Query.jobs(first:)"),
    (OLD.replace("first: Int", "first: Int, after: ID!"), "Query.jobs(after:)"),
    (OLD.replace("scalar Day", ""), "Day"),
]
LOG = "# Changelog\n\n## Unreleased\n\n### Breaking\n\n{}\n\n## 1.0.0\n\n### Breaking\n\n{}\n"


@pytest.mark.parametrize(("new", "coordinate"), CHANGES)
def test_a_change_is_refused_until_its_coordinate_is_named(new: str, coordinate: str) -> None:
    schemas = build_schema(OLD), build_schema(new)
    assert undeclared(*schemas, LOG.format("Nothing.", f"`{coordinate}`"), "1.0.0") == [coordinate]
    assert undeclared(*schemas, LOG.format(f"- `{coordinate}` is gone.", "Nothing."), "1.0.0") == []


def test_an_addition_breaks_nothing() -> None:
    more = OLD.replace("state: String", "state: String since: Day").replace("A B", "A B C")
    assert undeclared(build_schema(OLD), build_schema(more), LOG.format("Nothing.", ""), "1.0.0") == []
