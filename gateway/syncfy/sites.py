"""Syncfy's SAT sites. Ids: the official recipes of Syncfy for each site, and the sample events of SAT All in One."""

from __future__ import annotations

from enum import StrEnum

from gateway.sat.kinds import Delivery, Kind


class Site(StrEnum):
    """A SAT site at Syncfy. The value is the GraphQL enum value; `id` is Syncfy's id_site."""

    ALL_IN_ONE = "ALL_IN_ONE"
    CIEC = "CIEC"
    WITHHOLDINGS = "WITHHOLDINGS"
    ANNUAL_RETURNS = "ANNUAL_RETURNS"
    MONTHLY_RETURNS = "MONTHLY_RETURNS"
    TAX_STATUS = "TAX_STATUS"
    COMPLIANCE_OPINION = "COMPLIANCE_OPINION"

    @property
    def id(self) -> str:
        return _SITES[self][0]

    @property
    def kind(self) -> Kind | None:
        """Return the kind of document that the site delivers; None for All in One, which only starts the others."""
        return _SITES[self][1]

    @property
    def delivers_documents(self) -> bool:
        """Return True where the job ends in documents.* events, False where it ends in credentials.refreshed."""
        return self.kind is not None and self.kind.delivery is Delivery.PROFILE


_SITES: dict[Site, tuple[str, Kind | None]] = {
    Site.ALL_IN_ONE: ("61c12b8cde3c034b3c8b25b1", None),
    Site.CIEC: ("56cf5728784806f72b8b456f", Kind.INVOICE),
    Site.WITHHOLDINGS: ("5f3808dafc91b2584b3107c1", Kind.WITHHOLDING),
    Site.ANNUAL_RETURNS: ("59aefe28056f29793a58c091", Kind.ANNUAL_RETURN),
    Site.MONTHLY_RETURNS: ("58543125784806c3298b4572", Kind.MONTHLY_RETURN),
    Site.TAX_STATUS: ("59aefe28056f29793a58c092", Kind.TAX_STATUS),
    Site.COMPLIANCE_OPINION: ("5f6bbaa541273336c87d96c1", Kind.COMPLIANCE_OPINION),
}

# The sandbox environment of Syncfy has sites of its own for the first two.
_TEST_IDS = {"5da784f1f9de2a06483abec1": Site.CIEC, "5f2c2aacd74b837fc10602c1": Site.WITHHOLDINGS}

#: The six sites that All in One fans out to.
CHILDREN = tuple(site for site in Site if site is not Site.ALL_IN_ONE)

_BY_ID = {site.id: site for site in Site} | _TEST_IDS


def site_of(id_site: str | None) -> Site | None:
    """Find the site with this Syncfy id; None for an unknown one, which is never an error."""
    return _BY_ID.get(id_site or "")
