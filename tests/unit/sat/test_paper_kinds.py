"""The kind of a paper by its title."""

from __future__ import annotations

import pytest

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat.kinds import Kind
from gateway.sat.papers import kind_of_paper

_ANNUAL_DUTY = "Declaración anual de ISR del ejercicio Personas morales."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"Opinión del cumplimiento de obligaciones fiscales\nFolio\n{_ANNUAL_DUTY}", Kind.COMPLIANCE_OPINION),
        ("OPINION DE CUMPLIMIENTO DE\n OBLIGACIONES FISCALES\nRFC", Kind.COMPLIANCE_OPINION),
        (f"CÉDULA DE IDENTIFICACIÓN\nFISCAL\nAAA010101AAA\n{_ANNUAL_DUTY}", Kind.TAX_STATUS),
        (f"CONSTANCIA DE SITUACION FISCAL\n{_ANNUAL_DUTY}", Kind.TAX_STATUS),
        (
            "ACUSE DE RECIBO\nDECLARACIÓN PROVISIONAL O DEFINITIVA DE IMPUESTOS FEDERALES\n"
            "Período de la declaración: Enero    Ejercicio: 2026",
            Kind.MONTHLY_RETURN,
        ),
        ("DECLARACIÓN PROVISIONAL O DEFINITIVA DE IMPUESTOS FEDERALES", Kind.MONTHLY_RETURN),
        ("ACUSE DE RECIBO\nDECLARACIÓN DEL EJERCICIO DE IMPUESTOS FEDERALES\nRFC: A", Kind.ANNUAL_RETURN),
        ("ACUSE DE RECIBO DECLARACIÓN ANUAL DE IMPUESTOS FEDERALES", Kind.ANNUAL_RETURN),
        (
            "DECLARACIÓN PROVISIONAL O DEFINITIVA DE IMPUESTOS FEDERALES\nPeríodo de la declaración: Del Ejercicio",
            Kind.ANNUAL_RETURN,
        ),
        ("ACUSE DE CANCELACIÓN DE CFDI", None),
        ("", None),
        (_ANNUAL_DUTY, None),
    ],
)
def test_the_first_title_tells_the_kind(text: str, kind: Kind | None) -> None:
    assert kind_of_paper(text) is kind


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        ("INSTITUTO MEXICANO DEL SEGURO SOCIAL\nOpinión del cumplimiento de obligaciones fiscales", "IMSS"),
        ("Opinión de cumplimiento de obligaciones en materia de\nSeguridad Social", "IMSS"),
        (
            "INFONAVIT\nConstancia de Situación Fiscal en materia de aportaciones patronales y entero de descuentos",
            "INFONAVIT",
        ),
        ("SECRETARÍA DE FINANZAS\nOpinión de cumplimiento de obligaciones fiscales\nRFC: LOMJ800101QX5", "state"),
        ("Opinión del Cumplimiento de Obligaciones Fiscales Estatales\nRFC: LOMJ800101QX5 POSITIVA", "state"),
    ],
)
def test_a_paper_of_another_issuer_is_refused_by_name(text: str, issuer: str) -> None:
    with pytest.raises(UnreadableDocument, match=issuer) as refused:
        kind_of_paper(text)
    assert refused.value.reason is UnreadableReason.NOT_A_SAT_DOCUMENT


def test_a_paper_of_sats_may_name_other_issuers_below_its_title() -> None:
    text = "Opinión del cumplimiento de obligaciones fiscales\n" + "RFC Folio\n" * 60 + "no incluye las del IMSS"
    assert kind_of_paper(text) is Kind.COMPLIANCE_OPINION


def test_a_taxpayer_called_like_another_issuer_has_papers_of_sats() -> None:
    text = (
        "Opinión del cumplimiento de obligaciones fiscales\nINSTITUTO MEXICANO DEL SEGURO SOCIAL POSITIVO\n"
        "Cadena Original\n||IMS421231I45|26NL\n1234567|22-09-2026|P||0001||"
    )
    assert kind_of_paper(text) is Kind.COMPLIANCE_OPINION
