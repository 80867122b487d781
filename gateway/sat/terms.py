"""SAT's own words for a few closed sets → the values of this project's enums. A word that is not known is OTHER.

Source: the acuses and constancias that SAT prints, and the XSDs of CFDI, CartaPorte 3.1 and Dividendos.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from gateway.sat.dates import plain


class TaxReturnType(StrEnum):
    """Tipo de declaración."""

    NORMAL = "NORMAL"
    COMPLEMENTARY = "COMPLEMENTARY"
    NORMAL_CORRECTION = "NORMAL_CORRECTION"
    COMPLEMENTARY_CORRECTION = "COMPLEMENTARY_CORRECTION"
    COMPLEMENTARY_AUDIT = "COMPLEMENTARY_AUDIT"
    OTHER = "OTHER"


class ComplementaryType(StrEnum):
    """Tipo de complementaria."""

    MODIFIED_RETURN = "MODIFIED_RETURN"
    MODIFIED_OBLIGATIONS = "MODIFIED_OBLIGATIONS"
    VOIDED_RETURN = "VOIDED_RETURN"
    VOIDED_OBLIGATION = "VOIDED_OBLIGATION"
    RETURN_NOT_FILED = "RETURN_NOT_FILED"
    OBLIGATION_NOT_FILED = "OBLIGATION_NOT_FILED"
    PREVIOUS_SCHEME = "PREVIOUS_SCHEME"
    OTHER = "OTHER"


class RegistryStatus(StrEnum):
    """Estatus en el padrón."""

    ACTIVE = "ACTIVE"
    REACTIVATED = "REACTIVATED"
    SUSPENDED = "SUSPENDED"
    CANCELLED = "CANCELLED"
    OTHER = "OTHER"


class TaxFactor(StrEnum):
    """TipoFactor."""

    RATE = "RATE"
    QUOTA = "QUOTA"
    EXEMPT = "EXEMPT"
    OTHER = "OTHER"


class GoodsDirection(StrEnum):
    """EntradaSalidaMerc."""

    INBOUND = "INBOUND"
    OUTBOUND = "OUTBOUND"
    OTHER = "OTHER"


class LocationType(StrEnum):
    """TipoUbicacion."""

    ORIGIN = "ORIGIN"
    DESTINATION = "DESTINATION"
    OTHER = "OTHER"


class DividendCompany(StrEnum):
    """TipoSocDistrDiv."""

    NATIONAL = "NATIONAL"
    FOREIGN = "FOREIGN"
    OTHER = "OTHER"


#: Of each set the beginnings of words that tell its values, all of which a text must have; the first that fits counts.
_WORDS: Mapping[type[StrEnum], tuple[tuple[str, StrEnum], ...]] = {
    TaxReturnType: (
        ("complement correccion", TaxReturnType.COMPLEMENTARY_CORRECTION),
        ("complement dictamen", TaxReturnType.COMPLEMENTARY_AUDIT),
        ("complement", TaxReturnType.COMPLEMENTARY),
        ("normal correccion", TaxReturnType.NORMAL_CORRECTION),
        ("normal", TaxReturnType.NORMAL),
    ),
    ComplementaryType: (
        ("sin efecto obligacion", ComplementaryType.VOIDED_OBLIGATION),
        ("sin efecto declaracion", ComplementaryType.VOIDED_RETURN),
        ("modificacion obligacion", ComplementaryType.MODIFIED_OBLIGATIONS),
        ("modificacion declaracion", ComplementaryType.MODIFIED_RETURN),
        ("obligacion no presentada", ComplementaryType.OBLIGATION_NOT_FILED),
        ("declaracion no presentada", ComplementaryType.RETURN_NOT_FILED),
        ("esquema anterior", ComplementaryType.PREVIOUS_SCHEME),
    ),
    RegistryStatus: (
        ("suspen", RegistryStatus.SUSPENDED),
        ("cancelad", RegistryStatus.CANCELLED),
        ("reactivad", RegistryStatus.REACTIVATED),
        ("activo", RegistryStatus.ACTIVE),
    ),
    TaxFactor: (("tasa", TaxFactor.RATE), ("cuota", TaxFactor.QUOTA), ("exento", TaxFactor.EXEMPT)),
    GoodsDirection: (("entrada", GoodsDirection.INBOUND), ("salida", GoodsDirection.OUTBOUND)),
    LocationType: (("origen", LocationType.ORIGIN), ("destino", LocationType.DESTINATION)),
    DividendCompany: (("nacional", DividendCompany.NATIONAL), ("extranjera", DividendCompany.FOREIGN)),
}


@lru_cache(maxsize=1024)
def term(of: type[StrEnum], text: str | None) -> StrEnum | None:
    """Return the value that a text of SAT's stands for, OTHER for words unknown here, and None without a text."""
    if not text:
        return None
    words = plain(text[:200]).split()
    for beginnings, value in _WORDS[of]:
        if all(any(word.startswith(beginning) for word in words) for beginning in beginnings.split()):
            return of(value)
    return of("OTHER")
