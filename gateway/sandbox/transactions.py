"""Accounts and transactions: one account for each credential, one transaction for each document's metadata."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from starlette.routing import BaseRoute

from gateway.sandbox.credentials import own_credential
from gateway.sandbox.endpoint import Call, endpoint
from gateway.sandbox.envelope import bad_request
from gateway.sandbox.params import flag, integer, listed, order_of, paging, projected, text
from gateway.sandbox.portfolio import Attachment
from gateway.sandbox.rows import (
    Row,
    count_of_rows,
    credentials_asked,
    find_row,
    id_account_of,
    page_of_rows,
    page_of_rows_backwards,
    row_filter,
    segments_asked,
)
from gateway.sandbox.state import Credential, User
from gateway.sandbox.tables import (
    ACCOUNT_CHECKING,
    ACCOUNT_IRS,
    CURRENCY_MXN,
    ORGANIZATION,
    ORGANIZATION_SAT,
    TYPE_GOVERNMENT,
)
from gateway.sandbox.windows import segments
from gateway.sandbox.xmltree import as_json as xml_as_json
from gateway.syncfy.sites import Site

_ACCOUNT_NAMES = {
    Site.CIEC: "Facturas CFDI",
    Site.WITHHOLDINGS: "Retenciones",
    Site.ANNUAL_RETURNS: "Declaraciones Anuales",
    Site.MONTHLY_RETURNS: "Declaraciones Mensuales",
}


def _account_type(site: Site) -> str:
    """Return the account type; tax returns have that of a checking account in Syncfy's own recipes."""
    return ACCOUNT_IRS if site in (Site.CIEC, Site.WITHHOLDINGS) else ACCOUNT_CHECKING


def _of_credential(credential: Credential) -> dict[str, str]:
    return {
        "id_credential": credential.id,
        "id_site": credential.id_site,
        "id_site_organization": ORGANIZATION_SAT,
        "id_site_organization_type": TYPE_GOVERNMENT,
    }


def account_json(credential: Credential, user: User) -> dict[str, Any]:
    """Write the account of a credential as Syncfy does."""
    is_irs = _account_type(credential.site) == ACCOUNT_IRS
    site = {
        **{name: value for name, value in _of_credential(credential).items() if name != "id_credential"},
        "name": ORGANIZATION["name"],
        "organization": ORGANIZATION["name"],
        **{name: ORGANIZATION[name] for name in ("avatar", "cover", "small_cover")},
        "time_zone": "America/Mexico_City",
    }
    return {
        "id_account": id_account_of(credential),
        "id_account_type": _account_type(credential.site),
        "id_currency": CURRENCY_MXN,
        "id_user": user.id,
        "id_external": user.id_external or "",
        **_of_credential(credential),
        "is_disable": 0,
        "name": f"{_ACCOUNT_NAMES[credential.site]} {credential.rfc}",
        "number": None,
        "balance": 0,
        "currency": "MXN",
        "account_type": "IRS" if is_irs else "Checking",
        "site": site,
        "extra": None,
        "keywords": None,
        "dt_refresh": credential.dt_refresh,
    }


async def list_accounts(call: Call) -> list[dict[str, Any]]:
    """List the accounts: a credential has one once it was downloaded."""
    since, until = integer(call.params, "dt_refresh_from"), integer(call.params, "dt_refresh_to")
    rows = [
        account_json(credential, call.user)
        for credential in credentials_asked(call)
        if credential.dt_refresh is not None
        and (since is None or since <= credential.dt_refresh)
        and (until is None or credential.dt_refresh <= until)
        and flag(call.params, "is_disable") is not True
    ]
    return listed(rows, call.params)


def attachment_json(attachment: Attachment) -> dict[str, Any]:
    """Write an attachment of a transaction. `url` is relative and lacks /v1, unlike addresses in notifications."""
    return {
        "id_attachment": attachment.id,
        "id_attachment_type": attachment.type_id,
        "is_valid": 1,
        "file": attachment.file,
        "mime": attachment.mime,
        "url": f"/attachments/{attachment.id}",
    }


def transaction_json(row: Row, user: User) -> dict[str, Any]:
    """Write a transaction as Syncfy does."""
    part, transaction = row
    return {
        "id_transaction": transaction.id,
        "id_account": id_account_of(part.credential),
        "id_account_type": _account_type(part.credential.site),
        "id_credential": part.credential.id,
        "id_currency": CURRENCY_MXN,
        "id_disable_type": None,
        "id_external": user.id_external or "",
        "id_site": part.credential.id_site,
        "id_site_organization": ORGANIZATION_SAT,
        "id_site_organization_type": TYPE_GOVERNMENT,
        "id_user": user.id,
        "is_account_disable": 0,
        "is_deleted": 0,
        "is_disable": 0,
        "is_pending": 0,
        "description": transaction.description,
        "amount": transaction.amount,
        "currency": transaction.currency,
        "attachments": [attachment_json(attachment) for attachment in transaction.attachments],
        "extra": {"tax_id": transaction.tax_id} if transaction.tax_id is not None else None,
        "reference": transaction.reference,
        "keywords": list(transaction.keywords) if transaction.keywords is not None else {},
        "dt_transaction": transaction.dt_transaction,
        "dt_refresh": part.dt_refresh,
        "dt_disable": None,
        "dt_deleted": None,
    }


async def list_transactions(call: Call) -> list[dict[str, Any]]:
    """List oldest first, or newest first with `order=-dt_transaction`; only the page is made."""
    rows = await call.context.read(lambda: _page(call))
    return projected(rows, call.params)


def _page(call: Call) -> list[dict[str, Any]]:
    if (id_transaction := text(call.params, "id_transaction")) is not None:
        one = find_row(call, id_transaction)
        return [transaction_json(one, call.user)] if one is not None else []
    field, descending = order_of(call.params) or ("dt_transaction", False)
    if field not in ("dt_transaction", "dt_refresh"):
        raise bad_request()
    page = page_of_rows_backwards if descending else page_of_rows
    rows = page(segments_asked(call), row_filter(call.params), *paging(call.params))
    return [transaction_json(row, call.user) for row in rows]


async def count_transactions(call: Call) -> dict[str, int]:
    return {"count": await call.context.read(lambda: count_of_rows(segments_asked(call), row_filter(call.params)))}


async def list_with_content(call: Call) -> list[dict[str, Any]]:
    """Answer GET /credentials/{id}/transactions, where dates have other names and files can be included in base64."""
    credential = own_credential(call)

    def read() -> list[dict[str, Any]]:
        params = call.params
        refreshed = integer(params, "dt_refresh_from"), integer(params, "dt_refresh_to")
        dated = integer(params, "dt_transaction_from"), integer(params, "dt_transaction_to")
        found = segments(call.context, [credential], refreshed, dated)
        return [_with_content(call, row) for row in page_of_rows(found, row_filter(params), *paging(params))]

    return await call.context.read(read)


_RENAMED = {"dt_refresh": "dt_refreshed", "dt_disable": "dt_disabled"}


def _with_content(call: Call, row: Row) -> dict[str, Any]:
    part, transaction = row
    plain = transaction_json(row, call.user)
    renamed = {_RENAMED.get(name, name): value for name, value in plain.items()}
    attachments = [_content_json(call, file) for file in transaction.attachments]
    return renamed | {"attachments": attachments, "dt_created": part.dt_refresh, "dt_modified": None}


def _content_json(call: Call, attachment: Attachment) -> dict[str, Any]:
    shown = {
        "id_attachment": attachment.id,
        "id_attachment_type": attachment.type_id,
        "is_valid": 1,
        "file": attachment.file,
    }
    if flag(call.params, "attachment_content"):
        shown["content"] = base64.b64encode(attachment.read()).decode()
    if flag(call.params, "attachment_content_parse"):
        shown["parse_content"] = xml_as_json(attachment.read())
    return shown


def routes() -> Sequence[BaseRoute]:
    return [
        endpoint("GET", "/accounts", list_accounts),
        endpoint("GET", "/transactions", list_transactions),
        endpoint("GET", "/transactions/count", count_transactions),
        endpoint("GET", "/credentials/{id_credential}/transactions", list_with_content),
    ]
