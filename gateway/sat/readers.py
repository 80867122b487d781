"""Bytes of a SAT document → its normal form. The one door to the readers.

Every function raises `errors.UnreadableDocument` (reason, detail, path) and nothing else, whatever the bytes are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat import (
    cfdi,
    completion,
    jsontext,
    opinion,
    pdf,
    return_names,
    returns,
    tax_status,
    withholding,
    xml,
)
from gateway.sat.documents import ComplianceOpinion, Invoice, Record, TaxReturn, TaxStatus, Withholding
from gateway.sat.kinds import Delivery, Kind
from gateway.sat.node import BadValue, Node
from gateway.sat.papers import kind_of_paper

R = TypeVar("R", bound=Record)
#: Raise it when the readers of XML make something else of a file: `sat-gateway reindex` then reads again what older
#: ones have read.
READER = 2

R_co = TypeVar("R_co", bound=Record, covariant=True)


@dataclass(frozen=True, slots=True)
class Reading(Generic[R_co]):
    """A document in its normal form; `problems` are what was forgiven, safe to show and to log.

    `text`: the whole text of the PDF that it was read from; None for a document that was read from XML or JSON.
    """

    kind: Kind
    record: R_co
    problems: tuple[str, ...]
    text: str | None = None


_ROOTS: dict[str, tuple[Kind, Callable[[Node, list[str]], Invoice | Withholding]]] = {
    "Comprobante": (Kind.INVOICE, cfdi.read),
    "Retenciones": (Kind.WITHHOLDING, withholding.read),
}


def read_xml(content: bytes) -> Reading[Invoice | Withholding]:
    """Return a CFDI 3.2, 3.3 or 4.0, or a retención 1.0 or 2.0: the root element and its version decide."""
    notes: list[str] = []
    reading = _read_tree(xml.parse(content, notes), notes)
    if not reading.record["other_complements"]:
        return reading
    # Elements' own text is worth a second pass only to those few documents whose trees may show it.
    notes = []
    return _read_tree(xml.parse(content, notes, texts=True), notes)


def _read_tree(root: Node, notes: list[str]) -> Reading[Invoice | Withholding]:
    if root.name not in _ROOTS:
        raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "neither a Comprobante nor a Retenciones")
    kind, read = _ROOTS[root.name]
    try:
        record = read(root, notes)
    except BadValue as error:
        raise error.placed(root) from None
    return Reading(kind, record, tuple(dict.fromkeys(notes)))


def read_return(content: bytes, *, kind: Kind, file: str, beside: bytes | None = None) -> Reading[TaxReturn]:
    """Syncfy's JSON of an annual or monthly return, completed from the PDF `beside` it where it lacks something.

    `file` is the JSON's name, which may hold the operation number. A PDF that cannot be read is told as a problem.
    """
    tree, problems, text = jsontext.parse(content), [], None
    if beside is not None:
        try:
            text = pdf.text_of(beside)
        except UnreadableDocument:
            problems.append("the PDF beside the JSON cannot be read")
    record, more = returns.read_json(
        tree, monthly=_is_monthly(kind), file=file, names=return_names.read(file), text=text
    )
    return Reading(kind, record, (*problems, *more))


def read_return_pdf(content: bytes, *, kind: Kind, file: str, title: str | None) -> Reading[TaxReturn]:
    """Return a return of which only the PDF came; `title` is the transaction's. A scan is read by its names alone."""
    text = pdf.text_of(content)
    names = return_names.read(file, title)
    record = returns.read_text(text, monthly=_is_monthly(kind), file=file, names=names)
    return Reading(kind, record, () if text.strip() else ("the PDF has no text",), text)


def _is_monthly(kind: Kind) -> bool:
    return kind is Kind.MONTHLY_RETURN


@dataclass(frozen=True, slots=True)
class _ProfileReader(Generic[R_co]):
    """The readers of a kind that comes as a JSON and a PDF of one document. `lacks`: what its record should state."""

    kind: Kind
    from_json: Callable[[Any, list[str]], R_co]
    from_text: Callable[[str, list[str]], R_co]
    lacks: Callable[[R_co], list[str]]

    def json(self, content: bytes) -> Reading[R_co]:
        """Read Syncfy's JSON."""
        problems: list[str] = []
        return Reading(self.kind, self.from_json(jsontext.parse(content), problems), tuple(problems))

    def pdf(self, content: bytes) -> Reading[R_co]:
        """Read a PDF. One without a title of SAT's papers is tried; that of another paper, or of no SAT's, is not."""
        text = pdf.text_of(content)
        if kind_of_paper(text) not in (self.kind, None):
            raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "the title is that of another paper of SAT's")
        problems: list[str] = []
        return Reading(self.kind, self.from_text(text, problems), tuple(problems), text)

    def read(self, json: Sequence[bytes], pdfs: Sequence[bytes]) -> Reading[R_co]:
        """Read the first JSON that can be read, completed from the PDF; without one, the first such PDF."""
        given, error = _first(self.json, json)
        printed, pdf_error = _first(self.pdf, pdfs)
        found, problems = given or printed, list[str]()
        if found is None:
            raise error or pdf_error or UnreadableDocument(UnreadableReason.NOT_DELIVERED, "no file was delivered")
        if given and pdf_error:
            problems.append(f"the PDF beside the JSON could not be read: {pdf_error.detail}")
        elif given and printed and not completion.are_one(given.record, printed.record):
            problems.append("the PDF beside the JSON is of another paper, and completes nothing")
        elif given and printed:
            record = cast(dict[str, Any], given.record)
            problems += completion.contradictions(record, printed.record)
            record["fields_from_pdf"] = completion.complete(record, printed.record)
            problems += [] if completion.LISTS.isdisjoint(record["fields_from_pdf"]) else printed.problems
        every = [*found.problems, *problems, *self.lacks(found.record)]
        return Reading(self.kind, found.record, tuple(dict.fromkeys(every)), found.text)


def _first(
    read: Callable[[bytes], Reading[R]], contents: Sequence[bytes]
) -> tuple[Reading[R] | None, UnreadableDocument | None]:
    first_error = None
    for content in contents:
        try:
            return read(content), None
        except UnreadableDocument as error:
            first_error = first_error or error
    return None, first_error


_TAX_STATUS = _ProfileReader(Kind.TAX_STATUS, tax_status.read_json, tax_status.read_text, tax_status.lacks)
_COMPLIANCE_OPINION = _ProfileReader(Kind.COMPLIANCE_OPINION, opinion.read_json, opinion.read_text, opinion.lacks)
PROFILE_READERS: dict[Kind, _ProfileReader[TaxStatus] | _ProfileReader[ComplianceOpinion]] = {
    reader.kind: reader for reader in (_TAX_STATUS, _COMPLIANCE_OPINION)
}


def read_profile(kind: Kind, json: Sequence[bytes], pdfs: Sequence[bytes]) -> Reading[TaxStatus | ComplianceOpinion]:
    """Return the constancia or the opinión of which these files were delivered: its JSON completed from its PDF."""
    return PROFILE_READERS[kind].read(json, pdfs)


def read_paper(content: bytes, *, file: str) -> Reading[TaxReturn | TaxStatus | ComplianceOpinion] | None:
    """A PDF whose kind nothing but its title tells; None for one that has no title of SAT's papers, as scans have not.

    `file` is its name, which may hold a return's operation number.
    """
    kind = kind_of_paper(pdf.text_of(content))
    if kind is None:
        return None
    if kind.delivery is Delivery.RETURN:
        return read_return_pdf(content, kind=kind, file=file, title=None)
    return read_profile(kind, [], [content])


def read_tax_status(content: bytes) -> Reading[TaxStatus]:
    """Syncfy's JSON of the constancia de situación fiscal."""
    return _TAX_STATUS.read([content], [])


def read_tax_status_pdf(content: bytes) -> Reading[TaxStatus]:
    """Return the constancia of which only the PDF came."""
    return _TAX_STATUS.read([], [content])


def read_compliance_opinion(content: bytes) -> Reading[ComplianceOpinion]:
    """Syncfy's JSON of the opinión del cumplimiento."""
    return _COMPLIANCE_OPINION.read([content], [])


def read_compliance_opinion_pdf(content: bytes) -> Reading[ComplianceOpinion]:
    """Return the opinión of which only the PDF came."""
    return _COMPLIANCE_OPINION.read([], [content])
