"""Jobs: POST /jobs and its other names, status history, second factor, and the status WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from gateway.sandbox.context import Context
from gateway.sandbox.credentials import login_of, pull_answer, search_of, start_credential_run
from gateway.sandbox.endpoint import Call, endpoint, endpoints
from gateway.sandbox.envelope import bad_request, not_found
from gateway.sandbox.params import mapping, text
from gateway.sandbox.run import Run, new_job, play
from gateway.sandbox.state import Job
from gateway.sandbox.tables import SITES, runs_as_job


async def create_job(call: Call) -> dict[str, Any]:
    """Start a run: `{"id_site", "input": {"rfc", "password"}}`. The answer of All in One has no id_credential."""
    id_site = text(call.params, "id_site")
    if id_site not in SITES:
        raise bad_request()
    rfc, scenario = login_of(mapping(call.params, "input") or mapping(call.params, "credentials"))
    search = search_of(call.params)
    site = SITES[id_site][0]
    context, user = call.context, call.user
    if not runs_as_job(site):
        return start_credential_run(context, user, id_site, (rfc, scenario), call.base_url, search)
    job = new_job(context, user, id_site, site, rfc, call.base_url, None)
    context.background.spawn(play(context, Run(job, user, scenario, search), is_new=False), owner=user.id)
    return pull_answer(job)


async def create_opendata_pull(call: Call) -> dict[str, Any]:
    """Start a run, with the names of 2023 in the answer: id_pull and id_pull_uuid."""
    answer = await create_job(call)
    names = {"id_job": "id_pull", "id_job_uuid": "id_pull_uuid"}
    return {names.get(name, name): value for name, value in answer.items()}


def _own_job(call: Call) -> Job:
    job = call.context.state.jobs.get(call.path["id_job"])
    if job is None or job.id_user != call.user.id:
        raise not_found()
    return job


async def get_status(call: Call) -> list[Any]:
    """List all statuses, oldest first."""
    return [msgspec.to_builtins(status) for status in _own_job(call).statuses]


async def answer_twofa(call: Call) -> bool:
    """Take an answer, `{"twofa": {"token": "123456"}}`; 400 when the job waits for none."""
    job, answers = _own_job(call), mapping(call.params, "twofa")
    waiting = call.context.state.answers.get(job.id)
    if waiting is None or waiting.done() or not answers:
        raise bad_request()
    waiting.set_result({str(name): str(value) for name, value in answers.items()})
    return True


async def stream_status(websocket: WebSocket) -> None:
    """Send the statuses so far, then each new one, and close after the terminal one.

    There is no authentication, as the widget sends none: the job's id is the secret.
    """
    context: Context = websocket.app.state.context
    id_job = websocket.path_params["id_job"]
    if id_job not in context.state.jobs:
        await websocket.close(1008)
        return
    await websocket.accept()
    gone = asyncio.ensure_future(_gone(websocket))
    try:
        await _send_statuses(context, websocket, id_job, gone)
    except WebSocketDisconnect:  # it left between two frames
        return
    finally:
        gone.cancel()


async def _send_statuses(context: Context, websocket: WebSocket, id_job: str, gone: asyncio.Future[None]) -> None:
    sent = 0
    while (job := context.state.jobs.get(id_job)) is not None:
        for status in job.statuses[sent:]:
            await websocket.send_text(msgspec.json.encode(status).decode())
        sent = len(job.statuses)
        if job.ended:
            break
        more = asyncio.ensure_future(context.state.status_after(id_job, sent))
        try:
            await asyncio.wait({more, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            more.cancel()
        if gone.done():
            return
    await websocket.close()


async def _gone(websocket: WebSocket) -> None:
    """Read and ignore messages until the client leaves."""
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        return


def routes() -> Sequence[BaseRoute]:
    return [
        *endpoints("POST", ("/jobs", "/jobs/pulls", "/pulls"), create_job),
        endpoint("POST", "/opendata/pulls", create_opendata_pull),
        *endpoints(
            "GET", ("/jobs/{id_job}/status", "/pulls/{id_job}/status", "/opendata/pulls/{id_job}/status"), get_status
        ),
        *endpoints(
            "POST", ("/jobs/{id_job}/twofa", "/pulls/{id_job}/twofa", "/opendata/pulls/{id_job}/twofa"), answer_twofa
        ),
        WebSocketRoute("/v1/status/{id_job}", stream_status),
    ]
