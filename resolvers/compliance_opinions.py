"""ComplianceOpinion: opinión del cumplimiento de obligaciones fiscales (artículo 32-D)."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import Parent

from gateway.sat.kinds import Kind
from gateway.store.mongo import Row
from resolvers.fields import resolved
from resolvers.files import Download, File, files_field, json_field, pdf_field, xml_field
from resolvers.node import Node, id_field, is_row
from resolvers.obligation_links import LazyObligation, obligation_field, parts_field
from resolvers.records import HistoryEntry, ParseStatus, ReadFrom, history_field
from resolvers.scalars import DateTime, LocalDateTime, Rfc


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


@strawberry.type(description="Opinión de cumplimiento (32-D). Valid for 30 calendar days from `issuedAt`.")
class ComplianceOpinion(Node):
    is_type_of = is_row

    id: strawberry.ID = id_field("ComplianceOpinion")
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
    parse_status: ParseStatus = strawberry.field(description="How much of the document was read.")
    read_from: ReadFrom | None = strawberry.field(description="The source that the document was read from.")
    text: str | None = strawberry.field(description="Full text of the PDF; null unless `readFrom` is PDF.")
    problems: list[str] = strawberry.field(
        description="Problems found while reading the document; empty when there were none."
    )
    xml: Download | None = xml_field()
    pdf: Download | None = pdf_field(Kind.COMPLIANCE_OPINION)
    json: Download | None = json_field(Kind.COMPLIANCE_OPINION)
    files: list[File] = files_field()
    history: list[HistoryEntry] = history_field()
    first_seen_at: DateTime = strawberry.field(description="When the document first arrived here.")
    updated_at: DateTime = strawberry.field(description="When the document last changed here.")
