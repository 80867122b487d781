"""Completeness: what of a taxpayer's profile is here, and what is missing, by month and kind."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry import Parent

from gateway.sat.dates import MEXICO
from gateway.store import completeness
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.documents.compliance_opinions import ComplianceOpinion
from resolvers.documents.returns import AnnualReturn, MonthlyReturn
from resolvers.documents.tax_statuses import TaxStatus
from resolvers.documents.totals import InvoiceConnection, WithholdingConnection
from resolvers.enums import DocumentKind
from resolvers.fields import resolved
from resolvers.insights.buckets import drill_down, withholdings_behind
from resolvers.insights.inputs import From, To, range_of
from resolvers.scalars import Date, DateTime
from resolvers.sync_status import KNOWN


@strawberry.type(description="Number of CFDI or retenciones, by how much of them is held.")
class DocumentCounts:
    seen: int = strawberry.field(description="All known documents, including those known only from their metadata.")
    with_xml: int = strawberry.field(description="Documents whose XML is held and was read.")
    partial: int = strawberry.field(description="Documents of `withXml` that have `problems`.")
    missing_xml: int = strawberry.field(description="Documents known only from their metadata.")
    missing_xml_cancelled: int = strawberry.field(
        description="Cancelled documents of `missingXml`: SAT no longer supplies their XML."
    )
    cancelled: int = strawberry.field(description="Cancelled documents, with or without XML.")
    issued: int = strawberry.field(description="Emitidos.")
    received: int = strawberry.field(description="Recibidos.")


@strawberry.type(description="CFDI of one month.")
class InvoiceMonth(DocumentCounts):
    month: str = strawberry.field(description="The month as YYYY-MM, by the CFDI's Fecha.")
    missing: InvoiceConnection = drill_down("The CFDI of the month whose XML is missing, newest first.")


@strawberry.type(description="Retenciones of one month.")
class WithholdingMonth(DocumentCounts):
    month: str = strawberry.field(description="The month as YYYY-MM, by FechaExp.")
    missing: WithholdingConnection = withholdings_behind(
        "The retenciones of the month whose XML is missing, newest first."
    )


@strawberry.type(description="How complete one kind is.")
class KindCompleteness:
    kind: DocumentKind = strawberry.field(description="Kind of the documents.")
    known: bool = strawberry.field(description=KNOWN)
    last_download_at: DateTime | None = strawberry.field(
        description="When Syncfy was last asked for this kind, whether or not anything was new; null when it never was."
    )
    unreadable: int = strawberry.field(
        description="Number of documents of this kind, of all months, that could not be read. `Taxpayer.unreadable` "
        "lists them."
    )


@strawberry.type(description="Completeness of the CFDI.")
class InvoiceCompleteness(KindCompleteness):
    total: DocumentCounts = strawberry.field(description="All months of the range.")
    months: list[InvoiceMonth] = strawberry.field(description="Each month of the range, oldest first.")


@strawberry.type(description="Completeness of the retenciones.")
class WithholdingCompleteness(KindCompleteness):
    total: DocumentCounts = strawberry.field(description="All months of the range.")
    months: list[WithholdingMonth] = strawberry.field(description="Each month of the range, oldest first.")


@strawberry.enum(description="Whether a return of a period is held.")
class FilingState(Enum):
    FILED = strawberry.enum_value("FILED", description="At least one return of the period is held.")
    MISSING = strawberry.enum_value(
        "MISSING",
        description="The last day to file has passed and no return is held. Whether the taxpayer had to file one is "
        "not judged.",
    )
    UNKNOWN = strawberry.enum_value(
        "UNKNOWN",
        description="The last day to file has passed and no return is held, but the kind was never downloaded, or "
        "Syncfy found nothing (202): nobody knows whether one was filed.",
    )
    NOT_DUE = strawberry.enum_value("NOT_DUE", description="The last day to file has not passed.")
    NOT_EXPECTED = strawberry.enum_value(
        "NOT_EXPECTED",
        description="The period lies before 2018, or before the taxpayer began operations as the constancia states.",
    )


@strawberry.type(description="The return of a month or a year.")
class FilingPeriod:
    period: str = strawberry.field(description="The period as YYYY-MM, or YYYY for an annual return.")
    state: FilingState = strawberry.field(description="Whether a return of the period is held.")
    due_on: Date = strawberry.field(
        description="Last day to file: the 17th of the following month; for a year, 31 March (companies) or 30 April "
        "(persons)."
    )


@strawberry.type(
    description="The monthly return of a month, filed or not. A return of two months (RIF) belongs to both."
)
class MonthlyFiling(FilingPeriod):
    effective: MonthlyReturn | None = strawberry.field(
        description="The return in effect: the one presented last; of two presented at the same moment, the "
        "complementaria."
    )
    returns: list[MonthlyReturn] = strawberry.field(description="All returns of the period, in order of presentation.")


@strawberry.type(description="The annual return of a year, filed or not.")
class AnnualFiling(FilingPeriod):
    effective: AnnualReturn | None = strawberry.field(
        description="The return in effect: the one presented last; of two presented at the same moment, the "
        "complementaria."
    )
    returns: list[AnnualReturn] = strawberry.field(description="All returns of the period, in order of presentation.")


@strawberry.type(description="Completeness of the monthly returns.")
class MonthlyReturnCompleteness(KindCompleteness):
    filed: list[str] = strawberry.field(description="Months (YYYY-MM) with a return.")
    missing: list[str] = strawberry.field(description="Months (YYYY-MM) that are due and have no return.")
    periods: list[MonthlyFiling] = strawberry.field(description="Each month of the range, oldest first.")


@strawberry.type(description="Completeness of the annual returns.")
class AnnualReturnCompleteness(KindCompleteness):
    filed: list[str] = strawberry.field(description="Years with a return.")
    missing: list[str] = strawberry.field(description="Years that are due and have no return.")
    periods: list[AnnualFiling] = strawberry.field(description="Each year of the range, oldest first.")


@strawberry.type(description="Age of the latest opinión.")
class ComplianceOpinionAge:
    latest: ComplianceOpinion | None = strawberry.field(description="The latest document; null when none is held.")
    issued_on: Date | None = strawberry.field(description="Its day of issue.")
    age_days: int | None = strawberry.field(
        description="Days since then, by the date in central Mexico. SAT considers it valid for 30 days."
    )
    valid_until: Date | None = strawberry.field(description="Last day of its validity.")
    is_valid: bool | None = strawberry.field(
        description="Whether it is still valid today, in central Mexico; null when none is held."
    )
    last_download_at: DateTime | None = strawberry.field(description="When Syncfy was last asked for it.")


@strawberry.type(description="Age of the latest constancia.")
class TaxStatusAge:
    latest: TaxStatus | None = strawberry.field(description="The latest document; null when none is held.")
    issued_on: Date | None = strawberry.field(description="Its day of issue.")
    age_days: int | None = strawberry.field(description="Days since then, by the date in central Mexico.")
    last_download_at: DateTime | None = strawberry.field(description="When Syncfy was last asked for it.")


@strawberry.type(description="Completeness of a taxpayer's profile, by whole months.")
class Completeness:
    from_: Date = strawberry.field(name="from", description="The first day of the first month.")
    to: Date = strawberry.field(description="The last day requested; its whole month is counted.")
    invoices: InvoiceCompleteness = strawberry.field(description="CFDI.")
    withholdings: WithholdingCompleteness = strawberry.field(description="Retenciones.")
    monthly_returns: MonthlyReturnCompleteness = strawberry.field(description="Declaraciones mensuales.")
    annual_returns: AnnualReturnCompleteness = strawberry.field(description="Declaraciones anuales.")
    compliance_opinion: ComplianceOpinionAge = strawberry.field(description="Opinión de cumplimiento.")
    tax_status: TaxStatusAge = strawberry.field(description="Constancia de situación fiscal.")
    unreadable_of_unknown_kind: int = strawberry.field(
        description="Number of documents that could not be read and whose kind is unknown."
    )


async def _completeness(root: Parent[Row], info: Info, from_: From, to: To) -> Row:
    today = datetime.now(MEXICO).date()
    return await completeness.completeness(info.context.store, root, range_of(from_, to), today)


def completeness_field() -> Any:
    return resolved(_completeness, Completeness, "What the profile holds and what is missing, by month and kind.")
