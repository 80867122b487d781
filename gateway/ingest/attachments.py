"""The files of transactions: from the export, or one by one.

One file that Syncfy can't give must not keep all the others from coming: its document is stored without it, or told as
not delivered.
"""

from __future__ import annotations

from gateway.errors import EndpointRefused, SyncfyMalformed, SyncfyRejected, SyncfyUnavailable
from gateway.ingest.archive import Archive
from gateway.syncfy.client import Syncfy
from gateway.syncfy.wire import AttachmentRef
from gateway.telemetry import logger

#: So many in a row that fail are no longer about the files.
_OUTAGE = 3

_log = logger(__name__)


class Attachments:
    """The source of a fetch's files. `patient`: a file whose request fails is worth another try of the whole."""

    def __init__(self, syncfy: Syncfy, id_user: str, archive: Archive, *, patient: bool) -> None:
        self._syncfy = syncfy
        self._id_user = id_user
        self._archive = archive
        self._patient = patient
        self._failed = 0

    async def content(self, attachment: AttachmentRef) -> bytes | None:
        """The bytes; None for a file that Syncfy does not give. Raises SyncfyUnavailable when nothing else helps."""
        content = self._archive.read(attachment.file) if attachment.file else None
        if content is not None:
            return content
        try:
            content = await self._syncfy.attachment(self._id_user, attachment.id_attachment)
        except (SyncfyRejected, SyncfyMalformed, EndpointRefused) as error:
            _log.warning("attachment.refused", attachment=attachment.id_attachment[:64], error=str(error))
        except SyncfyUnavailable as error:
            self._failed += 1
            if self._patient or self._failed >= _OUTAGE:
                raise
            _log.warning("attachment.given_up", attachment=attachment.id_attachment, error=str(error))
            return None
        self._failed = 0
        return content
