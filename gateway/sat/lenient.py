"""Fields of JSON whose keys nobody documents: found by any spelling, at any depth.

`Número de operación`, `numeroOperacion` and `NUMERO_DE_OPERACION` are one key: "numerooperacion".
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

from gateway.sat.dates import plain

Scalar = str | int | float | bool

_WORDS = re.compile(r"[a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-ZÁÉÍÓÚÑ])")
_LONGEST_KEY = 200
_SMALL_WORDS = frozenset({"de", "del", "la", "el", "los", "las"})


def fold(key: str) -> str:
    """Without case, accents, punctuation and Spanish articles."""
    return _fold(key[:_LONGEST_KEY])


@lru_cache(maxsize=2048)
def _fold(key: str) -> str:
    words = _WORDS.findall(plain(_CAMEL.sub(" ", key)))
    return "".join(word for word in words if word not in _SMALL_WORDS)


def walk(tree: Any) -> Iterator[tuple[str, Any, int]]:
    """Yield every (folded key, value, depth), shallowest first; a list's items go under the list's key."""
    queue: deque[tuple[str, Any, int]] = deque([("", tree, 0)])
    while queue:
        key, value, depth = queue.popleft()
        yield key, value, depth
        if isinstance(value, dict):
            queue.extend((fold(name), inner, depth + 1) for name, inner in value.items())
        elif isinstance(value, list):
            queue.extend((key, inner, depth + 1) for inner in value)


class Fields:
    """The scalars of a tree by folded key; the shallowest wins. Dicts whose id is in `without` are left out."""

    def __init__(self, tree: Any, without: Collection[int] = ()) -> None:
        self._found: dict[str, Scalar] = {}
        self.used: set[str] = set()
        queue: deque[tuple[str, Any]] = deque([("", tree)])
        while queue:
            key, value = queue.popleft()
            if isinstance(value, dict):
                if id(value) not in without:
                    queue.extend((fold(name), inner) for name, inner in value.items())
            elif isinstance(value, list):
                queue.extend((key, inner) for inner in value)
            elif value is not None and value != "" and key:
                self._found.setdefault(key, value)

    def value(self, *names: str) -> Scalar | None:
        """Return the first of the names that is there."""
        for name in names:
            if name in self._found:
                self.used.add(name)
                return self._found[name]
        return None

    def held(self, name: str) -> Scalar | None:
        """Return the value under a folded key, whether it was asked for or not."""
        return self._found.get(name)

    def text(self, *names: str) -> str | None:
        """As stripped text; a flag is no text."""
        value = self.value(*names)
        if value is None or isinstance(value, bool):
            return None
        return str(value).strip() or None


def listed(tree: Any, *names: str) -> list[Any]:
    """Return the list under the first of these keys that has one; an object under it counts as its only item."""
    for name in names:
        for key, value, _depth in walk(tree):
            if key == name and isinstance(value, list):
                return value
            if key == name and isinstance(value, dict):
                return [value]
    return []


def section(tree: Any, *names: str) -> Any:
    """Return the first object under one of these keys; the whole tree when there is none."""
    for name in names:
        for key, value, _depth in walk(tree):
            if key == name and isinstance(value, dict):
                return value
    return tree
