"""CPU time of another process: what a request costs, however busy the machine is with other work."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from pathlib import Path

_CPUCLOCK_SCHED = 2


def seconds_used(pid: int) -> float:
    """User and system CPU seconds that the process has used so far, all its threads together.

    On Linux this is the clock of clock_getcpuclockid(3), in nanoseconds: /proc/<pid>/stat counts the same time in
    ticks of 10 ms, too coarse for a round of two seconds. Elsewhere `ps` says it to the hundredth of a second.
    """
    if platform.system() == "Linux":
        return time.clock_gettime((~pid << 3) | _CPUCLOCK_SCHED)
    shown = subprocess.run(["ps", "-o", "time=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout
    total = 0.0
    for part in shown.strip().replace("-", ":").split(":"):
        total = total * 60 + float(part)
    return total


def separate(pid: int) -> bool:
    """Gives a measured server the first core to itself among our processes; False where that can't be done."""
    cores = _cores()
    if len(cores) < 2:
        return False
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {cores[0]})
    return True


def stay_aside() -> None:
    """Keeps this process, and what it starts from now on, off the measured servers' core."""
    cores = _cores()
    if len(cores) > 1:
        os.sched_setaffinity(0, set(cores[1:]))


def _cores() -> list[int]:
    # All cores of the machine, not what this process may use now: stay_aside() has narrowed that.
    return list(range(os.cpu_count() or 1)) if hasattr(os, "sched_setaffinity") else []
