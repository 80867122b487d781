"""Document: what all six kinds of documents share. FiscalDocument: what CFDI and retenciones share beyond it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, cast

import strawberry
from strawberry import Parent

from gateway.graphql.limits import spend_rows
from gateway.sat.direction import is_other
from gateway.sat.documents import Invoice, Withholding
from gateway.sat.kinds import Delivery, Kind
from gateway.sat.verification import verification_url
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.documents.complements import OtherComplement, other_complements_field
from resolvers.documents.counterparty_links import LazyCounterparty, counterparty_field
from resolvers.documents.files import Download, File, files_field, json_field, pdf_field, xml_field
from resolvers.documents.parties import Stamp
from resolvers.documents.records import (
    KINDS,
    Direction,
    FiscalStatus,
    HistoryEntry,
    ParseStatus,
    ReadFrom,
    history_field,
    status_at_field,
)
from resolvers.documents.return_links import LazyMonthlyReturn, monthly_returns_field
from resolvers.enums import DocumentKind
from resolvers.fields import resolved
from resolvers.node import Node, id_field, is_row
from resolvers.scalars import DateTime, LocalDateTime, Uuid

if TYPE_CHECKING:
    from resolvers.taxpayers import Taxpayer

_Taxpayer = Annotated["Taxpayer", strawberry.lazy("resolvers.taxpayers")]


async def _taxpayer(root: Parent[Row], info: Info) -> Row | None:
    spend_rows(1)
    return await info.context.loaders.taxpayers.load(root["taxpayer"])


def _of_another_rfc(kind: Kind) -> Any:
    """Return the field that tells a document of another RFC from the taxpayer's own."""

    def resolve(root: Parent[Row]) -> bool:
        return is_other(kind, root)

    needs = ("direction",) if kind.delivery is Delivery.FISCAL else ("other",)
    return resolved(resolve, bool, _OF_ANOTHER_RFC, needs)


def _verification_url(root: Parent[Row]) -> str | None:
    return verification_url(cast(Invoice | Withholding, root))


_OF_ANOTHER_RFC = (
    "Whether the document names another RFC and not the taxpayer's, as when somebody else's RFC was typed at the "
    "login. Such a document is kept and listed, and counts in no figure of the taxpayer."
)


@strawberry.interface(description="A SAT document of any of the six kinds.")
class Document(Node):
    kind: DocumentKind = strawberry.field(description="Kind of the document.")
    taxpayer: _Taxpayer | None = resolved(
        _taxpayer, _Taxpayer | None, "The taxpayer that the document belongs to.", ("taxpayer",)
    )
    parse_status: ParseStatus = strawberry.field(description="How much of the document was read.")
    of_another_rfc: bool = strawberry.field(description=_OF_ANOTHER_RFC)
    read_from: ReadFrom | None = strawberry.field(description="The source that the document was read from.")
    problems: list[str] = strawberry.field(
        description="Problems found while reading the document; empty when there were none."
    )
    xml: Download | None = xml_field()
    pdf: Download | None = strawberry.field(
        description="The PDF as delivered; for CFDI and retenciones without one, a printed representation."
    )
    json: Download | None = strawberry.field(
        description="Syncfy's JSON; without one, a JSON of the document's stored fields."
    )
    files: list[File] = files_field()
    history: list[HistoryEntry] = history_field()
    first_seen_at: DateTime = strawberry.field(description="When the document first arrived here.")
    updated_at: DateTime = strawberry.field(description="When the document last changed here.")


@strawberry.interface(description="A stamped document: a CFDI, or a CFDI de retenciones e información de pagos.")
class FiscalDocument(Document):
    uuid: Uuid | None = strawberry.field(description="Folio fiscal; null without a stamp (timbre).")
    version: str | None = strawberry.field(description="Version: 3.2, 3.3 or 4.0 of CFDI; 1.0 or 2.0 of retenciones.")
    direction: Direction = strawberry.field(
        description="Whether the taxpayer issued or received it, or it is of others."
    )
    status: FiscalStatus = strawberry.field(description="Status at SAT.")
    status_at: FiscalStatus | None = status_at_field()
    cancelled_at: LocalDateTime | None = strawberry.field(
        description="FechaCancelacion, SAT's local time; null while in force, and when the date is unknown."
    )
    folio: str | None = strawberry.field(
        description="The issuer's own number: Folio of a CFDI, FolioInt of a retención."
    )
    issued_at: LocalDateTime | None = strawberry.field(
        description="Local time of issue: Fecha of a CFDI, FechaExp of a retención."
    )
    place_of_issue: str | None = strawberry.field(
        description="LugarExpedicion: a postal code, free text in 3.2. Of retenciones LugarExpRetenc, since 2.0."
    )
    counterparty: LazyCounterparty | None = counterparty_field()
    monthly_returns: list[LazyMonthlyReturn] = monthly_returns_field()
    stamp: Stamp | None = strawberry.field(description="TimbreFiscalDigital; null without one.")
    certificate_number: str | None = strawberry.field(description="NoCertificado of the issuer.")
    complements: list[str] = strawberry.field(description="Names of the complements in the document.")
    other_complements: list[OtherComplement] = other_complements_field()
    verification_url: str | None = resolved(
        _verification_url,
        str | None,
        "URL of SAT's page that verifies the document, as in its QR code.",
        ("version", "uuid", "issuer", "receiver", "total", "total_operation", "seal", "stamp"),
    )


def document(description: str) -> Callable[[type], type]:
    """Make a class the GraphQL type of its kind of documents: with the fields whose value hangs on the kind."""

    def decorate(of: type) -> type:
        kind = KINDS[of.__name__]
        own = {
            "id": (strawberry.ID, id_field(of.__name__)),
            "kind": (DocumentKind, _kind_field(kind)),
            "of_another_rfc": (bool, _of_another_rfc(kind)),
            "pdf": (Download | None, pdf_field(kind)),
            "json": (Download | None, json_field(kind)),
        }
        for name, (type_, field) in own.items():
            of.__annotations__[name] = type_
            setattr(of, name, field)
        of.is_type_of = is_row  # type: ignore[attr-defined]
        return strawberry.type(of, description=description)

    return decorate


def _kind_field(kind: Kind) -> Any:
    def resolve(root: Parent[Row]) -> str:
        return str(kind)

    return resolved(resolve, DocumentKind, "Kind of the document.", ())
