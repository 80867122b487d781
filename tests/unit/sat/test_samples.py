"""Every sample document that nobody here wrote: refused with a reason, or read as a second witness reads it."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from gateway.errors import UnreadableDocument
from gateway.sat import tax_status
from gateway.sat.kinds import Kind
from gateway.sat.opinion import read_text
from gateway.sat.readers import Reading, read_xml
from gateway.sat.verification import verification_url

SAMPLES = Path(__file__).parents[3] / "../shared/samples"

if not SAMPLES.is_dir():
    pytest.skip("the sample documents are not in this checkout", allow_module_level=True)

XMLS = sorted(SAMPLES.rglob("*.xml"))


def attribute(element: ET.Element, name: str) -> str | None:
    return next((text.strip() for key, text in element.items() if key.lower() == name.lower()), None) or None


def path(root: ET.Element, *names: str) -> list[ET.Element]:
    found = [root]
    for name in names:
        found = [child for element in found for child in element if child.tag.rpartition("}")[2] == name]
    return found


def test_there_are_samples():
    assert len(XMLS) > 80


@pytest.mark.parametrize("file", XMLS, ids=lambda file: str(file.relative_to(SAMPLES)))
def test_a_sample_agrees_with_an_independent_reading(file):
    content = file.read_bytes()
    try:
        reading = read_xml(content)
    except UnreadableDocument as refused:
        assert refused.reason and refused.detail
        return
    root = ET.fromstring(content)
    stamps = path(root, "Complemento", "TimbreFiscalDigital")
    uuid = attribute(stamps[0], "UUID") if stamps else None
    assert reading.record["uuid"] == (uuid.upper() if uuid else None)
    assert reading.record["stamps_count"] == len(stamps)
    assert reading.record["version"] == attribute(root, "Version")
    (check_invoice if reading.kind is Kind.INVOICE else check_withholding)(reading, root, content)


def check_invoice(reading: Reading, root: ET.Element, content: bytes) -> None:
    record = reading.record
    assert record["total"] == attribute(root, "Total")
    assert record["subtotal"] == attribute(root, "SubTotal")
    lines = path(root, "Conceptos", "Concepto")
    assert len(record["line_items"]) == len(lines)
    assert [line["amount"] for line in record["line_items"]] == [attribute(line, "Importe") for line in lines]
    assert [len(line["taxes_transferred"]) for line in record["line_items"]] == [
        len(path(line, "Impuestos", "Traslados", "Traslado")) for line in lines
    ]
    settled = path(root, "Complemento", "Pagos", "Pago", "DoctoRelacionado")
    assert sum(len(payment["settles"]) for payment in record["payments"]) == len(settled)
    # A third witness that parses no XML at all.
    written = re.search(rb"<(?:\w+:)?Comprobante\b[^>]*?\s(?:total|Total)\s*=\s*[\"']([^\"']*)", content)
    assert (written[1].decode().strip() if written else None) == record["total"]


def check_withholding(reading: Reading, root: ET.Element, _content: bytes) -> None:
    (totals,) = path(root, "Totales")
    record = reading.record
    assert record["total_operation"] == attribute(totals, "MontoTotOperacion")
    assert record["total_withheld"] == attribute(totals, "MontoTotRet")
    assert len(record["taxes"]) == len(path(root, "Totales", "ImpRetenidos"))


def test_only_fragments_are_refused():
    refused = []
    for file in XMLS:
        try:
            read_xml(file.read_bytes())
        except UnreadableDocument as error:
            refused.append((file.name, error.reason))
    # Builders' fragments without a party, a total or a stamp, and XML that is no document of SAT's.
    assert len(refused) <= 8
    assert {reason for _name, reason in refused} <= {"BAD_VALUE", "NOT_A_SAT_DOCUMENT"}


def test_stamped_documents_have_an_address_at_sat():
    urls = [verification_url(read_xml(file.read_bytes()).record) for file in XMLS if file.name == "cfdi33-valid.xml"]
    assert urls and all(url and "&tt=" in url and "&fe=" in url for url in urls)


class TestLayouts:
    """Texts of real PDFs, as pypdf gives them."""

    def text(self, name: str) -> str:
        return re.sub(r"(?m)^Página\s+\[\d\] de \[\d\] ?$", "", (SAMPLES / "layouts" / name).read_text())

    def test_constancia_of_a_person(self):
        status = tax_status.read_text(self.text("csf_persona_fisica_2023.pypdf.txt"), [])
        assert status["name"] == "OMAR ALEXIS JUAN PEREZ" and status["cif"] == "17030554538"
        assert status["place_of_issue"] == "SOLIDARIDAD, QUINTANA ROO" and status["issued_on"] == "2023-02-27"
        assert (status["address"]["between_street"], status["address"]["and_street"]) == ("64", "66")
        assert [regime["code"] for regime in status["regimes"]] == ["605"]
        assert status["obligations"] == []

    def test_constancia_of_a_company(self):
        status = tax_status.read_text(self.text("csf_persona_moral_2021.pypdf.redacted.txt"), [])
        assert status["capital_regime"] == "SOCIEDAD ANONIMA DE CAPITAL VARIABLE"
        assert status["address"]["interior_number"] is None and status["address"]["phone"] == "461 0000000"
        assert [activity["percentage"] for activity in status["economic_activities"]] == ["70", "30"]
        assert len(status["obligations"]) == 9
        assert status["obligations"][4] == {
            "description": "Pago provisional mensual de ISR personas morales régimen general",
            "due": "A más tardar el día 17 del mes inmediato posterior al periodo que corresponda.",
            "from_date": "2014-04-01",
            "to_date": None,
        }

    def test_opinion(self):
        opinion = read_text(self.text("opinion_positiva_2026.redacted.txt"), [])
        assert (opinion["sense"], opinion["folio"]) == ("POSITIVE", "26NL0000000")
        assert opinion["issued_at"] == "2026-09-22T12:52:00"
