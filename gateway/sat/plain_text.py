"""The encoding of SAT's files of plain text: its CSV and its metadata."""

from __future__ import annotations


def decoded(content: bytes) -> str:
    """Return the text of a file: UTF-8, or else Windows-1252."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
