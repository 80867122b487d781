"""Taxpayer: the root of a SAT profile."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import Parent

from gateway.graphql.limits import PAGE, spend_rows, turn
from gateway.store import credentials, jobs, latest
from gateway.store.mongo import Row
from gateway.store.rows import written
from resolvers.completeness import Completeness, completeness_field
from resolvers.context import Info
from resolvers.counterparties import Counterparty, Employee, counterparty_field
from resolvers.credentials import Credential
from resolvers.documents.compliance_opinions import ComplianceOpinion
from resolvers.documents.identity import RfcFacts, rfc_facts_field
from resolvers.documents.payment_chain import PaymentChainConnection, payment_chain_field
from resolvers.documents.returns import AnnualReturn, MonthlyReturn
from resolvers.documents.tax_statuses import TaxStatus
from resolvers.documents.totals import InvoiceConnection, WithholdingConnection
from resolvers.documents.unreadable import UnreadableDocument
from resolvers.enums import TaxpayerKind
from resolvers.fields import resolved
from resolvers.filters.compliance_opinions import compliance_opinions_of
from resolvers.filters.counterparties import counterparties_of, employees_of
from resolvers.filters.invoices import invoices_of
from resolvers.filters.jobs import jobs_of
from resolvers.filters.returns import annual_returns_of, monthly_returns_of
from resolvers.filters.tax_statuses import tax_statuses_of
from resolvers.filters.unreadable import unreadable_of
from resolvers.filters.withholdings import withholdings_of
from resolvers.history import (
    Change,
    FiscalChange,
    changes_of,
    compliance_opinion_field,
    fiscal_history_field,
    tax_status_field,
)
from resolvers.insights.insights import Insights
from resolvers.jobs import Job
from resolvers.lists.connection import Connection
from resolvers.node import Node, id_field, is_row
from resolvers.scalars import DateTime, Rfc
from resolvers.sync_status import SyncStatus


def _kind(root: Parent[Row]) -> str:
    return "COMPANY" if len(root["rfc"]) == 12 else "PERSON"


async def _rfc_at_sat(root: Parent[Row], info: Info) -> Rfc | None:
    paper = root["tax_status"] or root["compliance_opinion"]
    if paper is None:
        spend_rows(1)
        async with turn():
            paper = await latest.of_others(info.context.store, root["_id"])
    return paper["rfc"] if paper else None


async def _credentials(root: Parent[Row], info: Info) -> list[Row]:
    spend_rows(PAGE)
    async with turn():
        return [written(access) for access in await credentials.of_taxpayer(info.context.store, root["_id"])]


async def _latest_job(root: Parent[Row], info: Info) -> Row | None:
    spend_rows(PAGE)
    async with turn():
        latest = await jobs.latest(info.context.store, root["_id"])
        return None if latest is None else written(latest)


def _sync_status(root: Parent[Row]) -> Row:
    return root


def _insights(root: Parent[Row]) -> Row:
    return {"taxpayer": root["_id"]}


def _connection(resolver: Any, type_: Any, description: str) -> Any:
    return strawberry.field(resolver=resolver, graphql_type=type_, description=description)


@strawberry.type(description="Contribuyente: the person or company whose SAT profile is held here.")
class Taxpayer(Node):
    is_type_of = is_row

    id: strawberry.ID = id_field("Taxpayer")
    rfc: Rfc = strawberry.field(description="RFC.")
    rfc_facts: RfcFacts | None = rfc_facts_field()
    rfc_at_sat: Rfc | None = resolved(
        _rfc_at_sat,
        Rfc | None,
        "The RFC that SAT's own documents state (the latest constancia, otherwise the opinión); null until one has "
        "arrived. Syncfy's widget accepts any RFC: when this differs from `rfc`, the documents came from another "
        "taxpayer's login.",
    )
    name: str = strawberry.field(description="Display name, as the client gave it.")
    kind: TaxpayerKind = resolved(_kind, TaxpayerKind, "Company or person, by the RFC's length.")
    created_at: DateTime = strawberry.field(description="When the taxpayer was created here.")
    sync_status: SyncStatus = resolved(_sync_status, SyncStatus, "State of its synchronisation.")
    credentials: list[Credential] = resolved(
        _credentials, list[Credential], "Its credentials at SAT's sites; 100 at most."
    )
    latest_job: Job | None = resolved(_latest_job, Job | None, "The job that was started last.")
    jobs: Connection[Job] = _connection(jobs_of, Connection[Job], "Jobs of its connections, newest first.")
    invoices: InvoiceConnection = _connection(invoices_of, InvoiceConnection, "CFDI, newest first by `issuedAt`.")
    withholdings: WithholdingConnection = _connection(
        withholdings_of, WithholdingConnection, "Retenciones, newest first by `issuedAt`."
    )
    annual_returns: Connection[AnnualReturn] = _connection(
        annual_returns_of,
        Connection[AnnualReturn],
        "Declaraciones anuales, newest first by `presentedAt`.",
    )
    monthly_returns: Connection[MonthlyReturn] = _connection(
        monthly_returns_of,
        Connection[MonthlyReturn],
        "Declaraciones mensuales, newest first by `presentedAt`.",
    )
    compliance_opinion: ComplianceOpinion | None = compliance_opinion_field()
    compliance_opinions: Connection[ComplianceOpinion] = _connection(
        compliance_opinions_of, Connection[ComplianceOpinion], "Every opinión held, newest first."
    )
    tax_status: TaxStatus | None = tax_status_field()
    tax_statuses: Connection[TaxStatus] = _connection(
        tax_statuses_of, Connection[TaxStatus], "Every constancia held, newest first."
    )
    counterparties: Connection[Counterparty] = _connection(
        counterparties_of,
        Connection[Counterparty],
        "Counterparties of its CFDI and retenciones, by newest document.",
    )
    counterparty: Counterparty | None = counterparty_field()
    employees: Connection[Employee] = _connection(
        employees_of, Connection[Employee], "Employees to whom it issued payrolls, by newest document."
    )
    fiscal_history: list[FiscalChange] = fiscal_history_field()
    changes: Connection[Change] = _connection(
        changes_of, Connection[Change], "Changes of its documents since they first arrived, newest first."
    )
    payment_chain: PaymentChainConnection = payment_chain_field()
    unreadable: Connection[UnreadableDocument] = _connection(
        unreadable_of, Connection[UnreadableDocument], "Documents that could not be read, with the reason."
    )
    insights: Insights = resolved(_insights, Insights, "Figures computed from its documents.")
    completeness: Completeness = completeness_field()
