"""Dates of issue: position in the list → moment, without looking at the other documents."""

from __future__ import annotations

import calendar
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from gateway.sandbox.taxpayers.ids import draw

#: This many months before the current one.
BACK = 24

_OPENS, _OPEN_FOR = 8 * 3600, 14 * 3600  # documents are issued from 08:00 to 22:00
#: Central Mexico; no summer time since 2022.
UTC_OFFSET = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Calendar:
    """25 months, each with its share of `total` positions; `starts[i]` is the first position of month i."""

    total: int
    firsts: tuple[date, ...]
    days: tuple[int, ...]
    starts: tuple[int, ...]

    def moment(self, position: int, jitter: float) -> datetime:
        """Local time of a document; grows with the position. `jitter` is in [0, 1)."""
        month = min(bisect_right(self.starts, position) - 1, len(self.firsts) - 1)
        held = self.starts[month + 1] - self.starts[month]
        along = (position - self.starts[month] + jitter) / held * self.days[month]
        day = min(int(along), self.days[month] - 1)
        opened = datetime.combine(self.firsts[month], datetime.min.time())
        return opened + timedelta(days=day, seconds=_OPENS + int((along - day) * _OPEN_FOR))


def months_of(key: bytes, total: int, today: date) -> Calendar:
    """Distribute `total` documents over the months up to yesterday."""
    if today.day == 1:
        today -= timedelta(days=1)  # the new month has no day that is over
    firsts = tuple(add_months(today.replace(day=1), -back) for back in range(BACK, -1, -1))
    whole = (calendar.monthrange(first.year, first.month)[1] for first in firsts[:-1])
    days = (*whole, today.day - 1)
    chance = draw(key, "months")
    reached, weights = 0, [0]
    for length in days:
        reached += length * chance.randint(80, 120)
        weights.append(reached)
    return Calendar(total, firsts, days, tuple(total * weight // reached for weight in weights))


def add_months(first: date, months: int) -> date:
    """Return the first day of the month `months` later (or earlier)."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def spread(start: date, stop: date, index: int, count: int) -> datetime:
    """Return moment `index` of `count` between two days, evenly, inside office hours."""
    step = (stop - start).days * 86400 / count
    moment = datetime.combine(start, datetime.min.time()) + timedelta(seconds=step * (index + 0.5))
    return moment.replace(hour=9 + moment.hour % 9, microsecond=0)


def syncfy_time(issued_at: datetime) -> int:
    """Syncfy's dt_transaction: not the document's Fecha but the local midnight after it.

    Its public samples pair Fecha 2020-03-17T21:04:29 with 2020-03-18T06:00:00Z.
    """
    midnight = datetime.combine(issued_at.date() + timedelta(days=1), datetime.min.time())
    return int((midnight + UTC_OFFSET).replace(tzinfo=UTC).timestamp())
