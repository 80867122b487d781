"""How MongoDB answers a command: the plan that it chooses, and every command that passes while something runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pymongo import monitoring

from gateway.store.mongo import Row, Store

#: Commands that look for rows. An insert looks for none.
LOOKING = ("find", "aggregate", "count", "distinct", "update", "delete", "findAndModify")
_OF_THE_SESSION = ("lsid", "$db", "$clusterTime", "txnNumber", "writeConcern", "readConcern", "$readPreference")
_BY_ID = ("IDHACK", "EXPRESS_IXSCAN")
# Text that tells one shape of a query from another: a code or a path, not an id.
_WORD = re.compile(r"\$?[A-Za-z_.$]+")


@dataclass(frozen=True, slots=True)
class Plan:
    """The winning plan of one command, and what it looked at when it ran."""

    #: Names of the indexes that it reads.
    indexes: frozenset[str]
    #: It reads a whole collection, itself or in a $lookup.
    scans: bool
    #: It sorts documents in memory before it gives the first. Sorts of a few groups do not count.
    sorts: bool
    #: The indexes that the planner tried beside those, and did not take.
    rejected: int
    keys: int
    documents: int
    returned: int


async def explained(store: Store, command: Mapping[str, Any]) -> Plan:
    """Runs a find, an aggregate or a write as MongoDB explains it; a write writes nothing."""
    asked = {key: value for key, value in command.items() if key not in _OF_THE_SESSION}
    return plan_in(await store.db.command("explain", asked, verbosity="executionStats"))


def plan_in(told: Mapping[str, Any]) -> Plan:
    """The plan in an answer of `explain`: of one at its top or behind a `$cursor`, of either of MongoDB's engines."""
    access = [one for one in _all(told) if "queryPlanner" in one]
    planners = [one["queryPlanner"] for one in access]
    trees = [planner["winningPlan"].get("queryPlan", planner["winningPlan"]) for planner in planners]
    stages = [stage for tree in trees for stage in _all(tree) if "stage" in stage]
    ran = [one["executionStats"] for one in access if "executionStats" in one]
    return Plan(
        indexes=frozenset(
            [stage["indexName"] for stage in stages if "indexName" in stage]
            + ["_id_" for stage in stages if stage["stage"] in _BY_ID and "indexName" not in stage]
        ),
        scans=any(stage["stage"] == "COLLSCAN" for stage in stages)
        or any(one.get("collectionScans", 0) not in (0, "0") for one in _all(told))
        or any(stage.get("strategy") == "NestedLoopJoin" for stage in stages),
        sorts=any(_sorts_documents(tree) for tree in trees),
        rejected=sum(len(planner.get("rejectedPlans", [])) for planner in planners),
        keys=sum(one["totalKeysExamined"] for one in ran),
        documents=sum(one["totalDocsExamined"] for one in ran),
        returned=sum(one["nReturned"] for one in ran),
    )


def _all(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every document within a document."""
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from _all(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _all(inner)


def _sorts_documents(tree: Mapping[str, Any]) -> bool:
    sorting = (stage for stage in _all(tree) if str(stage.get("stage", "")).startswith("SORT"))
    return any(
        stage["stage"] != "SORT_MERGE" and not any(below.get("stage") == "GROUP" for below in _all(stage))
        for stage in sorting
    )


class Recorder(monitoring.CommandListener):
    """Keeps the commands that a database gets, from every client that is made after this was registered."""

    def __init__(self) -> None:
        self._database: str | None = None
        self.commands: list[Row] = []

    @contextmanager
    def recording(self, database: str) -> Iterator[Recorder]:
        self._database, self.commands = database, []
        try:
            yield self
        finally:
            self._database = None

    @property
    def names(self) -> list[str]:
        return [next(iter(command)) for command in self.commands]

    @property
    def shapes(self) -> dict[str, Row]:
        """What looks for rows, one command of each shape."""
        looking = [one for command in self.commands if next(iter(command)) in LOOKING for one in _each(command)]
        return {shape_of(command): command for command in looking}

    def finds(self, collection: str) -> list[Row]:
        return [command for command in self.commands if command.get("find") == collection]

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.database_name == self._database and not _is_of_a_stream(event.command):
            self.commands.append(dict(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


def _is_of_a_stream(command: Mapping[str, Any]) -> bool:
    """True of the API's change stream, which goes on beside whatever is recorded: it is of no one collection."""
    return next(iter(command.values())) == 1 or command.get("collection") == "$cmd.aggregate"


def _each(command: Row) -> list[Row]:
    """A bulk of writes as single ones: MongoDB explains no more than one."""
    for many in ("updates", "deletes"):
        if many in command:
            return [{**command, many: [one]} for one in command[many]]
    return [command]


def shape_of(command: Row) -> str:
    """What a command has in common with those that ask the same for other values."""
    name = next(iter(command))
    if name in ("update", "delete"):
        asked = command["updates" if name == "update" else "deletes"][0]["q"]
    else:
        asked = {key: command[key] for key in ("filter", "query", "sort", "pipeline", "limit") if key in command}
    return f"{name} {command[name]} {_shape(asked)}"


def _shape(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_shape(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(dict.fromkeys(map(_shape, value))) + "]"
    if isinstance(value, bool) or value is None or (isinstance(value, str) and _WORD.fullmatch(value)):
        return str(value)
    return type(value).__name__


#: One for the whole process: pymongo knows no way to take a listener back. It keeps nothing unless it records.
recorder = Recorder()
monitoring.register(recorder)
