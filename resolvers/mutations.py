"""The mutations: one for each intention. Expected refusals are `errors` of the payload, with a code and a path."""

from __future__ import annotations

from collections.abc import Awaitable
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import ID

from gateway import connections
from gateway.errors import InvalidInput, StoreUnavailable, SyncfyError, SyncfyRateLimited, SyncfyUnavailable
from gateway.store import jobs
from gateway.store.mongo import Row
from resolvers.context import Info, own_taxpayer, viewer_of
from resolvers.jobs import Job
from resolvers.node import parse_global_id
from resolvers.scalars import DateTime
from resolvers.taxpayers import Taxpayer


@strawberry.enum(description="Why a mutation did nothing. A client must have words for values it does not know.")
class UserErrorCode(Enum):
    INVALID_RFC = strawberry.enum_value("INVALID_RFC", description="Not an RFC, or a generic one.")
    INVALID_NAME = strawberry.enum_value("INVALID_NAME", description="The name is too long.")
    INVALID_PASSWORD = strawberry.enum_value("INVALID_PASSWORD", description="The CIEC password is missing.")
    INVALID_ID = strawberry.enum_value("INVALID_ID", description="Not an id of the type that is asked for.")
    INVALID_ANSWER = strawberry.enum_value("INVALID_ANSWER", description="Not what the challenge asks for.")
    RFC_MISMATCH = strawberry.enum_value("RFC_MISMATCH", description="The RFC is not the taxpayer's.")
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="The viewer has no such object.")
    NOT_CONNECTED = strawberry.enum_value("NOT_CONNECTED", description="There is no connection to refresh yet.")
    NOT_AWAITING_INPUT = strawberry.enum_value("NOT_AWAITING_INPUT", description="The job asks nothing.")
    ALREADY_RUNNING = strawberry.enum_value("ALREADY_RUNNING", description="A job of the taxpayer has not ended.")
    TOO_SOON = strawberry.enum_value("TOO_SOON", description="SAT allows one download a day.")
    SYNCFY_UNAVAILABLE = strawberry.enum_value("SYNCFY_UNAVAILABLE", description="Syncfy does not answer: try later.")
    SYNCFY_RATE_LIMITED = strawberry.enum_value("SYNCFY_RATE_LIMITED", description="Too many requests: try later.")
    SYNCFY_REJECTED = strawberry.enum_value("SYNCFY_REJECTED", description="Syncfy refused the request.")


@strawberry.type(description="Why a mutation did nothing.")
class UserError:
    code: UserErrorCode = strawberry.field(description="For programs.")
    message: str = strawberry.field(description="For developers, in English.")
    path: list[str] = strawberry.field(description="The input field that is wrong; empty when none is.")


@strawberry.input(description="A new taxpayer.")
class CreateTaxpayerInput:
    rfc: str = strawberry.field(description="RFC, 12 or 13 characters, in any case.")
    name: str | None = strawberry.field(default=None, description="Name to show; the RFC when it is missing.")


@strawberry.type(description="What createTaxpayer did.")
class CreateTaxpayerPayload:
    taxpayer: Taxpayer | None = strawberry.field(description="The taxpayer, new or already known.")
    created: bool = strawberry.field(description="False when the viewer already had this RFC.")
    errors: list[UserError] = strawberry.field(description="Empty when it worked.")


@strawberry.input(description="For whom the widget is opened.")
class CreateWidgetTokenInput:
    taxpayer_id: ID = strawberry.field(description="The taxpayer.")


@strawberry.type(description="What Syncfy's widget is opened with. The password then never passes through here.")
class WidgetToken:
    token: str = strawberry.field(description="Session token, for the widget alone.")
    site_id: str = strawberry.field(description="`config.entrypoint.site`: SAT All in One.")
    expires_at: DateTime = strawberry.field(description="When it ends, unless it is used before.")


@strawberry.type(description="What createWidgetToken did.")
class CreateWidgetTokenPayload:
    widget: WidgetToken | None = strawberry.field(description="What to open the widget with.")
    errors: list[UserError] = strawberry.field(description="Empty when it worked.")


@strawberry.input(description="A connection without the widget.")
class StartConnectionInput:
    taxpayer_id: ID = strawberry.field(description="The taxpayer.")
    password: str = strawberry.field(
        description="CIEC password. It goes to Syncfy once, and is not stored, logged or queued here."
    )
    rfc: str | None = strawberry.field(default=None, description="Checked against the taxpayer's, when given.")


@strawberry.input(description="Which taxpayer to download again.")
class RefreshConnectionInput:
    taxpayer_id: ID = strawberry.field(description="The taxpayer.")


@strawberry.input(description="One answer.")
class ChallengeAnswer:
    name: str = strawberry.field(description="The question's name.")
    value: str = strawberry.field(description="The person's answer.")


@strawberry.input(description="The person's answers to a challenge.")
class AnswerChallengeInput:
    job_id: ID = strawberry.field(description="The job that asks.")
    answers: list[ChallengeAnswer] = strawberry.field(description="An answer to each question; 20 at most.")


@strawberry.type(description="A job that was started or carried on.")
class JobPayload:
    job: Job | None = strawberry.field(description="The job; follow it with `jobStatus` or `job(id:)`.")
    errors: list[UserError] = strawberry.field(description="Empty when it worked.")


_INPUT = strawberry.argument(description="What the mutation is about.")


async def _answered(work: Awaitable[Row], empty: Row) -> Row:
    """The payload, or `errors` for what a client can expect to happen."""
    try:
        return {**empty, **await work, "errors": []}
    except InvalidInput as error:
        return _failed(empty, error.code, error.message, error.path)
    except SyncfyRateLimited as error:
        return _failed(empty, "SYNCFY_RATE_LIMITED", str(error))
    except SyncfyUnavailable:
        return _failed(empty, "SYNCFY_UNAVAILABLE", "Syncfy does not answer; nothing was started")
    except StoreUnavailable:
        raise
    except SyncfyError as error:
        return _failed(empty, "SYNCFY_REJECTED", str(error))


def _failed(empty: Row, code: str, message: str, path: list[str] | None = None) -> Row:
    return {**empty, "errors": [{"code": code, "message": message, "path": path or []}]}


async def _taxpayer_of(info: Info, id: str) -> Row:
    row = await own_taxpayer(info, parse_global_id(id, "Taxpayer", path="taxpayerId")[1])
    if row is None:
        raise InvalidInput("NOT_FOUND", "no such taxpayer", ["taxpayerId"])
    return row


async def _create_taxpayer(info: Info, input: Annotated[CreateTaxpayerInput, _INPUT]) -> Row:
    async def work() -> Row:
        row, created = await connections.create_taxpayer(
            info.context.store, owner=viewer_of(info).id, rfc=input.rfc, name=input.name
        )
        return {"taxpayer": row, "created": created}

    return await _answered(work(), {"taxpayer": None, "created": False})


async def _create_widget_token(info: Info, input: Annotated[CreateWidgetTokenInput, _INPUT]) -> Row:
    async def work() -> Row:
        taxpayer = await _taxpayer_of(info, input.taxpayer_id)
        return {"widget": await connections.widget_token(info.context.connections, taxpayer)}

    return await _answered(work(), {"widget": None})


async def _start_connection(info: Info, input: Annotated[StartConnectionInput, _INPUT]) -> Row:
    async def work() -> Row:
        taxpayer = await _taxpayer_of(info, input.taxpayer_id)
        if input.rfc is not None and input.rfc.strip().upper() != taxpayer["rfc"]:
            raise InvalidInput("RFC_MISMATCH", "this is not the taxpayer's RFC", ["rfc"])
        use = info.context.connections
        return {"job": await connections.start_connection(use, taxpayer, password=input.password)}

    return await _answered(work(), {"job": None})


async def _refresh_connection(info: Info, input: Annotated[RefreshConnectionInput, _INPUT]) -> Row:
    async def work() -> Row:
        taxpayer = await _taxpayer_of(info, input.taxpayer_id)
        return {"job": await connections.refresh_connection(info.context.connections, taxpayer)}

    return await _answered(work(), {"job": None})


async def _answer_challenge(info: Info, input: Annotated[AnswerChallengeInput, _INPUT]) -> Row:
    async def work() -> Row:
        owner = viewer_of(info).id
        job = await jobs.get(info.context.store, parse_global_id(input.job_id, "Job", path="jobId")[1], owner=owner)
        taxpayer = await own_taxpayer(info, job["taxpayer"]) if job else None
        if job is None or taxpayer is None:
            raise InvalidInput("NOT_FOUND", "no such job", ["jobId"])
        if len(input.answers) > 20:
            raise InvalidInput("INVALID_ANSWER", "20 answers at most", ["answers"])
        answers = {answer.name: answer.value for answer in input.answers}
        return {"job": await connections.answer_challenge(info.context.connections, taxpayer, job, answers)}

    return await _answered(work(), {"job": None})


def _mutation(resolver: Any, payload: Any, description: str) -> Any:
    return strawberry.mutation(resolver=resolver, graphql_type=payload, description=description)


@strawberry.type(description="What a client can start. Each answers at once; a job tells how it goes on.")
class Mutation:
    create_taxpayer: CreateTaxpayerPayload = _mutation(
        _create_taxpayer, CreateTaxpayerPayload, "Makes a taxpayer known; twice the same RFC is one taxpayer."
    )
    create_widget_token: CreateWidgetTokenPayload = _mutation(
        _create_widget_token, CreateWidgetTokenPayload, "A session for Syncfy's widget, the recommended way to connect."
    )
    start_connection: JobPayload = _mutation(
        _start_connection, JobPayload, "Connects to SAT All in One with the CIEC password, without the widget."
    )
    refresh_connection: JobPayload = _mutation(
        _refresh_connection, JobPayload, "Downloads again with the credentials that Syncfy holds (once a day)."
    )
    answer_challenge: JobPayload = _mutation(
        _answer_challenge, JobPayload, "Passes on the person's answer to a job that is AWAITING_INPUT."
    )
