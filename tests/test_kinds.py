"""A kind of document is said once, and whatever a new one still lacks is named."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.sat.kinds import Kind
from tests.kind_places import PLACES
from tests.test_architecture import MODULES, ROOT, syntax

_IGNORED = shutil.ignore_patterns("node_modules", "dist", "widget", "__pycache__", "samples")
_SPEC = 'KindSpec("ledgers", Cadence.MONTHLY, Delivery.PROFILE, TaxStatus, "issued_on", "Balanza de comprobación")'
#: The least of a seventh kind: what imports need, and nothing that a client or a worker would need.
_INVENTED = {
    "gateway/sat/kinds.py": {
        '    TAX_STATUS = "TAX_STATUS"\n': '    TAX_STATUS = "TAX_STATUS"\n    LEDGER = "LEDGER"\n',
        "    Kind.TAX_STATUS: KindSpec(": f"    Kind.LEDGER: {_SPEC},\n    Kind.TAX_STATUS: KindSpec(",
    },
    "gateway/store/derived.py": {"    Kind.TAX_STATUS: {": "    Kind.LEDGER: {},\n    Kind.TAX_STATUS: {"},
}


@pytest.mark.parametrize("place", PLACES)
def test_every_kind_is_in_every_place(place: str) -> None:
    assert PLACES[place]() == set(Kind)


def test_a_seventh_kind_is_asked_for_in_every_place_that_lacks_it(tmp_path: Path) -> None:
    for package in ("gateway", "resolvers", "tasks", "tests"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=_IGNORED)
    for name, changes in _INVENTED.items():
        path = tmp_path / name
        text = path.read_text(encoding="utf-8")
        for before, after in changes.items():
            assert before in text
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "tests.kind_places"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1, run.stderr
    told = [line.rpartition(": ")[0] for line in run.stdout.splitlines() if line.endswith(": LEDGER")]
    has_it = {"gateway/sat/kinds.py KINDS", "gateway/store/derived.py SORTS and DERIVED"}
    assert told == [place for place in PLACES if place not in has_it]
    assert len(PLACES) <= 12


def test_no_other_place_lists_kinds_by_hand() -> None:
    """A tuple of kinds, or a chain of `is`, forgets the next one: such a choice belongs into the table of kinds."""
    lists = [
        f"{name}:{node.lineno}"
        for name, path in MODULES.items()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and len([n for n in node.elts if _is_kind(n)]) > 1
    ]
    assert lists == []


def _is_kind(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Kind"
        and node.attr in Kind.__members__
    )
