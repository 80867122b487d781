"""A person's answers to what SAT or Syncfy asks. They pass through and are not kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.errors import InvalidInput
from gateway.jobs import machine
from gateway.jobs.summary import update_summary
from gateway.models.job import ChallengeField, Job, JobState
from gateway.models.taxpayer import Taxpayer
from gateway.store import jobs
from gateway.store.mongo import now
from gateway.usecases.context import UseCaseDeps, syncfy_user

#: Kinds of Syncfy's that tell something and take no answer.
_SILENT = frozenset({"instructions", "externalAction"})


async def answer_challenge(deps: UseCaseDeps, taxpayer: Taxpayer, job: Job, answers: Mapping[str, str]) -> Job:
    """Pass the person's answers (token, captcha text, chosen option) on to Syncfy.

    From here on the job is RUNNING, and nobody is asked the same again.
    """
    if job.state is not JobState.AWAITING_INPUT or not job.syncfy_job_id:
        raise InvalidInput("NOT_AWAITING_INPUT", "the job is not waiting for an answer", ["jobId"])
    _must_answer(job.challenge.fields if job.challenge else (), answers)
    id_user = await syncfy_user(deps, taxpayer)
    await deps.syncfy.answer_challenge(id_user, job.syncfy_job_id, answers)
    asked = machine.challenges(job)
    after = await jobs.change(deps.store, job.id, lambda job: machine.challenge_answered(job, now(), asked=asked))
    if after is None:
        return job
    await update_summary(deps.store, after)
    return after


def _must_answer(fields: Sequence[ChallengeField], answers: Mapping[str, str]) -> None:
    """Every question has one answer, each is to a question, and a choice is one of those that were offered."""
    names = {field.name for field in fields}
    wanted = {field.name for field in fields if field.type not in _SILENT}
    if not answers or not wanted <= set(answers) <= names:
        raise InvalidInput("INVALID_ANSWER", f"the challenge asks for: {', '.join(sorted(wanted))}", ["answers"])
    for field in fields:
        offered = {option.value for option in field.options}
        if offered and answers.get(field.name) not in offered:
            raise InvalidInput("INVALID_ANSWER", f"{field.name} must be one of its options", ["answers"])
