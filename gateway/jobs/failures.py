"""Why a run or one of its sites failed, and who moves next: Syncfy by itself, the person, or the gateway (pure).

Syncfy runs a credential again by itself after a 5xx if it is authorised: SAT has let it in before, or did in this very
run (it reached 102). A 4xx waits for the person. Before SAT ever let anybody in, nobody but the person can try again:
the password is kept by nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from gateway.syncfy import codes
from gateway.syncfy.sites import Site

Row = dict[str, Any]
_LET_IN = 102


class RetriedBy(StrEnum):
    SYNCFY = "SYNCFY"
    PERSON = "PERSON"
    GATEWAY = "GATEWAY"


def failure(code: int, at: datetime, *, authorised: bool) -> Row:
    """`at`: when it failed. `authorised`: SAT lets this credential in, as far as anybody knows."""
    info = codes.info(code)
    by = RetriedBy.SYNCFY if info.syncfy_retries and authorised else RetriedBy.PERSON
    return {
        "code": code,
        "needs_person": info.needs_person,
        "retries_by": by,
        "retry_at": _next(info.again_after, at),
        "message": info.name,
    }


def given_up(row: Mapping[str, Any], message: str) -> Row:
    """Nobody can tell how it ended. What Syncfy took, we look for ourselves; what it never took, only a person can."""
    taken = bool(row.get("syncfy_job_id") or row["child_ids"])
    by = RetriedBy.GATEWAY if taken else RetriedBy.PERSON
    return {"code": row["code"], "needs_person": False, "retries_by": by, "retry_at": None, "message": message}


def of_step(row: Mapping[str, Any], step: Mapping[str, Any], at: datetime) -> Row | None:
    """The failure of one site; None where it did not fail."""
    if step["state"] == "FAILED" and step["code"] is not None:
        return failure(step["code"], at, authorised=step_authorised(row, step))
    return None


def step_authorised(row: Mapping[str, Any], step: Mapping[str, Any]) -> bool:
    """Sites of documents have no credential that Syncfy could run again."""
    if Site(step["site"]).delivers_documents:
        return False
    return bool(step.get("authorised")) or _LET_IN in row["codes"]


def run_authorised(row: Mapping[str, Any]) -> bool:
    return _LET_IN in row["codes"] or any(step.get("authorised") for step in row["steps"].values())


def _next(after: timedelta | None, at: datetime) -> datetime | None:
    return at + after if after is not None else None
