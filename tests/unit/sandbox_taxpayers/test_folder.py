"""A directory of XML: every file is served as it is, whatever it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import SettingsError
from gateway.sandbox.folder import FolderPortfolio
from gateway.syncfy.sites import Site
from tests.unit.sandbox_taxpayers.reading import COMPANY, portfolio

UUID = "0A1B2C3D-0000-4000-8000-00000000000A"
STAMP = f'<t:TimbreFiscalDigital Version="1.1" UUID="{UUID.lower()}"/>'
INVOICE = (
    '\ufeff<?xml version="1.0"?><!-- <Retenciones/> -->'
    '<cfdi:Comprobante Version="4.0" Fecha="2026-01-31T22:10:00" Total="116.00" Moneda="MXN" TipoDeComprobante="I">'
    f'<cfdi:Emisor Rfc="{COMPANY}" Nombre="YO"/><cfdi:Receptor Rfc="A&amp;B010101AA1" Nombre="UNO &amp; DOS"/>'
    f"<cfdi:Impuestos><cfdi:Retenciones/></cfdi:Impuestos>{STAMP}</cfdi:Comprobante>"
)
WITHHOLDING = (
    f'<r:Retenciones Version="2.0" FechaExp="2026-02-01T10:00:00"><r:Emisor RfcE="PLA010101AA1" NomDenRazSocE="PLATA"/>'
    f'<r:Receptor NacionalidadR="Nacional"><r:Nacional RfcR="{COMPANY}" NomDenRazSocR="YO"/></r:Receptor>{STAMP}'
    "</r:Retenciones>"
)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "2026").mkdir()
    (tmp_path / "2026" / "b.XML").write_text(INVOICE)
    (tmp_path / "2026" / "copy.xml").write_text(INVOICE)
    (tmp_path / "a.xml").write_bytes(b"\x00\xff not xml at all <<<")
    (tmp_path / "empty.xml").write_bytes(b"")
    (tmp_path / "single.xml").write_text(INVOICE.replace("0a1b", "ffff"))
    (tmp_path / "wide.xml").write_bytes(WITHHOLDING.encode("utf-16"))
    (tmp_path / "kept.xml").write_text(WITHHOLDING)
    (tmp_path / "notes.txt").write_text(INVOICE)
    return tmp_path


@pytest.fixture
def mine(directory: Path) -> FolderPortfolio:
    return FolderPortfolio(directory, COMPANY, portfolio(invoices=40))


def test_every_xml_file_is_a_document_byte_for_byte(mine, directory):
    served = [row.attachments[0].read() for site in (Site.CIEC, Site.WITHHOLDINGS) for row in mine.transactions(site)]
    kept = [path.read_bytes() for path in directory.rglob("*") if path.suffix.lower() == ".xml"]
    assert sorted(served) == sorted(kept)
    assert (mine.count(Site.CIEC), mine.count(Site.WITHHOLDINGS)) == (5, 2)


def test_a_retencion_is_known_by_its_root_and_nothing_else(mine):
    rows = list(mine.transactions(Site.WITHHOLDINGS))
    assert [row.description for row in rows] == ["PLATA", "PLATA"]
    assert {row.attachments[0].type_id for row in rows} == {"5f2956741ae9967c4d3dccd1"}
    assert rows[0].keywords == ["2.0", "recibidas", "timbrefiscaldigital", "vigente"]


def test_file_names_are_unique_although_documents_are_not(mine):
    for site in (Site.CIEC, Site.WITHHOLDINGS):
        names = [row.attachments[0].file for row in mine.transactions(site)]
        assert len(set(names)) == len(names)
    rows = {row.attachments[0].file: row for row in mine.transactions(Site.CIEC)}
    assert f"{UUID.replace('0A1B', 'FFFF')}.xml" in rows
    assert f"{UUID}.xml" not in rows
    assert sum(row.reference == UUID for row in rows.values()) == 2


def test_a_row_shows_what_a_probe_finds(mine):
    row = next(row for row in mine.transactions(Site.CIEC) if row.attachments[0].file.startswith("FFFF"))
    assert (row.description, row.tax_id, row.amount, row.currency) == ("UNO & DOS", "A&B010101AA1", 116.0, "MXN")
    assert row.keywords == ["4.0", "emitidas", "i", "ingreso", "timbrefiscaldigital", "vigente"]
    assert row.dt_transaction == 1769925600  # 2026-02-01T06:00:00Z


def test_garbage_is_a_row_without_reference(mine):
    row = next(mine.transactions(Site.CIEC, 2, 3))
    assert (row.reference, row.amount, row.tax_id, row.description) == (None, 0.0, None, "a")
    assert row.attachments[0].read() == b"\x00\xff not xml at all <<<"


def test_rows_and_files_are_found_by_id_and_the_others_come_from_the_rest(mine):
    rest = portfolio(invoices=40)
    for site in (Site.CIEC, Site.WITHHOLDINGS):
        for row in mine.transactions(site):
            assert mine.transaction(row.id) == (site, row)
            found = mine.attachment(row.attachments[0].id)
            assert found is not None and found[2].file == row.attachments[0].file
    invented = next(rest.transactions(Site.CIEC))
    assert mine.transaction(invented.id) is None and mine.attachment(invented.attachments[0].id) is None
    filed = next(rest.transactions(Site.ANNUAL_RETURNS))
    assert mine.transaction(filed.id) is not None
    assert mine.count(Site.MONTHLY_RETURNS) == rest.count(Site.MONTHLY_RETURNS)
    assert [file.id for file in mine.documents(Site.TAX_STATUS)] == [
        file.id for file in rest.documents(Site.TAX_STATUS)
    ]


def test_slices_are_pieces_of_the_whole_and_ids_are_stable(mine, directory):
    ids = [row.id for row in mine.transactions(Site.CIEC)]
    assert [row.id for row in mine.transactions(Site.CIEC, 1, 3)] == ids[1:3]
    again = FolderPortfolio(directory, COMPANY, portfolio(invoices=40))
    assert [row.id for row in again.transactions(Site.CIEC)] == ids
    assert len(set(ids)) == len(ids)


def test_a_file_is_read_when_it_is_asked_for(mine, directory):
    row = next(mine.transactions(Site.CIEC, 2, 3))
    (directory / "a.xml").write_bytes(b"changed")
    assert row.attachments[0].read() == b"changed"


def test_a_missing_directory_is_a_wrong_setting(tmp_path):
    with pytest.raises(SettingsError):
        FolderPortfolio(tmp_path / "nowhere", COMPANY, portfolio(invoices=1))


def test_samples_that_nobody_here_wrote_are_served_whole():
    samples = Path(__file__).parents[3] / "../shared/samples"
    if not samples.is_dir():
        pytest.skip("the sample documents are not here")
    mine = FolderPortfolio(samples, COMPANY, portfolio(invoices=1))
    for site in (Site.CIEC, Site.WITHHOLDINGS):
        rows = list(mine.transactions(site))
        assert rows and len({row.attachments[0].file for row in rows}) == len(rows)
    roots = {row.keywords and row.keywords[0] for row in mine.transactions(Site.WITHHOLDINGS)}
    assert roots == {"1.0", "2.0"}
