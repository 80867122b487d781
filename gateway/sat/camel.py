"""Keys of records as clients write them: camelCase, as GraphQL has it."""

from __future__ import annotations

from functools import cache


@cache
def camel_case(name: str) -> str:
    """Return `issuedAt` for `issued_at`, and `issuerRfc` for the path `issuer.rfc`."""
    head, *rest = name.replace(".", "_").split("_")
    return head + "".join(word.capitalize() for word in rest)
