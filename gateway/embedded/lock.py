"""Locks of a data directory, which the kernel releases when their process dies, in whatever way.

The pid in a file can be dead, a zombie or another process's by now; a lock can not.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def take(path: Path) -> int | None:
    """Lock `path` (made when missing) and return the open file; None when another process holds it.

    The lock lasts as long as any process has this open file: children that are to keep it get it with `pass_fds`.
    """
    import fcntl  # not on Windows, where importing this module must still work

    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def publish(path: Path, note: dict[str, Any]) -> int:
    """Write `note` to `path`, lock it and return the open file: the note is valid while that file is open."""
    import fcntl

    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)  # at most the moment in which somebody reads
    os.ftruncate(file, 0)
    os.write(file, json.dumps(note).encode())
    return file


def last(path: Path) -> dict[str, Any] | None:
    """Return the last note published at `path`, even by a dead writer; None for none or half of one."""
    try:
        note = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return note if isinstance(note, dict) else None


def published(path: Path) -> dict[str, Any] | None:
    """Return the note at `path` of a living writer; None for none, an unfinished one, or a dead writer's."""
    import fcntl

    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        try:
            note = json.loads(os.read(file, 4096))
        except ValueError:
            return None
        return note if isinstance(note, dict) else None
    else:
        return None
    finally:
        os.close(file)
