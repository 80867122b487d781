"""PDFs of SAT's papers among a taxpayer's own files: told by their titles, and stored as what they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gateway.ingest import read
from gateway.ingest.import_files import Report, import_files
from gateway.ingest.pipeline import store_batch
from gateway.ingest.read_again import read_again
from gateway.models.taxpayer import Taxpayer
from gateway.store.mongo import Store
from gateway.syncfy.sites import Site
from gateway.syncfy.wire import Document
from gateway.usecases import create_taxpayer
from tests.unit.ingest.test_import_files import put, zipped
from tests.unit.sat import builders
from tests.unit.sat.test_constancias import BOTH_PHONES, TEXT, printed
from tests.unit.sat.test_opinions import OMITTED, SINCE_2025

RFC = "LOMJ800101QX5"
CONSTANCIA = printed(TEXT.format(phones=BOTH_PHONES))
OPINION = printed(SINCE_2025.format(sense="NEGATIVO", letter="N", sections=OMITTED).replace("PSU010203AB1", RFC))
ACUSE = printed(
    "ACUSE DE RECIBO\nDECLARACIÓN PROVISIONAL O DEFINITIVA DE IMPUESTOS FEDERALES\n"
    f"RFC: {RFC}\nTipo de declaración: Normal\nPeríodo de la declaración: Enero Ejercicio: 2026\n"
    "Fecha y hora de presentación: 17/02/2026 10:28\nNúmero de operación: 260100123456\n"
)
IMSS = printed("Opinión de cumplimiento de obligaciones en materia de seguridad social\nPSU010203AB1\nPositiva")


async def imported(store: Store, folder: Path, rfc: str = RFC, **files: bytes) -> tuple[Taxpayer, Report]:
    taxpayer, _ = await create_taxpayer(store, owner="o", rfc=rfc, name="Una")
    return taxpayer, await put(store, taxpayer, folder, **files)


async def row(store: Store, collection: str) -> Any:
    return await store[collection].find_one({})


async def test_papers_come_in_from_a_zip_of_everything(store: Store, tmp_path: Path) -> None:
    papers = {"a__pdf": CONSTANCIA, "b__pdf": OPINION, "c__pdf": ACUSE, "d__xml": builders.cfdi40(), "e__pdf": IMSS}
    _, report = await imported(store, tmp_path, z__zip=zipped(**papers), f__pdf=printed("Factura"))
    assert (report.documents, report.unreadable) == (4, 1)
    assert [name for name, _ in report.refused] == ["f.pdf"]
    opinion, constancia = await row(store, "compliance_opinions"), await row(store, "tax_statuses")
    assert (opinion["identity"], opinion["read_from"], opinion["other"]) == ("26NM7654321", "PDF", False)
    assert (constancia["cif"], constancia["regimes"][0]["code"]) == ("15020304050", "612")
    filed = await row(store, "monthly_returns")
    assert (filed["identity"], filed["period"], filed["year"]) == ("260100123456", 1, 2026)
    assert filed["source"] == {"imported_from": "c.pdf"}
    kept = await row(store, "unreadable")
    assert kept["reason"] == "NOT_A_SAT_DOCUMENT" and "IMSS" in kept["detail"] and kept["file"]["name"] == "e.pdf"
    taxpayer = await row(store, "taxpayers")
    assert taxpayer["compliance_opinion"]["folio"] == "26NM7654321"
    assert taxpayer["tax_status"]["cif"] == "15020304050"


async def test_a_zip_may_hold_zips_and_those_hold_none(store: Store, tmp_path: Path) -> None:
    deep = zipped(x__zip=zipped(a__pdf=CONSTANCIA))
    whole = zipped(a__zip=zipped(b__pdf=OPINION, c__xml=builders.cfdi40()), d__zip=deep, e__zip=b"PK\x03\x04broken")
    _, report = await imported(store, tmp_path, z__zip=whole)
    assert (report.documents, report.unreadable) == (2, 0)
    assert [name for name, _ in report.refused] == ["x.zip", "e.zip"]


async def test_importing_papers_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    papers = {"a__pdf": CONSTANCIA, "b__pdf": OPINION, "c__pdf": ACUSE}
    await imported(store, tmp_path, **papers)
    collections = ("compliance_opinions", "tax_statuses", "monthly_returns")
    before = [await row(store, name) for name in collections]
    await imported(store, tmp_path, **papers)
    assert [await row(store, name) for name in collections] == before
    assert [await store[name].count_documents({}) for name in collections] == [1, 1, 1]


async def test_papers_of_another_rfc_are_kept_as_others(store: Store, tmp_path: Path) -> None:
    _, report = await imported(store, tmp_path, rfc="AAA010101AAA", a__pdf=CONSTANCIA, b__pdf=OPINION)
    assert (report.documents, report.others) == (2, 2)
    taxpayer = await row(store, "taxpayers")
    assert (taxpayer["compliance_opinion"], taxpayer["tax_status"]) == (None, None)


async def test_a_pdf_does_not_take_the_place_of_the_json_of_the_same_paper(store: Store, tmp_path: Path) -> None:
    taxpayer, _ = await imported(store, tmp_path, b__pdf=OPINION)
    tree = builders.OPINION | {"rfc": RFC, "folio": "26NM7654321", "cadena_original_sello": None}
    given = Document(id_document="d1", file="o.json", content=json.dumps(tree).encode())
    for _ in range(2):
        await store_batch(store, taxpayer, read.read_documents(Site.COMPLIANCE_OPINION, [given], RFC))
        await import_files(store, taxpayer, [tmp_path])
        opinion = await row(store, "compliance_opinions")
        assert (opinion["read_from"], opinion["name"]) == ("JSON", "EMPRESA DE PRUEBA SA")
        assert {file["name"] for file in opinion["files"]} == {"b.pdf", "o.json"}
    assert await store["compliance_opinions"].count_documents({}) == 1


async def test_a_reindex_reads_papers_of_an_older_reader_again(store: Store, tmp_path: Path) -> None:
    taxpayer, _ = await imported(store, tmp_path, b__pdf=OPINION, a__pdf=CONSTANCIA)
    older = {
        "$set": {"omitted_obligations": [], "name": None, "digests": {}},
        "$unset": {"reader": "", "tax_credits": "", "fields_from_pdf": ""},
    }
    await store["compliance_opinions"].update_one({}, older)
    assert (await read_again(store, taxpayer)).documents == 1
    opinion = await row(store, "compliance_opinions")
    assert (opinion["name"], len(opinion["omitted_obligations"])) == ("PANADERIA DEL SUR SA DE CV", 3)
    assert opinion["source"] == {"imported_from": "b.pdf"}
    assert (await read_again(store, taxpayer)).documents == 0
