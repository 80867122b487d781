"""What documents say together is the same in whatever order, batches and repetition they come."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.ingest.batch import Batch
from gateway.ingest.pipeline import store_batch
from gateway.sat.empty_records import blank_withholding
from gateway.sat.kinds import Kind
from gateway.store import mongo, taxpayers
from gateway.store.mongo import Row, Store
from gateway.store.new_document import RANK_METADATA, RANK_XML, NewDocument
from tests.budget import examples
from tests.chains import CREDIT, FIRST, INVOICE, SECOND, cfdi, credit, invoice, payment, share
from tests.support import opened
from tests.unit.store.test_counterparties import payroll, sold

PUBLIC = "XAXX010101000"
_SETTLED = ("settlement", "settlement_amounts", "orphan_settlements", "chain_codes", "counterparty")


def _uuid(number: int) -> str:
    return f"{number:08}-1111-1111-1111-111111111111"


def _metadata(document: NewDocument) -> NewDocument:
    """What was known of it before its XML came: less, and not by the same name."""
    known = {"uuid": document.identity, "type": document.content["type"], "total": document.content["total"]}
    content = {**document.content, **known, "payment_method": None, "payments": [], "related": []}
    content["receiver"] = {**content["receiver"], "name": None}
    return replace(document, rank=RANK_METADATA, content=content, fingerprint=None)


def _withheld() -> NewDocument:
    record = {**blank_withholding(), "uuid": _uuid(9), "issued_at": "2024-01-01T00:00:00", "total_operation": "1.00"}
    record["issuer"] = {**record["issuer"], "rfc": "BBB010101BBB", "name": "BANCO"}
    observed = {"status": "ACTIVE", "direction": "RECEIVED", "source": {"transaction_id": "w"}}
    return NewDocument(_uuid(9), record["issued_at"], RANK_XML, record, observed, [])


_OWED, _PUBLIC = invoice(receiver={"rfc": "CCC010101CCC", "name": "CLIENTE"}), sold(_uuid(1), PUBLIC, "JUAN PÉREZ")
DOCUMENTS: list[tuple[Kind, NewDocument]] = [
    *(
        (Kind.INVOICE, document)
        for document in (
            _OWED,
            _metadata(_OWED),
            _PUBLIC,
            _metadata(_PUBLIC),
            payment(FIRST, share(1, "1000.00", "400.00")),
            _metadata(payment(FIRST, share(1, "1000.00", "400.00"))),
            payment(SECOND, share(2, "500.00", "500.00"), share(1, "7.00", "7.00", uuid=_uuid(7)), day="2024-03-01"),
            payment(_uuid(2), share(3, "100.00", "100.00"), status="CANCELLED"),
            credit("100.00"),
            cfdi(_uuid(3), total="5.00", payment_method="PPD", related=[{"relation": "04", "uuid": CREDIT}]),
            payroll(_uuid(4), "2024-01-15", "Auxiliar"),
            payroll(_uuid(5), "2024-02-15", "Gerente"),
        )
    ),
    (Kind.WITHHOLDING, _withheld()),
]


async def _outcome(store: Store, batches: list[list[int]], beside: bool) -> Any:
    """What all of it comes to, with whatever is not in the batches at the end of it."""
    taxpayer, _ = await taxpayers.create(store, owner=uuid.uuid4().hex, rfc="AAA010101AAA", name="A")
    missing = sorted(set(range(len(DOCUMENTS))) - {index for batch in batches for index in batch})
    stored = [store_batch(store, taxpayer, Batch([DOCUMENTS[i] for i in batch])) for batch in [*batches, missing]]
    if beside:
        await asyncio.gather(*stored)
    else:
        for one in stored:
            await one
    whose = {"taxpayer": taxpayer.id}
    invoices = await store["invoices"].find(whose).sort("identity", 1).to_list(None)
    parties = await store["counterparties"].find(whose).sort("key", 1).to_list(None)
    return (
        {row["identity"]: {key: row.get(key) for key in _SETTLED} for row in invoices},
        [{key: value for key, value in row.items() if key not in ("_id", "taxpayer")} for row in parties],
    )


@pytest.fixture(scope="module")
def at_once(mongodb_url: str, module_database: str) -> Any:
    """The outcome of everything in one batch."""

    async def run() -> Any:
        async with opened(mongodb_url, module_database) as store:
            return await _outcome(store, [], beside=False)

    return asyncio.run(run())


@settings(max_examples=examples(8), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    batches=st.lists(st.lists(st.integers(0, len(DOCUMENTS) - 1), max_size=6), min_size=1, max_size=6),
    beside=st.booleans(),
)
def test_any_order_and_any_repetition_comes_to_the_same(
    mongodb_url: str, module_database: str, at_once: Any, batches: list[list[int]], beside: bool
) -> None:
    async def run() -> Any:
        store = mongo.connect(mongodb_url, module_database)
        try:
            return await _outcome(store, batches, beside)
        finally:
            store.close()

    assert asyncio.run(run()) == at_once


def test_and_it_is_right(at_once: Any) -> None:
    _is_right(*at_once)


def _is_right(invoices: dict[str, Row], parties: list[Row]) -> None:
    owed = invoices[INVOICE]["settlement"]
    assert (owed["state"], owed["paid"], owed["credited"], owed["outstanding"]) == ("PAID", "900.00", "100.00", "0.00")
    assert [problem["document"] for problem in invoices[SECOND]["orphan_settlements"]] == [_uuid(7)]
    by_key = {row["key"]: row for row in parties}
    assert set(by_key) >= {"CCC010101CCC", "BBB010101BBB", "XAMA620210DQ5", f"{PUBLIC}|juan perez"}
    assert f"{PUBLIC}|" not in by_key
    assert by_key["XAMA620210DQ5"]["employment"]["employee"]["position"] == "Gerente"
