"""Measured runs of this service beside hand-written peers. Never part of the tests, never imported by the service."""
