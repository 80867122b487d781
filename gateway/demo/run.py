"""The demonstration's main job: a mutation starts a connection, subscriptions show it, a query shows the profile."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text
from websockets.exceptions import WebSocketException

from gateway.demo import operations
from gateway.demo.client import ConnectionLost, Data, DemoError, GraphQLClient
from gateway.demo.show import documents, landed

_ENDED = ("SUCCEEDED", "PARTIALLY_SUCCEEDED", "FAILED", "EXPIRED")
_RECONNECTIONS = 12
_STEP_ENDED = ("DONE", "EMPTY", "FAILED", "SKIPPED")


@dataclass(frozen=True, slots=True)
class Outcome:
    job: Data
    profile: Data


async def run(url: str, token: str, *, rfc: str, name: str, password: str, answer: str, console: Console) -> Outcome:
    """Everything over sockets to the public API; one that breaks is opened again, as every client should."""
    job: Data | None = None
    for attempt in range(_RECONNECTIONS):
        try:
            async with GraphQLClient.connected(url, token) as client:
                taxpayer = _taken(await client.run(operations.CREATE_TAXPAYER, {"rfc": rfc, "name": name}), "taxpayer")
                if job is None:
                    job = await _start(client, taxpayer["id"], password)
                    console.print(f"[bold]{rfc}[/]  connection started, job [dim]{job['id']}[/]")
                ended = await _follow(client, taxpayer["id"], job["id"], answer, console)
                profile = await client.run(operations.PROFILE, {"taxpayerId": taxpayer["id"]})
                return Outcome(ended, profile["taxpayer"])
        except (ConnectionLost, WebSocketException, OSError):
            console.print("[yellow]the API went away: connecting again[/]")
            await asyncio.sleep(min(0.5 * 2**attempt, 5))
    raise DemoError("the API does not come back")


async def _start(client: GraphQLClient, taxpayer: str, password: str) -> Data:
    data = await client.run(operations.START_CONNECTION, {"taxpayerId": taxpayer, "password": password})
    errors = data["startConnection"]["errors"]
    if errors and errors[0]["code"] == "ALREADY_RUNNING":
        # A demonstration that was stopped in the middle of one: go on with it.
        latest = await client.run(operations.LATEST_JOB, {"taxpayerId": taxpayer})
        job: Data = latest["taxpayer"]["latestJob"]
        return job
    return _taken(data, "job")


async def _follow(client: GraphQLClient, taxpayer: str, job: str, answer: str, console: Console) -> Data:
    """Shows the job's states and the documents as they land, until the job has ended."""
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
        asked: Data | None = None

        async def count() -> None:
            async for data in client.subscribe(operations.SYNC_STATUS, {"taxpayerId": taxpayer}):
                progress.update(bar, documents=documents(landed(data["syncStatus"])))

        counting = asyncio.create_task(count())
        try:
            async for data in client.subscribe(operations.JOB_STATUS, {"jobId": job}):
                seen = data["jobStatus"]
                _show_state(progress, bar, seen, shown)
                challenge = seen["challenge"] if seen["state"] == "AWAITING_INPUT" else None
                if challenge and challenge != asked:
                    await _answer(client, job, challenge, answer, progress.console)
                asked = challenge
                if seen["state"] in _ENDED:
                    return dict(seen)
        finally:
            counting.cancel()
            await asyncio.gather(counting, return_exceptions=True)
    raise DemoError("the job's subscription ended before the job did")


def _show_state(progress: Progress, bar: TaskID, job: Data, shown: dict[str, str]) -> None:
    """A line for each new state of the job and of each site; the bar counts the sites that have ended."""
    ended_steps = [step for step in job["steps"] if step["state"] in _STEP_ENDED]
    lines = {step["site"]: f"{step['state']}  {documents(step['documents'])}" for step in ended_steps}
    lines["job"] = f"{job['state']}  {job['code'] or ''}"
    for what, words in lines.items():
        if shown.get(what) != words:
            shown[what] = words
            progress.console.print(f"  [dim]{what.lower():<20}[/] {words}")
    progress.update(bar, completed=len(ended_steps), total=len(job["steps"]), description=job["state"].lower())


async def _answer(client: GraphQLClient, job: str, challenge: Data, answer: str, console: Console) -> None:
    document = """
    mutation Answer($jobId: ID!, $answers: [ChallengeAnswer!]!) {
      answerChallenge(input: {jobId: $jobId, answers: $answers}) { errors { code message } }
    }
    """
    answers = [{"name": field["name"], "value": answer} for field in challenge["fields"]]
    for field in challenge["fields"]:
        console.print(Text(f"  asked for: {field['label'] or field['name']} → answered {answer}"))
    data = await client.run(document, {"jobId": job, "answers": answers})
    for error in data["answerChallenge"]["errors"]:
        console.print(Text(f"  the answer was not taken: {error['message']}", style="yellow"))


def _taken(data: Data, what: str) -> Data:
    """The object of a mutation's payload; its errors are the demonstration's."""
    payload = next(iter(data.values()))
    if payload["errors"]:
        raise DemoError("; ".join(f"{error['code']}: {error['message']}" for error in payload["errors"]))
    taken: Data = payload[what]
    return taken
