"""Downloaded rows: the credentials that a call filters and, lazily, the page of rows or files that it requests."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from gateway.sandbox.endpoint import Call
from gateway.sandbox.ids import hashed
from gateway.sandbox.params import Params, flag, integer, text, words
from gateway.sandbox.portfolio import Attachment, Transaction
from gateway.sandbox.state import Credential
from gateway.sandbox.tables import ORGANIZATION_SAT, TYPE_GOVERNMENT
from gateway.sandbox.windows import Segment, first_at, segments

Row = tuple[Segment, Transaction]
File = tuple[Segment, Transaction, Attachment]


def id_account_of(credential: Credential) -> str:
    """Derive the id of a credential's account."""
    return hashed("account", credential.id)


def credentials_asked(call: Call) -> list[Credential]:
    """Return the user's credentials after the filters on id_credential, id_site and id_account."""
    wanted = {name: text(call.params, name) for name in ("id_credential", "id_site", "id_account")}
    organization = {"id_site_organization": ORGANIZATION_SAT, "id_site_organization_type": TYPE_GOVERNMENT}
    if any(text(call.params, name) not in (None, own) for name, own in organization.items()):
        return []
    return [
        row
        for row in call.context.state.credentials_of(call.user.id)
        if wanted["id_credential"] in (None, row.id)
        and wanted["id_site"] in (None, row.id_site)
        and wanted["id_account"] in (None, id_account_of(row))
    ]


def segments_asked(call: Call) -> list[Segment]:
    """Return the downloaded rows after the filters on time, both ends included. Call it in the reader thread."""
    params = call.params
    refreshed = integer(params, "dt_refresh_from"), integer(params, "dt_refresh_to")
    dated = integer(params, "dt_transaction_from"), integer(params, "dt_transaction_to")
    return segments(call.context, credentials_asked(call), refreshed, dated)


@dataclass(frozen=True, slots=True)
class RowFilter:
    """The filters that need each row. With `none` of them a page is found by arithmetic."""

    keywords: frozenset[str]
    skip_keywords: frozenset[str]
    has_attachment: bool | None
    keeps_nothing: bool

    @property
    def none(self) -> bool:
        """Return True for a filter that keeps every row."""
        return not (self.keywords or self.skip_keywords or self.has_attachment is not None or self.keeps_nothing)

    def keeps(self, row: Transaction) -> bool:
        """Return True for a row that the filter lets through."""
        if self.keeps_nothing or (self.has_attachment is not None and self.has_attachment != bool(row.attachments)):
            return False
        own = {word.lower() for word in row.keywords or ()}
        return self.keywords <= own and not (self.skip_keywords & own)


def row_filter(params: Params) -> RowFilter:
    """Read the filters. `is_disable=1` keeps nothing: no row of the sandbox is disabled."""
    return RowFilter(
        words(params, "keywords"),
        words(params, "skip_keywords"),
        flag(params, "has_attachment"),
        keeps_nothing=flag(params, "is_disable") is True,
    )


def page_of_rows(found: list[Segment], keeps: RowFilter, skip: int, limit: int) -> Iterator[Row]:
    """Yield rows [skip : skip + limit], oldest first, made one by one."""
    if not keeps.none:
        every = ((part, row) for part in found for row in _rows(part, part.start, part.stop) if keeps.keeps(row))
        yield from islice(every, skip, skip + limit)
        return
    for part in found:
        size = part.stop - part.start
        taken = min(max(0, size - skip), limit)
        if taken:
            start = part.start + skip
            yield from ((part, row) for row in _rows(part, start, start + taken))
        skip, limit = max(0, skip - size), limit - taken


def page_of_rows_backwards(found: list[Segment], keeps: RowFilter, skip: int, limit: int) -> Iterator[Row]:
    """Yield the same, newest first within each credential: 500 rows are made and reversed at a time."""

    def every() -> Iterator[Row]:
        for part in reversed(found):
            for stop in range(part.stop, part.start, -500):
                rows = list(_rows(part, max(part.start, stop - 500), stop))
                yield from ((part, row) for row in reversed(rows) if keeps.keeps(row))

    yield from islice(every(), skip, skip + limit)


def count_of_rows(found: list[Segment], keeps: RowFilter) -> int:
    """Count the rows; without filters none is made."""
    if keeps.none:
        return sum(part.stop - part.start for part in found)
    return sum(1 for part in found for row in _rows(part, part.start, part.stop) if keeps.keeps(row))


def page_of_files(found: list[Segment], keeps: Callable[[File], bool] | None, skip: int, limit: int) -> Iterator[File]:
    """Yield files [skip : skip + limit]. Without a filter the running totals tell where the page starts."""
    if keeps is not None:
        yield from islice(filter(keeps, (file for part in found for file in _files(part, 0))), skip, skip + limit)
        return
    for part in found:
        size = part.attachments()
        taken = min(max(0, size - skip), limit)
        if taken:
            yield from islice(_files(part, skip), taken)
        skip, limit = max(0, skip - size), limit - taken


def _files(part: Segment, skip: int) -> Iterator[File]:
    """Yield the segment's files from the `skip`-th on."""
    wanted = part.totals[part.start] + skip
    start = bisect_right(part.totals, wanted, part.start, part.stop + 1) - 1
    before = wanted - part.totals[start]
    files = ((part, row, file) for row in _rows(part, start, part.stop) for file in row.attachments)
    return islice(files, before, None)


def _rows(part: Segment, start: int, stop: int) -> Iterator[Transaction]:
    return part.portfolio.transactions(part.credential.site, start, stop)


def find_row(call: Call, id_transaction: str) -> Row | None:
    """Find a downloaded transaction of the user by its id."""
    for part in segments(call.context, call.context.state.credentials_of(call.user.id)):
        found = part.portfolio.transaction(id_transaction)
        if found is not None and found[0] is part.credential.site and _holds(part, found[1]):
            return part, found[1]
    return None


def find_file(call: Call, id_attachment: str) -> File | None:
    """Find a downloaded file of the user by its id."""
    for part in segments(call.context, call.context.state.credentials_of(call.user.id)):
        found = part.portfolio.attachment(id_attachment)
        if found is not None and found[0] is part.credential.site and _holds(part, found[1]):
            return part, found[1], found[2]
    return None


def _holds(part: Segment, row: Transaction) -> bool:
    """Return True where the row lies in the segment: its neighbours of the same second are looked through."""
    site = part.credential.site
    start = max(part.start, first_at(part.portfolio, site, row.dt_transaction))
    for other in _rows(part, start, part.stop):
        if other.id == row.id:
            return True
        if other.dt_transaction > row.dt_transaction:
            return False
    return False
