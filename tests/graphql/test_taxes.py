"""Invoiced beside declared: a ledger written by hand, to the cent, over a month's edge and every way to be paid."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.models.taxpayer import Taxpayer
from gateway.store.mongo import Store
from resolvers.node import global_id
from tests.books import Books, cfdi, uuid_of
from tests.declarations import concept, file, filed
from tests.graphql.conftest import STRANGER
from tests.support import Api

CLIENT, VENDOR, LAWYER = "CLI010101AB1", "VEN010101AB1", "LAWA800101AB1"
IVA, IVA_KEPT = "Impuesto al Valor Agregado. Personas morales", "IVA retenciones"
SALARIES, FEES = "ISR retenciones por salarios", "ISR retenciones por servicios profesionales"

SUMS = "net iva ieps ivaWithheld isrWithheld"
FLOW = f"""{{ atOnce {{ {SUMS} documents coverage {{ used total }} invoices {{ nodes {{ uuid }} }} }}
  payments {{ {SUMS} documents coverage {{ used total }} invoices {{ nodes {{ uuid }} }} }}
  refunds {{ {SUMS} documents invoices {{ nodes {{ uuid }} }} }} total {{ {SUMS} }} coverage {{ used total }} }}"""
TOTALS = f"""collected {FLOW} paid {FLOW} invoiced {{ {SUMS} coverage {{ used total }} }} expenses {{ net iva }}
  payroll {{ isrWithheld coverage {{ used total }} invoices {{ nodes {{ uuid }} }} }}
  withheldByTaxpayer {{ isrWithheld ivaWithheld coverage {{ used total }} withholdings {{ totalCount }} }}
  comparisons {{ tax invoiced declared difference toPay coverage {{ used total }}
    concepts {{ name balance taxReturn {{ operationNumber type }} }} }}"""
MONTH = f"""month {TOTALS} returns {{ operationNumber }}
  income {{ invoiced collected declared invoicedDifference collectedDifference }}"""
VERSUS = f"""query($id: ID!, $from: Date!, $to: Date!) {{ taxpayer(id: $id) {{ insights {{
  invoicedVersusDeclared(from: $from, to: $to) {{
    from to months {{ {MONTH} }} total {{ monthsFiled {TOTALS} }} }} }} }} }}"""
SUMMARY = f"""query($id: ID!, $year: Int!) {{ taxpayer(id: $id) {{ insights {{ taxSummary(year: $year) {{
  year months {{ month }} total {{ monthsFiled {TOTALS} }} annualReturn {{ operationNumber }}
  annualReturns {{ operationNumber }} annualConcepts {{ tax name balance taxReturn {{ year }} }} }} }} }} }}"""


def payment(number: int, at: str, paid_at: str, uuid: str, amount: str, iva: str | None) -> str:
    """Pagos 2.0 with the IVA of the share; 1.0, which tells none, without."""
    version, prefix = ("2.0", "pago20") if iva else ("1.0", "pago10")
    space = {"pago20": "http://www.sat.gob.mx/Pagos20", "pago10": "http://www.sat.gob.mx/Pagos"}[prefix]
    equal = 'EquivalenciaDR="1" ObjetoImpDR="02"' if iva else 'MetodoDePagoDR="PPD"'
    taxes = (
        f'<pago20:ImpuestosDR><pago20:TrasladosDR><pago20:TrasladoDR BaseDR="1" ImpuestoDR="002" TipoFactorDR="Tasa"'
        f' TasaOCuotaDR="0.160000" ImporteDR="{iva}"/></pago20:TrasladosDR></pago20:ImpuestosDR>'
        if iva
        else ""
    )
    complement = (
        f'<{prefix}:Pagos xmlns:{prefix}="{space}" Version="{version}"><{prefix}:Pago FechaPago="{paid_at}"'
        f' FormaDePagoP="03" MonedaP="MXN" Monto="{amount}"><{prefix}:DoctoRelacionado IdDocumento="{uuid}"'
        f' MonedaDR="MXN" {equal} NumParcialidad="1" ImpSaldoAnt="2320.00" ImpPagado="{amount}"'
        f' ImpSaldoInsoluto="0">{taxes}</{prefix}:DoctoRelacionado></{prefix}:Pago></{prefix}:Pagos>'
    )
    return cfdi(number, True, at, other=CLIENT, subtotal="0", total="0", type="P", currency="XXX", method=None,
                form=None, complement=complement)  # fmt: skip


PAYROLL = (
    '<nomina12:Nomina xmlns:nomina12="http://www.sat.gob.mx/nomina12" Version="1.2" TipoNomina="O"'
    ' FechaPago="2024-01-31" FechaInicialPago="2024-01-16" FechaFinalPago="2024-01-31" NumDiasPagados="15"'
    ' TotalPercepciones="5000.00" TotalDeducciones="750.00"><nomina12:Receptor Curp="LAWA800101HDFRRA01"'
    ' TipoContrato="01" TipoRegimen="02" NumEmpleado="1" PeriodicidadPago="04" ClaveEntFed="CMX"/>'
    '<nomina12:Deducciones TotalImpuestosRetenidos="750.00"><nomina12:Deduccion TipoDeduccion="002" Clave="1"'
    ' Concepto="ISR" Importe="750.00"/></nomina12:Deducciones></nomina12:Nomina>'
)


def related(relation: str, number: int) -> str:
    return (
        f'<cfdi:CfdiRelacionados TipoRelacion="{relation}"><cfdi:CfdiRelacionado UUID="{uuid_of(number)}"/>'
        "</cfdi:CfdiRelacionados>"
    )


def books() -> Books:
    made = Books()

    def add(number: int, issued: bool, at: str, other: str, net: str, iva: str, total: str, **more: Any) -> None:
        cancelled = more.pop("cancelled", False)
        xml = cfdi(number, issued, at, other=other, subtotal=net, total=total, transferred={"002": iva}, **more)
        made.add(number, issued, at, xml, other=other, type=more.get("type", "I"), cancelled=cancelled)

    kept = {"001": "100.00", "002": "106.67"}
    add(1, True, "2024-01-10T10:00:00", CLIENT, "1000.00", "160.00", "953.33", withheld=kept)
    add(2, True, "2024-01-31T23:59:59", CLIENT, "2000.00", "320.00", "2320.00", method="PPD", form="99")
    made.add(3, True, "2024-02-05T10:00:00", payment(3, "2024-02-05T10:00:00", "2024-01-31T22:00:00", uuid_of(2),
             "1160.00", "160.00"), other=CLIENT, type="P")  # fmt: skip
    made.add(4, True, "2024-02-20T10:00:00", payment(4, "2024-02-20T10:00:00", "2024-02-19T12:00:00", uuid_of(2),
             "1160.00", None), other=CLIENT, type="P")  # fmt: skip
    made.add(5, True, "2024-02-21T10:00:00", payment(5, "2024-02-21T10:00:00", "2024-02-21T12:00:00", uuid_of(99),
             "116.00", None), other=CLIENT, type="P")  # fmt: skip
    add(6, False, "2024-01-02T10:00:00", VENDOR, "500.00", "80.00", "580.00")
    add(7, False, "2024-01-03T10:00:00", VENDOR, "100.00", "16.00", "116.00", currency="USD", rate="17.0505")
    add(8, False, "2024-01-04T10:00:00", LAWYER, "1000.00", "160.00", "953.33", withheld=kept)
    add(9, True, "2024-02-22T10:00:00", CLIENT, "100.00", "16.00", "116.00", type="E", inside=related("01", 1))
    add(10, True, "2024-02-23T10:00:00", CLIENT, "50.00", "8.00", "58.00", type="E", inside=related("01", 2))
    add(11, True, "2024-01-15T10:00:00", CLIENT, "9999.00", "1599.84", "11598.84", cancelled=True)
    add(12, True, "2024-01-16T10:00:00", CLIENT, "10.00", "1.60", "11.60", method=None)
    xml = cfdi(13, True, "2024-01-31T10:00:00", other=LAWYER, subtotal="5000.00", discount="750.00", total="4250.00",
               type="N", complement=PAYROLL)  # fmt: skip
    made.add(13, True, "2024-01-31T10:00:00", xml, other=LAWYER, type="N")
    return made


async def prepared(store: Store, owner: str = "viewer-1") -> Taxpayer:
    taxpayer = await books().stored(store, owner)
    rest = [concept(SALARIES, "750", to_pay="750"), concept(IVA_KEPT, "107", to_pay="107"), concept(FEES, "100")]
    blocks = {"determinacion_isr": {"ingresos_nominales": "3,010"}}
    await file(
        store,
        taxpayer,
        [
            filed(1, 2024, 1, "17/02/2024 10:00", concept(IVA, favour="299"), *rest, **blocks),
            filed(2, 2024, 1, "01/03/2024 10:00", concept(IVA, favour="300"), type="Complementaria",
                  subtype="Modificación de Obligaciones"),
            filed(3, 2024, None, "31/03/2025 10:00", concept("ISR personas morales. Del ejercicio", "1,234")),
        ],
    )  # fmt: skip
    return taxpayer


async def versus(api: Api, id: str, start: str = "2024-01-15", end: str = "2024-02-01") -> Any:
    found = await api.data(VERSUS, {"id": id, "from": start, "to": end})
    return found["taxpayer"]["insights"]["invoicedVersusDeclared"]


def sums(net: str, iva: str, iva_withheld: str = "0.00", isr_withheld: str = "0.00") -> dict[str, str]:
    return {"net": net, "iva": iva, "ieps": "0.00", "ivaWithheld": iva_withheld, "isrWithheld": isr_withheld}


def numbers(part: Any) -> list[int]:
    return [int(node["uuid"][-12:]) for node in part["invoices"]["nodes"]]


async def test_the_books_of_two_months_to_the_cent(api: Api) -> None:
    id = global_id("Taxpayer", (await prepared(api.store)).id)
    await prepared(api.store, STRANGER)
    found = await versus(api, id)
    assert (found["from"], found["to"]) == ("2024-01-01", "2024-02-29")
    january, february = found["months"]
    collected = january["collected"]
    assert collected["atOnce"] | sums("1000.00", "160.00", "106.67", "100.00") == collected["atOnce"]
    assert (numbers(collected["atOnce"]), numbers(collected["payments"])) == ([1], [3])
    assert collected["payments"] | sums("1000.00", "160.00") == collected["payments"]
    assert collected["total"] == sums("2000.00", "320.00", "106.67", "100.00")
    # Number 12 does not say whether it is paid at once.
    assert collected["coverage"] == {"used": 2, "total": 3}
    # 500 + 100 × 17.0505 + 1000 and 80 + 16 × 17.0505 + 160
    assert january["paid"]["total"] == sums("3205.05", "512.81", "106.67", "100.00")
    assert numbers(january["paid"]["atOnce"]) == [8, 7, 6]
    assert january["invoiced"]["net"] == "3010.00"
    assert (january["payroll"]["isrWithheld"], numbers(january["payroll"])) == ("750.00", [13])
    # 1160 × 2000 ÷ 2320 of Pagos 1.0; the payment of an invoice that is not here is outside the coverage.
    assert february["collected"]["payments"] | sums("1000.00", "160.00") == february["collected"]["payments"]
    assert february["collected"]["payments"]["coverage"] == {"used": 1, "total": 2}
    assert february["collected"]["refunds"] | sums("100.00", "16.00") == february["collected"]["refunds"]
    # Number 10 takes off a debt.
    assert numbers(february["collected"]["refunds"]) == [9]
    assert february["collected"]["total"] == sums("900.00", "144.00")
    assert february["invoiced"] | sums("-150.00", "-24.00") == february["invoiced"]
    total = found["total"]
    assert total["collected"]["total"] == sums("2900.00", "464.00", "106.67", "100.00")
    assert total["monthsFiled"] == 1


async def test_each_tax_beside_what_was_declared(api: Api) -> None:
    id = global_id("Taxpayer", (await prepared(api.store)).id)
    found = await versus(api, id)
    january, february = ({row["tax"]: row for row in month["comparisons"]} for month in found["months"])
    # 320 − 512.808 − 106.67 = −299.478; the complementaria's 300 a favor counts, of the other taxes the normal return.
    iva = january["IVA"]
    assert (iva["invoiced"], iva["declared"], iva["difference"]) == ("-299.48", "-300.00", "0.52")
    assert iva["concepts"] == [
        {"name": IVA, "balance": "-300", "taxReturn": {"operationNumber": "000000000002", "type": "COMPLEMENTARY"}}
    ]
    assert iva["coverage"] == {"used": 5, "total": 6}
    kept, salaries, fees = (january[tax] for tax in ("IVA_WITHHELD", "ISR_WITHHELD_SALARIES", "ISR_WITHHELD_OTHER"))
    assert (kept["invoiced"], kept["declared"], kept["difference"]) == ("106.67", "107.00", "-0.33")
    assert (salaries["invoiced"], salaries["declared"], salaries["difference"]) == ("750.00", "750.00", "0.00")
    assert (fees["invoiced"], fees["declared"], fees["difference"]) == ("100.00", "100.00", "0.00")
    assert salaries["concepts"][0]["taxReturn"]["operationNumber"] == "000000000001"
    assert (salaries["toPay"], january["ISR"]["invoiced"], january["ISR"]["declared"]) == ("750.00", None, None)
    # Without a return nobody knows what was declared: that is no zero.
    assert (february["IVA"]["invoiced"], february["IVA"]["declared"]) == ("144.00", None)
    assert (february["IVA"]["difference"], february["IVA"]["toPay"]) == (None, None)
    total = {row["tax"]: row for row in found["total"]["comparisons"]}["IVA"]
    assert (total["invoiced"], total["declared"], total["difference"]) == ("-155.48", "-300.00", "0.52")
    assert [row["operationNumber"] for row in found["months"][0]["returns"]] == ["000000000001", "000000000002"]
    assert found["months"][0]["income"] == {
        "invoiced": "3010.00",
        "collected": "2000.00",
        "declared": "3010.00",
        "invoicedDifference": "0.00",
        "collectedDifference": "-1010.00",
    }


async def test_a_return_of_two_months_stands_by_its_last_one(api: Api) -> None:
    taxpayer = await prepared(api.store)
    both = filed(4, 2024, 4, "17/05/2024 10:00", concept(IVA, "40"), periodo="Marzo-Abril")
    await file(api.store, taxpayer, [both])
    found = await versus(api, global_id("Taxpayer", taxpayer.id), "2024-03-01", "2024-04-30")
    assert [len(month["returns"]) for month in found["months"]] == [0, 1]
    assert [month["comparisons"][0]["declared"] for month in found["months"]] == [None, "40.00"]


async def test_the_summary_of_a_year_with_its_annual_return(api: Api) -> None:
    id = global_id("Taxpayer", (await prepared(api.store)).id)
    found = (await api.data(SUMMARY, {"id": id, "year": 2024}))["taxpayer"]["insights"]["taxSummary"]
    assert [month["month"] for month in found["months"]] == [f"2024-{n:02}" for n in range(1, 13)]
    assert found["total"]["collected"]["total"] == sums("2900.00", "464.00", "106.67", "100.00")
    assert numbers(found["total"]["collected"]["payments"]) == [5, 4, 3]
    assert found["total"]["payroll"]["isrWithheld"] == "750.00"
    assert found["annualReturn"] == {"operationNumber": "000000000003"}
    assert found["annualConcepts"] == [
        {"tax": "ISR", "name": "ISR personas morales. Del ejercicio", "balance": "1234", "taxReturn": {"year": 2024}}
    ]
    empty = (await api.data(SUMMARY, {"id": id, "year": 2020}))["taxpayer"]["insights"]["taxSummary"]
    assert (empty["annualReturn"], empty["annualReturns"], empty["total"]["monthsFiled"]) == (None, [], 0)


@pytest.mark.parametrize("year", [0, 1999, 2200, 99999])
async def test_a_year_that_can_not_be_is_an_error(api: Api, year: int) -> None:
    id = global_id("Taxpayer", (await Books().stored(api.store)).id)
    assert await api.code(SUMMARY, {"id": id, "year": year}) == "INVALID_RANGE"
