"""Papers printed otherwise than the samples: a reader finds the same values or fewer, and none in another's place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import UnreadableDocument
from gateway.sat import opinion, tax_status
from gateway.sat.dates import plain
from gateway.sat.pdf import without_accents
from tests.budget import examples
from tests.unit.sat.test_constancias import BOTH_PHONES, TEXT
from tests.unit.sat.test_opinions import OMITTED, OWED, SINCE_2025, TABLE, UNTIL_2025

Read = Callable[[str, list[str]], Any]
PAPERS: dict[str, tuple[Read, str]] = {
    "opinión since June 2025": (
        opinion.read_text,
        SINCE_2025.format(sense="NEGATIVO", letter="N", sections=f"{OWED}\n{OMITTED}"),
    ),
    "opinión until May 2025": (
        opinion.read_text,
        UNTIL_2025.format(sense="NEGATIVO", letter="N", sections=TABLE),
    ),
    "constancia": (tax_status.read_text, TEXT.format(phones=BOTH_PHONES)),
}
EVERY_PAPER = pytest.mark.parametrize("paper", PAPERS)
#: Of these the letters of another case are others, or the whole is the text itself.
_OWN_WORDS = {"original_string", "digital_seal", "text"}


def values(record: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each value with its path, compared as labels are: without accents, case and blanks. Rows have no place."""
    if isinstance(record, dict):
        for key, value in record.items():
            if key not in _OWN_WORDS:
                yield from values(value, f"{path}.{key}")
    elif isinstance(record, list):
        for item in record:
            yield from values(item, path)
    elif record is not None:
        yield path, plain(str(record))


def read(paper: str, text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, value in values(PAPERS[paper][0](text, [])):
        found.setdefault(path, []).append(value)
    return found


def expected(paper: str) -> dict[str, list[str]]:
    return read(paper, PAPERS[paper][1])


@EVERY_PAPER
@pytest.mark.parametrize(
    "printed_otherwise",
    [
        str.upper,
        without_accents,
        lambda text: without_accents(text).upper(),
        lambda text: re.sub(" ", "   ", text),
        lambda text: re.sub("\n", "  \n\n \t", text),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(" ", "\xa0"),
    ],
    ids=["upper case", "no accents", "neither", "wide blanks", "blank lines", "CRLF", "hard blanks"],
)
def test_case_accents_and_blanks_change_no_value(paper: str, printed_otherwise: Callable[[str], str]) -> None:
    assert read(paper, printed_otherwise(PAPERS[paper][1])) == expected(paper)


@EVERY_PAPER
@settings(max_examples=examples(60), deadline=None)
@given(st.data())
def test_a_page_may_end_after_any_line(paper: str, data: st.DataObject) -> None:
    lines = PAPERS[paper][1].splitlines()
    for place in sorted(data.draw(st.sets(st.integers(1, len(lines)), max_size=4)), reverse=True):
        lines.insert(place, data.draw(st.sampled_from(["Página  [2] de [3]", "PÁGINA 2 DE 3", "\f"])))
    assert read(paper, "\n".join(lines)) == expected(paper)


@EVERY_PAPER
@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_a_line_broken_anywhere_mixes_no_value_into_another(paper: str, data: st.DataObject) -> None:
    """A broken label may be missed, and its value with it; the words of a value are its own."""
    lines = PAPERS[paper][1].splitlines()
    for place in sorted(data.draw(st.sets(st.integers(0, len(lines) - 1), max_size=5)), reverse=True):
        words = lines[place].split(" ")
        cut = data.draw(st.integers(1, max(1, len(words) - 1)))
        lines[place] = f"{' '.join(words[:cut])}\n{' '.join(words[cut:])}"
    try:
        found = read(paper, "\n".join(lines))
    except UnreadableDocument:
        return
    whole = expected(paper)
    for path, held in found.items():
        for value in held:
            assert path in whole, (path, value)
            assert any(_is_part(value, other) for other in whole[path]), (path, value, whole[path])


def _is_part(value: str, whole: str) -> bool:
    """Return True for words of the whole; of a moment, for its day."""
    return whole.startswith(value) or set(re.findall(r"\w+", value)) <= set(re.findall(r"\w+", whole))


@EVERY_PAPER
@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_lines_lost_repeated_or_moved_raise_nothing_but_refusals(paper: str, data: st.DataObject) -> None:
    lines = PAPERS[paper][1].splitlines()
    kept = data.draw(st.lists(st.sampled_from(lines), max_size=len(lines)))
    try:
        read(paper, "\n".join(kept))
    except UnreadableDocument as refused:
        assert refused.detail
