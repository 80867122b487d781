"""The rows of a portfolio that a credential has downloaded, and when: index arithmetic, whatever their number."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TypeAlias

from gateway.sandbox.context import Context
from gateway.sandbox.portfolio import Portfolio
from gateway.sandbox.state import Credential, Slice
from gateway.syncfy.sites import Site

Totals: TypeAlias = "array[int]"


def overlaid(slices: Iterable[Slice], new: Slice) -> tuple[Slice, ...]:
    """Add a slice over the others: rows that were downloaded again get the new time."""
    if new.start >= new.stop:
        return tuple(slices)
    kept = [new]
    for old in slices:
        if old.start < new.start:
            kept.append(Slice(old.start, min(old.stop, new.start), old.dt_refresh))
        if old.stop > new.stop:
            kept.append(Slice(max(old.start, new.stop), old.stop, old.dt_refresh))
    return tuple(sorted(kept, key=lambda part: part.start))


def first_at(portfolio: Portfolio, site: Site, moment: int) -> int:
    """Find the index of the first transaction at or after a Unix second by bisection: rows are oldest first."""

    def dt(index: int) -> int:
        return next(iter(portfolio.transactions(site, index, index + 1))).dt_transaction

    return bisect_left(range(portfolio.count(site)), moment, key=dt)


def downloaded_until(credential: Credential) -> int:
    """Return the index after the last transaction that the credential has downloaded."""
    return max((part.stop for part in credential.slices), default=0)


def pull_window(portfolio: Portfolio, credential: Credential, share: float, now: datetime) -> tuple[int, int]:
    """[start:stop] of what a pull downloads.

    A first one takes everything (or its share). A later one takes what is new and, of CFDI and retenciones, the current
    and the previous month again, as Syncfy's daily job does; of the returns, all.
    """
    site, total = credential.site, portfolio.count(credential.site)
    had = downloaded_until(credential)
    stop = max(had, -(-total * int(share * 100) // 100))
    if not had or site not in (Site.CIEC, Site.WITHHOLDINGS):
        return 0, stop
    previous_month = (now.astimezone(UTC).replace(day=1) - timedelta(days=1)).replace(day=1, hour=0, minute=0, second=0)
    return min(had, first_at(portfolio, site, int(previous_month.timestamp()))), stop


#: Rows counted in one turn of the reader thread, so that others get theirs.
_COUNTED_AT_ONCE = 1000


async def count_attachments(context: Context, rfc: str, site: Site, stop: int) -> None:
    """Extend the running totals of (rfc, site) to `stop` transactions."""
    portfolio = context.portfolios(rfc)
    totals = context.attachment_totals.setdefault((rfc, site), _no_totals())

    def some() -> None:
        start = len(totals) - 1
        for row in islice(portfolio.transactions(site, start, min(stop, start + _COUNTED_AT_ONCE)), _COUNTED_AT_ONCE):
            totals.append(totals[-1] + len(row.attachments))

    while (before := len(totals) - 1) < stop:
        await context.read(some)
        if len(totals) - 1 == before:  # the portfolio has fewer rows than it counted
            return


def _no_totals() -> Totals:
    return array("Q", [0])


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows [start:stop] of one credential that share their dt_refresh."""

    credential: Credential
    portfolio: Portfolio
    start: int
    stop: int
    dt_refresh: int
    totals: Totals

    def attachments(self) -> int:
        """Count the files of the segment's rows."""
        return self.totals[self.stop] - self.totals[self.start]


def segments(
    context: Context,
    credentials: Iterable[Credential],
    refreshed: tuple[int | None, int | None] = (None, None),
    dated: tuple[int | None, int | None] = (None, None),
) -> list[Segment]:
    """Find the downloaded rows inside both spans (Unix seconds, both ends included), without making any."""
    found = []
    for credential in credentials:
        portfolio = context.portfolios(credential.rfc)
        site, (since, until) = credential.site, dated
        low = 0 if since is None else first_at(portfolio, site, since)
        high = portfolio.count(site) if until is None else first_at(portfolio, site, until + 1)
        totals = context.attachment_totals.get((credential.rfc, site)) or _no_totals()
        for part in credential.slices:
            start, stop = max(part.start, low), min(part.stop, high)
            if start < stop and _inside(part.dt_refresh, refreshed):
                found.append(Segment(credential, portfolio, start, stop, part.dt_refresh, totals))
    return found


def _inside(moment: int, span: tuple[int | None, int | None]) -> bool:
    since, until = span
    return (since is None or since <= moment) and (until is None or moment <= until)
