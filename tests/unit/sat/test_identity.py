"""The identity of a CFDI, which its copies share, and what makes one copy sounder than another."""

from __future__ import annotations

import pytest

from gateway.sat.identity import fingerprint, soundness
from gateway.sat.readers import read_xml
from tests.unit.sat.builders import SEAL, cfdi32, withholding10, withholding20
from tests.unit.sat.copies import COPIES, ORIGINAL


def fingerprint_of(content: bytes) -> str:
    return fingerprint(read_xml(content).record)


def soundness_of(content: bytes, file: str = "f") -> str:
    reading = read_xml(content)
    return soundness(reading.record, reading.problems, file)


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES.keys())
def test_a_copy_has_the_fingerprint_of_its_original(copy: bytes) -> None:
    assert fingerprint_of(copy) == fingerprint_of(ORIGINAL)


@pytest.mark.parametrize(
    "other",
    [
        ORIGINAL.replace(SEAL.encode(), b"b3RybyBzZWxsbw"),
        ORIGINAL.replace(b'Total="1049.40"', b'Total="1049.41"'),
        ORIGINAL.replace(b"2024-03-05T12:58:00", b"2024-03-05T12:58:01"),
        ORIGINAL.replace(b"XAXX010101000", b"XEXX010101000"),
        ORIGINAL.replace(b"010101aaa", b"010102aaa"),
        ORIGINAL.replace(b'UUID="5', b'UUID="6'),
        withholding10(),
        withholding20(),
        cfdi32(),
    ],
)
def test_another_document_has_another_one(other: bytes) -> None:
    assert fingerprint_of(other) != fingerprint_of(ORIGINAL)


@pytest.mark.parametrize("name", [name for name in COPIES if name.startswith("damaged")])
def test_a_damaged_copy_is_less_sound_than_the_original(name: str) -> None:
    assert soundness_of(COPIES[name], "z") < soundness_of(ORIGINAL, "a")


def test_who_says_more_is_sounder_than_who_only_looks_better() -> None:
    less = COPIES["damaged: as Windows-1252"].replace(b'NumeroPedimento="15  48  3009  0001234"', b"")
    assert soundness_of(less) < soundness_of(COPIES["damaged: as Windows-1252"])
    assert soundness_of(ORIGINAL.replace(b'Unidad="Servicio"', b"")) < soundness_of(COPIES["damaged: as Windows-1252"])


def test_a_copy_with_two_stamps_is_the_least_sound() -> None:
    stamp = ORIGINAL[ORIGINAL.index(b"<tfd:") : ORIGINAL.rindex(b"</cfdi:Complemento>")]
    assert soundness_of(ORIGINAL.replace(stamp, stamp + stamp)) < soundness_of(COPIES["damaged: question marks"])


def test_between_equals_the_file_decides() -> None:
    assert soundness_of(ORIGINAL, "a") < soundness_of(ORIGINAL, "b")
