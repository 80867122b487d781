"""The vendor's five sample notifications of SAT All in One come out field for field, keys in the samples' order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from gateway.sandbox.events import (
    Occurrence,
    Payload,
    Refresh,
    credential_payload,
    documents_payload,
    refresh_payload,
    v1_body,
    v3_body,
)
from gateway.sandbox.state import Credential, Job, User
from gateway.syncfy.sites import Site

PRODUCTION = "574894bf7848066d138b4571"
USER = User("648a053b59f043380d473be3", "key", "20230614-DEMO", "Demo", dt_create=0)
SAT = {"id_site_organization": "56cf4ff5784806152c8b4568", "id_site_organization_type": "56cf4f5b784806cf028b4569"}
WINDOW = "dt_refresh_from=1684213883&dt_refresh_to=1684213915&limit=5000&skip=0&wbhk=1"


def job(site: Site, id_job: str, id_job_uuid: str) -> Job:
    return Job(id_job, id_job_uuid, USER.id, site.id, site, "ACM010101ABC", "http://sandbox.test")


def credential(site: Site, id_credential: str) -> Credential:
    return Credential(id_credential, USER.id, site.id, site, "ACM010101ABC", "ok")


CIEC_JOB = job(Site.CIEC, "648cb2a9718d6c796e4091c1", "648cb2a9718d6c796e4091c2")
CIEC = credential(Site.CIEC, "648cb2a99ca1b91b0a141391")
# The annual returns' id_job is the larger of its pair: both orders exist in the samples.
ANNUAL_JOB = job(Site.ANNUAL_RETURNS, "648cb2aba5e16209404ee97c", "648cb2aba5e16209404ee97b")
ANNUAL = credential(Site.ANNUAL_RETURNS, "648cb2aa8c7a0b6c2b2e6694")
STATUS_JOB = job(Site.TAX_STATUS, "648cb2ab199e4b39654a9d20", "648cb2ab199e4b39654a9d21")


def ciec_payload(name: str, is_executing: int) -> Payload:
    return {
        "event": name,
        "id_job": "648cb2a9718d6c796e4091c1",
        "id_job_uuid": "648cb2a9718d6c796e4091c2",
        "id_credential": "648cb2a99ca1b91b0a141391",
        "id_user": "648a053b59f043380d473be3",
        "id_external": "20230614-DEMO",
        "id_site": "56cf5728784806f72b8b456f",
        **SAT,
        "is_executing": is_executing,
        "endpoints": {"credential": ["/v1/credentials/648cb2a99ca1b91b0a141391"]},
    }


def constancia_payload(id_job_webhook: str) -> Payload:
    return {
        "id_job": "648cb2ab199e4b39654a9d20",
        "id_job_uuid": "648cb2ab199e4b39654a9d21",
        "id_site": "59aefe28056f29793a58c092",
        **SAT,
        "endpoints": [f"/v1/documents?id_job_webhook={id_job_webhook}"],
    }


REFRESHED: Payload = {
    "event": "refresh",
    "id_job": "648cb2aba5e16209404ee97c",
    "id_job_type": "57884c49784806f0768b4568",
    "id_job_uuid": "648cb2aba5e16209404ee97b",
    "id_job_uuid_type": "57884c49784806f0768b4568",
    "id_credential": "648cb2aa8c7a0b6c2b2e6694",
    "id_user": "648a053b59f043380d473be3",
    "id_external": "20230614-DEMO",
    "id_site": "59aefe28056f29793a58c091",
    **SAT,
    "endpoints": {
        "credential": ["/v1/credentials/648cb2aa8c7a0b6c2b2e6694"],
        "accounts": [f"/v1/accounts?id_credential=648cb2aa8c7a0b6c2b2e6694&{WINDOW}"],
        "attachments": [f"/v1/attachments/export?id_credential=648cb2aa8c7a0b6c2b2e6694&{WINDOW}"],
        "transactions": [f"/v1/transactions?id_credential=648cb2aa8c7a0b6c2b2e6694&{WINDOW}"],
    },
}

SAMPLES = [
    (
        "c53b1fcb-e112-465c-ad3e-8b64cf2f602c",
        "6ff4da49-4193-4ee0-8e9e-7415b7fcb9cb",
        "credentials.created",
        "2023-06-16 19:06:18.944575+0000",
        credential_payload("credentials.created", CIEC_JOB, CIEC, USER, is_executing=1),
        ciec_payload("credential_create", 1),
    ),
    (
        "c2199b6a-7355-4dc8-98cf-a18305a3727f",
        "46346c7b-f990-49e7-96d9-0d33f7406b4f",
        "credentials.updated",
        "2023-06-16 19:06:23.961107+0000",
        credential_payload("credentials.updated", CIEC_JOB, CIEC, USER, is_executing=0),
        ciec_payload("credential_update", 0),
    ),
    (
        "d5a7fa51-e661-433b-a040-5286058f3605",
        "2709cf46-0ebd-4856-ac26-421b378ff571",
        "credentials.refreshed",
        "2023-06-16 19:06:42.721561+0000",
        refresh_payload(ANNUAL_JOB, ANNUAL, USER, Refresh(1684213883, 1684213915, transactions=6, attachments=12)),
        REFRESHED,
    ),
    (
        "8653a68e-0e3f-4ab1-97e0-c773be77dfb4",
        "91f5f406-cb4a-417c-8dc1-fde7482ad27a",
        "documents.completed",
        "2023-06-16 19:06:57.591579+0000",
        documents_payload(STATUS_JOB, "648cb2d190b1bf61cc50b3ba"),
        constancia_payload("648cb2d190b1bf61cc50b3ba"),
    ),
    (
        "0dd264d9-323e-43ff-9182-af3c895707f0",
        "b1c38530-661f-41ea-911a-9fbd9b197c3e",
        "documents.success",
        "2023-06-16 19:06:57.596733+0000",
        documents_payload(STATUS_JOB, "648cb2d190b1bf61cc50b3bd"),
        constancia_payload("648cb2d190b1bf61cc50b3bd"),
    ),
]


@pytest.mark.parametrize(("rid", "eid", "name", "at", "made", "payload"), SAMPLES, ids=[row[2] for row in SAMPLES])
def test_a_notification_is_the_sample_byte_for_byte(
    rid: str, eid: str, name: str, at: str, made: Payload, payload: Payload
) -> None:
    header: dict[str, Any] = {
        "event": {"eid": eid, "name": name, "at": at, "version": "3.1"},
        "user": {
            "id_user": "648a053b59f043380d473be3",
            "id_external": "20230614-DEMO",
            "id_environment": "574894bf7848066d138b4571",
        },
    }
    sample = {"rid": rid, "events": [{"header": header, "payload": payload}]}
    moment = datetime.strptime(at.removesuffix("+0000"), "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)

    body = v3_body(rid, PRODUCTION, Occurrence(name, eid, moment, USER, made))

    assert orjson.dumps(body) == orjson.dumps(sample)


def test_version_1_is_the_same_payload_without_a_wrapper_keys_in_alphabetical_order() -> None:
    made = credential_payload("credentials.created", CIEC_JOB, CIEC, USER, is_executing=1)
    body = v1_body(Occurrence("credentials.created", "eid", datetime.now(UTC), USER, made))

    assert body == ciec_payload("credential_create", 1)
    assert list(body) == sorted(body)


def test_version_1_has_no_documents_success() -> None:
    made = documents_payload(STATUS_JOB, "648cb2d190b1bf61cc50b3bd")
    assert v1_body(Occurrence("documents.success", "eid", datetime.now(UTC), USER, made)) is None


def test_more_than_5000_rows_are_announced_page_by_page() -> None:
    refresh = Refresh(1, 2, transactions=10_001, attachments=5_000)
    endpoints = refresh_payload(ANNUAL_JOB, ANNUAL, USER, refresh)["endpoints"]

    assert [address.partition("&skip=")[2] for address in endpoints["transactions"]] == [
        "0&wbhk=1",
        "5000&wbhk=1",
        "10000&wbhk=1",
    ]
    assert len(endpoints["attachments"]) == len(endpoints["accounts"]) == 1
