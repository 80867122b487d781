"""Runs a module as `python -m` does, and notes which process it is: a leash stands between it and who measures it.

python -m benchmarks.measured <file for the pid> <module> <arguments …>
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(str(os.getpid()))
    del sys.argv[:2]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
