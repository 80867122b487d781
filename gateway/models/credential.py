"""Credential: a taxpayer's access to one SAT site, as Syncfy describes it. The password is Syncfy's alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.syncfy.sites import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCredential:
    """An access as Syncfy describes it. `site`: None for one that we do not know; `code`: that of its last run."""

    site: Site | None = None
    site_id: str | None = None
    username: str | None = None
    code: int | None = None
    is_authorized: bool | None = None
    is_locked: bool | None = None
    can_sync: bool | None = None
    authorized_at: datetime | None = None
    executed_at: datetime | None = None
    ready_at: datetime | None = None
    refreshed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential(SeenCredential):
    """`fetched_to`: the cursor of its downloads, in Unix seconds of Syncfy's refresh time."""

    id: str
    taxpayer: str
    owner: str
    syncfy_credential_id: str
    fetched_to: int
    created_at: datetime
    updated_at: datetime
