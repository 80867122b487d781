"""The filter and the orders of jobs."""

from __future__ import annotations

from enum import Enum

import strawberry

from resolvers.enums import JobOrigin, JobState
from resolvers.filters.inputs import InstantRange, filter_input, optional
from resolvers.lists.paginated import listing


@filter_input("jobs")
class JobFilter:
    state: list[JobState] | None = optional("State of the job.")
    origin: list[JobOrigin] | None = optional("Who started the job.")
    active: bool | None = optional("Whether the job has not ended yet.")
    created_at: InstantRange | None = optional("When the job was started.")
    finished_at: InstantRange | None = optional("When the job ended.")


@strawberry.enum(description="Order of a list of jobs.")
class JobOrder(Enum):
    CREATED_AT_DESC = strawberry.enum_value("CREATED_AT_DESC", description="Newest first, by start.")
    CREATED_AT_ASC = strawberry.enum_value("CREATED_AT_ASC", description="Oldest first, by start.")


jobs_of = listing("jobs", JobFilter, JobOrder, "jobs")
