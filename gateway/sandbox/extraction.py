"""The part of a run after 102: what it downloads, and what the API can answer from then on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gateway.sandbox.context import Context
from gateway.sandbox.events import Refresh
from gateway.sandbox.portfolio import Portfolio
from gateway.sandbox.state import Downloaded, Job, Slice
from gateway.sandbox.windows import count_attachments, downloaded_until, first_at, overlaid, pull_window
from gateway.syncfy.sites import Site

#: options.search_from and search_to (`YYYY-MM-DD`), for CIEC only.
SearchDates = tuple[str | None, str | None]


async def extract_transactions(
    context: Context, id_credential: str, share: float, search: SearchDates
) -> Refresh | None:
    """Download a credential's rows; None if the credential was deleted meanwhile."""
    credential = context.state.credentials.get(id_credential)
    if credential is None:
        return None
    dt_from, portfolio = context.now(), context.portfolios(credential.rfc)
    start, stop = await context.read(lambda: pull_window(portfolio, credential, share, context.clock()))
    if credential.site is Site.CIEC and any(search):
        start, stop = await context.read(lambda: _searched(portfolio, start, stop, search))
    await count_attachments(context, credential.rfc, credential.site, max(stop, downloaded_until(credential)))
    now, current = context.now(), context.state.credentials.get(id_credential)
    if current is None:
        return None
    slices = overlaid(current.slices, Slice(start, stop, now))  # another run may have ended in the meantime
    context.state.update_credential(id_credential, slices=slices, dt_refresh=now)
    totals = context.attachment_totals[credential.rfc, credential.site]
    transactions = max(0, stop - start)
    return Refresh(dt_from, now, transactions, totals[stop] - totals[start] if transactions else 0)


def _searched(portfolio: Portfolio, start: int, stop: int, search: SearchDates) -> tuple[int, int]:
    since, until = (datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC) if day else None for day in search)
    if since is not None:
        start = max(start, first_at(portfolio, Site.CIEC, int(since.timestamp())))
    if until is not None:
        stop = min(stop, first_at(portfolio, Site.CIEC, int((until + timedelta(days=1)).timestamp())))
    return start, stop


async def extract_documents(context: Context, job: Job) -> bool:
    """Download the constancia or the opinión; False if this taxpayer has none."""
    portfolio = context.portfolios(job.rfc)
    if not await context.read(lambda: portfolio.documents(job.site)):
        return False
    row = Downloaded(job.id_user, job.id_site, job.site, job.rfc, context.now(), ok=True)
    context.state.documents[job.id_user, job.id_site, job.rfc] = row
    return True
