"""createWidgetToken, followConnection: connecting with Syncfy's widget. The password never passes through here."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import ID

from gateway import usecases
from gateway.store.mongo import Row
from gateway.store.rows import written
from resolvers.context import Info
from resolvers.mutations.mutation import KEY, Attempt, taxpayer_of
from resolvers.mutations.payloads import JobPayload, Payload
from resolvers.scalars import DateTime


@strawberry.enum(description="What the widget is opened for.")
class WidgetPurpose(Enum):
    REGISTER = strawberry.enum_value("REGISTER", description="A first connection.")
    UPDATE = strawberry.enum_value(
        "UPDATE",
        description="A corrected password, or a download now. With the same `entrypoint.site`, Syncfy recognises the "
        "credentials by the RFC and updates them.",
    )


@strawberry.input(description="For which taxpayer, and for what, the widget is opened.")
class CreateWidgetTokenInput:
    taxpayer_id: ID = strawberry.field(description="The taxpayer.")
    purpose: WidgetPurpose = strawberry.field(
        default=WidgetPurpose.REGISTER, description="What the widget is opened for. UPDATE also returns `credentialId`."
    )


@strawberry.type(
    description="Configuration of a session of Syncfy's widget. With the widget the password never passes through the "
    "gateway."
)
class WidgetToken:
    token: str = strawberry.field(description="Session token, valid only for the widget.")
    site_id: str = strawberry.field(
        description="Value of `config.entrypoint.site`, with `config.navigation.oneSiteFlow: true`: SAT All in One. "
        "Use it for a first connection and for a corrected password."
    )
    credential_id: str | None = strawberry.field(
        description="Value of `config.entrypoint.credential` in place of `site`: downloads the CFDI again at once, "
        "without a form. Only with the purpose UPDATE; null when there is no such credential."
    )
    expires_at: DateTime = strawberry.field(description="When the token expires, unless it is used before.")


@strawberry.type(description="Result of `createWidgetToken`.")
class CreateWidgetTokenPayload(Payload):
    widget: WidgetToken | None = strawberry.field(description="The configuration to open the widget with.")


@strawberry.input(description="A job started by the widget.")
class FollowConnectionInput:
    taxpayer_id: ID = strawberry.field(description="The taxpayer for whom the widget token was created.")
    syncfy_job_id: str = strawberry.field(
        description="`id_job` of the widget's event `updated`, `success` or `error`. A job of another Syncfy user is "
        "NOT_FOUND."
    )
    syncfy_credential_id: str | None = strawberry.field(
        default=None,
        description="`id_credential` of the same event, when it has one: the job then downloads for one credential, "
        "not for SAT All in One.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.type(description="Result of `followConnection`.")
class FollowConnectionPayload(JobPayload):
    pass


async def create_widget_token(info: Info, input: CreateWidgetTokenInput) -> Row:
    taxpayer = await taxpayer_of(info, input.taxpayer_id)
    update = input.purpose is WidgetPurpose.UPDATE
    return {"widget": await usecases.widget_token(info.context.connections, taxpayer, update=update)}


async def follow_connection(info: Info, input: FollowConnectionInput) -> Attempt:
    taxpayer = await taxpayer_of(info, input.taxpayer_id)
    job, credential = input.syncfy_job_id, input.syncfy_credential_id

    async def follow() -> Row:
        followed = await usecases.follow_connection(
            info.context.connections, taxpayer, syncfy_job_id=job, syncfy_credential_id=credential
        )
        return {"job": written(followed)}

    return Attempt(taxpayer, follow, {"job": job, "credential": credential})
