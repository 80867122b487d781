"""The second factor: status 410, the wait for an answer, and its result."""

from __future__ import annotations

import asyncio
import base64

from gateway.sandbox.assets import digits_png
from gateway.sandbox.context import Context
from gateway.sandbox.scenarios import Challenge
from gateway.sandbox.state import Job, Option, Question, Status

ANSWER = "123456"
_OTHER = "654321"
WORD = "sat"


def twofa_url(job: Job) -> str:
    return f"{job.base_url}/v1/jobs/{job.id}/twofa"


def questions(challenge: Challenge) -> tuple[Question, ...]:
    """Return the elements of `twofa`: one named `token`, and in one scenario a second."""
    if challenge is Challenge.QUESTIONS:
        return _question(challenge), Question("word", "password", "Palabra")
    return (_question(challenge),)


def _question(challenge: Challenge) -> Question:
    if challenge is Challenge.CAPTCHA:
        return Question("token", "text", "Captcha", picture=_picture(ANSWER))
    if challenge is Challenge.OPTIONS:
        options = tuple(Option(value, _picture(value)) for value in (_OTHER, ANSWER))
        return Question("token", "options", "Elige 123456", options=options)
    return Question("token", "text", "Token")


def _picture(digits: str) -> str:
    return base64.b64encode(digits_png(digits)).decode()


async def ask(context: Context, job: Job, challenge: Challenge) -> int | None:
    """Ask and wait. Returns None for the right answer (after 103), 403 for another, 411 for none in time."""
    answer = context.state.answers[job.id] = asyncio.get_running_loop().create_future()
    context.state.append_status(job.id, Status(410, twofa_url(job), questions(challenge)))
    try:
        async with asyncio.timeout(context.options.twofa_timeout):
            given = await answer
    except TimeoutError:
        return 411
    finally:
        context.state.answers.pop(job.id, None)
    right = {"token": ANSWER} | ({"word": WORD} if challenge is Challenge.QUESTIONS else {})
    # One answer to one question counts whatever it is called: old clients name it as they like.
    if given != right and (len(right) > 1 or list(given.values()) != [ANSWER]):
        return 403
    context.state.append_status(job.id, Status(103))
    return None
