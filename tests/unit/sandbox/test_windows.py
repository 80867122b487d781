"""The arithmetic of downloaded rows, against the plain way of doing it."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from gateway.sandbox.state import Credential, Slice
from gateway.sandbox.windows import first_at, overlaid, pull_window
from gateway.syncfy.sites import Site
from tests.unit.sandbox.portfolio import DAY, FIRST, RFC, TinyPortfolio

PULLS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)


@given(PULLS)
def test_the_newest_download_of_a_row_counts(pulls: list[tuple[int, int]]) -> None:
    plain: dict[int, int] = {}
    slices: tuple[Slice, ...] = ()
    for moment, (start, stop) in enumerate(pulls):
        plain |= dict.fromkeys(range(start, stop), moment)
        slices = overlaid(slices, Slice(start, stop, moment))

    assert {row: part.dt_refresh for part in slices for row in range(part.start, part.stop)} == plain
    assert sum(part.stop - part.start for part in slices) == len(plain)
    assert list(slices) == sorted(slices, key=lambda part: part.start)


@given(st.integers(-2, 14))
def test_a_moment_is_found_without_reading_every_row(day: int) -> None:
    moment = FIRST + day * DAY
    rows = list(TinyPortfolio().transactions(Site.CIEC))
    expected = next((index for index, row in enumerate(rows) if row.dt_transaction >= moment), len(rows))
    assert first_at(TinyPortfolio(), Site.CIEC, moment) == expected


def credential(site: Site, *slices: Slice) -> Credential:
    return Credential("id", "user", site.id, site, RFC, "ok", slices=slices)


def test_a_first_pull_takes_all_or_its_share() -> None:
    now = datetime(2026, 2, 10, tzinfo=UTC)
    assert pull_window(TinyPortfolio(), credential(Site.CIEC), 1.0, now) == (0, 12)
    assert pull_window(TinyPortfolio(sizes={Site.CIEC: 7}), credential(Site.CIEC), 0.5, now) == (0, 4)


def test_a_later_pull_takes_this_month_and_the_last_one_again_and_all_returns() -> None:
    portfolio = TinyPortfolio(sizes={Site.CIEC: 80, Site.MONTHLY_RETURNS: 4})  # January, February, March
    had = Slice(0, 80, 1)
    assert pull_window(portfolio, credential(Site.CIEC, had), 1.0, datetime(2026, 3, 10, tzinfo=UTC)) == (31, 80)
    returns = credential(Site.MONTHLY_RETURNS, Slice(0, 4, 1))
    assert pull_window(portfolio, returns, 1.0, datetime(2027, 3, 10, tzinfo=UTC)) == (0, 4)


def test_a_later_pull_takes_what_an_incomplete_one_left() -> None:
    had = Slice(0, 6, 1)
    assert pull_window(TinyPortfolio(), credential(Site.CIEC, had), 1.0, datetime(2026, 11, 23, tzinfo=UTC)) == (6, 12)
