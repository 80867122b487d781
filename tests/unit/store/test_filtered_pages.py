"""Pages under every order and filter are those that a model in memory gives, forwards and backwards."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.sat.documents import LineItem, Payment
from gateway.sat.empty_records import blank_invoice
from gateway.sat.kinds import Kind
from gateway.store import documents, filters, paging, totals
from gateway.store.mongo import Store
from gateway.store.new_document import RANK_METADATA, RANK_XML, NewDocument
from gateway.store.orders import ORDERS, order_of
from tests.budget import examples
from tests.unit.store.filter_model import FIELDS, Record, matches, sort_key

UUIDS = [f"AAAAAAAA-0000-0000-0000-{n:012}" for n in range(24)]
RFCS = ["AAA010101AAA", "BBB010101BB1", "XAXX010101000", "CACX7605101P8"]
NAMES = ["Óptica Ñandú", "OPTICA  NANDU del Norte", "Pérez & Hijos (S.A.)", "perez", None]
DAYS = ["2023-12-31", "2024-01-01", "2024-01-31", "2024-02-01"]
AMOUNTS = ["0", "0.00", "-5.5", "100", "100.00", "100.000001", "99999999999999999999.123456"]
WORDS = ["Árbol de  Navidad", "arbol", "Café (molido)", "cafe\u0301", "X"]
COMPLEMENTS = ["Pagos", "Nomina"]

one = st.sampled_from
day_times = st.builds("{}T{}".format, one(DAYS), one(["00:00:00", "23:59:59"]))
party = st.fixed_dictionaries({"rfc": one(RFCS), "name": one(NAMES), "use": one(["G01", "G03", None])})
records = st.fixed_dictionaries(
    {
        "type": one("IEPN"),
        "direction": one(["ISSUED", "RECEIVED"]),
        "status": one(["ACTIVE", "CANCELLED"]),
        "currency": one(["MXN", "USD", None]),
        "payment_method": one(["PUE", "PPD", None]),
        "issuer": party,
        "receiver": party,
        "issued_at": st.none() | day_times,
        "stamped_at": st.none() | day_times,
        "total": st.none() | one(AMOUNTS),
        "subtotal": st.none() | one(AMOUNTS),
        "has_xml": st.booleans(),
        "complements": st.lists(one(COMPLEMENTS), max_size=2),
        "line_items": st.lists(
            st.fixed_dictionaries({"product_key": one(["43211503", "43221500", None]), "description": one(WORDS)}),
            max_size=2,
        ),
        "payments": st.lists(st.fixed_dictionaries({"paid_at": st.none() | day_times}), max_size=2),
        "related": st.lists(st.fixed_dictionaries({"uuid": one(UUIDS), "relation": one(["01", "04"])}), max_size=2),
    }
)


def some(values: Any) -> Any:
    return st.lists(one(values), min_size=1, max_size=3)


def ranges(values: list[str], key: Any = str) -> Any:
    both = st.tuples(one(values), one(values)).map(lambda ends: sorted(ends, key=key))
    return both.flatmap(lambda ends: one([{"from": ends[0]}, {"to": ends[1]}, {"from": ends[0], "to": ends[1]}]))


VALUES: dict[str, Any] = {
    "uuid": some(UUIDS),
    "type": some("IEPTN"),
    "direction": some(["ISSUED", "RECEIVED"]),
    "status": some(["ACTIVE", "CANCELLED"]),
    "currency": some(["MXN", "USD"]),
    "payment_method": some(["PUE", "PPD"]),
    "use": some(["G01", "G03"]),
    "issuer_rfc": some(RFCS),
    "counterparty_rfc": some(RFCS),
    "counterparty_name": one(["optica", "ÑANDÚ d", "perez", "& hijos (s.a.)", ".*"]),
    "issued_at": ranges(DAYS),
    "stamped_at": ranges(DAYS),
    "month": some(["2023-12", "2024-01", "2024-02"]),
    "total": ranges(AMOUNTS, Decimal),
    "subtotal": ranges(AMOUNTS, Decimal),
    "has_xml": st.booleans(),
    "complement": some(COMPLEMENTS),
    "line_item": one(
        [
            {"product_key": ["43"]},
            {"product_key": ["43211503", "4322"], "description": "ARBOL"},
            {"description": "árbol de n"},
            {"description": "café"},
            {"description": "(molido"},
        ]
    ),
    "paid_at": ranges(DAYS),
    "related": st.builds(lambda uuids: {"uuid": uuids}, some(UUIDS)),
    "employee_rfc": some(RFCS),
}
plain_filters = st.lists(one(FIELDS), min_size=1, max_size=2, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: VALUES[name] for name in names})
)
any_filter = st.recursive(
    plain_filters,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"and": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"or": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
        st.tuples(plain_filters, st.fixed_dictionaries({"not": inner})).map(lambda both: {**both[0], **both[1]}),
    ),
    max_leaves=4,
)
_numbers = itertools.count()


def whole(kind: type, values: Record) -> Record:
    """A part of a document with every key of its normal form."""
    return {key: [] if "list" in str(of) else None for key, of in kind.__annotations__.items()} | values


def new(number: int, record: Record) -> NewDocument:
    record["uuid"] = UUIDS[number]
    record["payments"] = [whole(Payment, payment) for payment in record["payments"]]
    record["line_items"] = [whole(LineItem, line) for line in record["line_items"]]
    record["order_date"] = record["issued_at"] or "2024-01-15T12:00:00"
    observed = ("direction", "status")
    ours = (*observed, "has_xml", "order_date")
    return NewDocument(
        identity=record["uuid"],
        date=record["order_date"],
        rank=RANK_XML if record["has_xml"] else RANK_METADATA,
        content=blank_invoice() | {key: value for key, value in record.items() if key not in ours},
        observed={key: record[key] for key in observed} | {"source": {}},
        files=[],
    )


@settings(max_examples=examples(80), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(records, min_size=1, max_size=24),
    filter=any_filter,
    order=one(list(ORDERS["invoices"])),
    size=st.integers(1, 9),
    backwards=st.booleans(),
)
async def test_pages_are_those_of_the_model(
    store: Store, rows: list[Record], filter: Record, order: str, size: int, backwards: bool
) -> None:
    taxpayer = f"taxpayer-{next(_numbers)}"
    await documents.upsert(store, Kind.INVOICE, taxpayer, [new(n, row) for n, row in enumerate(rows)])
    name, _, direction = order.rpartition("_")
    kept = sorted((row for row in rows if matches(row, filter)), key=lambda row: sort_key(name, row))
    expected = [row["uuid"] for row in (kept[::-1] if direction == "DESC" else kept)]
    query = filters.query("invoices", taxpayer, filter)
    assert await paging.count(store, "invoices", taxpayer, query) == len(expected)
    assert await walked(store, taxpayer, query, order, size, backwards) == expected
    await sums_of(store, taxpayer, query, kept)


async def walked(store: Store, taxpayer: str, query: Any, order: str, size: int, backwards: bool) -> list[str]:
    by, found, cursor = order_of("invoices", order), [], None
    while True:
        asked: Any = {"last": size, "before": cursor} if backwards else {"first": size, "after": cursor}
        page = await paging.page(store, "invoices", taxpayer, **asked, where=query, order=by, fields=["uuid"])
        uuids = [row["uuid"] for row in page.rows]
        found = uuids + found if backwards else found + uuids
        assert (page.has_next if backwards else page.has_previous) == (cursor is not None)
        if not (page.has_previous if backwards else page.has_next):
            return found
        assert len(uuids) == size
        cursor = paging.places(page.rows, by)[0 if backwards else -1]


async def sums_of(store: Store, taxpayer: str, query: Any, kept: list[Record]) -> None:
    found = {row["key"]: row for row in await totals.of_invoices(store, taxpayer, query)}
    assert set(found) == {row["currency"] for row in kept}
    for currency, sums in found.items():
        same = [row for row in kept if row["currency"] == currency]
        assert sums["count"] == len(same)
        for name in ("total", "subtotal"):
            assert Decimal(sums[name]) == sum(Decimal(row[name] or 0) for row in same)
