"""schema.graphql is the schema of the code, and a schema that linters and people can read."""

from __future__ import annotations

import json
from pathlib import Path

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, build_schema

from resolvers.schema import schema
from tests.contract.node import run_node

EXPORTED = Path(__file__).parents[2] / "schema.graphql"


def test_the_exported_schema_is_not_stale() -> None:
    assert EXPORTED.read_text(encoding="utf-8") == schema.as_str() + "\n", "run `sat-gateway schema`"


def test_everything_has_a_description() -> None:
    silent = []
    for name, type_ in build_schema(EXPORTED.read_text(encoding="utf-8")).type_map.items():
        if name.startswith("__") or name in ("ID", "String", "Int", "Boolean", "Float"):
            continue
        parts = {name: type_.description}
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in type_.fields.items():
                parts[f"{name}.{field_name}"] = field.description
                parts |= {f"{name}.{field_name}({arg})": a.description for arg, a in field.args.items()}
        elif isinstance(type_, GraphQLInputObjectType):
            parts |= {f"{name}.{field_name}": field.description for field_name, field in type_.fields.items()}
        elif isinstance(type_, GraphQLEnumType):
            parts |= {f"{name}.{value}": v.description for value, v in type_.values.items()}
        silent += [part for part, description in parts.items() if not (description or "").strip()]
    assert silent == []


#: All of the linter's but the alphabetical ones: fields stand in the order in which they are read.
RULES = (
    "arguments-have-descriptions",
    "defined-types-are-used",
    "deprecations-have-a-reason",
    "descriptions-are-capitalized",
    "enum-values-all-caps",
    "enum-values-have-descriptions",
    "fields-are-camel-cased",
    "fields-have-descriptions",
    "input-object-values-are-camel-cased",
    "input-object-values-have-descriptions",
    "relay-connection-arguments-spec",
    "relay-connection-types-spec",
    "relay-page-info-spec",
    "types-are-capitalized",
    "types-have-descriptions",
)


def test_a_linter_finds_nothing(modules: Path) -> None:
    linter = modules / ".bin" / "graphql-schema-linter"
    found = run_node([linter, "--rules", ",".join(RULES), "--format", "json", EXPORTED], modules, may_fail=True)
    assert json.loads(found)["errors"] == []
