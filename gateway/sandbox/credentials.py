"""Credentials and the pulls that start from them: POST /credentials, PUT /credentials/{id}/pulls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from starlette.routing import BaseRoute

from gateway.errors import SyncfyRejected
from gateway.sandbox.auth import Need
from gateway.sandbox.context import Context
from gateway.sandbox.endpoint import Call, endpoint, endpoints
from gateway.sandbox.envelope import bad_request, not_found
from gateway.sandbox.events import Occurrence, deleted_payload
from gateway.sandbox.extraction import SearchDates
from gateway.sandbox.params import Params, listed, mapping, matching, text
from gateway.sandbox.run import Run, new_job, play, upsert_credential
from gateway.sandbox.scenarios import Scenario, scenario_of
from gateway.sandbox.state import Credential, Job, User
from gateway.sandbox.tables import ORGANIZATION_SAT, SITES, TYPE_GOVERNMENT, runs_as_job
from gateway.sandbox.twofa import twofa_url

#: The widget has a dialogue of its own for exactly this message.
PASSWORD_KNOWN_BAD = "Credential error, please consider updating credential password"  # noqa: S105

_REFUSALS = {402: "Payment Required", 503: "Service Unavailable"}


def masked(username: str) -> str:
    """Replace all characters but the first and the last with stars."""
    return f"{username[0]}{'*' * (len(username) - 2)}{username[-1]}"


def as_json(context: Context, credential: Credential) -> dict[str, Any]:
    """Write a credential as Syncfy does."""
    user, now = context.state.users[credential.id_user], context.now()
    ready_in = max(0, (credential.dt_ready or now) - now)
    return {
        "id_credential": credential.id,
        "id_user": credential.id_user,
        "id_environment": context.options.id_environment,
        "id_external": user.id_external or "",
        "id_site": credential.id_site,
        "id_site_organization": ORGANIZATION_SAT,
        "id_site_organization_type": TYPE_GOVERNMENT,
        "id_organization": ORGANIZATION_SAT,
        "is_authorized": credential.is_authorized,
        "is_disabled": 0,
        "is_locked": credential.is_locked,
        "is_twofa": credential.is_twofa,
        "can_sync": int(ready_in == 0),
        "ready_in": ready_in,
        "username": masked(credential.rfc),
        "code": credential.code,
        "keywords": [],
        "dt_authorized": credential.dt_authorized,
        "dt_execute": credential.dt_execute,
        "dt_ready": credential.dt_ready,
        "dt_refresh": credential.dt_refresh,
        "dt_disable": None,
    }


def _listed(call: Call, credentials: Sequence[Credential]) -> list[dict[str, Any]]:
    rows = [as_json(call.context, credential) for credential in credentials]
    filters = ("id_credential", "id_site", "id_site_organization", "id_site_organization_type")
    return listed(matching(rows, call.params, *filters), call.params)


async def list_credentials(call: Call) -> list[dict[str, Any]]:
    return _listed(call, list(call.context.state.credentials_of(call.user.id)))


async def list_all(call: Call) -> list[dict[str, Any]]:
    """List the credentials of every user of the key."""
    state = call.context.state
    return _listed(
        call, [row for row in state.credentials.values() if state.users[row.id_user].api_key == call.api_key]
    )


def own_credential(call: Call) -> Credential:
    """Return the credential in the path. Raises 404 for another user's."""
    credential = call.context.state.credentials.get(call.path["id_credential"])
    if credential is None or credential.id_user != call.user.id:
        raise not_found()
    return credential


async def get_credential(call: Call) -> list[dict[str, Any]]:
    """Answer with a list of one credential: the official webhook sample iterates over it."""
    return [as_json(call.context, own_credential(call))]


async def delete_credential(call: Call) -> bool:
    credential = own_credential(call)
    call.context.state.forget_credential(credential.id)
    announce_deleted(call.context, call.user, credential)
    return True


def announce_deleted(context: Context, user: User, credential: Credential) -> None:
    """Notify the webhooks that a credential was deleted."""
    payload = deleted_payload(credential, user)
    context.deliveries.send(Occurrence("credentials.deleted", context.ids.event(), context.clock(), user, payload))


def login_of(login: Params) -> tuple[str, Scenario]:
    """Return the RFC and the scenario of a login, or raise its refusal. The password is not passed on.

    The RFC is the one whose profile is delivered.
    """
    rfc, password = text(login, "rfc"), text(login, "password")
    if rfc is None or password is None:
        raise bad_request()
    scenario = scenario_of(password)
    if scenario.http_code is not None:
        raise SyncfyRejected(scenario.http_code, _REFUSALS[scenario.http_code])
    return scenario.rfc or rfc.strip().upper(), scenario


def search_of(params: Params) -> SearchDates:
    """Read options.search_from and search_to, `YYYY-MM-DD`. Raises 400 for what is no date."""
    options = mapping(params, "options")
    days = text(options, "search_from"), text(options, "search_to")
    for day in days:
        try:
            date.fromisoformat(day or "2000-01-01")
        except ValueError:
            raise bad_request() from None
    return days


def pull_answer(job: Job) -> dict[str, str]:
    """Write the ids and the addresses of a job that was started."""
    websocket = job.base_url.replace("http", "ws", 1)
    return {
        "id_job_uuid": job.id_uuid,
        "id_job": job.id,
        "ws": f"{websocket}/v1/status/{job.id}",
        "status": f"{job.base_url}/v1/jobs/{job.id}/status",
        "twofa": twofa_url(job),
    }


def start_credential_run(
    context: Context,
    user: User,
    id_site: str,
    login: tuple[str, Scenario],
    base_url: str,
    search: SearchDates = (None, None),
) -> dict[str, Any]:
    """Create the credential, or reuse the one with the same RFC, and start a run on it."""
    (rfc, scenario), (site, _) = login, SITES[id_site]
    credential, is_new = upsert_credential(context, user, id_site, site, rfc, scenario)
    job = new_job(context, user, id_site, site, rfc, base_url, credential)
    context.background.spawn(play(context, Run(job, user, scenario, search), is_new), owner=user.id)
    return {
        "id_credential": credential.id,
        **pull_answer(job),
        "is_new": int(is_new),
        "username": masked(rfc),
    }


async def create_pull(call: Call) -> dict[str, Any]:
    id_site = text(call.params, "id_site")
    if id_site not in SITES or runs_as_job(SITES[id_site][0]):
        raise bad_request()
    login = login_of(mapping(call.params, "credentials"))
    return start_credential_run(call.context, call.user, id_site, login, call.base_url, search_of(call.params))


async def pull_again(call: Call) -> dict[str, Any]:
    """Start a run again, with the scenario of the last login or with a new password."""
    credential = own_credential(call)
    given = mapping(call.params, "credentials")
    if given:
        login = login_of({"rfc": credential.rfc, **given})
        if login[0] != credential.rfc:
            raise bad_request()
    elif credential.code == 401:
        raise bad_request(PASSWORD_KNOWN_BAD)
    else:
        login = credential.rfc, scenario_of(credential.scenario)
    return start_credential_run(call.context, call.user, credential.id_site, login, call.base_url)


def routes() -> Sequence[BaseRoute]:
    return [
        endpoint("GET", "/credentials", list_credentials),
        endpoint("GET", "/credentials/all", list_all, Need.ANY),
        *endpoints("POST", ("/credentials", "/credentials/pulls"), create_pull),
        *endpoints("PUT", ("/credentials/{id_credential}/sync", "/credentials/{id_credential}/pulls"), pull_again),
        endpoint("GET", "/credentials/{id_credential}", get_credential),
        endpoint("DELETE", "/credentials/{id_credential}", delete_credential),
    ]
