"""Bytes of a SAT document → its normal form. The one door to the readers.

Every function raises `errors.UnreadableDocument` (reason, detail, path) and nothing else, whatever the bytes are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat import (
    cfdi,
    jsontext,
    opinion,
    pdf,
    return_names,
    returns,
    tax_status,
    tax_status_text,
    withholding,
    xml,
)
from gateway.sat.documents import ComplianceOpinion, Invoice, Record, TaxReturn, TaxStatus, Withholding
from gateway.sat.kinds import Kind
from gateway.sat.node import BadValue, Node

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
    """A CFDI 3.2, 3.3 or 4.0, or a retención 1.0 or 2.0: the root element and its version decide."""
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
    """A return of which only the PDF came; `title` is the transaction's. A scan is read by its names alone."""
    text = pdf.text_of(content)
    names = return_names.read(file, title)
    record = returns.read_text(text, monthly=_is_monthly(kind), file=file, names=names)
    return Reading(kind, record, () if text.strip() else ("the PDF has no text",), text)


def _is_monthly(kind: Kind) -> bool:
    return kind is Kind.MONTHLY_RETURN


def read_tax_status(content: bytes) -> Reading[TaxStatus]:
    """Syncfy's JSON of the constancia de situación fiscal."""
    return Reading(Kind.TAX_STATUS, tax_status.read_json(jsontext.parse(content)), ())


def read_tax_status_pdf(content: bytes) -> Reading[TaxStatus]:
    """The constancia of which only the PDF came."""
    text = pdf.text_of(content)
    return Reading(Kind.TAX_STATUS, tax_status.read_json(tax_status_text.tree(text)), (), text)


def read_compliance_opinion(content: bytes) -> Reading[ComplianceOpinion]:
    """Syncfy's JSON of the opinión del cumplimiento."""
    return Reading(Kind.COMPLIANCE_OPINION, opinion.read_json(jsontext.parse(content)), ())


def read_compliance_opinion_pdf(content: bytes) -> Reading[ComplianceOpinion]:
    """The opinión of which only the PDF came."""
    text = pdf.text_of(content)
    return Reading(Kind.COMPLIANCE_OPINION, opinion.read_text(text), (), text)


_ProfileReader = Callable[[bytes], Reading[TaxStatus | ComplianceOpinion]]
#: Of each kind that comes as a JSON and a PDF of one document: how to read the one and the other.
PROFILE_READERS: dict[Kind, tuple[_ProfileReader, _ProfileReader]] = {
    Kind.TAX_STATUS: (read_tax_status, read_tax_status_pdf),
    Kind.COMPLIANCE_OPINION: (read_compliance_opinion, read_compliance_opinion_pdf),
}
