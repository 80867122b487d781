"""Whatever bytes a person names for a list, a catalogue or a metadata file: it is read or refused, never a crash."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import UnreadableDocument
from gateway.sat import blacklist, catalog_file, metadata_file
from tests.budget import examples

_PIECES = st.sampled_from(
    [
        "RFC", "Situación del contribuyente", "Nombre", "Publicación DOF definitivos", "AAA010101AAA", "Definitivo",
        "Uuid~RfcEmisor~RfcReceptor~FechaEmision~Estatus", "E7215E3B-2DC5-4A40-AB10-C902FF9258DF",
        "2024-01-31 10:00:00",
        "INSERT INTO cfdi_40_productos_servicios VALUES", "('01010101','No'", ",'',1)", "code", "label", "01010101",
        ",", ";", "~", '"', "'", "(", ")", "\n", "\r\n", "\t", " ", "\x00", "ñ", "1", "0",
    ]
)  # fmt: skip
_CONTENT = st.one_of(
    st.binary(max_size=300),
    st.lists(_PIECES, max_size=40).map("".join).map(str.encode),
    st.lists(_PIECES, max_size=40).map("".join).map(lambda text: text.encode("cp1252")),
)


@settings(max_examples=examples(300), deadline=None)
@given(_CONTENT)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for read in (
        lambda: blacklist.read(content),
        lambda: catalog_file.read(content, version=None),
        lambda: list(metadata_file.read(content)),
    ):
        try:
            read()
        except UnreadableDocument:
            continue


def test_a_long_file_is_read_in_time_that_grows_with_its_length() -> None:
    """An INSERT of many rows, a cell without end, a text without line ends: nothing looks back."""
    rows = ",".join(f"('{n:08}','x','','','','','',1,'')" for n in range(20_000))
    assert (
        len(catalog_file.read(f"INSERT INTO cfdi_productos_servicios VALUES {rows};".encode(), version=None)) == 20_000
    )
    with pytest.raises(UnreadableDocument):
        catalog_file.read(b"INSERT INTO cfdi_productos_servicios VALUES ('" + b"'" * 200_001, version=None)
    head = b"Uuid~RfcEmisor~RfcReceptor~FechaEmision~Estatus\n"
    assert len(list(metadata_file.read(head + b"\n" * 200_000))) == 0
