"""An empty record: what a document known from its metadata alone has, so that every row has every key."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any, cast, get_origin, get_type_hints, is_typeddict

from gateway.sat import documents


def blank_invoice() -> documents.Invoice:
    """Return an Invoice of Nones and empty lists, with its parts in place."""
    return cast(documents.Invoice, copy.deepcopy(_blank(documents.Invoice)))


def blank_withholding() -> documents.Withholding:
    """Return a Withholding of Nones and empty lists, with its parts in place."""
    return cast(documents.Withholding, copy.deepcopy(_blank(documents.Withholding)))


@cache
def _blank(shape: type) -> dict[str, Any]:
    """Lists are empty, parts that are never None are blank themselves, counts are 0, all else is None."""
    return {key: _value(hint) for key, hint in get_type_hints(shape).items()}


def _value(hint: Any) -> Any:
    if is_typeddict(hint):
        return _blank(hint)
    if get_origin(hint) is list:
        return []
    return 0 if hint is int else None
