"""Job: a run of a connection, with a step for each site, or an export. Query, list and subscription share the type."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import Parent

from gateway.jobs import failures, problems
from gateway.models.job import Step
from gateway.store.mongo import Row
from gateway.store.rows import read, written
from gateway.syncfy import sites
from resolvers.context import Info, own_taxpayer_row
from resolvers.enums import DocumentKind, JobKind, JobOrigin, JobState, Site, StepState
from resolvers.exports import Export
from resolvers.failures import JobFailure
from resolvers.fields import resolved
from resolvers.node import Node, id_field, is_row
from resolvers.scalars import DateTime

if TYPE_CHECKING:
    from resolvers.taxpayers import Taxpayer

_Taxpayer = Annotated["Taxpayer", strawberry.lazy("resolvers.taxpayers")]


def _others(root: Parent[Row]) -> int:
    return root.get("others") or 0


@strawberry.type(description="The part of a job that works on one site.")
class JobStep:
    site: Site = strawberry.field(description="The site.")
    state: StepState = strawberry.field(description="Its state.")
    code: int | None = strawberry.field(description="Syncfy's latest status code of the site.")
    failure: JobFailure | None = strawberry.field(description="Why the step failed; null when it did not.")
    documents: int = strawberry.field(description="Number of documents that the site delivered.")
    others: int = resolved(_others, int, "Number of them that name another RFC than the taxpayer's.", ("others",))
    updated_at: DateTime | None = strawberry.field(description="When it last changed.")


@strawberry.enum(description="Kind of a problem of a job. A client needs a fallback for values that it does not know.")
class JobProblemCode(Enum):
    OTHER_RFC = strawberry.enum_value(
        "OTHER_RFC",
        description="Documents name another RFC than the taxpayer's: somebody else's login was used. They are kept, "
        "listed with `direction: OTHER`, and count in no figure.",
    )
    INCOMPLETE = strawberry.enum_value(
        "INCOMPLETE", description="Syncfy delivered a part (203, 204): how much is missing is unknown."
    )
    NOTHING_FOUND = strawberry.enum_value(
        "NOTHING_FOUND", description="Syncfy found nothing at this site in a run that it calls partial (203)."
    )


@strawberry.type(description="A problem of a job, which may have ended well all the same.")
class JobProblem:
    code: JobProblemCode = strawberry.field(description="Kind of the problem.")
    site: Site = strawberry.field(description="The site: ALL_IN_ONE when Syncfy names none.")
    kind: DocumentKind | None = strawberry.field(description="Kind of the site's documents; null for ALL_IN_ONE.")
    documents: int | None = strawberry.field(description="Number of documents concerned; null when unknown.")
    message: str = strawberry.field(description="The problem in English, for developers.")


@strawberry.type(description="A state of a job in its history.")
class JobEvent:
    at: DateTime = strawberry.field(description="When the job reached the state.")
    state: JobState = strawberry.field(description="The state.")
    code: int | None = strawberry.field(description="Syncfy's status code of the job as a whole.")


@strawberry.type(description="An option of a challenge's field.")
class ChallengeOption:
    value: str = strawberry.field(description="The value to send as the answer.")
    label: str | None = strawberry.field(description="The text to show.")
    image: str | None = strawberry.field(description="An image to show, in base64.")


@strawberry.type(description="A field of a challenge.")
class ChallengeField:
    name: str = strawberry.field(description="Name of the field, to send with the answer.")
    type: str = strawberry.field(description="Syncfy's input type: text, password, options, textOptions …")
    label: str | None = strawberry.field(description="The question to show to the person.")
    image: str | None = strawberry.field(description="An image to show, such as a captcha, in base64.")
    options: list[ChallengeOption] = strawberry.field(description="Options to choose from; empty for free input.")


@strawberry.type(description="A second factor or a captcha that SAT asks for. Answer it with `answerChallenge`.")
class Challenge:
    fields: list[ChallengeField] = strawberry.field(description="The fields to answer, all of them.")


def _steps(root: Parent[Row]) -> list[Row]:
    return [{**step, "failure": _failure(root, step)} for step in root["steps"].values()]


def _failure(job: Row, step: Row) -> Row | None:
    failure = failures.of_step(read(step, Step), job["codes"], step["updated_at"] or job["updated_at"])
    return None if failure is None else written(failure)


def _problems(root: Parent[Row]) -> list[Row]:
    if "export" in root:
        return []
    steps = {step.site: step for step in (read(step, Step) for step in root["steps"].values())}
    found = problems.of_run(sites.Site(root["site"]), root["code"], steps)
    return [{**written(problem), "kind": problem.site.kind} for problem in found]


async def _taxpayer(root: Parent[Row], info: Info) -> Row | None:
    return await own_taxpayer_row(info, root["taxpayer"])


def _kind(root: Parent[Row]) -> str:
    return "EXPORT" if "export" in root else "CONNECTION"


def _progress(root: Parent[Row]) -> Row | None:
    return {"done": root["done"], "total": root["total"]} if "export" in root else None


def _export(root: Parent[Row]) -> Row | None:
    return root.get("export")


@strawberry.type(description="Progress of an export.")
class JobProgress:
    done: int = strawberry.field(description="Number of documents written.")
    total: int | None = strawberry.field(description="Number of documents to write; null until they are counted.")


@strawberry.type(description="Long-running work: a connection to SAT, or an export.")
class Job(Node):
    is_type_of = is_row

    id: strawberry.ID = id_field("Job")
    kind: JobKind = resolved(_kind, JobKind, "Kind of job.", ())
    site: Site | None = strawberry.field(
        description="The connected site: ALL_IN_ONE for the whole profile; null for an export."
    )
    origin: JobOrigin = strawberry.field(description="Who started the job.")
    state: JobState = strawberry.field(description="Its state.")
    code: int | None = strawberry.field(description="Syncfy's latest status code of the job as a whole.")
    steps: list[JobStep] = resolved(
        _steps,
        list[JobStep],
        "Steps of a connection, one for each site; empty for an export.",
        ("steps", "codes", "updated_at"),
    )
    challenge: Challenge | None = strawberry.field(
        description="The challenge to answer while the state is AWAITING_INPUT; otherwise null."
    )
    failure: JobFailure | None = strawberry.field(
        description="Why all or part of the job failed; null when nothing failed."
    )
    problems: list[JobProblem] = resolved(
        _problems,
        list[JobProblem],
        "What the job lacks or brought too much, whether or not it failed; empty when all is well.",
        ("export", "site", "code", "steps"),
    )
    progress: JobProgress | None = resolved(
        _progress, JobProgress | None, "Progress of an export; null for a connection, whose progress is in `steps`.", ()
    )
    export: Export | None = resolved(_export, Export | None, "The export; null for a connection.", ())
    history: list[JobEvent] = strawberry.field(description="States of the job so far, oldest first.")
    taxpayer: _Taxpayer | None = resolved(_taxpayer, _Taxpayer | None, "The taxpayer that the job belongs to.")
    version: int = strawberry.field(description="Version of the job, which grows by one with each change.")
    created_at: DateTime = strawberry.field(description="When the job was started.")
    updated_at: DateTime = strawberry.field(description="When it last changed.")
    finished_at: DateTime | None = strawberry.field(description="When the job ended; null until then.")
