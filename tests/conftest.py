"""Fixtures for every test that needs a store or the API: see tests/support.py."""

import signal

from tests.support import api, database, databases, module_database, mongodb_url, store

__all__ = ["api", "database", "databases", "module_database", "mongodb_url", "store"]

# A shell has what it puts in the background ignore Ctrl-C, and processes of tests would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
