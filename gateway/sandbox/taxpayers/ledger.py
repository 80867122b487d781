"""The ledger: the role of every position in the list of invoices, and the documents that it refers to.

After a short archive of old versions the list is cut into cells of 20 positions. A cell holds a fixed pattern of roles
(an invoice to be paid later, its payment a few positions on, a credit note of the second position…), so that both ends
of a reference are found by arithmetic. Payments are `near` cells further on (some ten days; the same cell in a small
portfolio), later instalments another `stride` or two: at most two months away.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto
from functools import lru_cache

from gateway.sandbox.taxpayers.ids import draw
from gateway.sandbox.taxpayers.months import BACK, Calendar, months_of, spread

CELL = 20
_CFDI_40_FROM = date(2023, 4, 1)


class Role(Enum):
    PLAIN = auto()  # paid at once
    LATER = auto()  # PPD: paid by the payments of its schedule
    PAYMENT = auto()
    CREDIT = auto()
    GLOBAL = auto()
    FOREIGN = auto()
    PAYROLL = auto()
    TRANSFER = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """`schedule`: thousandths of the total that each instalment pays; `settles`: (index of an invoice, instalment)."""

    index: int
    role: Role
    version: str
    issued_at: datetime
    issued: bool
    party: float
    cancelled: bool = False
    dollars: bool = False
    relation: tuple[str, int] | None = None
    schedule: tuple[int, ...] = ()
    settles: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """The random choices for the 20 positions of a cell."""

    issued: tuple[bool, ...]
    party: tuple[float, ...]
    choice: tuple[float, ...]
    jitter: tuple[float, ...]


# Positions of an old version: role, issued, what it refers to (a position of the same version), schedule.
_ARCHIVE_32 = ((Role.PLAIN, True), (Role.PLAIN, False), (Role.CREDIT, True), (Role.PLAIN, False))
_ARCHIVE_33 = (
    (Role.PLAIN, True),
    (Role.LATER, True),
    (Role.PAYMENT, True),
    (Role.PLAIN, False),
    (Role.CREDIT, False),
    (Role.LATER, False),
    (Role.PAYMENT, False),
    (Role.PAYROLL, True),
)
_ARCHIVE_SCHEDULES = {1: (1000,), 5: (600,)}


class Ledger:
    """`entry(index)` for 0 ≤ index < total, oldest first."""

    def __init__(self, key: bytes, person: bool, total: int, today: date) -> None:
        self.total = total
        self._key = key
        self._person = person
        self._old32, self._old33 = (4, 8) if total >= 30 else (1, 1) if total >= 3 else (0, 0)
        self._archive = self._old32 + self._old33
        self._recent = total - self._archive
        self._calendar: Calendar = months_of(key, self._recent, today)
        a_month = self._recent / (BACK + 1)
        self._near = int(0.35 * a_month / CELL)
        self._stride = int(0.6 * a_month / CELL) if a_month >= 2 * CELL else 0
        self._cell = lru_cache(maxsize=64)(self._draw_cell)

    def entry(self, index: int) -> Entry:
        if index < self._old32:
            return self._old(index, index, "3.2", _ARCHIVE_32[index])
        if index < self._archive:
            slot = index - self._old32
            return self._old(index, slot, "3.3", _ARCHIVE_33[slot])
        return self._new(index - self._archive)

    @property
    def begins(self) -> date:
        """Return the first day of the months that the list is spread over; before it there is the archive alone."""
        return self._calendar.firsts[0]

    @property
    def longest(self) -> int:
        """No payment is more positions behind an invoice that it pays."""
        return (self._near + 2 * self._stride + 1) * CELL

    def between(self, start: date, stop: date) -> range:
        """Return the indexes of the documents issued in [start, stop)."""

        def reached(day: date) -> int:
            moment = datetime.combine(day, datetime.min.time())
            return bisect_left(range(self.total), moment, key=lambda index: self.entry(index).issued_at)

        return range(reached(start), reached(stop))

    def _old(self, index: int, slot: int, version: str, what: tuple[Role, bool]) -> Entry:
        role, issued = what
        first = index - slot
        if version == "3.2":
            moment = spread(date(2015, 2, 1), date(2017, 11, 1), slot, self._old32)
        else:
            stop = min(date(2022, 12, 20), self._calendar.firsts[0])
            moment = spread(stop - timedelta(days=410), stop, slot, self._old33)
        paired = role in (Role.PAYMENT, Role.CREDIT) and version == "3.3"
        party = draw(self._key, "archive", index - 1 if paired else index).random()
        return Entry(
            index=index,
            role=role,
            version=version,
            issued_at=moment,
            issued=issued if role is not Role.PAYROLL else not self._person,
            party=party,
            relation=("01", index - 1) if role is Role.CREDIT and paired else None,
            schedule=_ARCHIVE_SCHEDULES.get(index - first, ()) if role is Role.LATER else (),
            settles=((index - 1, 1),) if role is Role.PAYMENT else (),
        )

    def _new(self, position: int) -> Entry:
        number, slot = divmod(position, CELL)
        cell = self._cell(number)
        moment = self._calendar.moment(position, cell.jitter[slot])
        plain = Entry(
            index=self._archive + position,
            role=Role.PLAIN,
            version="4.0" if moment.date() >= _CFDI_40_FROM else "3.3",
            issued_at=moment,
            issued=cell.issued[slot],
            party=cell.party[slot],
        )
        if slot in (2, 3, 9, 18):
            return self._later(plain, number, slot, cell)
        if slot in (7, 12, 14, 16):
            return self._payment(plain, number, slot)
        return self._other(plain, number, slot, cell)

    def _later(self, plain: Entry, number: int, slot: int, cell: Cell) -> Entry:
        lead = 2 if slot == 3 else slot
        return replace(
            plain,
            role=Role.LATER,
            issued=cell.issued[lead],
            party=cell.party[lead],
            schedule=self._schedule(number, slot),
            cancelled=slot == 18 and cell.choice[18] < 0.15,
            dollars=slot == 9 and cell.choice[8] < 0.3,
        )

    def _schedule(self, number: int, slot: int) -> tuple[int, ...]:
        """Return the instalments of an invoice that are in the list; the others are not paid yet."""
        choice = self._cell(number).choice[slot]
        if slot == 9:
            planned: tuple[int, ...] = (1000,) if choice < 0.3 else (500, 500) if choice < 0.55 else (400, 350, 250)
            first, stride = number + self._near, self._stride
            at = [first * CELL + 12]
            if stride:
                at += [(first + stride) * CELL + 14, (first + 2 * stride) * CELL + 16]
            return tuple(part for part, position in zip(planned, at, strict=False) if position < self._recent)
        if slot == 18 or (number + self._near) * CELL + 7 >= self._recent:
            return ()
        return (1000,) if slot == 2 or choice < 0.5 else (350,) if choice < 0.8 else (720,)

    def _payment(self, plain: Entry, number: int, slot: int) -> Entry:
        """Return a payment where an earlier invoice plans one, otherwise an ordinary invoice."""
        instalment = {7: 1, 12: 1, 14: 2, 16: 3}[slot]
        source = number - self._near - (instalment - 1) * self._stride
        if source < 0 or (instalment > 1 and not self._stride):
            return plain
        if slot == 7:
            first, settles = source * CELL + 2, [(source * CELL + 2, 1), (source * CELL + 3, 1)]
        else:
            if len(self._schedule(source, 9)) < instalment:
                return plain
            first, settles = source * CELL + 9, [(source * CELL + 9, instalment)]
        paid = self._new(first)
        return replace(
            plain,
            role=Role.PAYMENT,
            issued=paid.issued,
            party=paid.party,
            dollars=paid.dollars and self._cell(number).choice[slot] < 0.5,
            settles=tuple((self._archive + position, part) for position, part in settles),
        )

    def _other(self, plain: Entry, number: int, slot: int, cell: Cell) -> Entry:
        choice, first = cell.choice[slot], self._archive + number * CELL
        if slot == 8 and choice < 0.5:
            return replace(plain, role=Role.FOREIGN, dollars=True)
        if slot == 10:
            return replace(plain, cancelled=choice < 0.5)
        if slot == 11:
            corrected = replace(plain, issued=cell.issued[1], party=cell.party[1])
            return replace(corrected, role=Role.CREDIT, relation=("01", first + 1))
        if slot == 13 and cell.choice[10] < 0.5:
            return replace(plain, issued=cell.issued[10], party=cell.party[10], relation=("04", first + 10))
        if slot == 15 and choice < 0.35:
            return replace(plain, role=Role.GLOBAL, issued=True)
        if slot == 17 and choice < 0.3 and not self._person:
            return replace(plain, role=Role.TRANSFER, issued=True)
        if slot == 5 and (not self._person or choice < 0.6):
            return replace(plain, role=Role.PAYROLL, issued=not self._person)
        if slot == 19 and not self._person:
            return replace(plain, role=Role.PAYROLL, issued=True)
        return plain

    def _draw_cell(self, number: int) -> Cell:
        chance = draw(self._key, "cell", number)
        return Cell(
            issued=tuple(chance.random() < 0.55 for _ in range(CELL)),
            party=tuple(chance.random() for _ in range(CELL)),
            choice=tuple(chance.random() for _ in range(CELL)),
            jitter=tuple(chance.random() for _ in range(CELL)),
        )
