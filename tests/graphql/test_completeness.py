"""The completeness report: every month counted, what is missing named, returns filed and not."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.models.taxpayer import Taxpayer
from gateway.store import completeness, taxpayers, unreadable
from gateway.store.insights.periods import Range
from gateway.store.mongo import Row, Store
from gateway.store.unreadable import NewUnreadable
from resolvers.node import global_id
from tests.books import Books, cfdi
from tests.declarations import concept, file, filed
from tests.graphql.conftest import STRANGER
from tests.plans import explained, recorder
from tests.support import Api

CLIENT = "CLI010101AB1"
REPORT = """query($id: ID!, $from: Date!, $to: Date!) { taxpayer(id: $id) { completeness(from: $from, to: $to) {
  from to unreadableOfUnknownKind
  invoices { kind unreadable lastDownloadAt total { seen withXml missingXml missingXmlCancelled cancelled }
    months { month seen withXml missingXml missingXmlCancelled cancelled issued received
      missing { totalCount nodes { uuid status } } } }
  withholdings { total { seen } months { month missing { totalCount } } }
  monthlyReturns { filed missing periods { period state dueOn
    effective { type typeText } returns { operationNumber } } }
  annualReturns { filed missing periods { period state } }
  complianceOpinion { latest { id } ageDays } taxStatus { issuedOn ageDays }
} } }"""
IVA = "Impuesto al Valor Agregado. Personas morales"


def books() -> Books:
    made = Books()
    for number, at in ((1, "2024-01-31T23:59:59"), (2, "2024-02-01T00:00:00")):
        xml = cfdi(number, True, at, other=CLIENT, subtotal="100.00", total="100.00")
        made.add(number, True, at, xml, other=CLIENT)
    made.add(3, False, "2024-02-10T10:00:00", None, other=CLIENT, amount="58.00")
    made.add(4, False, "2024-02-11T10:00:00", None, other=CLIENT, amount="11.60", cancelled=True)
    return made


async def prepared(store: Store, owner: str = "viewer-1") -> Taxpayer:
    taxpayer = await books().stored(store, owner)
    await file(
        store,
        taxpayer,
        [
            filed(1, 2024, 1, "17/02/2024 10:00", concept(IVA, "5")),
            filed(2, 2024, 1, "01/03/2024 10:00", concept(IVA, "6"), type="Complementaria"),
            filed(3, 2023, None, "31/03/2024 10:00", concept("ISR personas morales. Del ejercicio", "7")),
        ],
    )
    broken = [
        NewUnreadable(str(n), kind, "MALFORMED", "x", None, "x", None, {}) for n, kind in enumerate(("INVOICE", None))
    ]
    await unreadable.keep(store, taxpayer.id, broken)
    return taxpayer


async def test_the_report(api: Api) -> None:
    id = global_id("Taxpayer", (await prepared(api.store)).id)
    await prepared(api.store, STRANGER)
    variables = {"id": id, "from": "2024-01-10", "to": "2024-03-05"}
    found = (await api.data(REPORT, variables))["taxpayer"]["completeness"]
    assert (found["from"], found["to"], found["unreadableOfUnknownKind"]) == ("2024-01-01", "2024-03-05", 1)
    invoices = found["invoices"]
    assert (invoices["kind"], invoices["unreadable"]) == ("INVOICE", 1)
    assert invoices["lastDownloadAt"]
    assert invoices["total"] == {"seen": 4, "withXml": 2, "missingXml": 2, "missingXmlCancelled": 1, "cancelled": 1}
    january, february, march = invoices["months"]
    assert (january["month"], january["seen"], january["issued"], january["missing"]["totalCount"]) == (
        "2024-01",
        1,
        1,
        0,
    )
    assert (february["seen"], february["withXml"], february["issued"], february["received"]) == (3, 1, 1, 2)
    assert [(n["uuid"][-1], n["status"]) for n in february["missing"]["nodes"]] == [("4", "CANCELLED"), ("3", "ACTIVE")]
    assert (march["month"], march["seen"]) == ("2024-03", 0)
    assert [month["missing"]["totalCount"] for month in found["withholdings"]["months"]] == [0, 0, 0]
    monthly = found["monthlyReturns"]
    assert (monthly["filed"], monthly["missing"]) == (["2024-01"], ["2024-02", "2024-03"])
    first = monthly["periods"][0]
    assert first["effective"] == {"type": "COMPLEMENTARY", "typeText": "Complementaria"}
    assert [row["operationNumber"] for row in first["returns"]] == ["000000000001", "000000000002"]
    assert first["dueOn"] == "2024-02-17"
    assert found["annualReturns"] == {
        "filed": [],
        "missing": ["2024"],
        "periods": [{"period": "2024", "state": "MISSING"}],
    }
    assert found["complianceOpinion"] == {"latest": None, "ageDays": None}


async def report(store: Store, taxpayer: Taxpayer, range: Range) -> Row:
    row = await taxpayers.row(store, taxpayer.id)
    assert row is not None
    return await completeness.completeness(store, row, range, date(2024, 3, 17))


@pytest.mark.parametrize(
    ("start", "end", "seen"), [("2024-01-01", "2024-01-31", [1]), ("2024-01-20", "2024-02-01", [1, 3])]
)
async def test_the_last_month_of_a_range_is_counted_whole(store: Store, start: str, end: str, seen: list[int]) -> None:
    taxpayer = await prepared(store)
    asked = Range(date.fromisoformat(start), date.fromisoformat(end))
    found = await report(store, taxpayer, asked)
    assert [month["seen"] for month in found["invoices"]["months"]] == seen


async def test_what_is_not_due_or_was_never_expected_is_not_missing(store: Store) -> None:
    taxpayer = await prepared(store)
    paper = {"started_on": "2018-03-15", "issued_on": "2024-02-01"}
    await store["taxpayers"].update_one({"_id": taxpayer.id}, {"$set": {"tax_status": paper}})
    asked = Range(date(2017, 11, 1), date(2024, 3, 31))
    found = await report(store, taxpayer, asked)
    states = {row["period"]: row["state"] for row in found["monthly_returns"]["periods"]}
    assert [states[month] for month in ("2017-12", "2018-02", "2018-03")] == ["NOT_EXPECTED", "NOT_EXPECTED", "MISSING"]
    assert [states[month] for month in ("2024-01", "2024-02", "2024-03")] == ["FILED", "NOT_DUE", "NOT_DUE"]
    years = {row["period"]: row["state"] for row in found["annual_returns"]["periods"]}
    assert years["2023"] == "FILED"
    assert (years["2017"], years["2018"], years["2024"]) == ("NOT_EXPECTED", "MISSING", "NOT_DUE")
    assert found["tax_status"]["age_days"] == 45


async def test_it_is_counted_from_an_index_alone(store: Store) -> None:
    taxpayer = await prepared(store)
    asked = Range(date(2024, 1, 1), date(2024, 3, 31))
    with recorder.recording(store.db.name):
        await report(store, taxpayer, asked)
    fiscal = ("invoices", "withholdings")
    counting = [command for command in recorder.shapes.values() if command.get("aggregate") in fiscal]
    assert len(counting) == 2
    for command in counting:
        plan = await explained(store, command)
        assert (plan.documents, plan.scans) == (0, False)


@pytest.mark.parametrize("to", ["2023-12-31", "2035-01-01"])
async def test_a_range_that_can_not_be_is_an_error(api: Api, to: str) -> None:
    id = global_id("Taxpayer", (await Books().stored(api.store)).id)
    assert await api.code(REPORT, {"id": id, "from": "2024-01-10", "to": to}) == "INVALID_RANGE"
