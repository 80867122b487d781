"""The second factor: status 410, the wait for an answer, and what it leads to."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from gateway.sandbox.assets import digits_png
from gateway.sandbox.scenarios import Challenge
from gateway.sandbox.state import Job
from gateway.sandbox.world import World

ANSWER = "123456"
_OTHER = "654321"


def twofa_url(job: Job) -> str:
    return f"{job.base_url}/v1/jobs/{job.id}/twofa"


def question(challenge: Challenge) -> dict[str, Any]:
    """The one element of `twofa`; the answer's name is `token` in all of them."""
    if challenge is Challenge.CAPTCHA:
        picture = base64.b64encode(digits_png(ANSWER)).decode()
        return {"name": "token", "type": "text", "label": "Captcha", "imgBase64File": picture}
    if challenge is Challenge.OPTIONS:
        options = [
            {"value": value, "imgBase64File": base64.b64encode(digits_png(value)).decode()}
            for value in (_OTHER, ANSWER)
        ]
        return {"name": "token", "type": "options", "label": "Elige 123456", "options": options}
    return {"name": "token", "type": "text", "label": "Token"}


async def ask(world: World, job: Job, challenge: Challenge) -> int | None:
    """None for the right answer (after 103), 403 for another one, 411 for none in time."""
    answer = world.state.answers[job.id] = asyncio.get_running_loop().create_future()
    world.state.append_status(job.id, {"code": 410, "address": twofa_url(job), "twofa": [question(challenge)]})
    try:
        async with asyncio.timeout(world.options.twofa_timeout):
            given = await answer
    except TimeoutError:
        return 411
    finally:
        world.state.answers.pop(job.id, None)
    if given != ANSWER:
        return 403
    world.state.append_status(job.id, {"code": 103})
    return None
