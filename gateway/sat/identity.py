"""The identity of a signed document in two readings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_CORE = (
    "version",
    "type",
    "withholding_key",
    "uuid",
    "total",
    "total_operation",
    "total_withheld",
    "issued_at",
    "series",
    "folio",
)


def fingerprint(record: Mapping[str, Any]) -> str:
    """64 hex digits over what the issuer signed.

    Equal for one CFDI in whatever serialisation it comes (order of attributes, line breaks in the seal, Syncfy's
    JSON), and different for another document that claims the same UUID. A record without a seal of a CFDI is hashed
    whole.
    """
    if "stamps_count" not in record:
        return _digest(record)
    core: dict[str, Any] = {key: record.get(key) for key in _CORE}
    core["kind"] = "WITHHOLDING" if "withholding_key" in record else "INVOICE"
    core["issuer"] = record["issuer"]["rfc"]
    core["receiver"] = record["receiver"]["rfc"]
    core["seal"] = "".join((record["seal"] or "").split())
    return _digest(core)


def _digest(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
