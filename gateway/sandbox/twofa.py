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
WORD = "sat"


def twofa_url(job: Job) -> str:
    return f"{job.base_url}/v1/jobs/{job.id}/twofa"


def questions(challenge: Challenge) -> list[dict[str, Any]]:
    """The elements of `twofa`: one whose answer's name is `token`, and in one scenario a second."""
    word = {"name": "word", "type": "password", "label": "Palabra"}
    return [_question(challenge), *([word] if challenge is Challenge.QUESTIONS else [])]


def _question(challenge: Challenge) -> dict[str, Any]:
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
    world.state.append_status(job.id, {"code": 410, "address": twofa_url(job), "twofa": questions(challenge)})
    try:
        async with asyncio.timeout(world.options.twofa_timeout):
            given = await answer
    except TimeoutError:
        return 411
    finally:
        world.state.answers.pop(job.id, None)
    right = {"token": ANSWER} | ({"word": WORD} if challenge is Challenge.QUESTIONS else {})
    # One answer to one question counts whatever it is called: old clients name it as they like.
    if given != right and (len(right) > 1 or list(given.values()) != [ANSWER]):
        return 403
    world.state.append_status(job.id, {"code": 103})
    return None
