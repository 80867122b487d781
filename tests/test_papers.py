"""What the repository says of itself: its papers lead where they say, and every decision is in the index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = ROOT / "docs" / "decisions"


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_link_to_a_file_of_the_repository_leads_there(paper: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", paper.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (paper.parent / link).exists()]
    assert not missing


def test_every_decision_is_in_the_index_under_its_own_title() -> None:
    index = dict(re.findall(r"\[\d{4}\]\(([^)]+)\) \| (.+) \|", (DECISIONS / "README.md").read_text(encoding="utf-8")))
    pages = {path.name: path.read_text(encoding="utf-8") for path in DECISIONS.glob("0*.md")}
    assert index == {name: text.splitlines()[0].partition(" · ")[2] for name, text in pages.items()}


@pytest.mark.parametrize("decision", sorted(DECISIONS.glob("0*.md")), ids=lambda path: path.stem)
def test_a_decision_says_why_what_and_what_follows(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    assert [part for part in ("**Context.**", "**Decision.**", "**Consequences.**") if part not in text] == []
