"""Every code that a client can meet stands in the schema's enum and in the table of the documents."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from gateway import errors
from resolvers.error_codes import ErrorCode

ROOT = Path(__file__).parents[2]
CODES = set(get_args(errors.ErrorCode))
#: Of signed links: an HTTP answer has them, and no GraphQL error.
OF_LINKS = {"LINK_EXPIRED", "LINK_FORGED"}


def test_the_schema_has_the_codes_of_every_graphql_error() -> None:
    assert {code.name for code in ErrorCode} == CODES - OF_LINKS


def test_the_documents_have_every_code_in_order() -> None:
    table = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert table == sorted(CODES)


def test_every_code_is_reached_by_a_test() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    told = "\n".join(texts)
    assert [code for code in sorted(CODES) if f'"{code}"' not in told and f"'{code}'" not in told] == []
