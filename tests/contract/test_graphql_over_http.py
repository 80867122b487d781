"""GraphQL over HTTP as its specification has it: the audits of npm's graphql-http against a real server."""

from __future__ import annotations

import json
from pathlib import Path

from tests.contract.conftest import Served
from tests.contract.node import HERE, run_node


def test_every_audit_passes(modules: Path, served: Served) -> None:
    audits = json.loads(run_node([HERE / "audits.js"], modules, served.variables))
    failing = [f"{a['id']} {a['status']}: {a['name']} ({a['reason']})" for a in audits if a["status"] != "ok"]
    assert failing == []
    assert len(audits) == 61
