"""ComplianceOpinion: opinión del cumplimiento de obligaciones fiscales (artículo 32-D)."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import Parent

from gateway.store.mongo import Row
from resolvers.documents.document import Document, document
from resolvers.documents.obligation_links import LazyObligation, obligation_field, parts_field
from resolvers.fields import resolved
from resolvers.scalars import LocalDateTime, Rfc


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
    obligation: LazyObligation | None = obligation_field()


def _issued_at(root: Parent[Row]) -> LocalDateTime | None:
    text: str | None = root.get("issued_at")
    return LocalDateTime(text if "T" in text else f"{text}T00:00:00") if text else None


@document("Opinión de cumplimiento (32-D). Valid for 30 calendar days from `issuedAt`.")
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
    original_string: str | None = strawberry.field(description="Cadena original.")
    digital_seal: str | None = strawberry.field(description="Sello digital.")
    omitted_obligations: list[OmittedObligation] = parts_field(
        "omitted_obligations", OmittedObligation, "Obligations that a negative opinión names."
    )
    text: str | None = strawberry.field(description="Full text of the PDF; null unless `readFrom` is PDF.")
