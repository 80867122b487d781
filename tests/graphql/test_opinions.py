"""The opinión over GraphQL: what it finds, how long it is valid, and how its age shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.ingest import read
from gateway.ingest.pipeline import store_batch
from gateway.models.taxpayer import Taxpayer
from gateway.sat.dates import MEXICO
from gateway.sat.kinds import Kind
from gateway.store import documents, taxpayers
from gateway.store.mongo import Store
from gateway.syncfy.sites import Site
from gateway.syncfy.wire import Document
from resolvers.node import global_id
from tests.support import VIEWER, Api
from tests.unit.sat.test_constancias import printed
from tests.unit.sat.test_opinions import OMITTED, OWED, SINCE_2025

OPINION = """query($id: ID!, $day: Date!) { taxpayer(id: $id) {
  complianceOpinion { sense issuedAt validUntil valid(on: $day) parseStatus readFrom problems fieldsFromPdf
    omittedObligations { description year months period } taxCredits { number authority amount text } }
  syncStatus { kinds { kind freshness } }
  complianceOpinions(filter: {validOn: $day}) { totalCount }
  owing: complianceOpinions(filter: {hasTaxCredits: true, omittedObligation: "isr"}) { totalCount }
  paid: complianceOpinions(filter: {hasTaxCredits: false}) { totalCount }
  completeness(from: "2026-01-01", to: "2026-02-01") { complianceOpinion { validUntil isValid } }
} }"""


async def delivered(store: Store, text: str) -> Taxpayer:
    taxpayer, _ = await taxpayers.create(store, owner=VIEWER, rfc="PSU010203AB1", name="P")
    paper = Document(id_document="d1", file="opinion.pdf", content=printed(text))
    await store_batch(store, taxpayer, read.read_documents(Site.COMPLIANCE_OPINION, [paper], taxpayer.rfc))
    newest = await documents.newest(store, Kind.COMPLIANCE_OPINION, taxpayer.id)
    await taxpayers.set_latest(store, taxpayer.id, "compliance_opinion", newest)
    return taxpayer


def text_of(issued: datetime) -> str:
    text = SINCE_2025.format(sense="NEGATIVO", letter="N", sections=f"{OWED}\n{OMITTED}")
    return text.replace("4 de febrero de 2026", f"{issued:%d/%m/%Y}").replace("04-02-2026", f"{issued:%d-%m-%Y}")


async def asked(api: Api, taxpayer: Taxpayer, day: str) -> Any:
    return (await api.data(OPINION, {"id": global_id("Taxpayer", taxpayer.id), "day": day}))["taxpayer"]


def freshness(found: Any) -> str:
    (kind,) = [kind for kind in found["syncStatus"]["kinds"] if kind["kind"] == "COMPLIANCE_OPINION"]
    return str(kind["freshness"])


async def test_a_negative_opinion_says_what_is_omitted_owed_and_until_when_it_counts(api: Api) -> None:
    taxpayer = await delivered(api.store, text_of(datetime(2026, 2, 4, tzinfo=UTC)))
    found = await asked(api, taxpayer, "2026-03-05")
    opinion = found["complianceOpinion"]
    assert (opinion["sense"], opinion["issuedAt"]) == ("NEGATIVE", "2026-02-04T18:05:00")
    assert (opinion["parseStatus"], opinion["readFrom"], opinion["problems"]) == ("COMPLETE", "PDF", [])
    assert (opinion["validUntil"], opinion["valid"]) == ("2026-03-05", True)
    wages, _, annual = opinion["omittedObligations"]
    assert (wages["year"], wages["months"], wages["period"]) == (2024, [11, 12], "Noviembre | Diciembre")
    assert (annual["year"], annual["months"], annual["period"]) == (2024, [], "Del ejercicio")
    assert opinion["taxCredits"][2] == {
        "number": "Z-98765",
        "authority": "ADR Puebla",
        "amount": "1234.50",
        "text": "Z-98765 ADR Puebla $1,234.50",
    }
    assert [found[name]["totalCount"] for name in ("complianceOpinions", "owing", "paid")] == [1, 1, 0]
    assert (await asked(api, taxpayer, "2026-03-06"))["complianceOpinion"]["valid"] is False
    for day, count in (("2026-02-03", 0), ("2026-02-04", 1), ("2026-03-06", 0)):
        assert (await asked(api, taxpayer, day))["complianceOpinions"]["totalCount"] == count


async def test_an_opinion_older_than_its_validity_is_stale(api: Api) -> None:
    now = datetime.now(MEXICO)
    old = await delivered(api.store, text_of(now - timedelta(days=31)))
    found = await asked(api, old, "2026-01-01")
    assert freshness(found) == "STALE"
    assert found["completeness"]["complianceOpinion"]["isValid"] is False
    await store_batch(
        api.store,
        old,
        read.read_documents(
            Site.COMPLIANCE_OPINION,
            [Document(id_document="d2", file="b.pdf", content=printed(text_of(now).replace("26NM765", "26NM766")))],
            old.rfc,
        ),
    )
    newest = await documents.newest(api.store, Kind.COMPLIANCE_OPINION, old.id)
    await taxpayers.set_latest(api.store, old.id, "compliance_opinion", newest)
    found = await asked(api, old, "2026-01-01")
    assert freshness(found) == "FRESH"
    assert found["completeness"]["complianceOpinion"]["isValid"] is True
