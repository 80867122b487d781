"""Syncfy's catalogue rows: SAT's sites and what they refer to. Ids and shapes: official recipes, Postman collection."""

from __future__ import annotations

import re
from typing import Any

from gateway.syncfy.sites import Site

Row = dict[str, Any]

_RFC = re.compile(r"[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}")

COUNTRY_MX = "51ad44b83b8e7763120003c4"
ORGANIZATION_SAT = "56cf4ff5784806152c8b4568"
TYPE_GOVERNMENT = "56cf4f5b784806cf028b4569"
CURRENCY_MXN = "523a25953b8e77910e8b456c"
ACCOUNT_IRS = "546d4904df527d1844a2e18d"
ACCOUNT_CHECKING = "520d3aa93b8e778e0d000000"
_CREDENTIAL_SITE = "5b285177056f2911c13dbce1"
_JOB_SITE = "5b285177056f2911c13dbce2"

COUNTRIES = [{"id_country": COUNTRY_MX, "name": "Mexico", "code": "MX"}]
ORGANIZATION_TYPES = [
    {"id_site_organization_type": TYPE_GOVERNMENT, "name": "Government", "label": "webapp_add_government"}
]
ACCOUNT_TYPES = [
    {"id_account_type": ACCOUNT_IRS, "name": "IRS"},
    {"id_account_type": ACCOUNT_CHECKING, "name": "Checking"},
]
ATTACHMENT_TYPES = [
    {"id_attachment_type": "56bcdfca784806d1378b4567", "name": "CFDI (XML)"},
    {"id_attachment_type": "56bcdfca784806d1378b4568", "name": "CFDI (PDF)"},
    {"id_attachment_type": "56ec7e82784806e00b8b4569", "name": "Cancellation Acknowledgment"},
    {"id_attachment_type": "5887c839056f29058d17d201", "name": "Tax return (PDF)"},
    {"id_attachment_type": "5ee97469e69a753fa63d3ac1", "name": "Tax return (JSON)"},
    {"id_attachment_type": "5f2956741ae9967c4d3dccd1", "name": "Retenciones (XML)"},
]
DOCUMENT_TYPES = [
    {"id_document_type": "5b2321ef056f29059a367e43", "name": "PDF"},
    {"id_document_type": "5f71fef9ba18355eeb4d6d81", "name": "JSON"},
]
DOCUMENT_DOWNLOADED = "5b23219d056f2905985444c2"
DOCUMENT_STATUS = [
    {"id_document_status": f"5b23219d056f2905985444c{number}", "name": name}
    for number, name in enumerate(("Processing", "Downloaded", "Failed", "Not found", "Retrying"), start=1)
]
ORGANIZATION: Row = {
    "id_site_organization": ORGANIZATION_SAT,
    "id_site_organization_type": TYPE_GOVERNMENT,
    "id_country": COUNTRY_MX,
    "name": "SAT",
    "avatar": "/assets/sat-avatar.svg",
    "small_cover": "/assets/sat-small-cover.png",
    "cover": "/assets/sat-cover.svg",
}

#: id_site → our word and Syncfy's name. The last two are the sites of Syncfy's sandbox environment.
SITES: dict[str, tuple[Site, str]] = {
    Site.ALL_IN_ONE.id: (Site.ALL_IN_ONE, "SAT All in One"),
    Site.CIEC.id: (Site.CIEC, "CIEC"),
    Site.WITHHOLDINGS.id: (Site.WITHHOLDINGS, "CIEC Retenciones"),
    Site.ANNUAL_RETURNS.id: (Site.ANNUAL_RETURNS, "Declaraciones Anuales"),
    Site.MONTHLY_RETURNS.id: (Site.MONTHLY_RETURNS, "Declaraciones Mensuales"),
    Site.TAX_STATUS.id: (Site.TAX_STATUS, "Constancia de Situación Fiscal"),
    Site.COMPLIANCE_OPINION.id: (Site.COMPLIANCE_OPINION, "Opinión de Cumplimiento"),
    "5da784f1f9de2a06483abec1": (Site.CIEC, "CIEC (sandbox)"),
    "5f2c2aacd74b837fc10602c1": (Site.WITHHOLDINGS, "CIEC Retenciones (sandbox)"),
}


def runs_as_job(site: Site) -> bool:
    """Tell whether a login starts a job (All in One and the two document sites) or makes a credential."""
    return site is Site.ALL_IN_ONE or site.delivers_documents


def _login_fields(*, of_credential: bool) -> list[Row]:
    extra = {"username": True, "token": False} if of_credential else {}
    rfc: Row = {"name": "rfc", "required": True, "type": "text", "label": "RFC", "validation": None}
    password: Row = {
        "name": "password",
        "required": True,
        "type": "password",
        "label": "Contraseña",
        "validation": None,
    }
    return [rfc | extra, password | (extra and {"username": False, "token": False})]


def site_row(id_site: str) -> Row:
    """Write a site: version 3 and `input` where it runs as a job, version 1 and `credentials` elsewhere."""
    site, name = SITES[id_site]
    row: Row = {
        "id_site": id_site,
        "id_site_organization": ORGANIZATION_SAT,
        "id_site_organization_type": TYPE_GOVERNMENT,
        "id_site_type": _JOB_SITE if runs_as_job(site) else _CREDENTIAL_SITE,
        "is_business": 1,
        "is_personal": 1,
        "version": 3 if runs_as_job(site) else 1,
        "name": name,
    }
    if not runs_as_job(site):
        return row | {"credentials": _login_fields(of_credential=True), "endpoint": "/v1/credentials"}
    form = {"name": "Default", "label": "Acceso por Contraseña", "fields": _login_fields(of_credential=False)}
    return row | {"input": [form], "endpoint": "/v1/jobs"}


def is_sat_login(rfc: str) -> bool:
    """Return True for 12 or 13 characters in the form of an RFC. Check digits are never looked at."""
    return _RFC.fullmatch(rfc) is not None
