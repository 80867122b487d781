"""Fixtures for every test that needs a store or the API (tests/support.py), and one MongoDB for all test processes.

    pytest --quick      only the tests that need no server

A module of tests whose store functions mongomock does faithfully says `ENGINES = ("mongomock", "mongod")`: each of its
tests that takes a store runs on both, and so tells whether the two say the same. One that mongomock gets wrong says
`@MONGOD_ALONE` (tests/mongomock.py) and why.
"""

import signal
from pathlib import Path
from typing import Any

import pytest

from tests.budget import be_quick
from tests.mongod import url_for_run
from tests.support import address, api, database, databases, engine, module_database, mongodb_url, store

__all__ = ["address", "api", "database", "databases", "engine", "module_database", "mongodb_url", "store"]

# A shell has what it puts in the background ignore Ctrl-C, and processes of tests would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

_HERE = Path(__file__).parent
#: Folders whose tests start servers, browsers or Node by themselves.
_SLOW = [_HERE / name for name in ("browser", "contract", "graphql", "integration")]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="only the tests that need no server")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("quick"):
        be_quick()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return True if config.getoption("quick") and collection_path in _SLOW else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    engines = getattr(metafunc.module, "ENGINES", None)
    if engines is None or "engine" not in metafunc.fixturenames:
        return
    if not any(mark.args[0] == "engine" for mark in metafunc.definition.iter_markers("parametrize")):
        metafunc.parametrize("engine", engines, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("quick"):
        return
    served = [item for item in items if _needs_a_server(item)]
    config.hook.pytest_deselected(items=served)
    items[:] = [item for item in items if item not in served]


def _needs_a_server(item: pytest.Item) -> bool:
    asks = set(getattr(item, "fixturenames", ()))
    callspec = getattr(item, "callspec", None)
    in_process = callspec is not None and callspec.params.get("engine") == "mongomock"
    return "mongodb_url" in asks or ("address" in asks and not in_process)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out whole files, in order: what takes long comes first, and the many small files fill up the end.

    The browser's tests share a service and go to one process.
    """
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "browser" if nodeid.startswith("tests/browser/") else str(super()._split_scope(nodeid))

    config.option.loadscopereorder = False
    return ByFile(config, log) if config.option.dist == "loadfile" else None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a process of xdist, before it starts, where the store is."""
    if not node.config.getoption("quick"):
        node.workerinput["mongodb_url"] = url_for_run(node.config)
