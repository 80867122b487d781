"""Papers whose JSON was completed from their PDF: the constancia and the opinión."""

from __future__ import annotations

from typing import Any

from strawberry import Parent

from gateway.sat.camel import camel_case
from gateway.store.mongo import Row
from resolvers.fields import resolved


def _from_pdf(root: Parent[Row]) -> list[str]:
    return [".".join(map(camel_case, key.split("."))) for key in root.get("fields_from_pdf") or []]


def from_pdf_field() -> Any:
    return resolved(
        _from_pdf,
        list[str],
        "Fields that Syncfy's JSON lacks and that were read from the PDF beside it, by their names in this API "
        "(`cif`, `address.mobilePhone`). Every other value comes from `readFrom`.",
        ("fields_from_pdf",),
    )
