"""SAT's words for closed sets: a known spelling has its value, any other is OTHER; the schema has the same values."""

from __future__ import annotations

from enum import Enum, StrEnum

import pytest

from gateway.sat import terms
from gateway.sat.terms import ComplementaryType, RegistryStatus, TaxReturnType, term
from resolvers.documents import terms as public

WORDS: list[tuple[type[StrEnum], str, str]] = [
    (TaxReturnType, "Normal", "NORMAL"),
    (TaxReturnType, " NORMAL ", "NORMAL"),
    (TaxReturnType, "Normal por Corrección Fiscal", "NORMAL_CORRECTION"),
    (TaxReturnType, "Complementaria", "COMPLEMENTARY"),
    (TaxReturnType, "Complementaria Corrección Fiscal", "COMPLEMENTARY_CORRECTION"),
    (TaxReturnType, "Complementaria por corrección fiscal", "COMPLEMENTARY_CORRECTION"),
    (TaxReturnType, "Complementaria Dictamen", "COMPLEMENTARY_AUDIT"),
    (TaxReturnType, "Informativa", "OTHER"),
    (ComplementaryType, "Modificación de Obligaciones", "MODIFIED_OBLIGATIONS"),
    (ComplementaryType, "Modificación de Declaración", "MODIFIED_RETURN"),
    (ComplementaryType, "Dejar sin Efecto Obligación", "VOIDED_OBLIGATION"),
    (ComplementaryType, "DEJAR SIN EFECTO DECLARACION", "VOIDED_RETURN"),
    (ComplementaryType, "Declaración no Presentada", "RETURN_NOT_FILED"),
    (ComplementaryType, "Obligación no presentada", "OBLIGATION_NOT_FILED"),
    (ComplementaryType, "Esquema Anterior", "PREVIOUS_SCHEME"),
    (ComplementaryType, "Otra cosa", "OTHER"),
    (RegistryStatus, "ACTIVO", "ACTIVE"),
    (RegistryStatus, "Reactivado", "REACTIVATED"),
    (RegistryStatus, "SUSPENDIDO", "SUSPENDED"),
    (RegistryStatus, "EN SUSPENSIÓN DE ACTIVIDADES", "SUSPENDED"),
    (RegistryStatus, "CANCELADO POR DEFUNCIÓN", "CANCELLED"),
    (RegistryStatus, "INACTIVO", "OTHER"),
    (terms.TaxFactor, "Tasa", "RATE"),
    (terms.TaxFactor, "Cuota", "QUOTA"),
    (terms.TaxFactor, "Exento", "EXEMPT"),
    (terms.TaxFactor, "Nada", "OTHER"),
    (terms.GoodsDirection, "Entrada", "INBOUND"),
    (terms.GoodsDirection, "Salida", "OUTBOUND"),
    (terms.LocationType, "Origen", "ORIGIN"),
    (terms.LocationType, "Destino", "DESTINATION"),
    (terms.DividendCompany, "Sociedad Nacional", "NATIONAL"),
    (terms.DividendCompany, "Sociedad Extranjera", "FOREIGN"),
]
SETS = [one for one in vars(terms).values() if isinstance(one, type) and issubclass(one, StrEnum) and len(one)]


@pytest.mark.parametrize(("of", "text", "value"), WORDS)
def test_a_word_of_sats_has_its_value(of: type[StrEnum], text: str, value: str) -> None:
    assert term(of, text) == value


@pytest.mark.parametrize("of", SETS)
def test_every_value_but_other_is_told_by_a_word(of: type[StrEnum]) -> None:
    assert {value for one, _, value in WORDS if one is of} | {"OTHER"} == set(of)
    assert term(of, "") is term(of, None) is None


@pytest.mark.parametrize("of", SETS)
def test_the_schema_has_the_same_values(of: type[StrEnum]) -> None:
    shown: type[Enum] = getattr(public, of.__name__)
    assert [member.value for member in shown] == [member.value for member in of]
