"""The encoding of SAT's files of plain text: its CSV and its metadata."""

from __future__ import annotations

import codecs


def decoded(content: bytes) -> str:
    """Return the text of a file: UTF-16 where its first bytes say so, else UTF-8, else Windows-1252."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # a Windows editor's "Unicode"
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
