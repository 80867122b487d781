"""Fixtures for every test that needs a store or the API (tests/support.py), and one MongoDB for all test processes."""

import signal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.mongod import url_for_run
from tests.support import api, database, databases, module_database, mongodb_url, store

__all__ = ["api", "database", "databases", "module_database", "mongodb_url", "store"]

# A shell has what it puts in the background ignore Ctrl-C, and processes of tests would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says something of the machine and nothing of the product.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a process of xdist, before it starts, where the store is."""
    node.workerinput["mongodb_url"] = url_for_run(node.config)
