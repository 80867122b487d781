"""The places that a kind of document has to be in, beside its line in the table of gateway/sat/kinds.py.

`python -m tests.kind_places` prints those that lack a kind: an assistant for whoever adds one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from gateway.exporting.columns import TABLES
from gateway.sat import readers
from gateway.sat.camel import camel_case
from gateway.sat.kinds import KINDS, Delivery, Kind
from gateway.store import derived, filter_fields, orders
from gateway.syncfy.sites import Site
from resolvers import enums
from resolvers.documents import records
from resolvers.schema import schema

_WORDS = Path(__file__).parents[1] / "gateway" / "web" / "src" / "runs" / "words.ts"


def _of_collections(collections: Iterable[str]) -> set[Kind]:
    return {kind for kind in Kind if kind.collection in collections}


def _read() -> set[Kind]:
    """A return's reader takes the kind; the others are chosen by it."""
    fiscal = {kind for kind, _ in readers._ROOTS.values()}
    returns = {kind for kind in Kind if kind.delivery is Delivery.RETURN}
    return fiscal | returns | set(readers.PROFILE_READERS)


def _exported() -> set[Kind]:
    return {kind for kind, spec in KINDS.items() if spec.collection.upper() in TABLES}


def _with_field(type_name: str, names: Callable[[Kind], set[str]]) -> set[Kind]:
    fields = schema._schema.get_type(type_name).fields  # type: ignore[union-attr]
    return {kind for kind in Kind if names(kind) & set(fields)}


def _in_words() -> set[Kind]:
    """tsc names one that is missing too: the page's words satisfy the schema's enum."""
    return {kind for kind in Kind if f"\n      {kind}: " in _WORDS.read_text(encoding="utf-8")}


#: By place: the kinds that are there. Each is told by this alone, or stops the import of its module as well.
PLACES: dict[str, Callable[[], set[Kind]]] = {
    "gateway/sat/kinds.py KINDS": lambda: set(KINDS),
    "gateway/sat/readers.py a reader": _read,
    "gateway/syncfy/sites.py the site that delivers it": lambda: {site.kind for site in Site if site.kind},
    "gateway/store/derived.py SORTS and DERIVED": lambda: set(derived.SORTS) & set(derived.DERIVED),
    "gateway/store/orders.py ORDERS": lambda: _of_collections(orders.ORDERS),
    "gateway/store/filter_fields.py FIELDS": lambda: _of_collections(filter_fields.FIELDS),
    "gateway/exporting/columns.py TABLES": _exported,
    "resolvers/documents/records.py its GraphQL type": lambda: set(records.KINDS.values()),
    "resolvers/enums.py DocumentKind": lambda: {Kind(value.name) for value in enums.DocumentKind},
    "resolvers/taxpayers.py its list": lambda: _with_field("Taxpayer", lambda kind: {kind.spec.plural}),
    "resolvers/completeness.py its completeness": lambda: _with_field(
        "Completeness", lambda kind: {kind.spec.plural, camel_case(kind.lower())}
    ),
    "gateway/web/src/runs/words.ts kinds": _in_words,
}


def missing() -> dict[str, list[str]]:
    """Return the kinds that each place lacks; nothing for a place that has all."""
    found = {place: sorted(set(Kind) - there()) for place, there in PLACES.items()}
    return {place: list(map(str, kinds)) for place, kinds in found.items() if kinds}


if __name__ == "__main__":
    lacking = missing()
    for place, kinds in lacking.items():
        print(f"{place}: {', '.join(kinds)}")
    sys.exit(1 if lacking else 0)
