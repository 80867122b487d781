"""Taxpayer: the root of a profile, and what its row sums up of its synchronisation.

The row holds more for the schema to show: the latest opinion and tax status, each a document of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gateway.models.job import Failure, JobState, StepState
from gateway.sat.kinds import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxpayer:
    """`owner`: the viewer whose it is. `syncfy_user_id`: None until something was first asked of Syncfy for it."""

    id: str
    owner: str
    rfc: str
    name: str
    created_at: datetime
    syncfy_user_id: str | None = None

    @property
    def user_at_syncfy(self) -> str:
        """Return the id of its user at Syncfy, for work that something at Syncfy led to."""
        assert self.syncfy_user_id is not None, "nothing was ever asked of Syncfy for this taxpayer"
        return self.syncfy_user_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The last news of a job. `job`, `order` and `version` are the job's: nothing older replaces it."""

    job: str
    at: datetime
    code: int | None = None
    failure: Failure | None = None
    order: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionResult(Told):
    """The result of a connection as a whole."""

    state: JobState


@dataclass(frozen=True, slots=True, kw_only=True)
class KindResult(Told):
    """The result of one kind's site in a job; it stays so when the state is terminal."""

    state: StepState


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSync:
    """`run`: the newest run of the kind's site. `result`: the last that ended. `held`: documents, when last counted."""

    run: KindResult | None = None
    result: KindResult | None = None
    last_download_at: datetime | None = None
    held: int | None = None

    @property
    def known(self) -> bool:
        """Tell whether it is known what SAT has of the kind.

        Unknown until the kind was downloaded, and where Syncfy found nothing (202, 206), or only documents of another
        RFC came: that is neither zero nor missing.
        """
        if self.held:
            return True
        answered = self.result is None or self.result.state in (StepState.DONE, StepState.PARTIAL)
        return self.last_download_at is not None and answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """The state of a taxpayer's synchronisation. `version` grows with each change."""

    version: int = 0
    kinds: Mapping[Kind, KindSync] = field(default_factory=dict)
    last_connection: ConnectionResult | None = None
    last_download_at: datetime | None = None

    def of(self, kind: Kind) -> KindSync:
        """Return the state of a kind; a blank one before its first run."""
        return self.kinds.get(kind) or KindSync()
