"""The content of a CFDI or retención apart from how it is written down: what tells the same document from another.

A UUID should be enough, and is not: two files may claim one. They are the same document when every element and
attribute is the same (a CFDI says everything in attributes), in whatever prefix, order of attributes, line breaks or
encoding, and with whatever Addenda (which is the parties' own business and not signed). Nothing of the readers goes
into it, so a better reader changes no digest.
"""

from __future__ import annotations

import hashlib

from gateway.errors import UnreadableDocument
from gateway.sat.node import Node
from gateway.sat.xml import parse


def content_digest(content: bytes) -> str:
    """`c1:` and 64 hex digits; of the bytes themselves where they are not XML.

    Only digests of one scheme can be compared: whoever changes how it is computed changes the prefix.
    """
    try:
        root = parse(content, [])
    except UnreadableDocument:
        return f"c1:{hashlib.sha256(content).hexdigest()}"
    pieces: list[str] = []
    _collect(root, pieces)
    return f"c1:{hashlib.sha256(chr(10).join(pieces).encode('utf-8', 'surrogatepass')).hexdigest()}"


def _collect(node: Node, pieces: list[str]) -> None:
    pieces.append(f"<{node.name.lower()}")
    pieces += sorted(f"{name.lower()}={' '.join(value.split())}" for name, value in node.attributes.items())
    for child in node.children:
        if child.name != "Addenda":
            _collect(child, pieces)
    pieces.append(">")
