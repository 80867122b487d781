"""A plan is read the same from each form in which MongoDB, 6.0 and later, tells it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plans import plan_in

RAN = {"totalKeysExamined": 4, "totalDocsExamined": 3, "nReturned": 2}
SCAN: dict[str, Any] = {"stage": "IXSCAN", "indexName": "taxpayer_1_order_1"}
FETCH: dict[str, Any] = {"stage": "FETCH", "inputStage": SCAN}


def told(plan: Any, *rejected: Any) -> dict[str, Any]:
    return {"queryPlanner": {"winningPlan": plan, "rejectedPlans": list(rejected)}, "executionStats": RAN}


@pytest.mark.parametrize(
    "answer",
    [
        told(FETCH),
        told({"queryPlan": FETCH, "slotBasedPlan": {"stages": "[1] nlj"}}),
        {"stages": [{"$cursor": told(FETCH)}, {"$group": {"_id": "$currency"}}]},
        told({"stage": "LIMIT", "inputStage": {"stage": "SORT_MERGE", "inputStages": [FETCH, SCAN]}}),
        told({"stage": "UPDATE", "inputStage": FETCH}),
    ],
)
def test_a_range_of_an_index(answer: Any) -> None:
    plan = plan_in(answer)
    assert (plan.indexes, plan.scans, plan.sorts, plan.rejected) == ({"taxpayer_1_order_1"}, False, False, 0)
    assert (plan.keys, plan.documents, plan.returned) == (4, 3, 2)


@pytest.mark.parametrize("stage", [{"stage": "IDHACK"}, {"stage": "EXPRESS_IXSCAN", "indexName": "_id_"}])
def test_a_row_by_its_id(stage: Any) -> None:
    assert plan_in(told(stage)).indexes == {"_id_"}


@pytest.mark.parametrize(
    "answer",
    [
        told({"stage": "COLLSCAN"}),
        {"stages": [{"$cursor": told(FETCH)}, {"$lookup": {"from": "invoices"}, "collectionScans": 2}]},
        told({"queryPlan": {"stage": "EQ_LOOKUP", "strategy": "NestedLoopJoin", "inputStage": FETCH}}),
    ],
)
def test_a_collection_that_is_read_whole(answer: Any) -> None:
    assert plan_in(answer).scans


def test_documents_that_are_sorted_and_groups_that_are() -> None:
    sorting = {"stage": "SORT", "inputStage": FETCH}
    assert plan_in(told(sorting)).sorts
    assert plan_in(told({"stage": "GROUP", "inputStage": sorting})).sorts
    assert not plan_in(told({"stage": "SORT", "inputStage": {"stage": "GROUP", "inputStage": FETCH}})).sorts


def test_the_plans_that_were_tried_beside_it() -> None:
    assert plan_in(told(FETCH, SCAN, SCAN)).rejected == 2
