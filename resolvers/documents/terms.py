"""Enums of SAT's closed sets, each value with SAT's own word. gateway/sat/terms.py tells them (a test compares)."""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum(description="Tipo de declaración.")
class TaxReturnType(Enum):
    NORMAL = strawberry.enum_value("NORMAL", description="Normal.")
    COMPLEMENTARY = strawberry.enum_value("COMPLEMENTARY", description="Complementaria.")
    NORMAL_CORRECTION = strawberry.enum_value("NORMAL_CORRECTION", description="Normal por corrección fiscal.")
    COMPLEMENTARY_CORRECTION = strawberry.enum_value(
        "COMPLEMENTARY_CORRECTION", description="Complementaria por corrección fiscal."
    )
    COMPLEMENTARY_AUDIT = strawberry.enum_value("COMPLEMENTARY_AUDIT", description="Complementaria por dictamen.")
    OTHER = strawberry.enum_value("OTHER", description="A type unknown to this API: see `typeText`.")


@strawberry.enum(description="Tipo de complementaria: what a complementaria changes.")
class ComplementaryType(Enum):
    MODIFIED_RETURN = strawberry.enum_value("MODIFIED_RETURN", description="Modificación de declaración.")
    MODIFIED_OBLIGATIONS = strawberry.enum_value("MODIFIED_OBLIGATIONS", description="Modificación de obligaciones.")
    VOIDED_RETURN = strawberry.enum_value("VOIDED_RETURN", description="Dejar sin efecto declaración.")
    VOIDED_OBLIGATION = strawberry.enum_value("VOIDED_OBLIGATION", description="Dejar sin efecto obligación.")
    RETURN_NOT_FILED = strawberry.enum_value("RETURN_NOT_FILED", description="Declaración no presentada.")
    OBLIGATION_NOT_FILED = strawberry.enum_value("OBLIGATION_NOT_FILED", description="Obligación no presentada.")
    PREVIOUS_SCHEME = strawberry.enum_value("PREVIOUS_SCHEME", description="Esquema anterior.")
    OTHER = strawberry.enum_value("OTHER", description="A type unknown to this API: see `complementaryTypeText`.")


@strawberry.enum(description="Estatus en el padrón of a taxpayer.")
class RegistryStatus(Enum):
    ACTIVE = strawberry.enum_value("ACTIVE", description="Activo.")
    REACTIVATED = strawberry.enum_value("REACTIVATED", description="Reactivado.")
    SUSPENDED = strawberry.enum_value("SUSPENDED", description="Suspendido.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="Cancelado.")
    OTHER = strawberry.enum_value("OTHER", description="A status unknown to this API: see `statusText`.")


@strawberry.enum(description="TipoFactor (c_TipoFactor).")
class TaxFactor(Enum):
    RATE = strawberry.enum_value("RATE", description="Tasa: `rate` is a fraction of the base.")
    QUOTA = strawberry.enum_value("QUOTA", description="Cuota: `rate` is an amount for each unit of the base.")
    EXEMPT = strawberry.enum_value("EXEMPT", description="Exento.")
    OTHER = strawberry.enum_value("OTHER", description="A value unknown to SAT's XSD: see the document's XML.")


@strawberry.enum(description="EntradaSalidaMerc: whether goods enter Mexico or leave it.")
class GoodsDirection(Enum):
    INBOUND = strawberry.enum_value("INBOUND", description="Entrada.")
    OUTBOUND = strawberry.enum_value("OUTBOUND", description="Salida.")
    OTHER = strawberry.enum_value("OTHER", description="A value unknown to SAT's XSD: see the waybill's `json`.")


@strawberry.enum(description="TipoUbicacion.")
class LocationType(Enum):
    ORIGIN = strawberry.enum_value("ORIGIN", description="Origen: goods leave from here.")
    DESTINATION = strawberry.enum_value("DESTINATION", description="Destino: goods arrive here.")
    OTHER = strawberry.enum_value("OTHER", description="A value unknown to SAT's XSD: see the waybill's `json`.")


@strawberry.enum(description="TipoSocDistrDiv: the kind of company that distributes a dividend.")
class DividendCompany(Enum):
    NATIONAL = strawberry.enum_value("NATIONAL", description="Sociedad Nacional.")
    FOREIGN = strawberry.enum_value("FOREIGN", description="Sociedad Extranjera.")
    OTHER = strawberry.enum_value("OTHER", description="A value unknown to SAT's XSD: see the document's XML.")
