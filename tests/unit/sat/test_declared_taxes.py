"""What several returns of a period come to, concept by concept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from gateway.sat.declared_taxes import DeclaredTax, declared, tax_of


@pytest.mark.parametrize(
    ("name", "tax"),
    [
        ("Impuesto al Valor Agregado. Personas morales", DeclaredTax.IVA),
        ("IVA simplificado de confianza", DeclaredTax.IVA),
        ("IVA retenciones", DeclaredTax.IVA_WITHHELD),
        ("Impuesto al valor agregado. Retenciones", DeclaredTax.IVA_WITHHELD),
        ("ISR personas morales", DeclaredTax.ISR),
        ("ISR simplificado de confianza. Personas físicas", DeclaredTax.ISR),
        ("ISR retenciones por salarios", DeclaredTax.ISR_WITHHELD_SALARIES),
        ("ISR retenciones por asimilados a salarios", DeclaredTax.ISR_WITHHELD_SALARIES),
        ("ISR retenciones por servicios profesionales", DeclaredTax.ISR_WITHHELD_OTHER),
        (
            "ISR POR PAGOS POR CUENTA DE TERCEROS O RETENCIONES POR ARRENDAMIENTO DE INMUEBLES",
            DeclaredTax.ISR_WITHHELD_OTHER,
        ),
        ("IEPS por bebidas alcohólicas", DeclaredTax.IEPS),
        ("Impuesto Especial sobre Producción y Servicios", DeclaredTax.IEPS),
        ("Derivados del petróleo", DeclaredTax.OTHER),
        ("", DeclaredTax.OTHER),
    ],
)
def test_the_tax_that_a_concepts_name_tells_of(name: str, tax: DeclaredTax) -> None:
    assert tax_of(name) is tax


def filing(*concepts: Any, subtype: str | None = None, **more: Any) -> dict[str, Any]:
    names = ("name", "charge", "favour", "amount_to_pay")
    rows = [dict(zip(names, concept, strict=False)) for concept in concepts]
    return {"concepts": rows, "complementary_type": subtype, **more}


def test_each_concept_is_of_the_last_return_that_has_it_and_what_is_to_pay_adds_up() -> None:
    normal = filing(("IVA", "100", None, "100"), ("ISR personas morales", "50", None, "50"))
    changed = filing(("IVA", "160", None, "63"), subtype="Modificación de Obligaciones")
    iva, isr = declared([normal, changed])
    assert (iva.balance, iva.to_pay, iva.record) == (Decimal(160), Decimal(163), changed)
    assert (isr.balance, isr.to_pay, isr.record) == (Decimal(50), Decimal(50), normal)


def test_a_return_that_leaves_a_declaration_without_effect_takes_all_of_before_away() -> None:
    undone = filing(("IVA", "0", None, "0"), subtype="Dejar sin Efecto Declaración")
    again = filing(("IVA", None, "7", "0"))
    assert declared([filing(("IVA", "100", None, "100")), undone]) == []
    (iva,) = declared([filing(("IVA", "100", None, "100")), undone, again])
    assert (iva.balance, iva.to_pay) == (Decimal(-7), Decimal(0))


def test_two_concepts_of_one_name_in_one_return_are_two() -> None:
    kept = "ISR retenciones por arrendamiento"
    assert [one.charge for one in declared([filing((kept, "1"), (kept, "2"))])] == [Decimal(1), Decimal(2)]


def test_a_concept_without_a_balance_has_none() -> None:
    (one,) = declared([filing(("IVA", None, None, None))])
    assert (one.balance, one.to_pay) == (None, Decimal(0))
