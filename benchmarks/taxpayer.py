"""An invented taxpayer for the measurements: generated XML and JSON, read by our readers, kept by our store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gateway.sandbox.portfolio import Portfolio
from gateway.sandbox.taxpayers import Taxpayers
from gateway.sat import readers
from gateway.sat.identity import fingerprint, soundness
from gateway.sat.kinds import Kind
from gateway.sat.readers import Reading
from gateway.store import documents, taxpayers
from gateway.store.mongo import Store
from gateway.store.new_document import RANK_JSON, RANK_XML, NewDocument
from gateway.syncfy.sites import Site

RFC = "XAX010101AB1"
OWNER = "benchmarks"
_SEED = 20_261_123
_TODAY = date(2026, 11, 1)
#: The size of the CFDI that is called typical: three lines, one tax each.
TYPICAL_BYTES = 5_900


def portfolio(invoices: int) -> Portfolio:
    return Taxpayers(_SEED, invoices, _TODAY)(RFC)


def xmls(source: Portfolio, count: int) -> Iterator[bytes]:
    for transaction in source.transactions(Site.CIEC, 0, count):
        yield transaction.attachments[0].read()


def typical_cfdi() -> bytes:
    """The CFDI 4.0 with three lines whose size is nearest to TYPICAL_BYTES, among 500."""
    with_three_lines = [xml for xml in xmls(portfolio(500), 500) if xml.count(b"<cfdi:Concepto ") == 3]
    return min(with_three_lines, key=lambda xml: abs(len(xml) - TYPICAL_BYTES))


def invoice(xml: bytes) -> NewDocument:
    record = readers.read_xml(xml).record
    file = {"sha256": "0" * 64, "name": f"{record['uuid']}.xml", "media_type": "application/xml", "size": len(xml)}
    issued = record["issuer"]["rfc"] == RFC
    return NewDocument(
        identity=record["uuid"],
        date=record["issued_at"],
        rank=RANK_XML,
        content=record,
        observed={"direction": "ISSUED" if issued else "RECEIVED", "status": "ACTIVE", "source": {"site": "CIEC"}},
        files=[file],
        fingerprint=fingerprint(record),
        soundness=soundness(record, (), file["sha256"]),
    )


async def fill(store: Store, invoices: int) -> str:
    """Stores the taxpayer with its latest opinion and constancia and so many invoices; its id."""
    source = portfolio(invoices)
    taxpayer, _ = await taxpayers.create(store, owner=OWNER, rfc=RFC, name="Comercializadora de las Mediciones")
    id = taxpayer.id
    await documents.upsert(store, Kind.INVOICE, id, [invoice(xml) for xml in xmls(source, invoices)])
    opinion = readers.read_compliance_opinion(source.documents(Site.COMPLIANCE_OPINION)[1].read())
    await _keep_latest(store, id, opinion, "compliance_opinion", str(opinion.record["issued_at"]))
    status = readers.read_tax_status(source.documents(Site.TAX_STATUS)[1].read())
    await _keep_latest(store, id, status, "tax_status", str(status.record["issued_on"]))
    return id


async def _keep_latest(store: Store, id: str, reading: Reading, key: str, day: str) -> None:
    new = NewDocument(day, day, RANK_JSON, reading.record, {"source": {}}, [])
    await documents.upsert(store, reading.kind, id, [new])
    await taxpayers.set_latest(store, id, key, await documents.newest(store, reading.kind, id))
