"""A job as a state machine: whatever order its facts come in, however often, its end is the same and is kept.

The documented rule of ended jobs: an end may only get better. What comes late can tell that a site delivered after all
(FAILED → PARTIALLY_SUCCEEDED → SUCCEEDED); nothing takes back what has arrived, and nothing makes it run again.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.jobs.merging import merged
from gateway.models.job import JobOrigin
from gateway.syncfy import codes
from gateway.syncfy.sites import CHILDREN, Site
from tests.budget import examples
from tests.unit.jobs.test_machine import (
    AT,
    Fact,
    applied,
    assert_consistent,
    essence,
    fetched,
    found,
    job_of,
    parent,
    seen,
    told,
)

_ENDS = {"EXPIRED": -1, "FAILED": 0, "PARTIALLY_SUCCEEDED": 1, "SUCCEEDED": 2}
_FAILURES = [401, 405, 413, 500, 501, 504, 509, 412]
_SUCCESSES = [200, 201, 202, 203, 204, 206]
_CHILD_ENDS = st.sampled_from([*_SUCCESSES, *_FAILURES])
#: The parent's courses: with a question or two, answered or not, to any end.
_BEFORE = st.sampled_from([[100, 101], [100, 101, 102], [100, 101, 410, 103, 102], [100, 101, 410, 103, 410, 103, 102]])
_UNANSWERED = [100, 101, 410, 411]


class JobMachine(RuleBasedStateMachine):
    """A world is drawn first: what really happens at Syncfy. Then its facts are told in any order, late and twice."""

    @initialize(before=_BEFORE, end=st.sampled_from([200, 201, 202, 203, 204, *_FAILURES, 411]), data=st.data())
    def world(self, before: list[int], end: int, data: st.DataObject) -> None:
        history = _UNANSWERED if end == 411 else [*before, end]
        facts: list[Fact] = [parent(*history[:n]) for n in range(1, len(history) + 1)]
        for site in CHILDREN:
            if codes.info(end).outcome == "FAILURE" and data.draw(st.booleans()):
                continue  # it never had its turn
            facts += self._child(site, data)
        self.facts = facts
        self.expected = essence(told(facts))
        self.job = job_of()
        self.told: set[int] = set()
        self.best = -2

    def _child(self, site: Site, data: st.DataObject) -> list[Fact]:
        code = data.draw(_CHILD_ENDS)
        facts = [seen(site, None), seen(site, 101), seen(site, code)]
        if data.draw(st.integers(0, 3)) == 0:  # what Syncfy says elsewhere contradicts it
            facts.append(found(site, data.draw(_CHILD_ENDS)))
        if codes.info(code).outcome == "SUCCESS" and code not in (202, 206):
            facts.append(fetched(site))
        return facts

    @rule(data=st.data())
    def a_fact_is_told(self, data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(self.facts) - 1))
        self.told.add(index)
        self.job = applied(self.facts[index], self.job)

    @rule(data=st.data())
    def a_fact_is_told_to_a_row_that_is_folded_into_this_one(self, data: st.DataObject) -> None:
        """Events that came before anybody followed the run made a row of their own."""
        site = data.draw(st.sampled_from(CHILDREN))
        indices = [i for i, fact in enumerate(self.facts) if self._is_of(fact, site)]
        if not indices:
            return
        other = job_of([site], JobOrigin.SYNCFY)
        for index in data.draw(st.lists(st.sampled_from(indices), min_size=1)):
            self.told.add(index)
            other = applied(self.facts[index], other)
        self.job = applied(lambda job: merged(job, other, at=AT), self.job)

    @staticmethod
    def _is_of(fact: Fact, site: Site) -> bool:
        return any(cell.cell_contents is site for cell in fact.__closure__ or ())

    @rule()
    def everything_is_told_in_the_end(self) -> None:
        for index, fact in enumerate(self.facts):
            self.told.add(index)
            self.job = applied(fact, self.job)

    @precondition(lambda self: len(self.told) == len(self.facts))
    @rule(data=st.data())
    def once_all_is_told_nothing_changes_any_more(self, data: st.DataObject) -> None:
        before = essence(self.job)
        self.job = data.draw(st.sampled_from(self.facts))(self.job)
        assert essence(self.job) == before

    @invariant()
    def it_is_consistent(self) -> None:
        if hasattr(self, "job"):
            assert_consistent(self.job)

    @invariant()
    def an_end_only_gets_better(self) -> None:
        if not hasattr(self, "job"):
            return
        reached = _ENDS.get(self.job.state)
        assert self.best == -2 or reached is not None, "it runs again"
        if reached is not None:
            assert reached >= self.best
            self.best = reached

    @invariant()
    def all_told_in_whatever_order_is_the_same_end(self) -> None:
        if hasattr(self, "job") and len(self.told) == len(self.facts):
            assert essence(self.job) == self.expected

    @invariant()
    def what_has_arrived_is_kept(self) -> None:
        if hasattr(self, "job"):
            for step in self.job.steps.values():
                assert step.state != "DONE" or step.documents


JobMachine.TestCase.settings = settings(max_examples=examples(60), stateful_step_count=20, deadline=None)
TestJobMachine = JobMachine.TestCase
