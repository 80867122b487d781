"""`make bench`: CPU of the server per request, ours beside a hand-written route, and the cost of reading and storing.

How: both servers run at once, warmed up, on a core of their own; rounds alternate between them; a figure is the median
of the rounds, a ratio the median of the paired ratios. In the same run both must give the same JSON, byte for byte.
Reads are answered by a replay of the store (see replay.py), so that it is the servers that are measured.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from benchmarks import cpu, graphql, printing, reading, report, rounds, servers, upserts, webhook
from benchmarks.operations import OPERATIONS
from benchmarks.rounds import Unequal, spread

_INVOICES = 120
_NARROWEST = 104  # columns that the table needs


@click.command(help=__doc__)
@click.option("--rounds", "count", default=5, show_default=True, help="Paired rounds of each measurement.")
@click.option("--seconds", default=1.2, show_default=True, help="Length of a server's round.")
@click.option("--only", multiple=True, help="Only these requests: Q1, Q2, Q3, Q2f, Q2+, webhook.")
@click.option("--save", is_flag=True, help="Write the figures to benchmarks/results/latest.json, to be committed.")
def main(count: int, seconds: float, only: tuple[str, ...], save: bool) -> None:
    console = Console(width=max(Console().width, _NARROWEST))
    results: dict[str, Any] = {"machine": report.facts(count, seconds)}
    cpu.stay_aside()
    with tempfile.TemporaryDirectory() as directory, servers.running(Path(directory), invoices=_INVOICES) as field:
        results["requests"] = _requests(field, count, seconds, only, console)
        if only:
            console.print_json(data=results["requests"])
            return
        console.print("[dim]upserts …[/dim]")
        results["upserts"] = _upserts(field.mongodb_url)
    console.print("[dim]reading …[/dim]")
    size, cost = reading.measure(count)
    results["reading"] = {
        "what": "one CFDI 4.0 with three lines to our record, beside lxml's parse alone (CPU of this process)",
        "bytes": size,
        **cost.summary(),
    }
    size, cost = reading.measure_deriving(count)
    results["deriving"] = {
        "what": "what follows from its record (figures, twins, sort keys), beside lxml's parse of it again",
        "bytes": size,
        **cost.summary(),
    }
    size, cost = printing.measure(count)
    results["printing"] = {
        "what": "the same CFDI to our printed representation, beside reportlab's own page layout (CPU of this process)",
        "bytes": size,
        **cost.summary(),
    }
    if save:
        report.write(results)
    report.show(results, console)


def _requests(
    field: servers.Field, count: int, seconds: float, only: tuple[str, ...], console: Console
) -> dict[str, Any]:
    measured: dict[str, Any] = {}
    for operation in OPERATIONS:
        if only and operation.name not in only:
            continue
        console.print(f"[dim]{operation.name} …[/dim]")
        ours, peer = graphql.asks(field, operation)
        size = rounds.equal(ours, peer)
        cost = rounds.paired(ours, peer, rounds=count, seconds=seconds)
        measured[operation.name] = {"what": operation.title, "bytes": size, **cost.summary()}
    if not only or "webhook" in only:
        console.print("[dim]webhook …[/dim]")
        ours, peer = webhook.asks(field)
        if not (webhook.acknowledged(ours) and webhook.acknowledged(peer)):
            raise Unequal("a webhook was not acknowledged as one new event")
        cost = rounds.paired(ours, peer, rounds=count, seconds=seconds / 2)
        what = "one event verified, kept and queued"
        measured["webhook"] = {"what": what, "bytes": len(webhook.delivery()), **cost.summary()}
    return measured


def _upserts(mongodb_url: str) -> dict[str, Any]:
    done = upserts.measure(mongodb_url, rounds=2)
    return {
        "documents": upserts.DOCUMENTS,
        "new_per_second": spread(done.new_per_second),
        "unchanged_per_second": spread(done.unchanged_per_second),
        "new_cpu_us": spread(done.new_cpu_us),
    }


if __name__ == "__main__":
    main()
