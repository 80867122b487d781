"""The demonstration on a terminal: the profile as tables, and what the person must do when a run failed."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from gateway.demo.answers import Failure, JobStatus, Profile, ProfileSyncStatus, SyncStatus
from gateway.sat.kinds import KINDS, Kind

# For every key of the API's `advice`: what the person must do.
_ADVICE = {
    "NONE": "there is nothing to do",
    "READ_AGAIN_LATER": "more documents follow: read again later",
    "ANSWER_CHALLENGE": "SAT asks for a second factor: the person must answer it",
    "CORRECT_PASSWORD": "SAT refuses the RFC or the CIEC password: the person must correct it",
    "CORRECT_RFC": "every document names another RFC: the person must connect again with the taxpayer's own",
    "CORRECT_ANSWER": "the answer to the second factor was wrong: the person must connect again and give the right one",
    "ANSWER_IN_TIME": "nobody answered the second factor in time: the person must connect again and answer it",
    "UNLOCK_AT_SAT": "SAT has locked the account: the person must unlock it at SAT",
    "LOG_OUT_ELSEWHERE": "another session is open at SAT: the person must close it and connect again",
    "ACT_AT_SAT": "SAT asks for something in its portal: the person must log in there and do it",
    "CHOOSE_OTHER_SITE": "the login is of another site: the person must choose that one",
    "CHECK_INPUT": "Syncfy does not take the input: the person must check it",
    "WAIT_AND_RETRY": "SAT or Syncfy does not work at the moment: Syncfy tries again by itself",
    "START_AGAIN": "nobody tries again by itself: the person must start again, after a quarter of an hour",
    "CONTACT_SUPPORT": "an unknown failure: the person must ask the support",
}
_FRESH = {"FRESH": "green", "STALE": "yellow", "NEVER": "dim"}
_SENSE = {"POSITIVE": "green", "NEGATIVE": "red"}


def counts(profile: Profile, job_state: str) -> dict[str, int | str]:
    """Count the profile's documents: its own by kind, those of others together, and those that can't be read."""
    held = {kind.kind: kind.held for kind in profile.sync_status.kinds}
    by_kind = {spec.plural: held[kind] for kind, spec in KINDS.items()}
    left = {"others": others(profile), "unreadable": profile.sync_status.unreadable}
    return {**by_kind, **left, "jobState": job_state}


def others(profile: Profile) -> int:
    """Count the documents that name another RFC: they are held, and count in no figure."""
    return sum(kind.others for kind in profile.sync_status.kinds)


def stored(sync_status: SyncStatus | ProfileSyncStatus) -> int:
    """Count the documents that are held, the unreadable ones among them."""
    return sum(kind.held for kind in sync_status.kinds) + sync_status.unreadable


def documents(number: int) -> str:
    return "1 document" if number == 1 else f"{number:,} documents"


def advice(failure: Failure) -> str:
    """Say in a sentence what the person must do; for an unknown key, only who must act."""
    unknown = "the person must act" if failure.needs_person else "nothing for the person to do"
    return _ADVICE.get(failure.advice or "", unknown)


def show_end(console: Console, job: JobStatus, profile: Profile) -> None:
    """Print why the job failed, if it did, and which run the documents below are from."""
    failure = job.failure
    if failure:
        words = [str(failure.code or ""), failure.message or ""]
        what = " ".join(word for word in words if word)
        console.print(Text.assemble((job.state, "yellow"), f": {what}" if what else ""))
        console.print(Text.assemble("What to do: ", (advice(failure), "bold")))
    if job.state not in ("FAILED", "EXPIRED") or not stored(profile.sync_status):
        return
    if any(step.documents for step in job.steps):
        console.print("The documents below came before it failed, or are of an earlier connection.")
    else:
        console.print("The documents below are of an earlier connection.")


def show_profile(console: Console, profile: Profile) -> None:
    """Print the profile: documents by kind, the last invoices, the opinión, the constancia, what is unreadable."""
    parts: list[RenderableType] = [_kinds(profile), "", _invoices(profile), "", _opinion(profile), _tax_status(profile)]
    if strangers := others(profile):
        told = f"{documents(strangers)} of another RFC: kept and listed, in no figure"
        parts += ["", Text(told, style="yellow")]
    unreadable = _unreadable(profile)
    if unreadable is not None:
        parts += ["", unreadable]
    title = Text.assemble((profile.rfc, "bold"), "  ", profile.name)
    console.print(Panel(Group(*parts), title=title, title_align="left", expand=False, padding=(1, 2)))


def _kinds(profile: Profile) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("Document")
    table.add_column("Held", justify="right")
    table.add_column("Cadence")
    table.add_column("State")
    for kind in profile.sync_status.kinds:
        fresh = kind.freshness
        state = Text(fresh.lower(), style=_FRESH.get(fresh, ""))
        table.add_row(KINDS[Kind(kind.kind)].term, f"{kind.held:,}", kind.expected_cadence.lower(), state)
    return table


def _invoices(profile: Profile) -> Table:
    table = Table(box=None, pad_edge=False, title="Last invoices", title_justify="left", title_style="bold")
    table.add_column("Issued at", no_wrap=True)
    table.add_column("Type", no_wrap=True)
    table.add_column("Counterparty", no_wrap=True, overflow="ellipsis")
    table.add_column("Total", justify="right", no_wrap=True)
    table.add_column("Status", no_wrap=True)
    for invoice in profile.invoices.nodes:
        outgoing = invoice.direction == "ISSUED"
        other = invoice.receiver if outgoing else invoice.issuer
        kind = (invoice.type and invoice.type.label) or "?"
        table.add_row(
            (invoice.issued_at or "")[:16].replace("T", " "),
            f"{'→' if outgoing else '←'} {kind}",
            (other.name or other.rfc or "")[:34],
            f"{_money(invoice.total)} {invoice.currency.code if invoice.currency else ''}",
            Text(invoice.status.lower(), style="" if invoice.status == "ACTIVE" else "red"),
        )
    return table


def _opinion(profile: Profile) -> Text:
    opinion = profile.compliance_opinion
    if opinion is None:
        return Text("Opinión de cumplimiento: none", style="dim")
    sense = (opinion.sense, f"bold {_SENSE.get(opinion.sense, 'yellow')}")
    return Text.assemble(
        "Opinión de cumplimiento: ", sense, f"  folio {opinion.folio or '?'}  {opinion.issued_at or ''}"
    )


def _tax_status(profile: Profile) -> Text:
    status = profile.tax_status
    if status is None:
        return Text("Situación fiscal: none", style="dim")
    regimes = "; ".join(
        f"{regime.code.code if regime.code else '?'} {regime.name or ''}".strip() for regime in status.regimes
    )
    address = status.address
    where = f"{address.postal_code or ''} {address.state or ''}".strip()
    return Text.assemble("Situación fiscal: ", (status.status_text or "?", "bold"), f"  {regimes}  ({where})")


def _unreadable(profile: Profile) -> RenderableType | None:
    total = profile.sync_status.unreadable
    if not total:
        return None
    title = f"{documents(total)} could not be read (kept raw)"
    table = Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="bold yellow")
    table.add_column("File", no_wrap=True, overflow="ellipsis")
    table.add_column("Reason", no_wrap=True, min_width=18)
    table.add_column("Detail", no_wrap=True, overflow="ellipsis")
    for item in profile.unreadable.nodes:
        table.add_row(item.name[:40], item.reason, item.detail[:60])
    more = total - len(profile.unreadable.nodes)
    return Group(table, Text(f"and {more:,} more", style="dim")) if more > 0 else table


def _money(amount: str | None) -> str:
    if amount is None:
        return "-"
    whole, _, fraction = amount.partition(".")
    return f"{int(whole):,}.{(fraction + '00')[:2]}"
