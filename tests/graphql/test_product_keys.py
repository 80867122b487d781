"""Labels of product keys: from the imported catalogue, one query for a page, none for what the process knows."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.sat.catalog_file import CatalogEntry
from gateway.store import catalogs
from gateway.store.mongo import Store
from resolvers.node import global_id
from tests.profiles import stored_profile
from tests.support import Api

LINES = "query($id: ID!) { taxpayer(id: $id) { invoices { nodes { lineItems { productKey { code label } } } } } }"


def entry(code: str, label: str, version: str | None = "4.0") -> CatalogEntry:
    return CatalogEntry("product_key", version, code, label, None, None)


async def labels(api: Api, id: str) -> dict[str, str | None]:
    nodes = (await api.data(LINES, {"id": id}))["taxpayer"]["invoices"]["nodes"]
    keys = [line["productKey"] for node in nodes for line in node["lineItems"]]
    return {key["code"]: key["label"] for key in keys if key}


async def test_a_page_of_labels_is_one_query_and_the_next_none(
    api: Api, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = global_id("Taxpayer", (await stored_profile(store, invoices=8)).id)
    monkeypatch.setattr(catalogs, "_BELIEVED", 0.0)
    before = await labels(api, id)
    assert len(before) > 1
    assert set(before.values()) == {None}
    known, newer, *_ = before
    await catalogs.replace(
        store, [entry(known, "de 3.3", "3.3"), entry(newer, "de 3.3", "3.3"), entry(newer, "de 4.0")]
    )
    asked: list[Any] = []
    ask = catalogs.Labels.ask

    async def counted(self: catalogs.Labels, store: Store, keys: Any) -> Any:
        asked.append(keys)
        return await ask(self, store, keys)

    monkeypatch.setattr(catalogs, "_BELIEVED", 60.0)
    monkeypatch.setattr(catalogs.Labels, "ask", counted)
    after = await labels(api, id)
    assert after == {**before, known: "de 3.3", newer: "de 4.0"}
    assert len(asked) == 1
    assert await labels(api, id) == after
    assert len(asked) == 1
    assert await catalogs.labels_of(store).ask(store, [("product_key", "99999999")]) == [None]


async def test_an_import_replaces_its_table_and_no_other(store: Store) -> None:
    first = [entry("1", "uno", "3.3"), entry("1", "one"), entry("2", "two")]
    assert await catalogs.replace(store, first) == {"product_key 3.3": 1, "product_key 4.0": 2}
    await catalogs.replace(store, [entry("1", "ONE")])
    assert [(table["version"], table["entries"]) for table in await catalogs.tables(store)] == [("4.0", 1), ("3.3", 1)]
    assert await store["catalog_entries"].count_documents({}) == 2
    found = await catalogs.Labels().ask(store, [("product_key", code) for code in ("1", "2", "1")])
    assert found == ["ONE", None, "ONE"]


async def test_what_a_process_remembers_is_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogs, "_MOST_LABELS", 3)
    await catalogs.replace(store, [entry(str(n), f"label {n}") for n in range(9)])
    remembered = catalogs.Labels()
    for n in range(9):
        assert await remembered.ask(store, [("product_key", str(n))]) == [f"label {n}"]
        assert len(remembered._known) <= 3
    assert await remembered.ask(store, [("product_key", str(n)) for n in range(9)]) == [f"label {n}" for n in range(9)]
