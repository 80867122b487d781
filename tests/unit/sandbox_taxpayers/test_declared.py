"""The returns of an invented taxpayer beside its documents, which are read here with lxml alone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import pytest
from lxml import etree

from gateway.sandbox.taxpayers.spanish import MONTHS
from gateway.syncfy.sites import Site
from tests.unit.sandbox_taxpayers.reading import COMPANY, PERSON, all_of, amount, cfdis, parsed, portfolio

INVOICES = 150
HALF_A_PESO = Decimal("0.51")
ISR, IVA = "001", "002"
Books = dict[tuple[str, str], Decimal]


def taxes(node: etree._Element, path: str, code: str, suffix: str = "") -> Decimal:
    rows = [row for row in all_of(node, path) if row.get(f"Impuesto{suffix}") == code]
    return sum((amount(row, f"Importe{suffix}") for row in rows), Decimal(0))


def amounts(node: etree._Element, base: str, issued: bool, suffix: str = "") -> Iterator[tuple[str, Decimal]]:
    charged = taxes(node, f"{base}/Traslados{suffix}/Traslado{suffix}", IVA, suffix)
    kept = {code: taxes(node, f"{base}/Retenciones{suffix}/Retencion{suffix}", code, suffix) for code in (ISR, IVA)}
    if issued:
        yield "IVA", charged - kept[IVA]
    else:
        yield from (("IVA", -charged), ("IVA retenciones", kept[IVA]))
        yield "ISR retenciones por servicios profesionales", kept[ISR]


def account(rfc: str) -> tuple[Books, dict[str, list[Decimal]]]:
    """What each month's documents come to, and the IVA of each sale of a month that was paid at once."""
    books: Books = defaultdict(Decimal)
    sales = defaultdict(list)
    for row, root in cfdis(rfc, INVOICES):
        if "cancelado" in (row.keywords or ()) or root.get("version") == "3.2":
            continue
        issued, month, kind = (
            "emitidas" in (row.keywords or ()),
            root.attrib["Fecha"][:7],
            root.get("TipoDeComprobante"),
        )
        pesos = Decimal(root.get("TipoCambio") or 1)
        if kind in "IE" and root.get("MetodoPago") == "PUE":
            for name, value in amounts(root, "Impuestos", issued):
                books[month, name] += value * pesos * (-1 if kind == "E" else 1)
            if issued and kind == "I":
                sales[month].append(taxes(root, "Impuestos/Traslados/Traslado", IVA) * pesos)
        if kind == "N" and issued:
            for node in all_of(root, "//Deducciones"):
                books[month, "ISR retenciones por salarios"] += amount(node, "TotalImpuestosRetenidos")
        for payment in all_of(root, "//Pagos/Pago"):
            for share in all_of(payment, "DoctoRelacionado"):
                each = Decimal(payment.get("TipoCambioP") or 1) / Decimal(share.get("EquivalenciaDR") or 1)
                for name, value in amounts(share, "ImpuestosDR", issued, "DR"):
                    books[payment.attrib["FechaPago"][:7], name] += value * each
    for row in portfolio(rfc, INVOICES).transactions(Site.WITHHOLDINGS):
        root = parsed(row)
        if "emitidas" in (row.keywords or ()) and root.attrib["Version"] == "2.0":
            (period,) = all_of(root, "Periodo")
            for tax in all_of(root, "Totales/ImpRetenidos"):
                month = f"{period.attrib['Ejercicio']}-{int(period.attrib['MesFin']):02}"
                books[month, "Otras retenciones de ISR"] += amount(tax, "MontoRet")
    return books, sales


def returns(rfc: str) -> list[tuple[str, str, dict[str, Decimal]]]:
    """(month, Normal or Complementaria, the balance of each concept) in the order of their presentation."""
    found = []
    for row in portfolio(rfc, INVOICES).transactions(Site.MONTHLY_RETURNS):
        content = json.loads(row.attachments[1].read())
        balances = {}
        for concept in content["conceptos"]:
            name = "IVA" if concept["nombre"].startswith("Impuesto al Valor") else concept["nombre"]
            balances[name] = Decimal(concept.get("a_cargo", "0").replace(",", ""))
            balances[name] -= Decimal(concept.get("a_favor", "0").replace(",", ""))
        month = f"{content['ejercicio']}-{MONTHS.index(content['periodo']) + 1:02}"
        found.append((month, content["tipo_declaracion"], balances))
    return found


@pytest.mark.parametrize("rfc", [COMPANY, PERSON])
def test_a_month_declares_what_its_documents_come_to_but_for_the_sale_that_was_forgotten(rfc):
    books, sales = account(rfc)
    declared: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for month, _, concepts in returns(rfc):
        declared[month] |= concepts
    missing = []
    for month, concepts in declared.items():
        for name, balance in concepts.items():
            if name in ("IVA", "IVA retenciones") or "retenciones" in name:
                difference = books[month, name] - balance
                if abs(difference) > HALF_A_PESO:
                    missing.append((month, name, difference))
    assert len({month[:4] for month, _, _ in missing}) == len(missing) <= 3
    for month, name, difference in missing:
        assert name == "IVA"
        assert min(abs(difference - sale) for sale in sales[month]) <= 1
    assert sum(balance != 0 for concepts in declared.values() for balance in concepts.values()) > 40


@pytest.mark.parametrize("rfc", [COMPANY, PERSON])
def test_a_complementaria_declares_more_than_the_first_time(rfc):
    found = returns(rfc)
    ((month, _, mended),) = (one for one in found if one[1] == "Complementaria")
    (first,) = (concepts for other, kind, concepts in found if other == month and kind == "Normal")
    ((name, owed),) = mended.items()
    assert owed > first[name]


def test_returns_are_listed_without_making_the_documents_behind_them(monkeypatch):
    monkeypatch.setattr("gateway.sandbox.taxpayers.invoices.Invoices._make", lambda *_: pytest.fail("made"))
    source = portfolio(COMPANY, 20_000)
    for site in (Site.MONTHLY_RETURNS, Site.ANNUAL_RETURNS):
        assert all(row.description for row in source.transactions(site))
