"""SAT's metadata file: a line for each CFDI, and no line is lost."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import UnreadableDocument
from gateway.sat import metadata_file
from gateway.sat.metadata_file import Fault, Metadata
from tests.budget import examples

HEAD = (
    "Uuid~RfcEmisor~NombreEmisor~RfcReceptor~NombreReceptor~RfcPac~FechaEmision~FechaCertificacionSat~Monto~"
    "EfectoComprobante~Estatus~FechaCancelacion"
)
UUID = "e7215e3b-2dc5-4a40-ab10-c902ff9258d{}"
IN_FORCE = (
    f"{UUID.format(1)}~aaa010101aaa~UNO SA~BBB010101BBB~DOS SA~SAT970701NN3~2024-01-31 23:59:59~2024-02-01 00:00:07~"
    "1124.11~I~1~"
)
CANCELLED = (
    f"{UUID.format(2)}~BBB010101BBB~DOS SA~AAA010101AAA~UNO SA~SAT970701NN3~2024-01-11 10:36:24~2024-01-11 10:36:52~"
    "0~P~0~2024-03-05 08:00:01"
)
SAMPLES = Path(__file__).parents[4] / "../shared/samples/phpcfdi__sat-ws-descarga-masiva"


def read(*lines: str, end: str = "\r\n", head: str = HEAD) -> list[Metadata | Fault]:
    return list(metadata_file.read((end.join((head, *lines)) + end).encode()))


def test_a_line_says_all_that_sat_knows_without_the_xml() -> None:
    in_force, cancelled = read(IN_FORCE, CANCELLED)
    assert in_force == Metadata(
        uuid=UUID.format(1).upper(),
        issuer_rfc="AAA010101AAA",
        issuer_name="UNO SA",
        receiver_rfc="BBB010101BBB",
        receiver_name="DOS SA",
        pac_rfc="SAT970701NN3",
        issued_at="2024-01-31T23:59:59",
        stamped_at="2024-02-01T00:00:07",
        total="1124.11",
        type="I",
        cancelled=False,
        cancelled_at=None,
    )
    assert isinstance(cancelled, Metadata)
    assert (cancelled.cancelled, cancelled.cancelled_at) == (True, "2024-03-05T08:00:01")


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_name_with_a_line_feed_in_it_is_one_name(end: str) -> None:
    first, second = read(IN_FORCE.replace("UNO SA", "UNO\nY MÁS\n\nSA"), CANCELLED, end=end)
    assert isinstance(first, Metadata)
    assert isinstance(second, Metadata)
    assert (first.issuer_name, first.total) == ("UNO Y MÁS SA", "1124.11")
    assert second.uuid == UUID.format(2).upper()


@pytest.mark.parametrize(
    "name", ["UNO ~ SA", "~", "~UNO", "UNO~", "A~B~C~D", "UNO \\~ SA", 'UNO "SA" ~', "UNO ~\r\nSA", "UNO\rSA", "1~I~1"]
)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("cut", ["", "~"])
def test_a_name_may_hold_whatever_parts_fields_and_lines(name: str, end: str, cut: str) -> None:
    """`cut`: the last field may be left out together with the sign before it."""
    first = IN_FORCE.removesuffix(cut)
    for old in ("UNO SA", "DOS SA"):
        before, named, after = read(CANCELLED, first.replace(old, name), CANCELLED, end=end)
        assert before == after and isinstance(named, Metadata)
        wanted = {"UNO SA": "UNO SA", "DOS SA": "DOS SA", old: " ".join(name.split())}
        assert (named.issuer_name, named.receiver_name) == (wanted["UNO SA"], wanted["DOS SA"])
        assert (named.receiver_rfc, named.total, named.cancelled) == ("BBB010101BBB", "1124.11", False)


NAMES = st.text(st.sampled_from("AB Ñ~\r\n\\\"'01"), min_size=1, max_size=12)


@given(issuer=NAMES, receiver=NAMES)
@settings(max_examples=examples(300), deadline=None)
def test_names_are_read_as_they_are_or_the_line_is_kept_whole(issuer: str, receiver: str) -> None:
    line = IN_FORCE.replace("UNO SA", issuer).replace("DOS SA", receiver)
    found, *others = read(line, CANCELLED)
    (expected,) = read(CANCELLED)
    assert others == [expected]
    assert isinstance(found, Metadata)
    names = (" ".join(issuer.split()) or None, " ".join(receiver.split()) or None)
    assert (found.issuer_name, found.receiver_name) == names


def test_signs_without_end_take_no_time() -> None:
    started = time.process_time()
    (found,) = read(IN_FORCE.replace("UNO SA", "AAA010101AAA~" * 190).replace("2024-01-31", "x"))
    assert isinstance(found, Fault)
    (found,) = read(IN_FORCE.replace("UNO SA", "~" * 100_000))
    assert isinstance(found, Fault)
    assert time.process_time() - started < 5


def test_columns_are_found_by_their_headings() -> None:
    head = "Uuid~Estatus~RfcReceptor~RfcEmisor~FechaEmision~Nueva"
    (found,) = read(f"{UUID.format(1)}~0~BBB010101BBB~AAA010101AAA~2024-01-31 23:59:59~algo", head=head)
    assert isinstance(found, Metadata)
    assert (found.issuer_rfc, found.cancelled, found.total, found.pac_rfc) == ("AAA010101AAA", True, None, None)


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        (IN_FORCE + "~~", "14 fields instead of 12"),
        (IN_FORCE.replace("~UNO SA~", "~UNO~BBB010101BBB~SA~"), "several ways"),
        (IN_FORCE.replace("2024-01-31", "31/13/2024"), "FechaEmision"),
        (IN_FORCE.replace("1124.11", "1e9"), "Monto"),
        (IN_FORCE.replace("~I~1~", "~I~7~"), "Estatus"),
        ("x" + IN_FORCE[1:], "UUID"),
        ("This is no record", "1 fields"),
    ],
)
def test_a_line_that_is_no_record_is_told_whole_and_costs_no_other(line: str, detail: str) -> None:
    fault, good = read(line, CANCELLED)
    assert isinstance(fault, Fault)
    assert fault.line == line
    assert fault.number == 2
    assert detail in fault.detail
    assert isinstance(good, Metadata)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_that_an_editor_has_saved_is_read_in_its_encoding(encoding: str) -> None:
    content = "\r\n".join([HEAD, IN_FORCE.replace("UNO SA", "AÑO SA"), CANCELLED]).encode(encoding)
    assert metadata_file.is_metadata(content)
    first, second = metadata_file.read(content)
    assert isinstance(first, Metadata) and isinstance(second, Metadata)
    assert first.issuer_name == "AÑO SA"


def test_lines_after_a_record_that_are_no_part_of_it_are_told() -> None:
    found, fault, other = read(IN_FORCE, "total: 1 record", CANCELLED)
    assert isinstance(found, Metadata) and isinstance(other, Metadata)
    assert fault == Fault(3, "total: 1 record", "it does not begin with a UUID")


def test_a_record_with_a_name_of_two_lines_that_is_wrong_elsewhere_is_told_whole() -> None:
    line = IN_FORCE.replace("UNO SA", "UNO\nSA").replace("1124.11", "1e9")
    assert read(line, end="\n") == [Fault(2, line, "Monto is no plain decimal number")]


def test_a_name_of_two_lines_in_the_companion_is_one() -> None:
    head = "Uuid~RfcACuentaTerceros~NombreACuentaTerceros"
    first, second = read(
        f"{UUID.format(1)}~ccc010101ccc~TRES\r\n~ SA", f"{UUID.format(2)}~ccc010101ccc~TRES", head=head
    )
    assert isinstance(first, Metadata) and isinstance(second, Metadata)
    assert (first.third_party_name, second.third_party_name) == ("TRES ~ SA", "TRES")


def test_the_companion_names_on_whose_account() -> None:
    (found,) = read(f"{UUID.format(1)}~ccc010101ccc~TRES", head="Uuid~RfcACuentaTerceros~NombreACuentaTerceros")
    assert found == Metadata(UUID.format(1).upper(), third_party_rfc="CCC010101CCC", third_party_name="TRES")


@pytest.mark.parametrize("content", [b"", b"Uuid~Something", b"\xef\xbb\xbfuuid~\r\n", b"<xml/>"])
def test_what_has_other_headings_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        list(metadata_file.read(content))


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample documents are not part of the project")
def test_a_sample_that_nobody_here_wrote() -> None:
    content = next(SAMPLES.rglob("metadata.txt")).read_bytes()
    found = list(metadata_file.read(content))
    assert len(found) == 2
    assert all(isinstance(one, Metadata) for one in found)
