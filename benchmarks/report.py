"""What was measured, as tables for a person and as JSON for the next comparison."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

LATEST = Path(__file__).parent / "results" / "latest.json"


def facts(rounds: int, seconds: float) -> dict[str, Any]:
    """What the figures depend on; nothing that names the machine."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load_average_at_start": round(os.getloadavg()[0], 1) if sys.platform != "win32" else None,
        "rounds": rounds,
        "round_seconds": seconds,
    }


def write(results: dict[str, Any], path: Path = LATEST) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(orjson.dumps(results, option=orjson.OPT_INDENT_2) + b"\n")


def show(results: dict[str, Any], console: Console) -> None:
    machine = results["machine"]
    console.print(
        f"{machine['date']}, Python {machine['python']}, {machine['cores']} cores, "
        f"load {machine['load_average_at_start']} at the start; median (lowest–highest) of the rounds"
    )
    pairs = Table(title="CPU µs of the server process per request", title_justify="left")
    for heading in ("", "bytes", "ours", "hand-written", "ratio"):
        pairs.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for name, row in results["requests"].items():
        pairs.add_row(name, f"{row['bytes']:,}", *_cells(row))
    single = {"read XML": results["reading"], "derive": results["deriving"], "print PDF": results["printing"]}
    for name, row in single.items():
        pairs.add_row(name, f"{row['bytes']:,}", *_cells(row))
    console.print(pairs)
    for name, row in {**results["requests"], **single}.items():
        console.print(f"  {name}: {row['what']}")
    upserts = Table(title=f"Upserts of {results['upserts']['documents']:,} invoices", title_justify="left")
    for heading in ("", "median (lowest–highest)"):
        upserts.add_column(heading, justify="left" if not heading else "right")
    for key, title in (
        ("new_per_second", "new, documents a second"),
        ("unchanged_per_second", "unchanged, documents a second"),
        ("new_cpu_us", "new, our own CPU µs a document"),
    ):
        upserts.add_row(title, _spread(results["upserts"][key]))
    console.print(upserts)


def _cells(row: dict[str, Any]) -> tuple[str, str, str]:
    return _spread(row["ours_cpu_us"]), _spread(row["peer_cpu_us"]), _spread(row["ratio"])


def _spread(values: dict[str, float]) -> str:
    digits = 2 if values["median"] < 100 and not float(values["median"]).is_integer() else 0
    return f"{values['median']:,.{digits}f} ({values['min']:,.{digits}f}–{values['max']:,.{digits}f})"
