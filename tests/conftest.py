"""Fixtures for every test that needs a store or the API: see tests/support.py."""

from tests.support import api, database, mongodb_url, store

__all__ = ["api", "database", "mongodb_url", "store"]
