"""What a page reads from the store: the keys that the operation selects, one query for a page, and links in batches."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.graphql.conftest import Profile
from tests.plans import recorder
from tests.support import Api, running_api, settings_for


@pytest.fixture
async def watched(mongodb_url: str, profile: Profile) -> AsyncIterator[Api]:
    """The API over the stored profile, and from here on every command that it sends."""
    async with running_api(settings_for(mongodb_url, profile.database)) as api:
        with recorder.recording(profile.database):
            yield api


ALWAYS = {"order", "taxpayer"}  # the cursor, and whose it is


@pytest.mark.parametrize(
    ("selection", "keys"),
    [
        ("nodes { uuid }", {"uuid"}),
        ("edges { node { total issuedAt } }", {"total", "issued_at"}),
        ("nodes { total } edges { node { folio } }", {"total", "folio"}),
        (
            "nodes { ...F } } } } fragment F on Invoice { series ... on Invoice { folio } ... on Node { id }",
            {"series", "folio"},
        ),
        ("nodes { __typename id }", set()),
        ("nodes { ... on Document { kind updatedAt } ... on FiscalDocument { status } }", {"updated_at", "status"}),
        ("nodes { amount: total }", {"total"}),
        ("nodes { currency { code label } }", {"currency", "version", "issued_at"}),
        ("nodes { lineItems { description } files { name } }", {"line_items", "files"}),
        ("nodes { uuid @include(if: false) total }", {"uuid", "total"}),
        ("pageInfo { endCursor }", set()),
    ],
)
async def test_a_page_reads_what_is_selected(watched: Api, profile: Profile, selection: str, keys: set[str]) -> None:
    body = f"taxpayer(id: $id) {{ invoices(first: 5) {{ {selection} }} }} }}"
    if "fragment" in selection:
        body = f"taxpayer(id: $id) {{ invoices(first: 5) {{ {selection} }}"
    await watched.data(f"query($id: ID!) {{ {body}", {"id": profile.id})
    (find,) = recorder.finds("invoices")
    assert set(find["projection"]) - {"_id"} == keys | ALWAYS
    assert find["limit"] == 6  # one more than asked for tells whether there is another page


async def test_every_connection_pushes_its_projection_down(watched: Api, profile: Profile) -> None:
    for field, collection in (
        ("withholdings", "withholdings"),
        ("annualReturns", "annual_returns"),
        ("monthlyReturns", "monthly_returns"),
        ("complianceOpinions", "compliance_opinions"),
        ("taxStatuses", "tax_statuses"),
        ("unreadable", "unreadable"),
        ("jobs", "jobs"),
    ):
        await watched.data(
            f"query($id: ID!) {{ taxpayer(id: $id) {{ {field} {{ nodes {{ id }} }} }} }}", {"id": profile.id}
        )
        (find,) = recorder.finds(collection)
        assert set(find["projection"]) - {"_id"} == ALWAYS, field


async def test_a_page_of_a_filter_reads_what_is_selected_too(watched: Api, profile: Profile) -> None:
    document = """query($id: ID!) { taxpayer(id: $id) {
      invoices(first: 5, orderBy: TOTAL_DESC, filter: {status: ACTIVE, or: [{type: I}, {type: P}]}) { nodes { uuid } }
    } }"""
    assert len((await watched.data(document, {"id": profile.id}))["taxpayer"]["invoices"]["nodes"]) == 5
    (page,) = recorder.finds("invoices")
    # A first batch of as many would leave the cursor open, to be asked for nothing more.
    assert (page["limit"], page["batchSize"]) == (6, 7)
    assert set(page["projection"]) == {"uuid", "taxpayer", "sort.total"}


async def test_linked_invoices_of_a_page_are_looked_up_together(watched: Api, profile: Profile) -> None:
    document = "query($id: ID!) { taxpayer(id: $id) { invoices { nodes { id settledInvoices { id } } } } }"
    nodes = (await watched.data(document, {"id": profile.id}))["taxpayer"]["invoices"]["nodes"]
    assert sum(bool(node["settledInvoices"]) for node in nodes) > 1
    assert len(recorder.finds("invoices")) == 2


async def test_a_count_is_made_only_when_it_is_asked_for(watched: Api, profile: Profile) -> None:
    await watched.data("query($id: ID!) { taxpayer(id: $id) { invoices { totalCount } } }", {"id": profile.id})
    page = recorder.finds("invoices")
    assert all(set(find["projection"]) - {"_id"} == ALWAYS for find in page)


async def test_the_latest_opinion_and_tax_status_come_with_the_taxpayer(watched: Api, profile: Profile) -> None:
    document = "query($id: ID!) { taxpayer(id: $id) { complianceOpinion { sense } taxStatus { status } } }"
    found = (await watched.data(document, {"id": profile.id}))["taxpayer"]
    assert found["complianceOpinion"]["sense"]
    assert found["taxStatus"]["status"]
    assert [find["find"] for find in recorder.commands] == ["taxpayers"]


async def test_the_payments_of_a_whole_page_are_one_query(watched: Api, profile: Profile) -> None:
    document = "query($id: ID!) { taxpayer(id: $id) { invoices(first: 100) { nodes { uuid paidBy { uuid } } } } }"
    nodes = (await watched.data(document, {"id": profile.id}))["taxpayer"]["invoices"]["nodes"]
    assert any(node["paidBy"] for node in nodes), "the invented taxpayer has invoices that were paid"
    assert len(recorder.finds("invoices")) == 2


@pytest.mark.parametrize(
    "link", ["relatedBy", "creditNotes", "substitutedBy", "creditedInvoices", "instalments { document", "substitutes"]
)
async def test_every_link_of_a_whole_page_is_one_query(watched: Api, profile: Profile, link: str) -> None:
    selection = f"{link} {{ id }}" + " }" * link.count("{")
    document = f"query($id: ID!) {{ taxpayer(id: $id) {{ invoices(first: 100) {{ nodes {{ id {selection} }} }} }} }}"
    await watched.data(document, {"id": profile.id})
    assert len(recorder.finds("invoices")) <= 2
