"""The owner of a directory of documents, and the taxpayer and viewer that the demonstration takes for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.demo.document_owner import Owner, read_folder
from gateway.demo.taxpayer import choose

MINE, OTHER, THIRD = "EKU9003173C9", "URE180429TM6", "XAMA620210DQ5"


def write(directory: Path, name: str, issuer: str, receiver: str, names: tuple[str, str] = ("", "")) -> None:
    directory.mkdir(exist_ok=True)
    (directory / f"{name}.xml").write_text(
        f'<cfdi:Comprobante Version="4.0"><cfdi:Emisor Rfc="{issuer}" Nombre="{names[0]}"/>'
        f'<cfdi:Receptor Rfc="{receiver}" Nombre="{names[1]}"/></cfdi:Comprobante>'
    )


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    directory = tmp_path / "xml"
    write(directory, "issued", MINE, OTHER, ("ESCUELA KEMPER URGATE", "UNIVERSIDAD"))
    write(directory, "received", THIRD, MINE.lower(), ("ANA", "ESCUELA KEMPER URGATE"))
    write(directory, "to-itself", MINE, MINE, ("Kemper", "Kemper"))
    for number in range(4):
        write(directory, f"public{number}", THIRD if number == 0 else "XEXX010101000", "XAXX010101000")
        write(directory, f"shapeless{number}", "ABC999999AA1", "not an RFC")
    (directory / "broken.xml").write_bytes(b"\xff\x00<<<")
    return directory


def test_the_owner_is_whoever_most_documents_name_on_either_side(directory):
    folder = read_folder(directory)
    assert folder.files == 12
    assert folder.owners == (
        Owner(MINE, "ESCUELA KEMPER URGATE", 3),
        Owner(THIRD, "ANA", 2),
        Owner(OTHER, "UNIVERSIDAD", 1),
    )


def test_a_retencion_and_an_old_version_name_owners_too(tmp_path):
    (tmp_path / "a.xml").write_text(
        f'<r:Retenciones Version="1.0"><r:Emisor RFCEmisor="{OTHER}" NomDenRazSocE="U"/>'
        f'<r:Receptor Nacionalidad="Nacional"><r:Nacional RFCRecep="{MINE}" NomDenRazSocR="K"/></r:Receptor>'
    )
    (tmp_path / "b.xml").write_text(f'<Comprobante version="3.2"><Emisor rfc="{MINE}" nombre="K"/>')
    assert read_folder(tmp_path).owners == (Owner(MINE, "K", 2), Owner(OTHER, "U", 1))


def test_another_content_is_another_folder_and_the_same_is_the_same(directory):
    first = read_folder(directory).fingerprint
    assert read_folder(directory).fingerprint == first
    write(directory, "new", MINE, OTHER)
    assert read_folder(directory).fingerprint != first


def test_the_demonstration_takes_the_owner_and_says_why(directory):
    choice = choose(230, directory, None, None)
    assert (choice.rfc, choice.name) == (MINE, "ESCUELA KEMPER URGATE")
    assert choice.why == f"most documents are of RFC {MINE} (3 of 12): it is the taxpayer; --rfc takes another"
    assert choice.viewer == f"demo-{read_folder(directory).fingerprint}"


def test_an_rfc_and_a_name_that_were_asked_for_are_taken(directory):
    choice = choose(230, directory, THIRD.lower(), None)
    assert (choice.rfc, choice.name, choice.why) == (THIRD, "ANA", f"2 of 12 documents are of RFC {THIRD}")
    assert choose(230, directory, THIRD, "Me").name == "Me"
    nobody = choose(230, directory, "CNO150304QK7", None)
    assert nobody.why == "none of the 12 documents is of RFC CNO150304QK7"


def test_documents_of_nobody_have_an_invented_taxpayer(tmp_path):
    (tmp_path / "a.xml").write_bytes(b"<<<")
    choice = choose(230, tmp_path, None, None)
    assert choice.why and choice.why.startswith("no document names a taxpayer's RFC")
    assert choice.viewer.startswith("demo-")
    assert choice.rfc.startswith("CNO") and choice.rfc == choose(230, tmp_path, None, None).rfc


def test_two_folders_of_one_rfc_have_viewers_of_their_own(directory, tmp_path):
    write(tmp_path / "second", "issued", MINE, OTHER)
    one, two = choose(230, directory, None, None), choose(230, tmp_path / "second", None, None)
    assert one.rfc == two.rfc
    assert one.viewer != two.viewer


def test_without_documents_everything_is_as_the_readme_says():
    choice = choose(230, None, None, None)
    assert (choice.rfc, choice.name, choice.viewer, choice.why) == (
        "CNO150304QK7",
        "Clinica Norte Oriental",
        "demo",
        None,
    )
    larger = choose(2000, None, None, None)
    assert larger.viewer == "demo" and larger.rfc != choice.rfc
    assert choose(230, None, THIRD, "Ana").name == "Ana"
