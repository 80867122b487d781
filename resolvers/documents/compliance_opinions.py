"""ComplianceOpinion: opinión del cumplimiento de obligaciones fiscales (artículo 32-D)."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry
from strawberry import Parent

from gateway.sat.dates import MEXICO
from gateway.sat.kinds import Kind
from gateway.store.mongo import Row
from resolvers.documents.completed import from_pdf_field
from resolvers.documents.document import Document, document
from resolvers.documents.obligation_links import LazyObligation, obligation_field, parts_field
from resolvers.fields import resolved, rows_field
from resolvers.scalars import Date, Decimal, LocalDateTime, Rfc


@strawberry.enum(description="Sentido of an opinión.")
class OpinionSense(Enum):
    POSITIVE = strawberry.enum_value("POSITIVE", description="Positiva: up to date.")
    NEGATIVE = strawberry.enum_value("NEGATIVE", description="Negativa: not up to date.")
    SUSPENDED = strawberry.enum_value("SUSPENDED", description="En suspensión de actividades.")
    NO_OBLIGATIONS = strawberry.enum_value("NO_OBLIGATIONS", description="Inscrito sin obligaciones.")
    NOT_REGISTERED = strawberry.enum_value("NOT_REGISTERED", description="No inscrito.")
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="A sentido unknown to this API: see `senseText`.")


@strawberry.type(description="An obligation that a negative opinión lists as omitted.")
class OmittedObligation:
    description: str | None = strawberry.field(description="Descripción of the obligation, as the opinión states it.")
    period: str | None = strawberry.field(description="Period omitted, as text.")
    year: int | None = strawberry.field(description="Ejercicio.")
    months: list[int] = rows_field(
        "months",
        int,
        "Months of `year`, from 1 to 12; empty when the whole year is omitted or `period` names no month.",
    )
    obligation: LazyObligation | None = obligation_field()


@strawberry.type(description="Crédito fiscal: a tax debt that a negative opinión lists.")
class TaxCredit:
    number: str | None = strawberry.field(description="Número del crédito (or of the resolución).")
    authority: str | None = strawberry.field(description="Autoridad that determined it, when stated.")
    amount: Decimal | None = strawberry.field(description="Importe in pesos, when stated.")
    text: str = strawberry.field(description="The row, as the opinión states it.")


def _valid_until(root: Parent[Row]) -> str | None:
    last = Kind.COMPLIANCE_OPINION.spec.valid_until(root)
    return last.isoformat() if last else None


def _valid(
    root: Parent[Row],
    on: Annotated[
        Date | None, strawberry.argument(description="The day, in central Mexico; without one, today.")
    ] = None,
) -> bool | None:
    last = Kind.COMPLIANCE_OPINION.spec.valid_until(root)
    day = on or datetime.now(MEXICO).date().isoformat()
    return root["issued_at"][:10] <= day <= last.isoformat() if last else None


def _issued_at(root: Parent[Row]) -> LocalDateTime | None:
    text: str | None = root.get("issued_at")
    return LocalDateTime(text if "T" in text else f"{text}T00:00:00") if text else None


@document("Opinión de cumplimiento (32-D). Valid for 30 calendar days, the day of `issuedAt` being the first.")
class ComplianceOpinion(Document):
    folio: str | None = strawberry.field(description="Folio.")
    rfc: Rfc | None = strawberry.field(description="RFC, as the opinión states it.")
    name: str | None = strawberry.field(description="Name, as the opinión states it.")
    sense: OpinionSense = strawberry.field(description="Sentido.")
    sense_text: str | None = strawberry.field(description="Sentido, as the opinión states it.")
    issued_at: LocalDateTime | None = resolved(
        _issued_at,
        LocalDateTime | None,
        "Fecha de revisión, SAT's local time; midnight when the opinión states only a day.",
        ("issued_at",),
    )
    valid_until: Date | None = resolved(
        _valid_until,
        Date | None,
        "Last of the 30 calendar days for which SAT considers an opinión valid; the day of issue is the first. Null "
        "without `issuedAt`.",
        ("issued_at",),
    )
    valid: bool | None = resolved(
        _valid,
        bool | None,
        "Whether a day is among those 30, whatever the sentido. Null without `issuedAt`.",
        ("issued_at",),
    )
    original_string: str | None = strawberry.field(description="Cadena original.")
    digital_seal: str | None = strawberry.field(description="Sello digital.")
    omitted_obligations: list[OmittedObligation] = parts_field(
        "omitted_obligations", OmittedObligation, "Obligations that a negative opinión names."
    )
    tax_credits: list[TaxCredit] = rows_field("tax_credits", TaxCredit, "Créditos fiscales that it names.")
    fields_from_pdf: list[str] = from_pdf_field()
    text: str | None = strawberry.field(description="Full text of the PDF; null unless `readFrom` is PDF.")
