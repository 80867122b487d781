"""The complements over GraphQL: from the XML through the code that a worker runs to what a client sees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.ingest import read
from gateway.ingest.batch import Delivered
from gateway.ingest.pipeline import store_batch
from gateway.syncfy.sites import Site
from gateway.syncfy.wire import AttachmentRef, AttachmentRefs, Transaction
from gateway.usecases import create_taxpayer
from resolvers.node import global_id
from tests.graphql.selections import everything, reachable
from tests.profiles import resources_over
from tests.support import VIEWER, Api
from tests.unit.sat.builders import cfdi40, stamp, withholding20
from tests.unit.sat.complement_builders import (
    DIVIDENDS,
    DONATION,
    INTEREST,
    LOCAL_TAXES,
    PAYROLL_12,
    PLATFORM,
    PRIZE,
    foreign_trade,
    waybill,
)

RFC = "AAA010101AAA"
#: What no invented taxpayer has, and these documents do.
ONLY_HERE = {
    "ForeignTrade",
    "ForeignTradeGoods",
    "ForeignTradeIssuer",
    "ForeignTradeOwner",
    "ForeignTradeReceiver",
    "ForeignTradeRecipient",
    "GoodsDetail",
    "LocalTax",
    "LocalTaxes",
    "OtherComplement",
    "PayrollDisability",
    "PayrollOvertime",
    "PayrollRetirement",
    "PayrollSeverance",
    "PayrollSubcontract",
    "PlatformService",
    "PlatformServices",
    "Waybill",
    "WaybillFigure",
    "WaybillGoods",
    "WaybillItem",
    "WaybillLocation",
    "WaybillTrailer",
    "WaybillTransport",
}


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def delivered(site: Site, number: int, content: bytes) -> Delivered:
    refs = AttachmentRefs([AttachmentRef(id_attachment=f"{number:024}", file=f"{uuid(number)}.xml")])
    return Delivered(site, Transaction(id_transaction=f"{number:024}", attachments=refs), (content,))


def documents() -> Iterator[Delivered]:
    texts = [PAYROLL_12, LOCAL_TAXES, foreign_trade(), waybill(), DONATION, LOCAL_TAXES.replace('"27.43"', '"mucho"')]
    for number, text in enumerate(texts):
        yield delivered(Site.CIEC, number, cfdi40(complement=text + stamp(uuid(number))))
    for number, text in enumerate([PLATFORM, DIVIDENDS, INTEREST, PRIZE], len(texts)):
        inside = f"<r:Complemento>{text}{stamp(uuid(number))}".encode()
        yield delivered(Site.WITHHOLDINGS, number, withholding20(stamped=False).replace(b"<r:Complemento>", inside))


@pytest.fixture
async def taxpayer(api: Api) -> str:
    taxpayer, _ = await create_taxpayer(api.store, owner=VIEWER, rfc=RFC, name="Empresa")
    deps = resources_over(api.store)
    await store_batch(deps.store, taxpayer, read.read_transactions(list(documents()), RFC))
    await deps.syncfy.aclose()
    return global_id("Taxpayer", taxpayer.id)


async def nodes(api: Api, taxpayer: str, field: str, selection: str) -> list[Any]:
    document = f"query($id: ID!) {{ taxpayer(id: $id) {{ {field}(first: 60) {{ nodes {selection} }} }} }}"
    found: list[Any] = (await api.data(document, {"id": taxpayer}))["taxpayer"][field]["nodes"]
    return found


def types(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item.get("__typename", "")
            for below in item.values():
                yield from types(below)


async def test_everything_of_every_complement(api: Api, taxpayer: str) -> None:
    invoices = await nodes(api, taxpayer, "invoices", everything("Invoice", ("Taxpayer",)))
    withholdings = await nodes(api, taxpayer, "withholdings", everything("Withholding", ("Taxpayer",)))
    seen = {*types(invoices), *types(withholdings)}
    assert ONLY_HERE - seen == set()
    assert reachable() >= ONLY_HERE
    assert seen >= {"Payroll", "Dividends", "Interest"}


async def test_a_payroll_with_its_labels(api: Api, taxpayer: str) -> None:
    selection = """{ uuid payrolls { paidOn totalPerceptions type { code label }
      employee { curp union bank { code label } state { code label } dailySalary contractType { label } }
      perceptions { type { code label } taxable } deductions { type { label } amount }
      otherPayments { type { label } subsidy } overtime { type { label } hours } } }"""
    (slip,) = [node for node in await nodes(api, taxpayer, "invoices", selection) if node["payrolls"]]
    (pay,) = slip["payrolls"]
    assert slip["uuid"] == uuid(0)
    assert (pay["paidOn"], pay["totalPerceptions"]) == ("2024-03-15", "9000.50")
    assert pay["type"] == {"code": "O", "label": "Nómina ordinaria"}
    assert pay["employee"] == {
        "curp": "XAMA620210MDFRNL09",
        "union": True,
        "bank": {"code": "012", "label": "BBVA BANCOMER"},
        "state": {"code": "NLE", "label": "Nuevo León"},
        "dailySalary": "514.39",
        "contractType": {"label": "Contrato de trabajo por tiempo indeterminado"},
    }
    assert pay["perceptions"][1]["type"] == {"code": "019", "label": "Horas extra"}
    assert [item["type"]["label"] for item in pay["deductions"]] == ["ISR", "Seguridad social"]
    assert pay["otherPayments"][0]["subsidy"] == "0.20"
    assert pay["overtime"] == [{"type": {"label": "Dobles"}, "hours": 5}]


async def test_what_has_no_type_or_a_bad_value_is_shown_as_a_tree(api: Api, taxpayer: str) -> None:
    selection = "{ uuid problems otherComplements { name version lineItem json } localTaxes { totalTransferred } }"
    by_uuid = {node["uuid"]: node for node in await nodes(api, taxpayer, "invoices", selection)}
    (donation,) = by_uuid[uuid(4)]["otherComplements"]
    assert (donation["name"], donation["version"], donation["lineItem"]) == ("Donatarias", "1.1", None)
    assert json.loads(donation["json"])["attributes"]["Leyenda"] == "L"  # one spelling for all
    spoilt = by_uuid[uuid(5)]
    assert spoilt["localTaxes"] is None and "mucho" in spoilt["otherComplements"][0]["json"]
    assert spoilt["problems"] and "mucho" not in "".join(spoilt["problems"])
    assert by_uuid[uuid(1)]["localTaxes"] == {"totalTransferred": "27.43"}


async def test_a_row_stored_before_there_were_complements_has_none(api: Api, taxpayer: str) -> None:
    await api.store["invoices"].update_many({}, {"$unset": dict.fromkeys(
        ("payrolls", "local_taxes", "foreign_trade", "waybill", "other_complements"), ""
    )})  # fmt: skip
    selection = "{ payrolls { version } localTaxes { version } waybill { json } otherComplements { name } }"
    for node in await nodes(api, taxpayer, "invoices", selection):
        assert node == {"payrolls": [], "localTaxes": None, "waybill": None, "otherComplements": []}


async def test_a_waybill(api: Api, taxpayer: str) -> None:
    selection = "{ waybill { waybillId international transports { mode identification } goods { items { weight } } } }"
    (bill,) = [node["waybill"] for node in await nodes(api, taxpayer, "invoices", selection) if node["waybill"]]
    assert bill["international"] is True and bill["goods"]["items"] == [{"weight": "10.500"}]
    assert [one["mode"] for one in bill["transports"]] == ["ROAD", "SEA"]
