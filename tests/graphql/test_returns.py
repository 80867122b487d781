"""The figures of returns over GraphQL: typed, filtered, sorted, and those of rows that an older version stored."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.models.taxpayer import Taxpayer
from gateway.sat.kinds import Kind
from gateway.store import reindex
from gateway.store.mongo import Store
from resolvers.node import global_id
from tests.books import Books
from tests.declarations import concept, file, filed
from tests.support import Api

AMOUNT = "{ amount label readFrom }"
RETURN = f"""operationNumber fieldsFromPdf
  declared {{ income {AMOUNT} deductions {AMOUNT} taxableProfit {AMOUNT} taxLoss {AMOUNT} taxCaused {AMOUNT}
    provisionalPayments {AMOUNT} withholdings {AMOUNT} balanceDue {AMOUNT} balanceInFavour {AMOUNT}
    ivaCaused {AMOUNT} ivaCreditable {AMOUNT} ivaBalanceDue {AMOUNT} }}
  payment {{ state captureLine amountDue dueDate amount date bank operationNumber readFrom }}
  sections {{ name readFrom rows {{ name amount text }} }}"""
ANNUAL = f"""query($id: ID!) {{ taxpayer(id: $id) {{ annualReturns {{ nodes {{ {RETURN}
  balanceSheet {{ assets liabilities equity rows {{ section name amount text readFrom }} }}
  incomeStatement {{ revenue netProfit rows {{ name amount }} }} }} }} }} }}"""
LISTED = """query($id: ID!, $filter: MonthlyReturnFilter, $order: TaxReturnOrder) { taxpayer(id: $id) {
  monthlyReturns(filter: $filter, orderBy: $order) { nodes { period } } } }"""
ISR = "ISR personas morales. Del ejercicio"
YEAR: dict[str, Any] = {
    "importe_total_a_pagar": "170",
    "linea_captura": "0424 0ABC",
    "determinacion_impuesto": {
        "ingresos_acumulables": "9,000",
        "deducciones_autorizadas": "8,000",
        "utilidad_fiscal": "1,000",
        "isr_causado": "300",
        "pagos_provisionales": "130",
        "algo_nuevo": "lo que sea",
    },
    "balance_general": {"total_de_activo": "50", "total_de_pasivo": "20", "total_de_capital_contable": "30"},
    "estado_de_resultados": {"ventas_netas": "9,100", "utilidad_neta": "700"},
    "pago": {"banco": "BBVA", "fecha": "30/03/2024", "importe": "170"},
}


async def prepared(store: Store) -> Taxpayer:
    taxpayer = await Books().stored(store)
    months = [
        filed(10 + month, 2024, month, f"17/{month + 1:02}/2024 10:00", concept("IVA", "5", to_pay="5"),
              determinacion={"ingresos_nominales": income}, **more)
        for month, income, more in (
            (1, "3,000", {}), (2, "20", {"pago": {"fecha": "17/03/2024"}}), (3, "100", {"importe_total_a_pagar": "0"}),
        )
    ]  # fmt: skip
    await file(store, taxpayer, [filed(1, 2023, None, "31/03/2024 10:00", concept(ISR, "170"), **YEAR), *months])
    return taxpayer


async def annual(api: Api, taxpayer: Taxpayer) -> Any:
    found = await api.data(ANNUAL, {"id": global_id("Taxpayer", taxpayer.id)})
    (node,) = found["taxpayer"]["annualReturns"]["nodes"]
    return node


async def months(api: Api, taxpayer: Taxpayer, filter: Any = None, order: str | None = None) -> list[int]:
    asked = {"id": global_id("Taxpayer", taxpayer.id), "filter": filter, "order": order}
    found = await api.data(LISTED, asked)
    return [node["period"] for node in found["taxpayer"]["monthlyReturns"]["nodes"]]


async def test_an_annual_return_tells_its_figures_payment_statements_and_every_row(api: Api) -> None:
    found = await annual(api, await prepared(api.store))
    declared = found["declared"]
    assert {name: held["amount"] for name, held in declared.items() if held} == {
        "income": "9000", "deductions": "8000", "taxableProfit": "1000", "taxCaused": "300",
        "provisionalPayments": "130", "balanceDue": "170",
    }  # fmt: skip
    assert declared["income"] == {"amount": "9000", "label": "ingresos_acumulables", "readFrom": "JSON"}
    assert found["payment"] == {
        "state": "PAID", "captureLine": "04240ABC", "amountDue": "170", "dueDate": None, "amount": "170",
        "date": "2024-03-30", "bank": "BBVA", "operationNumber": None, "readFrom": "JSON",
    }  # fmt: skip
    rows = {(part["name"], row["name"]): (row["amount"], row["text"]) for part in found["sections"]
            for row in part["rows"]}  # fmt: skip
    assert rows["determinacion_impuesto", "algo_nuevo"] == (None, "lo que sea")
    assert rows["determinacion_impuesto", "isr_causado"] == ("300", "300")
    sheet = found["balanceSheet"]
    assert (sheet["assets"], sheet["liabilities"], sheet["equity"], len(sheet["rows"])) == ("50", "20", "30", 3)
    assert (found["incomeStatement"]["revenue"], found["incomeStatement"]["netProfit"]) == ("9100", "700")


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"income": {"from": "50"}}, [3, 1]),
        ({"income": {"to": "50"}}, [2]),
        ({"ivaBalanceDue": {"from": "5", "to": "5"}}, [3, 2, 1]),
        ({"taxCaused": {"from": "0"}}, []),
        ({"paymentState": ["PAID"]}, [2]),
        ({"paymentState": ["NOTHING_DUE", "UNKNOWN"]}, [3, 1]),
        ({"paidAt": {"from": "2024-03-01", "to": "2024-03-31"}}, [2]),
    ],
)
async def test_lists_filter_by_what_was_declared_and_paid(api: Api, filter: Any, expected: list[int]) -> None:
    assert await months(api, await prepared(api.store), filter) == expected


async def test_lists_sort_by_income(api: Api) -> None:
    taxpayer = await prepared(api.store)
    assert await months(api, taxpayer, order="INCOME_DESC") == [1, 3, 2]
    assert await months(api, taxpayer, order="INCOME_ASC") == [2, 3, 1]


async def test_a_row_of_an_older_version_is_read_as_before_and_gets_its_figures_by_reindex(api: Api) -> None:
    taxpayer = await prepared(api.store)
    whole = await annual(api, taxpayer)
    gone = dict.fromkeys(("declared", "payment", "printed", "fields_from_pdf", "amounts", "sort.income"), "")
    await api.store["annual_returns"].update_many({}, {"$unset": gone, "$set": {"scheme": 1}})
    old = await annual(api, taxpayer)
    assert old["operationNumber"] == whole["operationNumber"] and old["sections"] == whole["sections"]
    assert (old["declared"]["income"], old["payment"]["state"]) == (None, "UNKNOWN")
    assert [done async for done in reindex.reindex(api.store, Kind.ANNUAL_RETURN)] == [1]
    assert await annual(api, taxpayer) == whole
