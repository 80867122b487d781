"""The six kinds of documents in a SAT profile, and the one table of what differs between them.

Every other table that is keyed by kind is checked against this one (tests/test_kinds.py names what a new kind lacks).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from gateway.sat.camel import camel_case
from gateway.sat.documents import ComplianceOpinion, Invoice, TaxReturn, TaxStatus, Withholding


class Kind(StrEnum):
    """One kind of SAT document. The value is the GraphQL enum value."""

    INVOICE = "INVOICE"
    WITHHOLDING = "WITHHOLDING"
    ANNUAL_RETURN = "ANNUAL_RETURN"
    MONTHLY_RETURN = "MONTHLY_RETURN"
    COMPLIANCE_OPINION = "COMPLIANCE_OPINION"
    TAX_STATUS = "TAX_STATUS"

    @property
    def spec(self) -> KindSpec:
        return KINDS[self]

    @property
    def collection(self) -> str:
        return KINDS[self].collection

    @property
    def cadence(self) -> Cadence:
        return KINDS[self].cadence

    @property
    def delivery(self) -> Delivery:
        return KINDS[self].delivery


class Cadence(StrEnum):
    """The cadence of Syncfy's downloads of a kind. ONCE is downloaded when a connection runs and not by a daily job."""

    DAILY = "DAILY"
    MONTHLY = "MONTHLY"
    ONCE = "ONCE"

    @property
    def every(self) -> timedelta | None:
        """Return how long it is from one download to the next; None for ONCE."""
        return {Cadence.DAILY: timedelta(days=1), Cadence.MONTHLY: timedelta(days=31), Cadence.ONCE: None}[self]

    @property
    def fresh_for(self) -> timedelta | None:
        """Return how old a download may be before the kind counts as stale: the cadence and half of it again.

        None for ONCE: it is never stale, only missing.
        """
        return {Cadence.DAILY: timedelta(hours=36), Cadence.MONTHLY: timedelta(days=46), Cadence.ONCE: None}[self]


class Delivery(StrEnum):
    """The form of a kind's delivery, which decides how it is fetched and read."""

    #: Transactions of a credential, each with the XML of one document, or with its metadata alone.
    FISCAL = "FISCAL"
    #: Transactions of a credential, each with the JSON and the PDF of one return.
    RETURN = "RETURN"
    #: Files of a site without a credential, announced by documents.* events: a JSON and a PDF of one document.
    PROFILE = "PROFILE"


#: Observed of a fiscal document beside what it says itself; each value of theirs is a change, the first one too.
_STATUS = ("status", "cancelled_at")


@dataclass(frozen=True, slots=True)
class KindSpec:
    """The differences between kinds."""

    collection: str
    cadence: Cadence
    delivery: Delivery
    #: The TypedDict of its normal form.
    record: type
    #: The key of the document's own date, by which lists are ordered.
    dated: str
    #: SAT's own name for it.
    term: str
    #: Keys whose first value is a change already.
    tracked: tuple[str, ...] = ()
    #: How long SAT's paper is valid, where it is not for ever.
    validity: timedelta | None = None

    def date_of(self, record: Mapping[str, object]) -> str | None:
        """Return what a document's record says of its own date; None where it says nothing."""
        date = record[self.dated]
        return date if isinstance(date, str) else None

    def valid_until(self, record: Mapping[str, object]) -> date | None:
        """Return the last day of a paper's validity; None where it has no end, or states no day of issue.

        Rule 2.1.37 of the Resolución Miscelánea: 30 natural days "a partir de la fecha de emisión". The day of issue is
        the first of them, as the words say: 3 October to 1 November. Others begin with the day after, and end a day
        later.
        """
        issued = self.date_of(record)
        if self.validity is None or issued is None:
            return None
        return date.fromisoformat(issued[:10]) + self.validity - timedelta(days=1)

    @property
    def plural(self) -> str:
        """Return the name of its list in the GraphQL schema."""
        return camel_case(self.collection)


#: Cadences are those of Syncfy's own product table.
KINDS: dict[Kind, KindSpec] = {
    Kind.INVOICE: KindSpec(
        "invoices", Cadence.DAILY, Delivery.FISCAL, Invoice, "issued_at", "CFDI 3.2, 3.3, 4.0", _STATUS
    ),
    Kind.WITHHOLDING: KindSpec(
        "withholdings", Cadence.DAILY, Delivery.FISCAL, Withholding, "issued_at", "Retenciones 1.0, 2.0", _STATUS
    ),
    Kind.ANNUAL_RETURN: KindSpec(
        "annual_returns", Cadence.MONTHLY, Delivery.RETURN, TaxReturn, "presented_at", "Declaraciones anuales"
    ),
    Kind.MONTHLY_RETURN: KindSpec(
        "monthly_returns", Cadence.MONTHLY, Delivery.RETURN, TaxReturn, "presented_at", "Declaraciones mensuales"
    ),
    Kind.COMPLIANCE_OPINION: KindSpec(
        "compliance_opinions",
        Cadence.ONCE,
        Delivery.PROFILE,
        ComplianceOpinion,
        "issued_at",
        "Opinión de cumplimiento",
        validity=timedelta(days=30),
    ),
    Kind.TAX_STATUS: KindSpec(
        "tax_statuses",
        Cadence.ONCE,
        Delivery.PROFILE,
        TaxStatus,
        "issued_on",
        "Constancia de situación fiscal",
    ),
}
