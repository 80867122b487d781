"""startConnection, refreshConnection, answerChallenge: connections without the widget."""

from __future__ import annotations

import strawberry
from strawberry import ID

from gateway import usecases
from gateway.errors import InvalidInput
from gateway.models.taxpayer import Taxpayer
from gateway.store import jobs
from gateway.store.mongo import Row
from gateway.store.rows import written
from gateway.syncfy import sites
from resolvers.context import Info, own_taxpayer, viewer_of
from resolvers.enums import Site
from resolvers.mutations.mutation import KEY, Attempt, taxpayer_of
from resolvers.mutations.payloads import JobPayload
from resolvers.node import parse_global_id

PASSWORD = "CIEC password. It is sent to Syncfy once, and is never stored, logged or queued here."  # noqa: S105
_MOST_ANSWERS = 20


@strawberry.input(description="A connection without the widget.")
class StartConnectionInput:
    taxpayer_id: ID = strawberry.field(description="The taxpayer.")
    password: str = strawberry.field(description=PASSWORD)
    rfc: str | None = strawberry.field(default=None, description="RFC, to check against the taxpayer's; optional.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.type(description="Result of `startConnection`.")
class StartConnectionPayload(JobPayload):
    pass


@strawberry.input(description="What to download again.")
class RefreshConnectionInput:
    taxpayer_id: ID = strawberry.field(description="The taxpayer.")
    credential_id: ID | None = strawberry.field(
        default=None, description="One of the taxpayer's credentials; all of them by default."
    )
    sites: list[Site] | None = strawberry.field(
        default=None,
        description="Sites to download; all by default. TAX_STATUS and COMPLIANCE_OPINION have no credential: only a "
        "login downloads them.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.type(description="Result of `refreshConnection`.")
class RefreshConnectionPayload(JobPayload):
    pass


@strawberry.input(description="The answer to one field of a challenge.")
class ChallengeAnswer:
    name: str = strawberry.field(description="`name` of the field.")
    value: str = strawberry.field(description="The person's answer.")


@strawberry.input(description="A person's answers to a challenge.")
class AnswerChallengeInput:
    job_id: ID = strawberry.field(description="The job whose challenge is answered.")
    answers: list[ChallengeAnswer] = strawberry.field(
        description="An answer to each field of the challenge; 20 at most. For a field with options, the `value` of "
        "one of them."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.type(description="Result of `answerChallenge`.")
class AnswerChallengePayload(JobPayload):
    pass


async def start_connection(info: Info, input: StartConnectionInput) -> Attempt:
    taxpayer = await taxpayer_of(info, input.taxpayer_id)
    if input.rfc is not None and input.rfc.strip().upper() != taxpayer.rfc:
        raise InvalidInput("RFC_MISMATCH", "this is not the taxpayer's RFC", ["rfc"])

    async def start() -> Row:
        job = await usecases.start_connection(info.context.connections, taxpayer, password=input.password)
        return {"job": written(job)}

    return Attempt(taxpayer, start)


async def refresh_connection(info: Info, input: RefreshConnectionInput) -> Attempt:
    taxpayer = await taxpayer_of(info, input.taxpayer_id)
    wanted = {sites.Site(site.name) for site in input.sites or ()}
    credential = _credential_of(taxpayer, input.credential_id) if input.credential_id else None

    async def refresh() -> Row:
        job = await usecases.refresh_connection(info.context.connections, taxpayer, sites=wanted, credential=credential)
        return {"job": written(job)}

    return Attempt(taxpayer, refresh, {"sites": sorted(wanted), "credential": credential})


def _credential_of(taxpayer: Taxpayer, id: ID) -> str:
    """Return Syncfy's id of the taxpayer's credential with this global id."""
    owner, _, credential = parse_global_id(id, "Credential", path="credentialId")[1].partition(":")
    if owner != taxpayer.id or not credential:
        raise InvalidInput("NOT_FOUND", "the taxpayer has no such credential", ["credentialId"])
    return credential


async def answer_challenge(info: Info, input: AnswerChallengeInput) -> Attempt:
    owner = viewer_of(info).id
    job = await jobs.get(info.context.store, parse_global_id(input.job_id, "Job", path="jobId")[1], owner=owner)
    taxpayer = await own_taxpayer(info, job.taxpayer) if job else None
    if job is None or taxpayer is None:
        raise InvalidInput("NOT_FOUND", "no such job", ["jobId"])
    if len(input.answers) > _MOST_ANSWERS:
        raise InvalidInput("INVALID_ANSWER", f"send {_MOST_ANSWERS} answers at most", ["answers"])
    answers = {answer.name: answer.value for answer in input.answers}

    async def answer() -> Row:
        return {"job": written(await usecases.answer_challenge(info.context.connections, taxpayer, job, answers))}

    return Attempt(taxpayer, answer, {"job": job.id, "asked": sorted(answers)})
