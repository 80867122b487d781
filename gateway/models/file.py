"""FileReference: what a document's row says of a file. The bytes are kept once, under their SHA-256."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

XML, PDF, JSON = "application/xml", "application/pdf", "application/json"
#: A line of one of SAT's metadata files that is no record.
PLAIN = "text/plain"


class FileReference(TypedDict):
    sha256: str
    name: str
    media_type: str
    size: int  # in bytes


def first_of(row: Mapping[str, Any], media_type: str) -> FileReference | None:
    """Return the file of a media type from a document's `files`; None without one.

    Where there are several it is the one that the row's content was read from (`content_file`), else the first by name.
    """
    files: list[FileReference] = row.get("files") or []
    found = [file for file in files if file["media_type"] == media_type]
    read = row.get("content_file")
    return min(found, key=lambda file: (file["sha256"] != read, file["name"], file["sha256"]), default=None)
