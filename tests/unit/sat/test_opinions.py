"""The opinión in both layouts, from the text of its PDF: who, when, in which sense, what is omitted and owed."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.errors import UnreadableDocument
from gateway.sat import opinion
from gateway.sat.documents import ComplianceOpinion
from gateway.sat.kinds import Kind
from gateway.sat.owed_periods import Period, periods, split

SINCE_2025 = """Opinión del cumplimiento de obligaciones fiscales
Nombre, denominación o razón social Sentido
PANADERIA DEL SUR SA DE CV {sense}
RFC Folio
PSU010203AB1 26NM7654321
Fecha y hora de emisión
4 de febrero de 2026 a las 18:05 horas
Apreciable contribuyente
Se le informa que en los controles electrónicos institucionales se detectan inconsistencias,
las cuales se detallan a continuación:
{sections}
Información importante
Si no estás de acuerdo puedes presentar una aclaración.
Artículos: 17-D, 32-D del CFF.
Cadena Original
||PSU010203AB1|26NM7654321|04-02-2026|{letter}||00001||
Sello Digital
QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=
"""
UNTIL_2025 = """Opinión del cumplimiento de obligaciones fiscales
Folio
19NC7654321
Clave de R.F.C.
LOMJ800101QX5
Nombre, Denominación o Razón social
JUANA LOPEZ MORA
Estimado contribuyente
Respuesta de opinión:
En los controles electrónicos institucionales se detectó lo siguiente:
{sections}
Por lo que se emite esta opinión en sentido {sense}.
Revisión practicada el día 9 de marzo de 2019, a las 08:07 horas
Notas
1.- La opinión se genera en los siguientes sentidos: POSITIVA.- Cuando está al corriente; NEGATIVA.- Cuando no lo
esté; INSCRITO SIN OBLIGACIONES.- Cuando no tiene obligaciones fiscales.
Cadena Original
||LOMJ800101QX5|19NC7654321|09-03-2019|{letter}||00001||
"""
OMITTED = """Cumplimiento de obligaciones
Se detectan omisiones en la presentación de las siguientes obligaciones que tiene
registradas:
Entero de retenciones mensuales de ISR por sueldos y
salarios
Ejercicio 2024
Noviembre | Diciembre
Ejercicio 2025
Enero
Declaración anual de ISR del ejercicio Personas morales.
Ejercicio 2024
Del ejercicio"""
OWED = """Créditos fiscales
Se ubican los siguientes créditos fiscales firmes o no garantizados a su cargo:
200000000007 | 200000000008
Z-98765 ADR Puebla $1,234.50"""
TABLE = """Obligaciones omitidas
Descripción de la obligación Ejercicio Periodo
Declaración informativa mensual de operaciones con
terceros de IVA 2018 Octubre
Declaración anual de ISR del ejercicio 2017 Del Ejercicio
Créditos fiscales
Número de crédito Autoridad Importe
H-556677 ADR Centro
Norte $ 10,000"""


def read(text: str) -> tuple[ComplianceOpinion, list[str]]:
    problems: list[str] = []
    record = opinion.read_text(text, problems)
    return record, [*problems, *opinion.lacks(record)]


def omitted(record: ComplianceOpinion) -> list[tuple[str | None, int | None, list[int]]]:
    return [(one["description"], one["year"], one["months"]) for one in record["omitted_obligations"]]


class TestSinceJune2025:
    def test_a_negative_one_says_all_that_is_omitted_and_owed(self) -> None:
        text = SINCE_2025.format(sense="NEGATIVO", letter="N", sections=f"{OWED}\n{OMITTED}")
        record, problems = read(text)
        assert problems == []
        assert (record["name"], record["sense"], record["sense_text"]) == (
            "PANADERIA DEL SUR SA DE CV",
            "NEGATIVE",
            "NEGATIVO",
        )
        assert (record["rfc"], record["folio"], record["issued_at"]) == (
            "PSU010203AB1",
            "26NM7654321",
            "2026-02-04T18:05:00",
        )
        wages = "Entero de retenciones mensuales de ISR por sueldos y salarios"
        annual = "Declaración anual de ISR del ejercicio Personas morales."
        assert omitted(record) == [(wages, 2024, [11, 12]), (wages, 2025, [1]), (annual, 2024, [])]
        assert [(one["number"], one["authority"], one["amount"]) for one in record["tax_credits"]] == [
            ("200000000007", None, None),
            ("200000000008", None, None),
            ("Z-98765", "ADR Puebla", "1234.50"),
        ]

    def test_a_page_that_breaks_a_list_leaves_nothing_in_it(self) -> None:
        title, columns, values = SINCE_2025.format(sense="NEGATIVO", letter="N", sections="").splitlines()[:3]
        broken = OMITTED.replace("Ejercicio 2025", f"Página  [2] de [2]\n{title}\n{columns}\n{values}\nEjercicio 2025")
        whole = SINCE_2025.format(sense="NEGATIVO", letter="N", sections=OMITTED)
        assert read(whole.replace(OMITTED, broken)) == read(whole)

    def test_a_negative_one_without_a_reason_says_so(self) -> None:
        record, problems = read(SINCE_2025.format(sense="NEGATIVO", letter="N", sections=""))
        assert record["omitted_obligations"] == [] and record["tax_credits"] == []
        assert problems == [
            "no reason of a negative opinión could be read: neither an omitted obligation nor a tax credit"
        ]

    def test_a_company_may_be_called_like_a_sense(self) -> None:
        text = SINCE_2025.format(sense="POSITIVO", letter="P", sections="").replace("PANADERIA", "NEGATIVO POSITIVO")
        record, problems = read(text)
        assert (record["name"], record["sense"], problems) == ("NEGATIVO POSITIVO DEL SUR SA DE CV", "POSITIVE", [])

    def test_values_may_stand_on_lines_of_their_own(self) -> None:
        text = SINCE_2025.format(sense="\nPOSITIVO", letter="P", sections="").replace(
            "PSU010203AB1 26", "PSU010203AB1\n26"
        )
        record, _ = read(text)
        assert (record["name"], record["folio"]) == ("PANADERIA DEL SUR SA DE CV", "26NM7654321")

    @pytest.mark.parametrize(
        ("words", "sense"),
        [
            ("EN SUSPENSIÓN DE ACTIVIDADES", "SUSPENDED"),
            ("INSCRITO SIN OBLIGACIONES", "NO_OBLIGATIONS"),
            ("NO INSCRITO", "NOT_REGISTERED"),
            ("Positiva", "POSITIVE"),
        ],
    )
    def test_every_sense_is_read_where_the_cadena_original_has_no_letter_for_it(self, words: str, sense: str) -> None:
        record, problems = read(SINCE_2025.format(sense=words, letter="X", sections=""))
        assert (record["sense"], record["name"], problems) == (sense, "PANADERIA DEL SUR SA DE CV", [])

    def test_the_cadena_original_counts_where_the_print_contradicts_it(self) -> None:
        text = SINCE_2025.format(sense="POSITIVO", letter="N", sections=OMITTED).replace("4 de febrero", "5 de febrero")
        record, problems = read(text)
        assert (record["sense"], record["issued_at"]) == ("NEGATIVE", "2026-02-04")
        assert len(problems) == 2


class TestUntilMay2025:
    def test_boxes_and_tables(self) -> None:
        record, problems = read(UNTIL_2025.format(sense="NEGATIVO", letter="N", sections=TABLE))
        assert problems == []
        assert (record["name"], record["rfc"], record["folio"]) == ("JUANA LOPEZ MORA", "LOMJ800101QX5", "19NC7654321")
        assert record["issued_at"] == "2019-03-09T08:07:00"
        assert omitted(record) == [
            ("Declaración informativa mensual de operaciones con terceros de IVA", 2018, [10]),
            ("Declaración anual de ISR del ejercicio", 2017, []),
        ]
        (credit,) = record["tax_credits"]
        assert (credit["number"], credit["authority"], credit["amount"]) == ("H-556677", "ADR Centro Norte", "10000")

    @pytest.mark.parametrize(
        ("words", "sense"),
        [
            ("EN SUSPENSION DE ACTIVIDADES", "SUSPENDED"),
            ("INSCRITO SIN OBLIGACIONES", "NO_OBLIGATIONS"),
            ("POSITIVO", "POSITIVE"),
        ],
    )
    def test_the_notes_about_senses_tell_none(self, words: str, sense: str) -> None:
        record, _ = read(UNTIL_2025.format(sense=words, letter="", sections=""))
        assert record["sense"] == sense

    def test_labels_may_have_colons_and_values_on_their_line(self) -> None:
        text = UNTIL_2025.format(sense="NEGATIVO", letter="N", sections=TABLE)
        for label in ("Folio", "Clave de R.F.C.", "Nombre, Denominación o Razón social"):
            assert read(text.replace(f"{label}\n", f"{label}:\n")) == read(text)
            assert read(text.replace(f"{label}\n", f"{label}: ")) == read(text)

    def test_a_name_ends_where_a_table_begins(self) -> None:
        text = UNTIL_2025.format(sense="NEGATIVO", letter="N", sections=TABLE)
        begin, end = text.index("Estimado"), text.index("Obligaciones omitidas")
        assert read(text[:begin] + text[end:]) == read(text)

    @pytest.mark.parametrize(("words", "sense"), [("", "POSITIVE"), ("no ", "NEGATIVE")])
    def test_the_sense_may_be_a_sentence_alone(self, words: str, sense: str) -> None:
        text = UNTIL_2025.format(
            sense="", letter="", sections=f"que {words}se encuentra al\ncorriente en el cumplimiento"
        )
        record, _ = read(text)
        assert (record["sense"], record["sense_text"]) == (sense, f"{words}se encuentra al corriente")

    def test_columns_may_stand_in_another_order(self) -> None:
        sections = (
            "Obligaciones omitidas\nDescripción de la obligación Periodo Ejercicio\nIVA mensual Noviembre 2018\n"
            "Créditos fiscales\nCrédito Importe Autoridad\n12345678 $5.00 ADR Centro"
        )
        record, problems = read(UNTIL_2025.format(sense="NEGATIVO", letter="N", sections=sections))
        assert omitted(record) == [("IVA mensual", 2018, [11])]
        (credit,) = record["tax_credits"]
        assert (credit["number"], credit["amount"], credit["authority"]) == ("12345678", "5.00", "ADR Centro")
        assert problems == []

    def test_no_sense_at_all_is_told(self) -> None:
        record, problems = read(UNTIL_2025.format(sense="", letter="", sections=""))
        assert (record["sense"], problems) == ("UNKNOWN", ["the sentido could not be read"])


@pytest.mark.parametrize(
    ("line", "words", "found"),
    [
        ("Pago mensual de IVA. 2019 Noviembre", "Pago mensual de IVA.", (2019, (11,), "Noviembre")),
        ("Pago de IVA Enero de 2026", "Pago de IVA", (2026, (1,), "Enero")),
        ("ISR del ejercicio 2018 Del Ejercicio", "ISR del ejercicio", (2018, (), "Del Ejercicio")),
        ("IVA 2do trimestre 2020", "IVA", (2020, (4, 5, 6), "2do trimestre")),
        ("IEPS Enero a Marzo 2021", "IEPS", (2021, (1, 2, 3), "Enero a Marzo")),
        ("IVA 10/2025", "IVA", (2025, (10,), "10/2025")),
        ("IVA Ejercicio: 2024 Periodo: Mayo", "IVA", (2024, (5,), "Mayo")),
    ],
)  # fmt: skip
def test_a_period_ends_its_line(line: str, words: str, found: tuple[int, tuple[int, ...], str]) -> None:
    name, period = split(line)
    assert (name, periods(period)) == (words, [Period(*found)])


def test_periods_of_several_years() -> None:
    both = [Period(2024, (12,), "Diciembre"), Period(2025, (1,), "Enero")]
    assert periods("Ejercicio 2024 Diciembre Ejercicio 2025 Enero") == both
    assert periods("Diciembre 2024, Enero 2025") == both


def test_an_opinion_is_valid_for_thirty_days_the_day_of_issue_being_the_first() -> None:
    spec = Kind.COMPLIANCE_OPINION.spec
    assert spec.valid_until({"issued_at": "2026-10-03T12:00:00"}) == date(2026, 11, 1)
    assert spec.valid_until({"issued_at": None}) is None
    assert Kind.TAX_STATUS.spec.valid_until({"issued_on": "2026-10-03"}) is None


def test_a_paper_that_names_nobody_is_refused() -> None:
    with pytest.raises(UnreadableDocument):
        opinion.read_text("Opinión del cumplimiento de obligaciones fiscales", [])
