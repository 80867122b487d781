"""The demonstration's main job: a mutation starts a connection, subscriptions follow it, a query reads the profile."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text
from websockets.exceptions import WebSocketException

from gateway.demo import answers, operations
from gateway.demo.client import ConnectionLost, DemoError, GraphQLClient
from gateway.demo.terminal import documents, stored

_ENDED = ("SUCCEEDED", "PARTIALLY_SUCCEEDED", "FAILED", "EXPIRED")
_RECONNECTIONS = 12
_STEP_ENDED = ("DONE", "PARTIAL", "EMPTY", "FAILED", "SKIPPED")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The job's last state, and the profile after it."""

    job: answers.JobStatus
    profile: answers.Profile


async def run(url: str, token: str, *, rfc: str, name: str, password: str, answer: str, console: Console) -> Outcome:
    """Connect a taxpayer to SAT and return how that ended. A lost socket is opened again, as every client should.

    Raises DemoError when the API refuses an operation or stays away.
    """
    job: answers.Job | None = None
    for attempt in range(_RECONNECTIONS):
        try:
            async with GraphQLClient.connected(url, token) as client:
                taxpayer = await _create(client, rfc, name)
                if job is None:
                    job = await _start(client, taxpayer, password)
                    console.print(f"[bold]{rfc}[/]  connection started, job [dim]{job.id}[/]")
                ended = await _follow(client, taxpayer, job.id, answer, console)
                data = await client.run(operations.PROFILE, {"taxpayerId": taxpayer})
                return Outcome(ended, answers.TaxpayerProfile.read(data).taxpayer)
        except (ConnectionLost, WebSocketException, OSError):
            console.print("[yellow]the API went away: connecting again[/]")
            await asyncio.sleep(min(0.5 * 2**attempt, 5))
    raise DemoError("the API does not come back")


async def _create(client: GraphQLClient, rfc: str, name: str) -> str:
    data = await client.run(operations.CREATE_TAXPAYER, {"rfc": rfc, "name": name})
    payload = answers.TaxpayerCreated.read(data).create_taxpayer
    if payload.taxpayer is None:
        raise _refused(payload.errors)
    return payload.taxpayer.id


async def _start(client: GraphQLClient, taxpayer: str, password: str) -> answers.Job:
    data = await client.run(operations.START_CONNECTION, {"taxpayerId": taxpayer, "password": password})
    payload = answers.ConnectionStarted.read(data).start_connection
    if payload.errors and payload.errors[0].code == "ALREADY_RUNNING":
        # An earlier demonstration was stopped in the middle of a run: follow that one.
        latest = await client.run(operations.LATEST_JOB, {"taxpayerId": taxpayer})
        return answers.LatestJob.read(latest).taxpayer.latest_job
    if payload.job is None:
        raise _refused(payload.errors)
    return payload.job


async def _follow(client: GraphQLClient, taxpayer: str, job: str, answer: str, console: Console) -> answers.JobStatus:
    """Show the job's states and the number of stored documents until the job has ended."""
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[documents]}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    with progress:
        bar = progress.add_task("connecting", total=6, documents=documents(0))
        shown: dict[str, str] = {}
        asked: answers.Challenge | None = None

        async def count() -> None:
            async for data in client.subscribe(operations.SYNC_STATUS, {"taxpayerId": taxpayer}):
                sync = answers.SyncChanged.read(data).sync_status
                progress.update(bar, documents=documents(stored(sync)))

        counting = asyncio.create_task(count())
        try:
            async for data in client.subscribe(operations.JOB_STATUS, {"jobId": job}):
                seen = answers.JobChanged.read(data).job_status
                _show_state(progress, bar, seen, shown)
                challenge = seen.challenge if seen.state == "AWAITING_INPUT" else None
                if challenge and challenge != asked:
                    await _answer(client, job, challenge, answer, progress.console)
                asked = challenge
                if seen.state in _ENDED:
                    return seen
        finally:
            counting.cancel()
            await asyncio.gather(counting, return_exceptions=True)
    raise DemoError("the job's subscription ended before the job did")


def _show_state(progress: Progress, bar: TaskID, job: answers.JobStatus, shown: dict[str, str]) -> None:
    """Print a line for each new state of the job and of each site; the bar counts the sites that have ended."""
    ended_steps = [step for step in job.steps if step.state in _STEP_ENDED]
    lines = {step.site: f"{step.state}  {documents(step.documents)}" for step in ended_steps}
    lines["job"] = f"{job.state}  {job.code or ''}"
    for subject, state in lines.items():
        if shown.get(subject) != state:
            shown[subject] = state
            progress.console.print(f"  [dim]{subject.lower():<20}[/] {state}")
    progress.update(bar, completed=len(ended_steps), total=len(job.steps), description=job.state.lower())


async def _answer(client: GraphQLClient, job: str, challenge: answers.Challenge, answer: str, console: Console) -> None:
    for field in challenge.fields:
        console.print(Text(f"  asked for: {field.label or field.name} → answered {answer}"))
    given = [{"name": field.name, "value": answer} for field in challenge.fields]
    data = await client.run(operations.ANSWER_CHALLENGE, {"jobId": job, "answers": given})
    for error in answers.ChallengeAnswered.read(data).answer_challenge.errors:
        console.print(Text(f"  the answer was not taken: {error.message}", style="yellow"))


def _refused(errors: list[answers.UserError]) -> DemoError:
    return DemoError("; ".join(f"{error.code}: {error.message}" for error in errors))
