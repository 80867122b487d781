"""Completeness: what of a taxpayer's profile is here, and what is missing, by month and kind."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import strawberry
from strawberry import Parent

from gateway.store import completeness
from gateway.store.mongo import Row
from resolvers.compliance_opinions import ComplianceOpinion
from resolvers.connection import connect
from resolvers.context import Info
from resolvers.enums import DocumentKind
from resolvers.fields import resolved
from resolvers.insights.buckets import drill_down
from resolvers.insights.inputs import From, To, range_of
from resolvers.paginated import After, Before, First, Last
from resolvers.returns import AnnualReturn, MonthlyReturn
from resolvers.scalars import Date, DateTime
from resolvers.tax_statuses import TaxStatus
from resolvers.totals import InvoiceConnection, WithholdingConnection

_MEXICO = ZoneInfo("America/Mexico_City")


@strawberry.type(description="Counts of CFDI or retenciones, by what is here of them.")
class DocumentCounts:
    seen: int = strawberry.field(description="All that are known, be it from their metadata alone.")
    with_xml: int = strawberry.field(description="Those whose XML is here and was read.")
    partial: int = strawberry.field(description="Of `withXml`, those with something odd in them (`problems`).")
    missing_xml: int = strawberry.field(description="Those known from their metadata alone.")
    missing_xml_cancelled: int = strawberry.field(
        description="Of `missingXml`, the cancelled ones: SAT no longer gives their XML."
    )
    cancelled: int = strawberry.field(description="Cancelled ones, with or without XML.")
    issued: int = strawberry.field(description="Emitidos.")
    received: int = strawberry.field(description="Recibidos.")


@strawberry.type(description="A month of CFDI.")
class InvoiceMonth(DocumentCounts):
    month: str = strawberry.field(description="AAAA-MM, by the CFDI's own Fecha.")
    missing: InvoiceConnection = drill_down("The CFDI of the month whose XML is missing, newest first.")


async def _missing(
    root: Parent[Row], info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
) -> Row:
    return await connect(
        info, "withholdings", root["taxpayer"], first=first, after=after, last=last, before=before, where=root["where"]
    )


@strawberry.type(description="A month of retenciones.")
class WithholdingMonth(DocumentCounts):
    month: str = strawberry.field(description="AAAA-MM, by FechaExp.")
    missing: WithholdingConnection = resolved(
        _missing, WithholdingConnection, "The retenciones of the month whose XML is missing, newest first."
    )


@strawberry.type(description="How complete one kind is.")
class KindCompleteness:
    kind: DocumentKind = strawberry.field(description="Which kind.")
    last_download_at: DateTime | None = strawberry.field(
        description="When Syncfy was asked for this kind last, whether there was something new or not; null: never."
    )
    unreadable: int = strawberry.field(
        description="Documents of this kind that could not be read, of all months: see `Taxpayer.unreadable`."
    )


@strawberry.type(description="How complete the CFDI are.")
class InvoiceCompleteness(KindCompleteness):
    total: DocumentCounts = strawberry.field(description="All months of the range.")
    months: list[InvoiceMonth] = strawberry.field(description="Each month of the range, oldest first.")


@strawberry.type(description="How complete the retenciones are.")
class WithholdingCompleteness(KindCompleteness):
    total: DocumentCounts = strawberry.field(description="All months of the range.")
    months: list[WithholdingMonth] = strawberry.field(description="Each month of the range, oldest first.")


@strawberry.enum(description="Whether the return of a period is here.")
class FilingState(Enum):
    FILED = strawberry.enum_value("FILED", description="At least one return of the period is here.")
    MISSING = strawberry.enum_value(
        "MISSING", description="Its day has passed and no return is here. Whether one had to be filed is not judged."
    )
    NOT_DUE = strawberry.enum_value("NOT_DUE", description="Its day has not come.")
    NOT_EXPECTED = strawberry.enum_value(
        "NOT_EXPECTED", description="Before 2018, or before the taxpayer began operations (constancia)."
    )


@strawberry.type(description="The return of a month or a year.")
class FilingPeriod:
    period: str = strawberry.field(description="AAAA-MM, or AAAA for an annual return.")
    state: FilingState = strawberry.field(description="Whether it is here.")
    due_on: Date = strawberry.field(
        description="The last day for it: the 17th of the following month; of a year 31 March (companies) or 30 April."
    )


@strawberry.type(description="The monthly return of a month. One of two months (RIF) is of both.")
class MonthlyFiling(FilingPeriod):
    counting: MonthlyReturn | None = strawberry.field(
        description="The return that counts: presented last, a complementaria at the same moment."
    )
    filings: list[MonthlyReturn] = strawberry.field(description="All of them, as they were presented.")


@strawberry.type(description="The annual return of a year.")
class AnnualFiling(FilingPeriod):
    counting: AnnualReturn | None = strawberry.field(
        description="The return that counts: presented last, a complementaria at the same moment."
    )
    filings: list[AnnualReturn] = strawberry.field(description="All of them, as they were presented.")


@strawberry.type(description="How complete the monthly returns are.")
class MonthlyReturnCompleteness(KindCompleteness):
    filed: list[str] = strawberry.field(description="The months (AAAA-MM) with a return.")
    missing: list[str] = strawberry.field(description="The months (AAAA-MM) that are due and have none.")
    periods: list[MonthlyFiling] = strawberry.field(description="Each month of the range, oldest first.")


@strawberry.type(description="How complete the annual returns are.")
class AnnualReturnCompleteness(KindCompleteness):
    filed: list[str] = strawberry.field(description="The years with a return.")
    missing: list[str] = strawberry.field(description="The years that are due and have none.")
    periods: list[AnnualFiling] = strawberry.field(description="Each year of the range, oldest first.")


@strawberry.type(description="How old the latest opinión is.")
class OpinionAge:
    latest: ComplianceOpinion | None = strawberry.field(description="The latest one; null: none is here.")
    issued_on: Date | None = strawberry.field(description="Its day.")
    age_days: int | None = strawberry.field(description="Days since, in Mexico; SAT gives it 30 days.")
    last_download_at: DateTime | None = strawberry.field(description="When Syncfy was asked for it last.")


@strawberry.type(description="How old the latest constancia is.")
class TaxStatusAge:
    latest: TaxStatus | None = strawberry.field(description="The latest one; null: none is here.")
    issued_on: Date | None = strawberry.field(description="Its day.")
    age_days: int | None = strawberry.field(description="Days since, in Mexico.")
    last_download_at: DateTime | None = strawberry.field(description="When Syncfy was asked for it last.")


@strawberry.type(description="How complete a taxpayer's profile is, in whole months.")
class Completeness:
    from_: Date = strawberry.field(name="from", description="The first day of the first month.")
    to: Date = strawberry.field(description="The last day that was asked for; its whole month is counted.")
    invoices: InvoiceCompleteness = strawberry.field(description="CFDI.")
    withholdings: WithholdingCompleteness = strawberry.field(description="Retenciones.")
    monthly_returns: MonthlyReturnCompleteness = strawberry.field(description="Declaraciones mensuales.")
    annual_returns: AnnualReturnCompleteness = strawberry.field(description="Declaraciones anuales.")
    compliance_opinion: OpinionAge = strawberry.field(description="Opinión de cumplimiento.")
    tax_status: TaxStatusAge = strawberry.field(description="Constancia de situación fiscal.")
    unreadable_of_no_kind: int = strawberry.field(
        description="Documents that could not be read, and of which nobody can tell the kind."
    )


async def _completeness(root: Parent[Row], info: Info, from_: From, to: To) -> Row:
    today = datetime.now(_MEXICO).date()
    return await completeness.completeness(info.context.store, root, range_of(from_, to), today)


def completeness_field() -> Any:
    return resolved(_completeness, Completeness, "What of the profile is here and what is missing, by month and kind.")
