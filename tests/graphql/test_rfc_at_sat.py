"""Syncfy's widget takes any RFC: what arrives may be of another login, and the API says so."""

from __future__ import annotations

from gateway.store import taxpayers
from gateway.store.mongo import Store
from resolvers.node import global_id
from tests.graphql.conftest import Profile
from tests.support import VIEWER, Api

WHOSE = "query($id: ID!) { taxpayer(id: $id) { rfc rfcAtSat } }"


async def test_the_rfc_is_the_one_that_sats_papers_name(reading: Api, profile: Profile) -> None:
    known = (await reading.data(WHOSE, {"id": profile.id}))["taxpayer"]
    assert known["rfcAtSat"] == known["rfc"]


async def test_somebody_elses_papers_are_seen_and_none_are_no_answer(api: Api, store: Store) -> None:
    taxpayer, _ = await taxpayers.create(store, owner=VIEWER, rfc="AAA010101AAA", name="A")
    id = global_id("Taxpayer", taxpayer.id)
    assert (await api.data(WHOSE, {"id": id}))["taxpayer"]["rfcAtSat"] is None
    paper = {"_id": "p", "taxpayer": taxpayer.id, "order": "2026-01-01|p", "rfc": "BBB010101BBB", "other": True}
    await store["compliance_opinions"].insert_one(paper)
    assert (await api.data(WHOSE, {"id": id}))["taxpayer"]["rfcAtSat"] == "BBB010101BBB"
    await taxpayers.set_latest(store, taxpayer.id, "tax_status", {"rfc": "AAA010101AAA"})
    assert (await api.data(WHOSE, {"id": id}))["taxpayer"]["rfcAtSat"] == "AAA010101AAA"
