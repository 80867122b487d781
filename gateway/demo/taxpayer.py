"""The choice of the demonstration's taxpayer, and of the viewer that it belongs to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from gateway.demo.document_owner import Folder, read_folder
from gateway.embedded.local import VIEWER
from gateway.sandbox.taxpayers.identity import taxpayer
from gateway.sandbox.taxpayers.ids import key_of
from gateway.sat.rfc import normalize_rfc

INVOICES = 230
SEED = 1  # the sandbox's default


@dataclass(frozen=True, slots=True)
class DemoTaxpayer:
    """A taxpayer to connect. `why` is a sentence for the terminal where documents decided; None otherwise."""

    rfc: str
    name: str
    viewer: str
    why: str | None


def choose(invoices: int, documents: Path | None, rfc: str | None, name: str | None) -> DemoTaxpayer:
    """Take the taxpayer that is asked for; without one the owner of the documents; without those an invented one."""
    asked = normalize_rfc(rfc) if rfc else None
    if documents is None:
        chosen = asked or _invented(invoices, None)
        return DemoTaxpayer(chosen, name or invented_name(chosen), VIEWER, None)
    folder = read_folder(documents)
    owner = folder.owner(asked)
    chosen = asked or (owner.rfc if owner else _invented(invoices, documents))
    # One viewer for each folder: two folders of one RFC are two taxpayers, whose documents do not mix.
    viewer = f"{VIEWER}-{folder.fingerprint}"
    return DemoTaxpayer(
        chosen, name or (owner.name if owner else None) or invented_name(chosen), viewer, _why(folder, chosen, asked)
    )


def invented_name(rfc: str) -> str:
    """Return the name that the sandbox's invoices give the taxpayer, with the sandbox's default seed."""
    return taxpayer(key_of(SEED, rfc), rfc).name.title()


def _why(folder: Folder, rfc: str, asked: str | None) -> str:
    owner = folder.owner(rfc)
    if asked and owner is None:
        return f"none of the {folder.files:,} documents is of RFC {rfc}"
    if asked and owner:
        return f"{owner.documents:,} of {folder.files:,} documents are of RFC {rfc}"
    if owner is None:
        return f"no document names a taxpayer's RFC: {rfc} is invented; --rfc takes another"
    of = f"{owner.documents:,} of {folder.files:,}"
    return f"most documents are of RFC {rfc} ({of}): it is the taxpayer; --rfc takes another"


def _invented(invoices: int, documents: Path | None) -> str:
    """Invent a company's RFC: the same for the same count and directory, another for others."""
    if documents is None and invoices == INVOICES:
        return "CNO150304QK7"
    number = int.from_bytes(hashlib.sha256(f"{invoices} {documents}".encode()).digest()[:4])
    founded = date(1990, 1, 1) + timedelta(days=number % 12_000)
    return f"CNO{founded:%y%m%d}{number // 12_000 % 1000:03d}"
