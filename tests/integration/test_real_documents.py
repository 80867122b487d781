"""Real CFDI and retenciones of other projects, the broken ones too, through the whole flow: none is dropped."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from lxml import etree

from gateway.errors import UnreadableReason
from gateway.sandbox.folder import FolderPortfolio
from gateway.sat.kinds import Kind
from gateway.store import documents
from gateway.store.mongo import Store
from tests.integration.flow import flow

SAMPLES = Path(__file__).parents[2] / "../shared/samples"
#: The parts and attributes of CFDI and retenciones that tell one document from another.
IDENTIFYING = ("Emisor", "Receptor", "Nacional", "Totales")
SAID = {"sello", "fecha", "fechaexp", "total", "montototoperacion", "rfc", "rfcemisor", "rfce", "rfcrecep", "rfcr"}
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def offered() -> set[str]:
    """What tells the offered documents apart."""
    paths = [path for path in SAMPLES.rglob("*") if path.suffix.lower() == ".xml" and path.is_file()]
    return {_sameness(path.read_bytes()) for path in paths}


def _sameness(content: bytes) -> str:
    """For a stamped document its UUID, seal, date, total and RFCs; for any other its very bytes."""
    try:
        root = etree.fromstring(content, PARSER)
    except etree.XMLSyntaxError:
        return hashlib.sha256(content).hexdigest()
    uuids = [stamp.attrib["UUID"] for stamp in root.iter("{*}TimbreFiscalDigital") if "UUID" in stamp.attrib]
    if not uuids:
        return hashlib.sha256(content).hexdigest()
    named = [root, *(part for name in IDENTIFYING for part in root.iter(f"{{*}}{name}"))]
    said = [(name.lower(), value) for part in named for name, value in part.attrib.items() if name.lower() in SAID]
    return repr((uuids[0].upper(), sorted(said)))


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample documents are not part of the project")
async def test_every_document_is_read_or_kept_with_the_reason(store: Store) -> None:
    async with flow(store, portfolios=lambda rfc: FolderPortfolio(SAMPLES, rfc)) as it:
        job = await it.run("ok")
        assert job.state == "SUCCEEDED"
        await it.quiet()
        counts = await it.counts()
        rows = await store["unreadable"].find({}).to_list(None)
        others = sum([await documents.count_others(store, kind, it.taxpayer.id) for kind in Kind])
        assert counts["INVOICE"] + counts["WITHHOLDING"] + others + counts["unreadable"] == len(offered())
        assert counts["unreadable"] < counts["INVOICE"]
        assert others > 0
        for row in rows:
            assert row["reason"] in set(UnreadableReason)
            assert row["detail"]
            assert row["file"] is not None
        again = await it.run("ok")
        assert again.state == "SUCCEEDED"
        await it.quiet()
        assert await it.counts() == counts
