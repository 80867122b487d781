"""FileReference: what a document's row says of a file. The bytes are kept once, under their SHA-256."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

XML, PDF, JSON = "application/xml", "application/pdf", "application/json"


class FileReference(TypedDict):
    sha256: str
    name: str
    media_type: str
    size: int  # in bytes


def first_of(files: Sequence[FileReference], media_type: str) -> FileReference | None:
    """Return the file of a media type, the first by its name where there are several; None without one."""
    found = [file for file in files if file["media_type"] == media_type]
    return min(found, key=lambda file: (file["name"], file["sha256"]), default=None)
