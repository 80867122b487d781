"""Problems of a run beside its failure: a run that ended well may have brought a part, or somebody else's documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.jobs.steps import EMPTY_CODES, PARTIAL_CODES
from gateway.models.job import Problem, ProblemCode, Step
from gateway.syncfy import codes
from gateway.syncfy.sites import Site

#: PartialTransactions: some of the sites were empty.
_SOME_EMPTY = 203


def of_run(site: Site, code: int | None, steps: Mapping[Site, Step]) -> list[Problem]:
    """Return the problems of a run so far, in the order of the sites. `code`: Syncfy's last of the run as a whole."""
    ordered = [steps[one] for one in Site if one in steps]
    found = [problem for step in ordered for problem in _of_step(step, code)]
    told = {problem.code for problem in found}
    if code in PARTIAL_CODES and not told & {ProblemCode.INCOMPLETE, ProblemCode.NOTHING_FOUND}:
        found.append(_incomplete(site, code))
    return found


def _of_step(step: Step, code_of_run: int | None) -> Iterator[Problem]:
    if step.others:
        message = f"{step.others} documents name another RFC: they are kept, and count in no figure"
        yield Problem(code=ProblemCode.OTHER_RFC, site=step.site, documents=step.others, message=message)
    if step.code in PARTIAL_CODES:
        yield _incomplete(step.site, step.code)
    if step.code in EMPTY_CODES and code_of_run == _SOME_EMPTY and not step.documents:
        message = "Syncfy found nothing here, and says that the run as a whole is partial"
        yield Problem(code=ProblemCode.NOTHING_FOUND, site=step.site, documents=None, message=message)


def _incomplete(site: Site, code: int | None) -> Problem:
    name = "" if code is None else f" ({code} {codes.info(code).name})"
    message = f"Syncfy delivered a part of the documents{name}: how many are missing is unknown"
    return Problem(code=ProblemCode.INCOMPLETE, site=site, documents=None, message=message)
