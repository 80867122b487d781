"""The supervisor and its leashes as real processes: restarted, killed, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.embedded.leash import leashed
from gateway.embedded.supervisor import Supervisor
from tests.integration.embedding import (
    line,
    lives,
    script,
)
from tests.waiting import eventually_sync


@dataclass
class Tree:
    """A command that starts another one: the worker and what it forks."""

    pid: int
    child: int


TREE = "sleep 3600 & echo $$ $! > {file}; wait"


def grown(file: Path) -> Tree:
    eventually_sync("the tree", lambda: file.exists() and len(file.read_text().split()) == 2)
    return Tree(*map(int, file.read_text().split()))


def test_a_leash_gives_the_exit_code_of_its_command() -> None:
    codes = [
        subprocess.run(leashed(["sh", "-c", c]), start_new_session=True).returncode for c in ("exit 7", "kill -9 $$")
    ]
    assert codes == [7, 137]
    assert subprocess.run(leashed(["/no/such/file"]), start_new_session=True, stderr=subprocess.PIPE).returncode == 127


FEW_FILES = """
    import resource, subprocess
    from gateway.embedded.leash import leashed
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    subprocess.run(leashed(["sh", "-c", "ulimit -n"]), start_new_session=True, check=True)
"""


def test_a_command_may_open_more_files_than_its_parent() -> None:
    with script(FEW_FILES) as parent:
        assert line(parent) > 256


SUPERVISED = """
    import sys, time
    from pathlib import Path
    from gateway.embedded.supervisor import Supervisor
    with Supervisor(Path(sys.argv[1])) as supervisor:
        supervisor.start("tree", ["sh", "-c", sys.argv[2]])
        print("true", flush=True)
        time.sleep(3600)
"""


def test_a_whole_tree_goes_with_a_parent_killed_with_9(tmp_path: Path) -> None:
    with script(SUPERVISED, tmp_path, TREE.format(file=tmp_path / "tree")) as parent:
        line(parent)
        tree = grown(tmp_path / "tree")
        parent.kill()
        parent.wait()
        eventually_sync("its end", lambda: not lives(tree.pid) and not lives(tree.child))


def test_a_child_that_dies_is_started_again_ever_more_slowly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.embedded.supervisor.HEALTHY_AFTER", 3600)  # however late its end is seen
    said: list[str] = []
    with Supervisor(tmp_path, announce=said.append) as supervisor:
        supervisor.start("steady", ["sleep", "3600"])
        supervisor.start("fragile", ["sh", "-c", 'echo "here $GREETING"; exit 3'], {"GREETING": "I am"})
        eventually_sync("three deaths", lambda: supervisor.deaths("fragile") >= 3)
        assert supervisor.alive()["steady"]
        assert supervisor.deaths("steady") == 0
    assert [text.rsplit(" in ")[1] for text in said[:3]] == ["0.2 s", "0.4 s", "0.8 s"]
    assert (tmp_path / "logs" / "fragile.log").read_text().startswith("here I am\n" * 3)
    assert supervisor.alive() == {}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the command with its leash")
def test_a_command_does_not_outlive_its_leash(tmp_path: Path) -> None:
    leash = subprocess.Popen(leashed(["sh", "-c", TREE.format(file=tmp_path / "tree")]), start_new_session=True)
    tree = grown(tmp_path / "tree")
    leash.kill()
    leash.wait()
    eventually_sync("its end", lambda: not lives(tree.pid))
    os.kill(tree.child, signal.SIGKILL)  # what it forked is the supervisor's to end


def test_a_child_that_will_not_end_is_killed(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path, grace=0.5)
    supervisor.start("stubborn", ["sh", "-c", "trap '' TERM; " + TREE.format(file=tmp_path / "tree")])
    tree = grown(tmp_path / "tree")
    supervisor.stop()  # without a kill it would wait for an hour
    assert not lives(tree.pid)
    assert not lives(tree.child)


def test_a_long_log_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.embedded.supervisor.LOG_LIMIT", 10)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "talker.log").write_text("said long ago")
    with Supervisor(tmp_path) as supervisor:
        supervisor.start("talker", ["sh", "-c", "echo now; sleep 3600"])
        eventually_sync("the new log", lambda: supervisor.log("talker").read_text() == "now\n")
    assert (tmp_path / "logs" / "talker.log.1").read_text() == "said long ago"
