"""SAT's 69-B list as it is published: Windows-1252, text above the table, stages in columns that come and go."""

from __future__ import annotations

import pytest

from gateway.errors import UnreadableDocument
from gateway.sat import blacklist
from gateway.sat.blacklist import Blacklist, current_stage

ABOVE = (
    "Información actualizada al 31 de diciembre de 2025, de conformidad con la ley\nListado completo (Artículo 69-B)\n"
)
HEADINGS = (
    "No,RFC,Nombre del Contribuyente,Situación del contribuyente,"
    "Número y fecha de oficio global de presunción SAT,Publicación página SAT presuntos,"
    "Número y fecha de oficio global de presunción DOF,Publicación DOF presuntos,"
    "Número y fecha de oficio global de contribuyentes que desvirtuaron SAT,Publicación página SAT desvirtuados,"
    "Número y fecha de oficio global de definitivos SAT,Publicación página SAT definitivos,"
    "Número y fecha de oficio global de definitivos DOF,Publicación DOF definitivos,"
    "Número y fecha de oficio global de sentencia favorable SAT,Publicación página SAT sentencia favorable\n"
)
ROWS = (
    '1,AAA080808HL8,"ASESORES, SERVICIOS Y ""MÁS"" SA",Definitivo,'
    "500-05-2017-38736 de fecha 21 de diciembre de 2017,21/12/2017,"
    "500-05-2018-105 de fecha 5 de enero de 2018,12/01/2018,,,"
    "500-05-2018-14064 de fecha 15 de mayo de 2018,18/05/2018 - 21/05/2018,,26/06/2018,,\n"
    "2,PEÑA800101AB1,JOSÉ PEÑA,Presunto,500-05-2025-1 de fecha 2 de octubre de 2025,03/10/2025,,,,,,,,,,\n"
    "3,BBB080808HL8,OTRA SA,Desvirtuado,500-05-2016-1,01/02/2016,,,500-05-2016-9,01/06/2016,,,,,,\n"
    "4,CCC080808HL8,GANÓ SA,Sentencia Favorable,500-05-2016-2,01/02/2016,,,,,,,,,500-05-2019-7,09/09/2019\n"
    "5,XXXXXXXXXXXX,XXXXXXXXXXXX,Definitivo,,,,,,,,,,,,\n"
    ",,,,,,,,,,,,,,,\n"
)


def read(text: str = ABOVE + HEADINGS + ROWS, encoding: str = "cp1252") -> Blacklist:
    return blacklist.read(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_all_four_situations_with_their_letters_and_days(encoding: str) -> None:
    found = read(encoding=encoding)
    assert found.as_of == "2025-12-31"
    assert found.nameless == 1
    by_rfc = {entry["rfc"]: entry for entry in found.listed}
    assert {rfc: entry["situation"] for rfc, entry in by_rfc.items()} == {
        "AAA080808HL8": "DEFINITIVE",
        "PEÑA800101AB1": "PRESUMED",
        "BBB080808HL8": "DISPROVED",
        "CCC080808HL8": "FAVORABLE_RULING",
    }
    definitive = by_rfc["AAA080808HL8"]
    assert definitive["name"] == 'ASESORES, SERVICIOS Y "MÁS" SA'
    assert [stage["situation"] for stage in definitive["stages"]] == ["PRESUMED", "DEFINITIVE"]
    assert current_stage(definitive) == {
        "situation": "DEFINITIVE",
        "official_letter": "500-05-2018-14064 de fecha 15 de mayo de 2018",
        "sat_published_on": "2018-05-18",
        "dof_published_on": "2018-06-26",
    }


def test_columns_are_found_by_their_headings_in_whatever_order_and_number() -> None:
    old = (
        "RFC;Situacion del contribuyente;Nombre del Contribuyente;Publicación DOF definitivos\n"
        "AAA080808HL8;Definitivo;ALGUIEN SA;1/02/2015\n"
    )
    (entry,) = read(old).listed
    assert (entry["name"], entry["situation"]) == ("ALGUIEN SA", "DEFINITIVE")
    assert current_stage(entry) == {
        "situation": "DEFINITIVE",
        "official_letter": None,
        "sat_published_on": None,
        "dof_published_on": "2015-02-01",
    }
    assert read(old).as_of is None


def test_of_two_rows_for_one_rfc_the_later_situation_counts() -> None:
    again = "6,AAA080808HL8,ASESORES,Sentencia Favorable,,,,,,,,,,,500-05-2020-1,01/02/2020\n"
    for rows in (ROWS + again, again + ROWS):
        assert {e["rfc"]: e["situation"] for e in read(HEADINGS + rows).listed}["AAA080808HL8"] == "FAVORABLE_RULING"


def test_a_situation_that_nobody_knows_is_kept_in_its_own_words() -> None:
    (entry,) = read(HEADINGS + "1,AAA080808HL8,X,En revisión,,,,,,,,,,,,\n").listed
    assert (entry["situation"], entry["situation_text"]) == ("UNKNOWN", "En revisión")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"<html><body>RFC</body></html>",
        b"RFC,Nombre\nAAA080808HL8,X\n",
        (ABOVE + HEADINGS).encode(),
        b"No,RFC,Nombre,Situacion,Supuesto\n1,AAA080808HL8,X,Definitivo,y\n",
        b"\x00\xff" * 5000,
        HEADINGS.encode() + b'1,"' + b"x" * 200_000,
    ],
    ids=["nothing", "a PDF", "a page", "another list", "no rows", "article 69's list", "noise", "an endless cell"],
)
def test_what_is_not_the_list_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="not SAT's list of article 69-B"):
        blacklist.read(content)
