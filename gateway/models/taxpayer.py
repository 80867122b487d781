"""Taxpayer: the root of a profile, as the use-cases and the workers need it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.models.job import Failure, JobState, StepState


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionResult:
    """How the last connection stands, as a whole."""

    state: JobState
    code: int | None
    at: datetime
    failure: Failure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindResult:
    """How the site of one kind of documents stands in a job; it stays so when the state is terminal."""

    state: StepState
    code: int | None
    at: datetime
    failure: Failure | None
