"""Derived keys: from the record alone, written with it, and rewritten when their scheme is an older one."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from bson import Decimal128
from hypothesis import given
from hypothesis import strategies as st

from gateway.sat.kinds import Kind
from gateway.store import documents, reindex, unreadable
from gateway.store.derived import DERIVED, SCHEME, SORTS, derived, sortable
from gateway.store.mongo import Row, Store
from gateway.store.new_document import RANK_METADATA, RANK_XML, NewDocument
from gateway.store.unreadable import NewUnreadable

T = "taxpayer-1"


def row(**changes: Any) -> Row:
    given = {
        "uuid": "U",
        "identity": "U",
        "issued_at": "2024-01-31T23:59:59",
        "order": "2024-01-31T23:59:59|U",
        "direction": "ISSUED",
        "issuer": {"rfc": "AAA010101AAA", "name": "Yo"},
        "receiver": {"rfc": "BBB010101BBB", "name": "  Ñandú   ÓPTICA  "},
        "total": "116.00",
    }
    return {**given, **changes}


def test_the_month_is_that_of_the_documents_own_date() -> None:
    assert derived(Kind.INVOICE, row())["month"] == "2024-01"
    assert derived(Kind.WITHHOLDING, row(issued_at="2016-12-31T23:00:00-06:00"))["month"] == "2016-12"
    assert derived(Kind.INVOICE, row(issued_at=None))["month"] is None


def test_the_counterparty_is_the_other_side() -> None:
    issued = derived(Kind.INVOICE, row())["counterparty"]
    assert issued == {
        "rfc": "BBB010101BBB",
        "name": "  Ñandú   ÓPTICA  ",
        "key": "BBB010101BBB",
        "folded": "nandu optica",
    }
    assert derived(Kind.INVOICE, row(direction="RECEIVED"))["counterparty"]["key"] == "AAA010101AAA"


@pytest.mark.parametrize(
    ("party", "key"),
    [
        ({"rfc": "XAXX010101000", "name": "José  Pérez"}, "XAXX010101000|jose perez"),
        ({"rfc": "XEXX010101000", "name": None}, "XEXX010101000|"),
        ({"rfc": None, "name": "Foreign Ltd"}, "|foreign ltd"),
        ({"rfc": None, "name": None}, None),
        ({}, None),
        (None, None),
    ],
)
def test_an_rfc_that_stands_for_nobody_needs_a_name(party: Row | None, key: str | None) -> None:
    assert derived(Kind.INVOICE, row(receiver=party))["counterparty"]["key"] == key


AMOUNT = st.from_regex(r"[+-]?[0-9]{1,30}(\.[0-9]{1,12})?", fullmatch=True)


@given(AMOUNT, AMOUNT)
def test_amounts_sort_as_text_as_the_numbers_do(one: str, other: str) -> None:
    a, b = sortable(one), sortable(other)
    assert a is not None and b is not None
    assert len(a) == len(b)
    assert (a < b, a == b) == (Decimal(one) < Decimal(other), Decimal(one) == Decimal(other))


@pytest.mark.parametrize("text", [None, "", "1e5", "NaN", "1,000", 5])
def test_what_is_no_amount_has_no_sort_text(text: object) -> None:
    assert sortable(text) is None


def test_a_sort_key_is_one_text_that_no_other_row_of_the_taxpayer_has() -> None:
    for kind in Kind:
        keys = derived(kind, row())["sort"]
        assert set(keys) == set(SORTS[kind])
        assert all(key.endswith("|2024-01-31T23:59:59|U") for key in keys.values())


def test_names_sort_before_those_that_go_on_after_them() -> None:
    names = ["", "ab", "ab c", "ab-c", "abc", "Óscar"]
    keys = [derived(Kind.INVOICE, row(receiver={"name": name}))["sort"]["counterparty"] for name in names]
    assert keys == sorted(keys)


def test_money_without_an_amount_sorts_before_every_amount() -> None:
    keys = [
        derived(Kind.INVOICE, row(total=total))["sort"]["total"]
        for total in (None, "-" + "9" * 40, "-5", "-0.5", "0", "0." + "0" * 20 + "1", "7", "10", "9" * 40)
    ]
    assert keys == sorted(keys)


def new(number: int, rank: int = RANK_XML) -> NewDocument:
    content = {key: value for key, value in row().items() if key not in ("identity", "order", "direction")}
    return NewDocument(
        identity=f"U{number:03}",
        date="2024-01-31T23:59:59",
        rank=rank,
        content=content,
        observed={"direction": "ISSUED", "status": "ACTIVE", "source": {}},
        files=[],
    )


@pytest.mark.parametrize("rank", [RANK_METADATA, RANK_XML])
async def test_a_document_is_stored_with_them_however_little_is_known(store: Store, rank: int) -> None:
    await documents.upsert(store, Kind.INVOICE, T, [new(1, rank)])
    (held,) = await store["invoices"].find({}).to_list(None)
    assert (held["month"], held["counterparty"]["key"], held["scheme"]) == ("2024-01", "BBB010101BBB", SCHEME)
    assert held["amounts"]["total"] == Decimal128("116.00")
    assert derived(Kind.INVOICE, held).items() <= held.items()


async def older(store: Store, count: int) -> None:
    """Rows as the first version of the gateway wrote them."""
    await documents.upsert(store, Kind.INVOICE, T, [new(number) for number in range(count)])
    names = dict.fromkeys([*DERIVED[Kind.INVOICE], "sort", "scheme"], "")
    await store["invoices"].update_many({}, {"$unset": names})


async def everything(store: Store) -> list[Row]:
    return await store["invoices"].find({}).sort("_id", 1).to_list(None)


async def rewritten(store: Store) -> int:
    return sum([count async for count in reindex.reindex(store, Kind.INVOICE, size=20)])


async def test_rows_of_an_older_scheme_are_told_and_get_the_keys_of_today(store: Store) -> None:
    assert not await reindex.outdated(store)
    await documents.upsert(store, Kind.INVOICE, T, [new(number) for number in range(45)])
    fresh = await everything(store)
    assert not await reindex.outdated(store)
    await older(store, 45)
    assert await reindex.outdated(store)
    assert await reindex.outdated_count(store, Kind.INVOICE) == 45
    assert await rewritten(store) == 45
    assert await everything(store) == fresh
    assert not await reindex.outdated(store)
    assert await rewritten(store) == 0


async def test_what_could_not_be_read_is_put_into_the_order_that_new_rows_have(store: Store) -> None:
    broken = NewUnreadable("s", "INVOICE", "MALFORMED", "not XML", None, "a.xml", None, {"site": "CIEC"})
    await unreadable.keep(store, T, [broken])
    (before,) = await store["unreadable"].find({}).to_list(None)
    await store["unreadable"].update_one({}, {"$set": {"order": "s"}})
    assert await reindex.reorder_unreadable(store) == 1
    assert await reindex.reorder_unreadable(store) == 0
    assert await store["unreadable"].find({}).to_list(None) == [before]


async def test_it_goes_on_where_it_was_stopped(store: Store) -> None:
    await older(store, 45)
    async for _ in reindex.reindex(store, Kind.INVOICE, size=20):
        break
    assert 0 < await reindex.outdated_count(store, Kind.INVOICE) < 45
    await rewritten(store)
    assert not await reindex.outdated(store)


async def test_beside_itself_and_beside_a_worker_nothing_is_lost(store: Store) -> None:
    await older(store, 30)
    changed = [new(number) for number in range(0, 30, 3)]
    for document in changed:
        document.observed["status"] = "CANCELLED"
    await asyncio.gather(rewritten(store), rewritten(store), documents.upsert(store, Kind.INVOICE, T, changed))
    await rewritten(store)
    rows = await everything(store)
    assert [held["status"] for held in rows].count("CANCELLED") == 10
    assert all(derived(Kind.INVOICE, held).items() <= held.items() for held in rows)
