"""Real CFDI and retenciones of other projects, the broken ones too, through the whole flow: none is dropped."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from lxml import etree

from gateway.errors import UnreadableReason
from gateway.sandbox.folder import FolderPortfolio
from gateway.sandbox.taxpayers import Taxpayers
from gateway.store.mongo import Store
from tests.integration.flow import flow

SAMPLES = Path(__file__).parents[2] / "../shared/samples"
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def offered() -> set[str]:
    """What tells the offered documents apart."""
    paths = [path for path in SAMPLES.rglob("*") if path.suffix.lower() == ".xml" and path.is_file()]
    return {_sameness(path.read_bytes()) for path in paths}


def _sameness(content: bytes) -> str:
    """For a stamped document its content, however it is spelt; for any other its very bytes."""
    try:
        root = etree.fromstring(content, PARSER)
    except etree.XMLSyntaxError:
        return hashlib.sha256(content).hexdigest()
    if not any("UUID" in stamp.attrib for stamp in root.iter("{*}TimbreFiscalDigital")):
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha256(etree.canonicalize(root, strip_text=True).encode()).hexdigest()


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample documents are not part of the project")
async def test_every_document_is_read_or_kept_with_the_reason(store: Store) -> None:
    invented = Taxpayers(1, 8)
    async with flow(store, portfolios=lambda rfc: FolderPortfolio(SAMPLES, rfc, invented(rfc))) as it:
        job = await it.run("ok")
        assert job.state == "SUCCEEDED"
        await it.quiet()
        counts = await it.counts()
        rows = await store["unreadable"].find({}).to_list(None)
        assert counts["INVOICE"] + counts["WITHHOLDING"] + counts["unreadable"] == len(offered())
        assert counts["unreadable"] < counts["INVOICE"]
        for row in rows:
            assert row["reason"] in set(UnreadableReason)
            assert row["detail"]
            assert row["file"] is not None
        again = await it.run("ok")
        assert again.state == "SUCCEEDED"
        await it.quiet()
        assert await it.counts() == counts
