"""How many examples a property is tried on: fewer in `pytest --quick`, which is for the minute between two edits."""

from __future__ import annotations

from hypothesis import settings

_QUICK = 10
_divisor = 1

# What fails comes with the line that repeats it: a random failure is a find.
settings.register_profile("tests", deadline=None, print_blob=True)
settings.load_profile("tests")


def be_quick() -> None:
    """Divide the examples of every module that is imported from here on."""
    global _divisor
    _divisor = _QUICK


def examples(many: int) -> int:
    return max(many // _divisor, 10)
