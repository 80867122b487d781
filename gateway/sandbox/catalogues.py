"""The routes of Syncfy's catalogues."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from gateway.sandbox import tables
from gateway.sandbox.auth import Need
from gateway.sandbox.endpoint import Call, Handler, endpoint
from gateway.sandbox.envelope import not_found
from gateway.sandbox.params import listed, matching
from gateway.sandbox.tables import SITES, Row, site_row


def _sites() -> list[Row]:
    return [site_row(id_site) for id_site in SITES]


async def organizations_with_sites(call: Call) -> list[Row]:
    """Nested: SAT, and in it its sites without the organization's ids (the Postman sample and the widget agree)."""
    inner = matching(_sites(), call.params, "id_site", "is_business", "is_personal")
    hidden = ("id_site_organization", "id_site_organization_type")
    sites = [{name: value for name, value in site.items() if name not in hidden} for site in inner]
    rows = matching(
        [tables.ORGANIZATION], call.params, "id_site_organization", "id_site_organization_type", "id_country"
    )
    return listed([row | {"sites": sites} for row in rows if sites], call.params)


async def widget_site(call: Call) -> list[Row]:
    """Answer the widget's first question: one site, its organization embedded."""
    id_site = call.path["id_site"]
    if id_site not in SITES:
        raise not_found()
    return [site_row(id_site) | {"site_organization": tables.ORGANIZATION}]


def _table(rows: list[Row], *filters: str) -> Handler:
    async def handler(call: Call) -> list[Row]:
        return listed(matching(rows, call.params, *filters), call.params)

    return handler


def routes() -> Sequence[BaseRoute]:
    organization = ("id_site_organization", "id_site_organization_type")
    handlers: dict[str, Handler] = {
        "/catalogues/account_types": _table(tables.ACCOUNT_TYPES, "id_account_type"),
        "/catalogues/attachment_types": _table(tables.ATTACHMENT_TYPES, "id_attachment_type"),
        "/catalogues/countries": _table(tables.COUNTRIES, "id_country", "code"),
        "/catalogues/site_organization_types": _table(tables.ORGANIZATION_TYPES, "id_site_organization_type"),
        "/catalogues/site_organizations": _table([tables.ORGANIZATION], *organization, "id_country"),
        "/catalogues/sites": _table(_sites(), "id_site", *organization, "is_business", "is_personal"),
        "/catalogues/organizations/sites": organizations_with_sites,
        "/catalogues/widget/sites/{id_site}": widget_site,
        "/documents/catalogues/document_types": _table(tables.DOCUMENT_TYPES, "id_document_type"),
        "/documents/catalogues/document_status": _table(tables.DOCUMENT_STATUS, "id_document_status"),
    }
    return [endpoint("GET", path, handler, Need.ANY) for path, handler in handlers.items()]
