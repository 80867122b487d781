"""The constancia's text, over pages and in SAT's short forms, and its JSON completed from its PDF."""

from __future__ import annotations

import copy
import json
from io import BytesIO
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat import tax_status
from gateway.sat.documents import TaxStatus
from gateway.sat.kinds import Kind
from gateway.sat.readers import read_compliance_opinion_pdf, read_profile
from gateway.sat.regimes import code_of
from tests.unit.sat.builders import OPINION, TAX_STATUS
from tests.unit.sat.test_opinions import OMITTED, SINCE_2025

TEXT = """CÉDULA DE IDENTIFICACIÓN FISCAL
LOMJ800101QX5
idCIF: 15020304050
CONSTANCIA DE SITUACIÓN FISCAL
Lugar y Fecha de Emisión
LEON , GUANAJUATO A 05 DE
MARZO DE 2025
Datos de Identificación del Contribuyente:
RFC: LOMJ800101QX5
Nombre (s): JUANA
Primer Apellido: LOPEZ
Segundo Apellido: MORA
Fecha inicio de operaciones: 01 DE ENERO DE 2012
Estatus en el padrón: ACTIVO
Nombre Comercial:
Datos del domicilio registrado
Código Postal:37000 Tipo de Vialidad: CALLE
Nombre de Vialidad: HIDALGO Número Exterior: 8
Número Interior: Nombre de la Colonia: CENTRO
Nombre de la Entidad Federativa: GUANAJUATO Entre Calle: 5 DE MAYO
Página  [1] de [2]
Datos del domicilio registrado
Y Calle: JUAREZ Correo Electrónico: juana@example.com
{phones}
Estado del domicilio: LOCALIZADO
Actividades Económicas:
Orden Actividad Económica Porcentaje Fecha Inicio Fecha Fin
1 Comercio al por menor de pan 70 01/01/2012
Página  [2] de [2]
Actividades Económicas:
Orden Actividad Económica Porcentaje
Fecha Inicio Fecha Fin
2 Alquiler de
locales 30
01/06/2015
31/12/2020
Regímenes:
Régimen Fecha Inicio Fecha Fin
Régimen de Actividades Empresariales y Profesionales 01/01/2012
Regímenes:
Régimen Fecha Inicio Fecha Fin
Régimen de Arrendamiento 01/06/2015
Obligaciones:
Descripción de la Obligación Descripción Vencimiento Fecha Inicio Fecha Fin
Pago definitivo mensual de IVA. A más tardar el día 17 del mes siguiente. 01/01/2012
Sus datos personales son incorporados
Cadena Original Sello: ||2025/03/05|LOMJ800101QX5|CONSTANCIA DE SITUACIÓN FISCAL|200001||
"""
BOTH_PHONES = "Tel. Fijo Lada: 477 Número: 7130000\nTel. Móvil Lada: 477 Número: 4771234567"


def read(phones: str = BOTH_PHONES, problems: list[str] | None = None) -> TaxStatus:
    return tax_status.read_text(TEXT.format(phones=phones), [] if problems is None else problems)


def printed(text: str) -> bytes:
    """A PDF of the lines of a text."""
    out = BytesIO()
    canvas = Canvas(out)
    for place, line in enumerate(text.splitlines()):
        canvas.drawString(30, 820 - 11 * place, line)
    canvas.save()
    return out.getvalue()


def test_tables_go_on_over_pages() -> None:
    problems: list[str] = []
    record = read(problems=problems)
    assert [(one["order"], one["name"], one["percentage"]) for one in record["economic_activities"]] == [
        (1, "Comercio al por menor de pan", "70"),
        (2, "Alquiler de locales", "30"),
    ]
    assert record["economic_activities"][1]["to_date"] == "2020-12-31"
    assert [(one["code"], one["name"]) for one in record["regimes"]] == [
        ("612", "Régimen de Actividades Empresariales y Profesionales"),
        ("606", "Régimen de Arrendamiento"),
    ]
    assert [one["description"] for one in record["obligations"]] == ["Pago definitivo mensual de IVA."]
    assert (record["cif"], record["issued_on"], problems) == ("15020304050", "2025-03-05", [])


def test_fields_that_share_a_line_or_go_on_over_a_page_keep_apart() -> None:
    home = read()["address"]
    assert (home["street"], home["exterior_number"], home["interior_number"]) == ("HIDALGO", "8", None)
    assert (home["between_street"], home["and_street"], home["email"]) == ("5 DE MAYO", "JUAREZ", "juana@example.com")
    assert home["address_status"] == "LOCALIZADO"


@pytest.mark.parametrize(
    ("phones", "phone", "mobile"),
    [
        (BOTH_PHONES, "477 7130000", "477 4771234567"),
        ("\n".join(reversed(BOTH_PHONES.splitlines())), "477 7130000", "477 4771234567"),
        ("Tel. Fijo Lada: 477 Número: 7130000", "477 7130000", None),
        ("Lada: 044 Número: 4771234567", "044 4771234567", "044 4771234567"),
        ("Teléfono Fijo Lada: (55) Número: 5512-3456", "55 5512-3456", None),
        ("Teléfono: 55 1234 5678", "55 1234 5678", None),
        ("Tel. Fijo Lada: Número: Tel. Móvil Lada: 044 Número: 4771234567", "044 4771234567", "044 4771234567"),
        ("TEL. FIJO LADA: 477 NUMERO: 7130000", "477 7130000", None),
        ("", None, None),
    ],
)  # fmt: skip
def test_landline_and_mobile_keep_their_area_codes(phones: str, phone: str | None, mobile: str | None) -> None:
    home = read(phones)["address"]
    assert (home["phone"], home["mobile_phone"]) == (phone, mobile)


def test_an_unknown_label_ends_the_value_before_it() -> None:
    home = read(f"Característica del inmueble: PLANTA BAJA\n{BOTH_PHONES}")["address"]
    assert (home["email"], home["phone"]) == ("juana@example.com", "477 7130000")


def test_a_row_without_dates_is_told_and_kept() -> None:
    problems: list[str] = []
    text = TEXT.format(phones="").replace("mes siguiente. 01/01/2012", "mes siguiente.")
    record = tax_status.read_text(text, problems)
    assert [one["description"] for one in record["obligations"]] == ["Pago definitivo mensual de IVA."]
    assert problems == ["a row of the constancia's obligaciones is printed without its dates"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Régimen de Actividades Empresariales y Profesionales", "612"),
        ("Régimen General de las Personas Morales", "601"),
        ("Personas Morales no Lucrativas", "603"),
        ("Sueldos y Salarios", "605"),
        ("Régimen de Arrendamiento de Inmuebles", "606"),
        ("Enajenación de Bienes", "607"),
        ("Régimen de los Demás Ingresos", "608"),
        ("Residentes en el Extranjero", "610"),
        ("Ingresos por Dividendos", "611"),
        ("Régimen de los ingresos por intereses", "614"),
        ("Obtención de premios", "615"),
        ("Régimen de Incorporación Fiscal", "621"),
        ("AGAPES", "622"),
        ("Régimen de los Coordinados", "624"),
        ("Plataformas Tecnológicas", "625"),
        ("RESICO", "626"),
        ("RÉGIMEN SIMPLIFICADO DE CONFIANZA PERSONAS MORALES", "626"),
        ("Régimen Intermedio de las Personas Físicas con Actividades Empresariales", None),
        ("Régimen de Pequeños Contribuyentes", None),
    ],
)
def test_short_names_of_regimes(name: str, code: str | None) -> None:
    assert code_of(name) == code


def test_a_regime_of_no_code_is_told() -> None:
    problems: list[str] = []
    text = TEXT.format(phones="").replace("Régimen de Arrendamiento", "Régimen de Pequeños Contribuyentes")
    assert tax_status.read_text(text, problems)["regimes"][1]["code"] is None
    assert len(problems) == 1


class TestCompletedFromThePdf:
    def given(self, **changes: Any) -> bytes:
        tree = copy.deepcopy(TAX_STATUS) | {"cadena_original_sello": "||2025/03/05|LOMJ800101QX5|X|1||", **changes}
        tree["datos_de_identificacion_del_contribuyente"] |= {"rfc": "LOMJ800101QX5"}
        return json.dumps(tree).encode()

    def test_what_the_json_lacks_comes_from_the_pdf_and_says_so(self) -> None:
        chain = "||2025/03/05|LOMJ800101QX5|CONSTANCIA DE SITUACIÓN FISCAL|200001||"
        json_ = self.given(cadena_original_sello=chain)
        reading = read_profile(Kind.TAX_STATUS, [json_], [printed(TEXT.format(phones=BOTH_PHONES))])
        record: Any = reading.record
        assert (record["cif"], record["address"]["mobile_phone"]) == ("15020304050", "477 4771234567")
        assert (record["name"], record["address"]["phone"]) == ("EMPRESA DE PRUEBA", "461 1112233")  # the JSON's own
        assert {"cif", "address.mobile_phone"} <= set(record["fields_from_pdf"])
        assert not {"name", "address.phone", "regimes"} & set(record["fields_from_pdf"])
        assert (reading.problems, reading.text) == ((), None)

    def test_another_papers_pdf_completes_nothing(self) -> None:
        reading = read_profile(Kind.TAX_STATUS, [self.given()], [printed(TEXT.format(phones=BOTH_PHONES))])
        record: Any = reading.record
        assert (record["cif"], record["fields_from_pdf"]) == (None, [])
        assert reading.problems == ("the PDF beside the JSON is of another paper, and completes nothing",)

    def test_an_opinions_reasons_and_hour_come_from_the_pdf(self) -> None:
        text = SINCE_2025.format(sense="NEGATIVO", letter="N", sections=OMITTED)
        tree = OPINION | {
            "rfc": "PSU010203AB1", "folio": "26NM7654321", "obligaciones": [], "fecha_de_revision": "04/02/2026",
            "cadena_original_sello": None,
        }  # fmt: skip
        reading = read_profile(Kind.COMPLIANCE_OPINION, [json.dumps(tree).encode()], [printed(text)])
        record: Any = reading.record
        assert len(record["omitted_obligations"]) == 3 and record["issued_at"] == "2026-02-04T18:05:00"
        assert {"omitted_obligations", "issued_at", "original_string"} <= set(record["fields_from_pdf"])
        assert reading.problems == ()
        alone = read_profile(Kind.COMPLIANCE_OPINION, [json.dumps(tree).encode()], [])
        assert alone.problems and "no reason" in alone.problems[0]

    def test_a_broken_pdf_is_told_and_the_json_read(self) -> None:
        reading = read_profile(Kind.TAX_STATUS, [self.given()], [b"%PDF-1.4 and nothing"])
        assert [problem.partition(":")[0] for problem in reading.problems] == [
            "the PDF beside the JSON could not be read"
        ]


def test_a_paper_of_imss_is_no_opinion_of_sats() -> None:
    text = (
        "INSTITUTO MEXICANO DEL SEGURO SOCIAL\nOpinión de cumplimiento de obligaciones en materia de seguridad social"
    )
    with pytest.raises(UnreadableDocument, match="IMSS") as refused:
        read_compliance_opinion_pdf(printed(f"{text}\nRFC: PSU010203AB1\nPositiva"))
    assert refused.value.reason is UnreadableReason.NOT_A_SAT_DOCUMENT
