"""Enums of the flow, each value with what it means. The values are those of the store (a test compares them)."""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum(description="The six kinds of documents in a SAT profile.")
class DocumentKind(Enum):
    INVOICE = strawberry.enum_value("INVOICE", description="CFDI 3.2, 3.3 and 4.0.")
    WITHHOLDING = strawberry.enum_value("WITHHOLDING", description="Retenciones e información de pagos 1.0 and 2.0.")
    ANNUAL_RETURN = strawberry.enum_value("ANNUAL_RETURN", description="Declaraciones anuales, since 2018.")
    MONTHLY_RETURN = strawberry.enum_value("MONTHLY_RETURN", description="Declaraciones mensuales, since 2018.")
    COMPLIANCE_OPINION = strawberry.enum_value("COMPLIANCE_OPINION", description="Opinión de cumplimiento.")
    TAX_STATUS = strawberry.enum_value("TAX_STATUS", description="Constancia de situación fiscal.")


@strawberry.enum(description="The SAT sites that a connection works with.")
class Site(Enum):
    ALL_IN_ONE = strawberry.enum_value(
        "ALL_IN_ONE", description="SAT All in One: one connection for the whole profile."
    )
    CIEC = strawberry.enum_value("CIEC", description="CFDI.")
    WITHHOLDINGS = strawberry.enum_value("WITHHOLDINGS", description="Retenciones.")
    ANNUAL_RETURNS = strawberry.enum_value("ANNUAL_RETURNS", description="Declaraciones anuales.")
    MONTHLY_RETURNS = strawberry.enum_value("MONTHLY_RETURNS", description="Declaraciones mensuales.")
    TAX_STATUS = strawberry.enum_value("TAX_STATUS", description="Constancia de situación fiscal.")
    COMPLIANCE_OPINION = strawberry.enum_value("COMPLIANCE_OPINION", description="Opinión de cumplimiento.")


@strawberry.enum(
    description="State of a job. A client must treat a value that it does not know as a job that has not ended."
)
class JobState(Enum):
    QUEUED = strawberry.enum_value("QUEUED", description="Accepted and not started.")
    RUNNING = strawberry.enum_value(
        "RUNNING", description="Logging in at SAT, extracting documents or storing them here."
    )
    AWAITING_INPUT = strawberry.enum_value(
        "AWAITING_INPUT", description="Waiting for the person to answer `challenge`."
    )
    SUCCEEDED = strawberry.enum_value("SUCCEEDED", description="Ended: all announced documents are stored.")
    PARTIALLY_SUCCEEDED = strawberry.enum_value(
        "PARTIALLY_SUCCEEDED",
        description="Ended: some sites failed, or Syncfy delivered only a part (203, 204): see `problems`.",
    )
    FAILED = strawberry.enum_value("FAILED", description="Ended without result: see `failure`.")
    EXPIRED = strawberry.enum_value("EXPIRED", description="Ended: its result can no longer be determined.")


@strawberry.enum(description="State of one step of a job.")
class StepState(Enum):
    WAITING = strawberry.enum_value("WAITING", description="Not started.")
    RUNNING = strawberry.enum_value("RUNNING", description="Syncfy is working on the site.")
    DOWNLOADING = strawberry.enum_value(
        "DOWNLOADING", description="Syncfy has ended; the documents are being stored here."
    )
    DONE = strawberry.enum_value("DONE", description="Ended: all documents are stored.")
    PARTIAL = strawberry.enum_value(
        "PARTIAL", description="Ended: Syncfy delivered a part of the documents (203, 204), which is stored."
    )
    EMPTY = strawberry.enum_value(
        "EMPTY", description="Ended: Syncfy found nothing (202, 206). Whether there is nothing is unknown."
    )
    FAILED = strawberry.enum_value("FAILED", description="Ended with a failure: see `failure`.")
    SKIPPED = strawberry.enum_value("SKIPPED", description="Never started: the job ended before.")


@strawberry.enum(description="How often a kind of documents is downloaded.")
class Cadence(Enum):
    DAILY = strawberry.enum_value("DAILY", description="Every day.")
    MONTHLY = strawberry.enum_value("MONTHLY", description="Every month.")
    ONCE = strawberry.enum_value("ONCE", description="With each connection.")


@strawberry.enum(description="Why a document could not be read.")
class UnreadableReason(Enum):
    MALFORMED = strawberry.enum_value("MALFORMED", description="Not well-formed XML, JSON or PDF.")
    FORBIDDEN = strawberry.enum_value(
        "FORBIDDEN", description="A DTD, an entity, a nesting depth or a size that is refused as an attack."
    )
    NOT_A_SAT_DOCUMENT = strawberry.enum_value(
        "NOT_A_SAT_DOCUMENT", description="Well-formed, but not a known kind of SAT document."
    )
    UNKNOWN_VERSION = strawberry.enum_value("UNKNOWN_VERSION", description="A CFDI or retención of an unknown version.")
    UNSUPPORTED_VERSION = strawberry.enum_value(
        "UNSUPPORTED_VERSION", description="A CFD, or a CFDI 3.0: SAT's versions from before 3.2 are not read."
    )
    BAD_VALUE = strawberry.enum_value(
        "BAD_VALUE", description="A required value is missing, or a value does not fit its type."
    )
    TOO_LARGE = strawberry.enum_value(
        "TOO_LARGE", description="Its fields are more than a row of the store holds (12 MB): the file has them."
    )
    IDENTITY_CONFLICT = strawberry.enum_value(
        "IDENTITY_CONFLICT", description="A different document with the same folio fiscal is already held."
    )
    NOT_DELIVERED = strawberry.enum_value("NOT_DELIVERED", description="Announced by Syncfy and never delivered.")


@strawberry.enum(description="Whether the documents held are as recent as their cadence requires.")
class Freshness(Enum):
    FRESH = strawberry.enum_value("FRESH", description="Downloaded within the cadence.")
    STALE = strawberry.enum_value(
        "STALE", description="A download is overdue, or the latest opinión is valid no longer."
    )
    NEVER = strawberry.enum_value("NEVER", description="Never downloaded.")


@strawberry.enum(description="Legal kind of a taxpayer.")
class TaxpayerKind(Enum):
    COMPANY = strawberry.enum_value("COMPANY", description="Persona moral: an RFC of 12 characters.")
    PERSON = strawberry.enum_value("PERSON", description="Persona física: an RFC of 13 characters.")


@strawberry.enum(description="Kind of job.")
class JobKind(Enum):
    CONNECTION = strawberry.enum_value("CONNECTION", description="A connection to SAT: see `site` and `steps`.")
    EXPORT = strawberry.enum_value("EXPORT", description="An export of documents to a file: see `export`.")


@strawberry.enum(description="Who started a job.")
class JobOrigin(Enum):
    CLIENT = strawberry.enum_value("CLIENT", description="A mutation of this API.")
    WIDGET = strawberry.enum_value("WIDGET", description="Syncfy's widget; `followConnection` reported it.")
    SYNCFY = strawberry.enum_value(
        "SYNCFY", description="Syncfy's own schedule, or a widget without `followConnection`."
    )
