"""Exports: a filter's documents as a file. One is a Job like another, so that it is followed like another."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import Parent

from gateway.exporting.offered import FORMATS
from gateway.http.links import Purpose
from gateway.store import exports, jobs
from gateway.store.mongo import Row, Store
from resolvers.context import Info
from resolvers.documents.files import Download, Offered, download
from resolvers.fields import resolved
from resolvers.filters.compliance_opinions import ComplianceOpinionFilter
from resolvers.filters.invoices import InvoiceFilter
from resolvers.filters.returns import AnnualReturnFilter, MonthlyReturnFilter
from resolvers.filters.tax_statuses import TaxStatusFilter
from resolvers.filters.withholdings import WithholdingFilter
from resolvers.scalars import DateTime


@strawberry.enum(description="What an export lists. Columns are named after the fields of this schema.")
class ExportKind(Enum):
    INVOICES = strawberry.enum_value("INVOICES", description="CFDI, one row each.")
    LINE_ITEMS = strawberry.enum_value("LINE_ITEMS", description="Conceptos of CFDI, one row each.")
    PAYMENTS = strawberry.enum_value("PAYMENTS", description="Payments (type P), one row for each invoice they settle.")
    WITHHOLDINGS = strawberry.enum_value("WITHHOLDINGS", description="Retenciones, one row each.")
    ANNUAL_RETURNS = strawberry.enum_value("ANNUAL_RETURNS", description="Declaraciones anuales, one row each.")
    ANNUAL_RETURN_CONCEPTS = strawberry.enum_value(
        "ANNUAL_RETURN_CONCEPTS", description="Conceptos de pago of declaraciones anuales, one row each."
    )
    ANNUAL_RETURN_ROWS = strawberry.enum_value(
        "ANNUAL_RETURN_ROWS", description="Rows of the `sections` of declaraciones anuales, one row each."
    )
    MONTHLY_RETURNS = strawberry.enum_value("MONTHLY_RETURNS", description="Declaraciones mensuales, one row each.")
    MONTHLY_RETURN_CONCEPTS = strawberry.enum_value(
        "MONTHLY_RETURN_CONCEPTS", description="Conceptos de pago of declaraciones mensuales, one row each."
    )
    MONTHLY_RETURN_ROWS = strawberry.enum_value(
        "MONTHLY_RETURN_ROWS", description="Rows of the `sections` of declaraciones mensuales, one row each."
    )
    COMPLIANCE_OPINIONS = strawberry.enum_value("COMPLIANCE_OPINIONS", description="Opiniones, one row each.")
    OMITTED_OBLIGATIONS = strawberry.enum_value(
        "OMITTED_OBLIGATIONS", description="Obligations that opiniones list as omitted, one row each."
    )
    TAX_CREDITS = strawberry.enum_value(
        "TAX_CREDITS", description="Créditos fiscales that opiniones list, one row each."
    )
    TAX_STATUSES = strawberry.enum_value("TAX_STATUSES", description="Constancias, one row each.")


@strawberry.enum(description="File format of an export.")
class ExportFormat(Enum):
    CSV = strawberry.enum_value(
        "CSV",
        description="CSV by RFC 4180, in UTF-8 with a BOM. A text that a spreadsheet would take for a formula begins "
        "with `'`.",
    )
    XLSX = strawberry.enum_value(
        "XLSX",
        description="Excel. Amounts of up to 15 digits are numbers, which Excel holds exactly; longer ones are text. A "
        "sheet has 400,000 rows at most, a text 32,767 characters.",
    )
    JSONL = strawberry.enum_value(
        "JSONL", description="JSON Lines: each line is a whole document, equal to its `json`."
    )
    PARQUET = strawberry.enum_value(
        "PARQUET",
        description="Apache Parquet. Amounts are decimal128(38, 12); local times are timestamps without a zone.",
    )
    ZIP_XML = strawberry.enum_value(
        "ZIP_XML",
        description="ZIP of the XMLs as `UUID.xml`, with a `manifest.csv` of the documents without XML. For INVOICES "
        "and WITHHOLDINGS.",
    )


@strawberry.input(
    description="Selects the documents of an export, by the filter of the list that its kind is made from."
)
class ExportFilter:
    invoices: InvoiceFilter | None = strawberry.field(
        default=None, description="Filter for INVOICES, LINE_ITEMS and PAYMENTS."
    )
    withholdings: WithholdingFilter | None = strawberry.field(default=None, description="Filter for WITHHOLDINGS.")
    annual_returns: AnnualReturnFilter | None = strawberry.field(
        default=None, description="Filter for ANNUAL_RETURNS, ANNUAL_RETURN_CONCEPTS and ANNUAL_RETURN_ROWS."
    )
    monthly_returns: MonthlyReturnFilter | None = strawberry.field(
        default=None, description="Filter for MONTHLY_RETURNS, MONTHLY_RETURN_CONCEPTS and MONTHLY_RETURN_ROWS."
    )
    compliance_opinions: ComplianceOpinionFilter | None = strawberry.field(
        default=None, description="Filter for COMPLIANCE_OPINIONS, OMITTED_OBLIGATIONS and TAX_CREDITS."
    )
    tax_statuses: TaxStatusFilter | None = strawberry.field(default=None, description="Filter for TAX_STATUSES.")


def _download(root: Parent[Row], info: Info) -> Row | None:
    if root["state"] != "SUCCEEDED" or exports.expired(root["expire_at"]):
        return None
    format = FORMATS[root["format"]]
    name = f"{root['kind'].lower().replace('_', '-')}-{root['created_at']:%Y%m%d-%H%M%S}.{format.ending}"
    file = Offered(name, format.media_type, root["size"])
    return download(info, root["taxpayer"], Purpose.EXPORT, root["_id"], file)


def _expires_at(root: Parent[Row]) -> DateTime:
    return DateTime(root["expire_at"])


@strawberry.type(
    description="A file of documents. It holds the documents that existed when the export was requested, newest first, "
    "each as it was when it was written."
)
class Export:
    kind: ExportKind = strawberry.field(description="What the export lists.")
    format: ExportFormat = strawberry.field(description="File format of the export.")
    download: Download | None = resolved(_download, Download | None, "The file; null until the job has SUCCEEDED.")
    expires_at: DateTime = resolved(_expires_at, DateTime, "When the export is deleted: a day after the request.")


async def find_job(store: Store, id: str, *, owner: str | None = None) -> Row | None:
    """Return a run of a connection or an export, by the id of a job."""
    if not exports.is_export(id):
        return await jobs.row(store, id, owner=owner)
    row = await exports.row(store, id, owner=owner)
    return None if row is None else as_job(row)


def as_job(row: Row) -> Row:
    """Return an export's row as that of a job, which has what connections have: none of it."""
    blank: Row = {"site": None, "origin": "CLIENT", "code": None, "codes": [], "steps": {}, "challenge": None}
    return {**blank, **row, "export": row}
