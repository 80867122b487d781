"""`python -m gateway`: the same as `sat-gateway`."""

from __future__ import annotations

from gateway.cli import main

main()
