"""The mutations as a client sends them, and what a worker would do between two of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gateway.jobs import machine
from gateway.models.job import Job
from gateway.sandbox.context import wall_clock
from gateway.store import jobs
from gateway.store.mongo import now
from gateway.syncfy.client import Syncfy
from gateway.syncfy.sites import Site
from resolvers.node import parse_global_id
from tasks import watch
from tasks.resources import TaskDeps
from tests.support import Api, played_syncfy
from tests.waiting import eventually, patience

ERRORS = "errors { code message path retryAt }"
JOB = "job { id state code origin site challenge { fields { name type label } } failure { code message } }"
CREATE = f"""mutation Create($rfc: String!, $name: String) {{
  createTaxpayer(input: {{rfc: $rfc, name: $name}}) {{ created taxpayer {{ id rfc name kind }} {ERRORS} }} }}"""
WIDGET = f"""mutation Widget($id: ID!) {{
  createWidgetToken(input: {{taxpayerId: $id}}) {{ widget {{ token siteId expiresAt }} {ERRORS} }} }}"""
START = f"""mutation Start($id: ID!, $password: String!, $rfc: String) {{
  startConnection(input: {{taxpayerId: $id, password: $password, rfc: $rfc}}) {{ {JOB} {ERRORS} }} }}"""
REFRESH = f"""mutation Refresh($id: ID!) {{
  refreshConnection(input: {{taxpayerId: $id}}) {{ {JOB} {ERRORS} }} }}"""
UPDATE = f"""mutation Update($id: ID!, $password: String!, $key: String) {{
  updateCredential(input: {{taxpayerId: $id, password: $password, idempotencyKey: $key}}) {{ {JOB} {ERRORS} }} }}"""
FOLLOW = f"""mutation Follow($id: ID!, $job: String!, $credential: String) {{
  followConnection(input: {{taxpayerId: $id, syncfyJobId: $job, syncfyCredentialId: $credential}}) {{
    {JOB} {ERRORS} }} }}"""
ANSWER = f"""mutation Answer($id: ID!, $answers: [ChallengeAnswer!]!) {{
  answerChallenge(input: {{jobId: $id, answers: $answers}}) {{ {JOB} {ERRORS} }} }}"""


@dataclass
class Connecting:
    """A taxpayer of the viewer's, an API that talks to a played Syncfy, and that Syncfy."""

    api: Api
    syncfy: Syncfy
    taxpayer: str
    days_later: list[int]

    async def mutate(self, document: str, **variables: Any) -> Any:
        """The payload of the one mutation in the document."""
        data = await self.api.data(document, {"id": self.taxpayer} | variables)
        (payload,) = data.values()
        return payload

    async def codes(self, document: str, **variables: Any) -> list[tuple[str, list[str]]]:
        payload = await self.mutate(document, **variables)
        return [(error["code"], error["path"]) for error in payload["errors"]]

    async def start(self, password: str = "ok") -> str:
        """Starts a connection and returns the job's id."""
        payload = await self.mutate(START, password=password)
        assert payload["errors"] == []
        id: str = payload["job"]["id"]
        return id

    async def user(self) -> str:
        """The taxpayer's user at Syncfy, with which the widget's session is opened."""
        await self.mutate(WIDGET)
        row = await self.api.store["taxpayers"].find_one({"_id": parse_global_id(self.taxpayer)[1]})
        assert row is not None
        id: str = row["syncfy_user_id"]
        return id

    async def widget(self, password: str = "ok", rfc: str = "EKU9003173C9") -> str:
        """What the widget does in a browser: it starts the job itself. `id_job` of its event `updated`."""
        started = await self.syncfy.start_job(await self.user(), Site.ALL_IN_ONE, rfc=rfc, password=password)
        return started.id_job

    async def watched(self, job: str, state: str) -> Job:
        """What a worker's checks make of the job, until it is in a state."""
        deps = TaskDeps(self.api.store, self.syncfy, self.api.parts.queue)
        async with patience():
            while True:
                found = await jobs.get(self.api.store, parse_global_id(job)[1])
                assert found is not None
                if found.state == state:
                    return found
                await watch.check(deps, found.id, found.check)
                await asyncio.sleep(0.01)

    async def reached(self, job: str, code: int) -> Job:
        """What a worker's checks make of the job, until Syncfy has told a code of it."""
        deps = TaskDeps(self.api.store, self.syncfy, self.api.parts.queue)
        async with patience():
            while True:
                found = await jobs.get(self.api.store, parse_global_id(job)[1])
                assert found is not None
                if code in found.codes:
                    return found
                await watch.check(deps, found.id, found.check)
                await asyncio.sleep(0.01)

    async def collected(self, credentials: int = 4) -> None:
        """Waits until the played run has made its credentials."""
        row = await self.api.store["taxpayers"].find_one({"_id": parse_global_id(self.taxpayer)[1]})
        assert row is not None
        user = row["syncfy_user_id"]

        async def made() -> bool:
            return len([c for c in await self.syncfy.credentials(user) if c.dt_ready]) >= credentials

        await eventually("the credentials", made)

    async def ended(self, job: str) -> None:
        """Ends a job here, as a worker would that sees it end."""
        await jobs.change(self.api.store, parse_global_id(job)[1], lambda job: machine.expire(job, now(), "a test"))

    def a_day_later(self) -> None:
        """At Syncfy: what it allows once a day is allowed again."""
        self.days_later[0] += 1


@asynccontextmanager
async def connecting(api: Api, rfc: str = "EKU9003173C9") -> AsyncIterator[Connecting]:
    made = await api.data(CREATE, {"rfc": rfc, "name": "Escuela Kemper"})
    taxpayer = made["createTaxpayer"]["taxpayer"]["id"]
    days = [0]
    async with played_syncfy(clock=lambda: wall_clock() + timedelta(days=days[0])) as syncfy:
        api.talks_to(syncfy)
        yield Connecting(api, syncfy, taxpayer, days)
