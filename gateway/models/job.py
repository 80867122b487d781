"""Job: one run of a connection, with a Step for each site that takes part. Values: a change makes a new one.

The keys of a stored row are these names (`_id` for `id`); gateway/store/jobs.py alone reads and writes rows. What has
a default here is a key that rows of an earlier version may lack.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.syncfy.codes import Advice
from gateway.syncfy.sites import Site


class JobState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    AWAITING_INPUT = "AWAITING_INPUT"
    SUCCEEDED = "SUCCEEDED"
    PARTIALLY_SUCCEEDED = "PARTIALLY_SUCCEEDED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"

    @property
    def terminal(self) -> bool:
        return self in (JobState.SUCCEEDED, JobState.PARTIALLY_SUCCEEDED, JobState.FAILED, JobState.EXPIRED)


class StepState(StrEnum):
    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DOWNLOADING = "DOWNLOADING"
    DONE = "DONE"
    PARTIAL = "PARTIAL"
    EMPTY = "EMPTY"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"

    @property
    def terminal(self) -> bool:
        return self not in (StepState.WAITING, StepState.RUNNING, StepState.DOWNLOADING)


class JobOrigin(StrEnum):
    """The origin of a run: a mutation, Syncfy's widget in a browser, or Syncfy's own schedule."""

    CLIENT = "CLIENT"
    WIDGET = "WIDGET"
    SYNCFY = "SYNCFY"


class RetriedBy(StrEnum):
    SYNCFY = "SYNCFY"
    PERSON = "PERSON"
    GATEWAY = "GATEWAY"

    @classmethod
    def _missing_(cls, value: object) -> RetriedBy | None:
        """Read the word that rows of version 0.1 have for the gateway."""
        return cls.GATEWAY if value == "US" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The failure of a run or of a site, and who tries again. `code`: Syncfy's; None if it never took the run.

    gateway/jobs/failures.py makes it: `retry_at` and `advice` follow from the code and from `retries_by`. Rows of
    version 0.2 have no advice.
    """

    code: int | None
    message: str
    retries_by: RetriedBy = RetriedBy.PERSON
    retry_at: datetime | None = None
    advice: Advice | None = None

    @property
    def needs_person(self) -> bool:
        """Return True where nothing happens until the person follows `advice`."""
        return self.retries_by is RetriedBy.PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeOption:
    value: str
    label: str | None
    image: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeField:
    name: str
    type: str
    label: str | None
    image: str | None
    options: tuple[ChallengeOption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """Questions that SAT asks the person in the middle of a run: two-factor authentication, or a captcha."""

    fields: tuple[ChallengeField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    at: datetime
    state: JobState
    code: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The part of a job that is one site's."""

    site: Site
    state: StepState = StepState.WAITING
    code: int | None = None
    #: Syncfy's ids of the child that runs the site, and of the credential that it uses.
    job_id: str | None = None
    credential_id: str | None = None
    #: SAT has let this credential in, in this run or before.
    authorised: bool = False
    fetched_at: datetime | None = None
    documents: int = 0
    #: Of the documents that could be read: those that name the taxpayer, or nobody; and those that name another RFC.
    own: int = 0
    others: int = 0
    updated_at: datetime | None = None

    @property
    def of_others(self) -> bool:
        """Return True where documents came and every one of them names another RFC."""
        return self.others > 0 and self.own == 0


class ProblemCode(StrEnum):
    """The kind of a problem of a run that may have ended well all the same."""

    OTHER_RFC = "OTHER_RFC"
    INCOMPLETE = "INCOMPLETE"
    NOTHING_FOUND = "NOTHING_FOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem of a run at a site. `documents`: how many it is about; None where nobody knows."""

    code: ProblemCode
    site: Site
    documents: int | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    id: str
    taxpayer: str
    owner: str
    site: Site
    origin: JobOrigin
    state: JobState
    active: bool
    #: Syncfy's last status code of the run as a whole, and all of them, oldest first.
    code: int | None
    codes: tuple[int, ...]
    history: tuple[HistoryEntry, ...]
    steps: Mapping[Site, Step]
    #: Syncfy's ids of the jobs that All in One has fanned out to, sorted.
    child_ids: tuple[str, ...]
    challenge: Challenge | None
    failure: Failure | None
    #: The number and the date of the next check of its watch (tasks/watch.py).
    check: int
    check_at: datetime
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    version: int
    #: Sorts the jobs of a taxpayer by when they were made known here.
    order: str = ""
    #: The sites whose credentials it uses: no two running jobs of a client use the same one.
    holds: tuple[Site, ...] = ()
    #: The number of challenges that a person has answered, and when the last.
    answered: int = 0
    answered_at: datetime | None = None
    #: Syncfy's own id of the run: None until Syncfy has taken it, and in a run of its own schedule.
    syncfy_job_id: str | None = None
    syncfy_job_uuid: str | None = None


def new_job(
    *,
    id: str,
    taxpayer: str,
    owner: str,
    site: Site,
    origin: JobOrigin,
    sites: Iterable[Site],
    at: datetime,
    started_at: datetime | None = None,
    child: str | None = None,
    syncfy_job_id: str | None = None,
) -> Job:
    """Return a queued job. `at`: when it was made known here. `started_at`: when it began, if that was earlier.

    `child`: Syncfy's id of the run of a single site. The step has it from the first moment on: to others its place
    would be free, and the job of any run.
    """
    begun = started_at or at
    steps = {site: Step(site=site, job_id=child, updated_at=at if child else None) for site in sites}
    return Job(
        id=id,
        taxpayer=taxpayer,
        owner=owner,
        site=site,
        origin=origin,
        state=JobState.QUEUED,
        active=True,
        code=None,
        codes=(),
        history=(HistoryEntry(at=begun, state=JobState.QUEUED, code=None),),
        steps=steps,
        child_ids=(child,) if child else (),
        challenge=None,
        failure=None,
        check=0,
        check_at=begun,
        created_at=begun,
        updated_at=begun,
        finished_at=None,
        version=1,
        # Not by `begun`: what is told of a run outlives what was told of the parts that joined it.
        order=f"{at:%Y-%m-%dT%H:%M:%S.%f}|{id}",
        holds=tuple(sorted(steps)),
        syncfy_job_id=syncfy_job_id,
    )
