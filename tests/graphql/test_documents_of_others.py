"""Documents that name another RFC: kept and listed, and in no figure of the taxpayer's, by whichever door they come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.ingest import read
from gateway.ingest.import_files import import_files
from gateway.ingest.pipeline import store_batch
from gateway.models.taxpayer import Taxpayer
from gateway.sat.kinds import Delivery, Kind
from gateway.store.mongo import Store
from gateway.syncfy.decoding import Page
from gateway.syncfy.sites import CHILDREN, Site
from resolvers.documents.records import KINDS as TYPES_OF_DOCUMENTS
from resolvers.node import global_id
from tasks import fetch
from tests.graphql.selections import everything, given, named, object_type
from tests.profiles import (
    COMPANY,
    PERSON,
    delivered_documents,
    delivered_transactions,
    resources_over,
    stored_profile,
)
from tests.support import Api, portfolio_of

#: Of the stranger's documents: so many that each type, the cancelled and those without XML are among them.
STRANGERS = 60
_DAYS = """first: 200, filter: {direction: [OTHER]}"""
_CUT = ("Counterparty", "Employee", "Taxpayer", *TYPES_OF_DOCUMENTS)
_INSIGHTS = {
    name: f"insights {{ {name}{given(field)} {everything(below, _CUT) if (below := named(field.type)) else ''} }}"
    for name, field in object_type("Insights").fields.items()
}
FIGURES = f"""query($id: ID!) {{ taxpayer(id: $id) {{
  completeness(from: "2023-01-01", to: "2026-12-31") {everything("Completeness", _CUT)}
  counterparties(first: 500) {{ totalCount nodes {{ key rfc name documents roles lastIssuedAt }} }}
  employees(first: 500) {{ totalCount nodes {{ id }} }}
  owed: invoices(first: 500, filter: {{settlement: [UNPAID, PARTIALLY_PAID, PAID, OVERPAID]}}) {{ nodes {{ uuid
    settlement {{ state paid outstanding }} }} }}
  taxStatus {{ rfc name }} complianceOpinion {{ rfc folio }} fiscalHistory {{ subject name }}
  syncStatus {{ kinds {{ kind held }} }}
}} }}"""
LISTED = f"""query($id: ID!) {{ taxpayer(id: $id) {{
  invoices({_DAYS}) {{ totalCount nodes {{ direction counterparty {{ key }} settlement {{ state }} ofAnotherRfc }} }}
  withholdings({_DAYS}) {{ totalCount }}
  every: invoices {{ totalCount totals {{ count }} }}
  syncStatus {{ kinds {{ kind held others }} }}
  changes(first: 500) {{ nodes {{ kind field before after }} }}
  taxStatuses(first: 10) {{ nodes {{ rfc ofAnotherRfc }} }}
}} }}"""


async def _by_syncfy(store: Store, taxpayer: Taxpayer, _: Path) -> None:
    """Deliver a stranger's whole profile, as when somebody typed another RFC into Syncfy's widget."""
    deps = resources_over(store)
    for site in CHILDREN:
        if site.delivers_documents:
            page = Page(delivered_documents(PERSON, STRANGERS, site))
            await fetch.store_documents_of(deps, taxpayer, site, page)
        else:
            delivered = delivered_transactions(PERSON, STRANGERS, site)
            await store_batch(store, taxpayer, read.read_transactions(delivered, taxpayer.rfc))
    await deps.syncfy.aclose()


async def _by_import(store: Store, taxpayer: Taxpayer, folder: Path) -> None:
    for site in (Site.CIEC, Site.WITHHOLDINGS):
        for row in portfolio_of(PERSON, STRANGERS).transactions(site):
            for file in row.attachments:
                if file.file.endswith(".xml"):
                    (folder / f"{row.id}.xml").write_bytes(file.read())
    report = await import_files(store, taxpayer, [folder])
    assert report.documents == report.others > 0


async def _figures(api: Api, taxpayer: Taxpayer) -> dict[str, Any]:
    """Every insight by its name, and the rest of what counts documents."""
    asked = {name: f"query($id: ID!) {{ taxpayer(id: $id) {{ {text} }} }}" for name, text in _INSIGHTS.items()}
    answers = {name: await _asked(api, query, taxpayer) for name, query in asked.items()}
    return _without_times(answers | {"rest": await _asked(api, FIGURES, taxpayer)})


async def _asked(api: Api, query: str, taxpayer: Taxpayer) -> Any:
    return (await api.data(query, {"id": global_id("Taxpayer", taxpayer.id)}))["taxpayer"]


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_times(inner) for key, inner in value.items() if key not in ("lastDownloadAt", "listedAt")}
    return [_without_times(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("door", [_by_syncfy, _by_import])
async def test_a_strangers_whole_profile_changes_no_figure(
    store: Store, api: Api, tmp_path: Path, door: Callable[[Store, Taxpayer, Path], Awaitable[None]]
) -> None:
    taxpayer = await stored_profile(store, rfc=COMPANY)
    before = await _figures(api, taxpayer)
    await door(store, taxpayer, tmp_path)
    after = await _figures(api, taxpayer)
    assert [name for name, value in before.items() if after[name] != value] == []


async def test_they_are_kept_and_listed_as_of_others(store: Store, api: Api, tmp_path: Path) -> None:
    taxpayer = await stored_profile(store, rfc=COMPANY)
    own = await store["invoices"].count_documents({})
    await _by_syncfy(store, taxpayer, tmp_path)
    held = {kind: await store[kind.collection].count_documents({}) for kind in Kind}
    found = await _asked(api, LISTED, taxpayer)
    others = held[Kind.INVOICE] - own
    assert found["invoices"]["totalCount"] == others > STRANGERS / 2
    for node in found["invoices"]["nodes"]:
        assert node == {"direction": "OTHER", "counterparty": None, "settlement": None, "ofAnotherRfc": True}
    assert found["every"]["totalCount"] == held[Kind.INVOICE], "lists show them"
    assert sum(one["count"] for one in found["every"]["totals"]) == own, "and totals leave them out"
    kinds = {Kind(one["kind"]): one for one in found["syncStatus"]["kinds"]}
    assert kinds[Kind.INVOICE]["held"] == own
    for kind, one in kinds.items():
        assert one["held"] + one["others"] == held[kind]
        assert one["others"] > 0 or kind.delivery is not Delivery.PROFILE
    told = {(one["kind"], one["field"], one["after"]) for one in found["changes"]["nodes"]}
    assert {("INVOICE", "direction", "OTHER"), ("TAX_STATUS", "ofAnotherRfc", "True")} <= told
    whose = [(node["rfc"], node["ofAnotherRfc"]) for node in found["taxStatuses"]["nodes"]]
    assert sorted(whose) == [(COMPANY, False), (PERSON, True)]
