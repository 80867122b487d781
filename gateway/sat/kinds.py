"""The six kinds of documents in a SAT profile, and how often each is expected to change (the product's own table)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    """One kind of SAT document. The value is the GraphQL enum value, and `collection` is where the store keeps it."""

    INVOICE = "INVOICE"
    WITHHOLDING = "WITHHOLDING"
    ANNUAL_RETURN = "ANNUAL_RETURN"
    MONTHLY_RETURN = "MONTHLY_RETURN"
    COMPLIANCE_OPINION = "COMPLIANCE_OPINION"
    TAX_STATUS = "TAX_STATUS"

    @property
    def collection(self) -> str:
        return _COLLECTIONS[self]

    @property
    def cadence(self) -> Cadence:
        return _CADENCES[self]


class Cadence(StrEnum):
    """How often Syncfy downloads a kind. ONCE is downloaded when a connection runs and not by a daily job."""

    DAILY = "DAILY"
    MONTHLY = "MONTHLY"
    ONCE = "ONCE"

    @property
    def every(self) -> timedelta | None:
        """How long from one download to the next; None for ONCE."""
        return {Cadence.DAILY: timedelta(days=1), Cadence.MONTHLY: timedelta(days=31), Cadence.ONCE: None}[self]

    @property
    def fresh_for(self) -> timedelta | None:
        """How old a download may be before the kind counts as stale: the cadence and half of it again.

        None for ONCE: it is never stale, only missing.
        """
        return {Cadence.DAILY: timedelta(hours=36), Cadence.MONTHLY: timedelta(days=46), Cadence.ONCE: None}[self]


_COLLECTIONS = {
    Kind.INVOICE: "invoices",
    Kind.WITHHOLDING: "withholdings",
    Kind.ANNUAL_RETURN: "annual_returns",
    Kind.MONTHLY_RETURN: "monthly_returns",
    Kind.COMPLIANCE_OPINION: "compliance_opinions",
    Kind.TAX_STATUS: "tax_statuses",
}

_CADENCES = {
    Kind.INVOICE: Cadence.DAILY,
    Kind.WITHHOLDING: Cadence.DAILY,
    Kind.ANNUAL_RETURN: Cadence.MONTHLY,
    Kind.MONTHLY_RETURN: Cadence.MONTHLY,
    Kind.COMPLIANCE_OPINION: Cadence.ONCE,
    Kind.TAX_STATUS: Cadence.ONCE,
}
