"""Metadata of a transaction name one party beside whoever logged in: whose they are hangs on the login."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from gateway.ingest.batch import Delivered
from gateway.ingest.read import read_transactions
from gateway.syncfy.sites import Site
from gateway.syncfy.wire import AttachmentRef, AttachmentRefs, Extra, Keywords, Transaction
from tests.unit.sat import builders

ME, OTHER = "AAA010101AAA", "BBB010101BB1"
UUID = "5B2B8A4C-0F6E-4E63-9E0B-6D2A7C41F001"


def metadata(*words: str, party: str | None, amount: str = "7.00") -> Delivered:
    transaction = Transaction(
        id_transaction="t",
        reference=UUID,
        description="A party",
        amount=Decimal(amount),
        extra=Extra(tax_id=party),
        keywords=Keywords(words),
        attachments=AttachmentRefs([]),
    )
    return Delivered(Site.CIEC, transaction, ())


def strangers_xml() -> Delivered:
    refs = AttachmentRefs([AttachmentRef(id_attachment="a", file="1.xml")])
    content = builders.cfdi40().replace(b" aaa010101aaa", OTHER.encode())
    return Delivered(
        Site.CIEC, Transaction(id_transaction="x", keywords=Keywords(["emitidas"]), attachments=refs), (content,)
    )


@pytest.mark.parametrize(
    ("item", "foreign", "direction", "issuer", "receiver"),
    [
        (metadata("emitidas", party="CCC010101CC1"), False, "ISSUED", ME, "CCC010101CC1"),
        (metadata("recibidas", party="CCC010101CC1"), False, "RECEIVED", "CCC010101CC1", ME),
        (metadata(party="CCC010101CC1", amount="-7.00"), False, "RECEIVED", "CCC010101CC1", ME),
        (metadata("emitidas", party="CCC010101CC1"), True, "OTHER", None, "CCC010101CC1"),
        (metadata("recibidas", party="CCC010101CC1"), True, "OTHER", "CCC010101CC1", None),
        # What the stranger exchanged with the taxpayer is the taxpayer's, on the other side.
        (metadata("emitidas", party=ME), True, "RECEIVED", None, ME),
        (metadata("recibidas", party=ME), True, "ISSUED", ME, None),
    ],
)
def test_metadata_go_by_the_login(item: Delivered, foreign: bool, direction: str, issuer: Any, receiver: Any) -> None:
    (document,) = (document for _, document in read_transactions([item], ME, foreign=foreign).documents)
    content: Any = document.content
    assert document.observed["direction"] == direction
    assert (content["issuer"]["rfc"], content["receiver"]["rfc"]) == (issuer, receiver)


def test_metadata_among_documents_of_which_all_are_somebody_elses_are_too() -> None:
    """Where Syncfy does not show the login, what came with them tells, whichever comes first."""
    read = read_transactions([metadata("emitidas", party="CCC010101CC1"), strangers_xml()], ME)
    assert [document.observed["direction"] for _, document in read.documents] == ["OTHER", "OTHER"]


def test_an_xml_that_names_nobody_and_is_in_no_list_is_nobodys() -> None:
    content = builders.cfdi40()
    for rfc in (" aaa010101aaa", "XAXX010101000"):
        content = content.replace(f'Rfc="{rfc}"'.encode(), b'Rfc=""')
    refs = AttachmentRefs([AttachmentRef(id_attachment="a", file="1.xml")])
    for words, direction in ((["recibidas"], "RECEIVED"), ([], "OTHER")):
        transaction = Transaction(id_transaction="x", keywords=Keywords(words), attachments=refs)
        (found,) = read_transactions([Delivered(Site.CIEC, transaction, (content,))], ME).documents
        assert found[1].observed["direction"] == direction
