"""Job: a run of a connection, with a step for each site, or an export. Query, list and subscription share the type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import Parent

from gateway.jobs import failures
from gateway.store.mongo import Row
from resolvers.context import Info, own_taxpayer
from resolvers.enums import JobKind, JobOrigin, JobState, Site, StepState
from resolvers.exports import Export
from resolvers.failures import JobFailure
from resolvers.fields import resolved
from resolvers.node import Node, id_field, is_row
from resolvers.scalars import DateTime

if TYPE_CHECKING:
    from resolvers.taxpayers import Taxpayer

_Taxpayer = Annotated["Taxpayer", strawberry.lazy("resolvers.taxpayers")]


@strawberry.type(description="One site of a job.")
class JobStep:
    site: Site = strawberry.field(description="Which site.")
    state: StepState = strawberry.field(description="Where it stands.")
    code: int | None = strawberry.field(description="Syncfy's last status code of it.")
    failure: JobFailure | None = strawberry.field(description="Why it failed; null when it did not.")
    documents: int = strawberry.field(description="Documents that it delivered.")
    updated_at: DateTime | None = strawberry.field(description="When it changed last.")


@strawberry.type(description="A state that a job was in.")
class JobEvent:
    at: DateTime = strawberry.field(description="Since when.")
    state: JobState = strawberry.field(description="The state.")
    code: int | None = strawberry.field(description="Syncfy's status code of the whole run.")


@strawberry.type(description="A choice of a challenge.")
class ChallengeOption:
    value: str = strawberry.field(description="What to answer.")
    label: str | None = strawberry.field(description="What to show.")
    image: str | None = strawberry.field(description="An image to show, base64.")


@strawberry.type(description="A question of a challenge.")
class ChallengeField:
    name: str = strawberry.field(description="Name to answer under.")
    type: str = strawberry.field(description="Syncfy's kind of input: text, password, options, textOptions …")
    label: str | None = strawberry.field(description="What to ask the person.")
    image: str | None = strawberry.field(description="A captcha to show, base64.")
    options: list[ChallengeOption] = strawberry.field(description="Choices, where there are some.")


@strawberry.type(description="Two-factor authentication or a captcha: answer it with `answerChallenge`.")
class Challenge:
    fields: list[ChallengeField] = strawberry.field(description="The questions; answer all of them.")


def _steps(root: Parent[Row]) -> list[Row]:
    return [{**step, "failure": _of_step(root, step)} for step in root["steps"].values()]


def _of_step(job: Row, step: Row) -> Row | None:
    return failures.of_step(job, step, step["updated_at"] or job["updated_at"])


async def _taxpayer(root: Parent[Row], info: Info) -> Row | None:
    return await own_taxpayer(info, root["taxpayer"])


def _kind(root: Parent[Row]) -> str:
    return "EXPORT" if "export" in root else "CONNECTION"


def _progress(root: Parent[Row]) -> Row | None:
    return {"done": root["done"], "total": root["total"]} if "export" in root else None


def _export(root: Parent[Row]) -> Row | None:
    return root.get("export")


@strawberry.type(description="How far a job is.")
class JobProgress:
    done: int = strawberry.field(description="Documents that are written.")
    total: int | None = strawberry.field(description="Documents there are; null until they are counted.")


@strawberry.type(description="Long work that was started: a run of a connection, or an export.")
class Job(Node):
    is_type_of = is_row

    id: strawberry.ID = id_field("Job")
    kind: JobKind = resolved(_kind, JobKind, "What it does.", ())
    site: Site | None = strawberry.field(
        description="The site that was connected; ALL_IN_ONE for the whole profile; null for an export."
    )
    origin: JobOrigin = strawberry.field(description="Who started it.")
    state: JobState = strawberry.field(description="Where it stands.")
    code: int | None = strawberry.field(description="Syncfy's last status code of the whole run.")
    steps: list[JobStep] = resolved(
        _steps, list[JobStep], "The sites that take part.", ("steps", "codes", "updated_at")
    )
    challenge: Challenge | None = strawberry.field(description="What the person is asked, when AWAITING_INPUT.")
    failure: JobFailure | None = strawberry.field(description="Why it failed, or a part of it.")
    progress: JobProgress | None = resolved(
        _progress, JobProgress | None, "How far an export is; null for a connection, whose steps tell.", ()
    )
    export: Export | None = resolved(_export, Export | None, "What is exported; null for a connection.", ())
    history: list[JobEvent] = strawberry.field(description="The states it was in, oldest first.")
    taxpayer: _Taxpayer | None = resolved(_taxpayer, _Taxpayer | None, "Whose it is.")
    version: int = strawberry.field(description="Grows by one with each change.")
    created_at: DateTime = strawberry.field(description="When it was started.")
    updated_at: DateTime = strawberry.field(description="When it changed last.")
    finished_at: DateTime | None = strawberry.field(description="When it ended; null while it has not.")
