"""The demonstration on a terminal: states as they come, documents as they are stored, and the profile."""

from __future__ import annotations

from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from gateway.sat.kinds import KINDS, Kind

Data = dict[str, Any]

# For every key of the API's `advice`: what the person must do.
_ADVICE = {
    "NONE": "there is nothing to do",
    "READ_AGAIN_LATER": "more documents follow: read again later",
    "ANSWER_CHALLENGE": "SAT asks for a second factor: the person must answer it",
    "CORRECT_PASSWORD": "SAT refuses the RFC or the CIEC password: the person must correct it",
    "CORRECT_ANSWER": "the answer to the second factor was wrong: the person must connect again and give the right one",
    "ANSWER_IN_TIME": "nobody answered the second factor in time: the person must connect again and answer it",
    "UNLOCK_AT_SAT": "SAT has locked the account: the person must unlock it at SAT",
    "LOG_OUT_ELSEWHERE": "another session is open at SAT: the person must close it and connect again",
    "ACT_AT_SAT": "SAT asks for something in its portal: the person must log in there and do it",
    "CHOOSE_OTHER_SITE": "the login is of another site: the person must choose that one",
    "CHECK_INPUT": "Syncfy does not take the input: the person must check it",
    "WAIT_AND_RETRY": "SAT or Syncfy does not work at the moment: the person need do nothing, try again later",
    "CONTACT_SUPPORT": "an unknown failure: the person must ask the support",
}
_FRESH = {"FRESH": "green", "STALE": "yellow", "NEVER": "dim"}
_SENSE = {"POSITIVE": "green", "NEGATIVE": "red"}


def counts(profile: Data, job_state: str) -> Data:
    """The profile in one JSON object, with the names of the API's fields."""
    held = {kind["kind"]: kind["held"] for kind in profile["syncStatus"]["kinds"]}
    result: Data = {spec.plural: held[kind] for kind, spec in KINDS.items()}
    return {**result, "unreadable": profile["syncStatus"]["unreadable"], "jobState": job_state}


def landed(sync_status: Data) -> int:
    return int(sum(kind["held"] for kind in sync_status["kinds"]) + sync_status["unreadable"])


def documents(number: int) -> str:
    return "1 document" if number == 1 else f"{number:,} documents"


def advice(failure: Data) -> str:
    """Say in a sentence what the person must do; for an unknown key, only who must act."""
    unknown = "the person must act" if failure["needsPerson"] else "nothing for the person to do"
    return _ADVICE.get(failure["advice"] or "", unknown)


def show_end(console: Console, job: Data, profile: Data) -> None:
    """Say why the job did not succeed, where it did not, and from which run the documents below are."""
    failure = job["failure"]
    if failure:
        words = [str(failure["code"] or ""), failure["message"] or ""]
        what = " ".join(word for word in words if word)
        console.print(Text.assemble((job["state"], "yellow"), f": {what}" if what else ""))
        console.print(Text.assemble("What to do: ", (advice(failure), "bold")))
    if job["state"] not in ("FAILED", "EXPIRED") or not landed(profile["syncStatus"]):
        return
    if any(step["documents"] for step in job["steps"]):
        console.print("The documents below came before it failed, or are of an earlier connection.")
    else:
        console.print("The documents below are of an earlier connection.")


def show_profile(console: Console, profile: Data) -> None:
    parts: list[Any] = [_kinds(profile), "", _invoices(profile), "", _opinion(profile), _tax_status(profile)]
    unreadable = _unreadable(profile)
    if unreadable is not None:
        parts += ["", unreadable]
    title = Text.assemble((profile["rfc"], "bold"), "  ", profile["name"])
    console.print(Panel(Group(*parts), title=title, title_align="left", expand=False, padding=(1, 2)))


def _kinds(profile: Data) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("Document")
    table.add_column("Held", justify="right")
    table.add_column("Cadence")
    table.add_column("State")
    for kind in profile["syncStatus"]["kinds"]:
        fresh = kind["freshness"]
        state = Text(fresh.lower(), style=_FRESH.get(fresh, ""))
        table.add_row(KINDS[Kind(kind["kind"])].term, f"{kind['held']:,}", kind["expectedCadence"].lower(), state)
    return table


def _invoices(profile: Data) -> Table:
    table = Table(box=None, pad_edge=False, title="Last invoices", title_justify="left", title_style="bold")
    table.add_column("Issued at", no_wrap=True)
    table.add_column("Type", no_wrap=True)
    table.add_column("Counterparty", no_wrap=True, overflow="ellipsis")
    table.add_column("Total", justify="right", no_wrap=True)
    table.add_column("Status", no_wrap=True)
    for invoice in profile["invoices"]["nodes"]:
        outgoing = invoice["direction"] == "ISSUED"
        other = invoice["receiver" if outgoing else "issuer"]
        kind = invoice["type"]["label"] if invoice["type"] and invoice["type"]["label"] else "?"
        table.add_row(
            (invoice["issuedAt"] or "")[:16].replace("T", " "),
            f"{'→' if outgoing else '←'} {kind}",
            (other["name"] or other["rfc"] or "")[:34],
            f"{_money(invoice['total'])} {(invoice['currency'] or {}).get('code', '')}",
            Text(invoice["status"].lower(), style="" if invoice["status"] == "ACTIVE" else "red"),
        )
    return table


def _opinion(profile: Data) -> Text:
    opinion = profile["complianceOpinion"]
    if opinion is None:
        return Text("Opinión de cumplimiento: none", style="dim")
    sense = (opinion["sense"], f"bold {_SENSE.get(opinion['sense'], 'yellow')}")
    return Text.assemble(
        "Opinión de cumplimiento: ", sense, f"  folio {opinion['folio'] or '?'}  {opinion['issuedAt'] or ''}"
    )


def _tax_status(profile: Data) -> Text:
    status = profile["taxStatus"]
    if status is None:
        return Text("Situación fiscal: none", style="dim")
    regimes = "; ".join(
        f"{regime['code']['code'] if regime['code'] else '?'} {regime['name'] or ''}".strip()
        for regime in status["regimes"]
    )
    address = status["address"]
    where = f"{address['postalCode'] or ''} {address['state'] or ''}".strip()
    return Text.assemble("Situación fiscal: ", (status["statusText"] or "?", "bold"), f"  {regimes}  ({where})")


def _unreadable(profile: Data) -> RenderableType | None:
    total = profile["syncStatus"]["unreadable"]
    if not total:
        return None
    title = f"{documents(total)} could not be read (kept raw)"
    table = Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="bold yellow")
    table.add_column("File", no_wrap=True, overflow="ellipsis")
    table.add_column("Reason", no_wrap=True, min_width=18)
    table.add_column("Detail", no_wrap=True, overflow="ellipsis")
    for item in profile["unreadable"]["nodes"]:
        table.add_row(item["name"][:40], item["reason"], item["detail"][:60])
    more = total - len(profile["unreadable"]["nodes"])
    return Group(table, Text(f"and {more:,} more", style="dim")) if more > 0 else table


def _money(amount: str | None) -> str:
    if amount is None:
        return "-"
    whole, _, fraction = amount.partition(".")
    return f"{int(whole):,}.{(fraction + '00')[:2]}"
