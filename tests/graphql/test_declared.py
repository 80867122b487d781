"""A lender's question in one query: what was declared, what was invoiced, what is the difference and why."""

from __future__ import annotations

from typing import Any

from gateway.models.taxpayer import Taxpayer
from gateway.store.mongo import Store
from resolvers.node import global_id
from tests.books import Books, cfdi, related, uuid_of
from tests.declarations import concept, file, filed
from tests.support import Api

CLIENT = "CLI010101AB1"
ISR, IVA = "ISR personas morales", "Impuesto al Valor Agregado. Personas morales"
TAX = "{ computed declared difference }"
INCOME = """income { basis invoiced collected declared difference agreesWith label readFrom
  causes { cause amount explains documents months invoices { totalCount nodes { uuid } } } }"""
REST = f"""incomeTax {{ computed declared difference method provisionalPayments withholdings withheldInDocuments
  balanceDue balanceInFavour }} iva {{ caused {TAX} creditable {TAX} withheld {TAX} }}
  payment {{ state amountDue amount }}"""
QUESTION = f"""query($id: ID!) {{ taxpayer(id: $id) {{ insights {{ taxSummary(year: 2024) {{
  {INCOME} {REST} total {{ {INCOME} }} months {{ month {INCOME} {REST} }} }} }} }} }}"""


def books() -> Books:
    made = Books()

    def add(number: int, at: str, net: str, iva: str, total: str, **more: Any) -> None:
        cancelled = more.pop("cancelled", False)
        xml = cfdi(number, True, at, other=CLIENT, subtotal=net, total=total, transferred={"002": iva}, **more)
        made.add(number, True, at, xml, other=CLIENT, type=more.get("type", "I"), cancelled=cancelled)

    add(1, "2024-01-10T10:00:00", "1000.00", "160.00", "1160.00")
    add(2, "2024-01-20T10:00:00", "500.30", "80.05", "580.35")
    add(3, "2024-02-10T10:00:00", "2000.00", "320.00", "2320.00", method="PPD", form="99")
    add(4, "2024-02-11T10:00:00", "100.00", "16.00", "116.00")
    add(5, "2024-03-05T10:00:00", "700.00", "112.00", "812.00")
    add(6, "2024-03-06T10:00:00", "50.00", "8.00", "58.00", type="E", inside=related("01", 5))
    add(7, "2024-04-05T10:00:00", "900.00", "144.00", "1044.00")
    add(8, "2024-04-06T10:00:00", "60.00", "9.60", "69.60", cancelled=True)
    add(9, "2024-05-06T10:00:00", "10.00", "1.60", "11.60", currency="USD")
    return made


def month(number: int, of: int, income: str | None, *, isr: str = "0", **more: Any) -> Any:
    rows = {} if income is None else {
        "determinacion_isr": {"ingresos_nominales_del_mes": income, "utilidad_fiscal": "100",
                              "total_de_ingresos_nominales": "1,000", "ingresos_nominales_de_meses_anteriores": "1",
                              "isr_causado": "30"},
        "determinacion_iva": {"iva_causado": "240", "iva_acreditable": "0"},
    }  # fmt: skip
    return filed(number, 2024, of, f"17/{of + 1:02}/2024 10:00", concept(ISR, isr, to_pay=isr), **rows, **more)


async def prepared(store: Store) -> Taxpayer:
    taxpayer = await books().stored(store)
    year = {
        "determinacion_impuesto": {"ingresos_acumulables": "5,000", "utilidad_fiscal": "1,000", "isr_causado": "300",
                                   "pagos_provisionales": "90"},
        "importe_total_a_pagar": "210", "pago": {"banco": "BBVA", "fecha": "30/03/2025", "importe": "100"},
    }  # fmt: skip
    await file(
        store,
        taxpayer,
        [
            month(1, 1, "1,500"),
            month(2, 2, "100", isr="9", pago={"fecha": "17/03/2024", "importe": "9"}),
            month(3, 3, "700"),
            month(4, 4, "0", isr="5"),
            month(5, 5, None),
            filed(9, 2024, None, "31/03/2025 10:00", concept("ISR personas morales. Del ejercicio", "210"), **year),
        ],
    )
    return taxpayer


async def asked(api: Api) -> Any:
    taxpayer = await prepared(api.store)
    found = await api.data(QUESTION, {"id": global_id("Taxpayer", taxpayer.id)})
    return found["taxpayer"]["insights"]["taxSummary"]


def told(income: Any) -> dict[str, tuple[str | None, bool]]:
    return {cause["cause"]: (cause["amount"], cause["explains"]) for cause in income["causes"]}


async def test_the_question_of_a_lender_is_one_query(api: Api) -> None:
    found = await asked(api)
    income = found["income"]
    assert (income["basis"], income["invoiced"], income["declared"]) == ("ACCRUED", "5150.30", "5000.00")
    assert (income["difference"], income["label"], income["readFrom"]) == ("150.30", "ingresos_acumulables", "JSON")
    assert found["incomeTax"] == {
        "computed": "345.09", "declared": "300.00", "difference": "45.09", "method": "DECLARED_AND_DIFFERENCE",
        "provisionalPayments": "90.00", "withholdings": None, "withheldInDocuments": "0.00", "balanceDue": "210.00",
        "balanceInFavour": None,
    }  # fmt: skip
    assert found["payment"] == {"state": "PARTLY_PAID", "amountDue": "210.00", "amount": "100.00"}
    assert told(income) == {
        "OTHER_BASIS": ("2000.00", False), "CREDIT_NOTES": ("-50.00", False), "CANCELLED": ("-60.00", False),
        "UNKNOWN_AMOUNTS": (None, False), "UNEXPLAINED": ("150.30", False),
    }  # fmt: skip


async def test_each_months_difference_has_its_cause_with_the_documents_behind_it(api: Api) -> None:
    january, february, march, april, may, june = (await asked(api))["months"][:6]
    assert (january["income"]["difference"], january["income"]["agreesWith"]) == ("0.30", ["ACCRUED", "COLLECTED"])
    assert january["income"]["causes"] == []
    # Declared as it was collected: the invoice to be paid later is the difference.
    assert february["income"]["agreesWith"] == ["COLLECTED"]
    assert told(february["income"]) == {"OTHER_BASIS": ("2000.00", True)}
    assert told(march["income"]) == {"CREDIT_NOTES": ("-50.00", True)}
    (note,) = march["income"]["causes"][0]["invoices"]["nodes"]
    assert note["uuid"] == uuid_of(6)
    assert told(april["income"]) == {"CANCELLED": ("-60.00", False), "ONE_INVOICE": ("900.00", True)}
    (forgotten,) = april["income"]["causes"][1]["invoices"]["nodes"]
    assert forgotten["uuid"] == uuid_of(7)
    assert (may["income"]["declared"], told(may["income"])) == (None, {"UNKNOWN_AMOUNTS": (None, False)})
    assert june["income"]["causes"] == []


async def test_months_together_compare_those_alone_that_state_their_income(api: Api) -> None:
    total = (await asked(api))["total"]["income"]
    assert (total["invoiced"], total["declared"], total["difference"]) == ("5150.30", "2300.00", "2850.30")
    (unstated,) = (cause for cause in total["causes"] if cause["cause"] == "INCOME_NOT_STATED")
    assert unstated["months"] == ["2024-05"]


async def test_taxes_and_payments_of_a_month(api: Api) -> None:
    january, february, _, april, _, june = (await asked(api))["months"][:6]
    assert january["iva"]["caused"] == {"computed": "240.05", "declared": "240.00", "difference": "0.05"}
    assert january["iva"]["withheld"] == {"computed": "0.00", "declared": None, "difference": None}
    # 30 % of the tenth of 0.30 that the return takes for profit, beside the 30 that it declares.
    assert (january["incomeTax"]["computed"], january["incomeTax"]["declared"]) == ("30.01", "30.00")
    assert january["payment"] == {"state": "NOTHING_DUE", "amountDue": "0.00", "amount": "0.00"}
    assert february["payment"]["state"] == "PAID" and february["payment"]["amount"] == "9.00"
    assert april["payment"]["state"] == "UNKNOWN"
    assert june["payment"] == {"state": None, "amountDue": None, "amount": None}
