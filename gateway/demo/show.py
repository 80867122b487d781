"""What the demonstration shows a person: states as they come, documents as they land, and the profile."""

from __future__ import annotations

from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

Data = dict[str, Any]

_KINDS = {
    "INVOICE": ("CFDI 3.2, 3.3, 4.0", "invoices"),
    "WITHHOLDING": ("Retenciones 1.0, 2.0", "withholdings"),
    "ANNUAL_RETURN": ("Declaraciones anuales", "annualReturns"),
    "MONTHLY_RETURN": ("Declaraciones mensuales", "monthlyReturns"),
    "COMPLIANCE_OPINION": ("Opinión de cumplimiento", "complianceOpinions"),
    "TAX_STATUS": ("Constancia de situación fiscal", "taxStatuses"),
}
_FRESH = {"FRESH": "green", "STALE": "yellow", "NEVER": "dim"}
_SENSE = {"POSITIVE": "green", "NEGATIVE": "red"}


def counts(profile: Data, job_state: str) -> Data:
    """The profile in one JSON object, with the names of the API's fields."""
    held = {kind["kind"]: kind["held"] for kind in profile["syncStatus"]["kinds"]}
    result: Data = {field: held[kind] for kind, (_, field) in _KINDS.items()}
    return {**result, "unreadable": profile["syncStatus"]["unreadable"], "jobState": job_state}


def landed(sync_status: Data) -> int:
    return int(sum(kind["held"] for kind in sync_status["kinds"]) + sync_status["unreadable"])


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
        table.add_row(_KINDS[kind["kind"]][0], f"{kind['held']:,}", kind["expectedCadence"].lower(), state)
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
    return Text.assemble("Opinión de cumplimiento: ", sense, f"  folio {opinion['folio']}  {opinion['issuedAt']}")


def _tax_status(profile: Data) -> Text:
    status = profile["taxStatus"]
    if status is None:
        return Text("Situación fiscal: none", style="dim")
    regimes = "; ".join(
        f"{regime['code']['code'] if regime['code'] else '?'} {regime['name']}" for regime in status["regimes"]
    )
    address = status["address"]
    where = f"{address['postalCode'] or ''} {address['state'] or ''}".strip()
    return Text.assemble("Situación fiscal: ", (str(status["status"]), "bold"), f"  {regimes}  ({where})")


def _unreadable(profile: Data) -> Table | None:
    total = profile["syncStatus"]["unreadable"]
    if not total:
        return None
    title = f"{total} could not be read (kept raw)"
    table = Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="bold yellow")
    table.add_column("File", no_wrap=True, overflow="ellipsis")
    table.add_column("Reason", no_wrap=True, min_width=18)
    table.add_column("Detail", no_wrap=True, overflow="ellipsis")
    for item in profile["unreadable"]["nodes"]:
        table.add_row(item["name"][:40], item["reason"], item["detail"][:60])
    return table


def _money(amount: str | None) -> str:
    if amount is None:
        return "-"
    whole, _, fraction = amount.partition(".")
    return f"{int(whole):,}.{(fraction + '00')[:2]}"
