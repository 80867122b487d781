"""The answers to `operations`, as types: a missing field is one clear error, at once, with its path."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from gateway.demo.client import Data, DemoError

A = TypeVar("A", bound="Answer")


class Answer(msgspec.Struct, rename="camel"):
    """An object of an answer; attributes are the fields of the API in snake_case."""

    @classmethod
    def read(cls: type[A], data: Data) -> A:
        """Decode the `data` of a result. Raises DemoError with the path of the first wrong field."""
        try:
            return msgspec.convert(data, cls)
        except msgspec.ValidationError as error:
            raise DemoError(f"the API's answer is not what was asked for: {error}") from error


class UserError(Answer):
    code: str
    message: str


class Taxpayer(Answer):
    id: str
    rfc: str


class TaxpayerPayload(Answer):
    taxpayer: Taxpayer | None
    errors: list[UserError]


class TaxpayerCreated(Answer):
    create_taxpayer: TaxpayerPayload


class Job(Answer):
    id: str
    state: str


class JobPayload(Answer):
    job: Job | None
    errors: list[UserError]


class ConnectionStarted(Answer):
    start_connection: JobPayload


class LatestJobOfTaxpayer(Answer):
    latest_job: Job


class LatestJob(Answer):
    taxpayer: LatestJobOfTaxpayer


class ChallengeField(Answer):
    name: str
    label: str | None


class Challenge(Answer):
    fields: list[ChallengeField]


class Failure(Answer):
    code: int | None
    needs_person: bool
    message: str | None
    advice: str | None


class Step(Answer):
    site: str
    state: str
    documents: int


class JobStatus(Answer):
    state: str
    code: int | None
    challenge: Challenge | None
    failure: Failure | None
    steps: list[Step]


class JobChanged(Answer):
    job_status: JobStatus


class AnswerPayload(Answer):
    errors: list[UserError]


class ChallengeAnswered(Answer):
    answer_challenge: AnswerPayload


class HeldKind(Answer):
    kind: str
    held: int


class SyncStatus(Answer):
    kinds: list[HeldKind]
    unreadable: int


class SyncChanged(Answer):
    sync_status: SyncStatus


class ProfileKind(HeldKind):
    others: int
    expected_cadence: str
    freshness: str


class ProfileSyncStatus(Answer):
    kinds: list[ProfileKind]
    unreadable: int


class Party(Answer):
    rfc: str | None
    name: str | None


class Code(Answer):
    code: str


class LabelledCode(Code):
    label: str | None


class Invoice(Answer):
    issued_at: str | None
    direction: str
    status: str
    type: LabelledCode | None
    issuer: Party
    receiver: Party
    total: str | None
    currency: Code | None


class Invoices(Answer):
    nodes: list[Invoice]


class ComplianceOpinion(Answer):
    sense: str
    folio: str | None
    issued_at: str | None


class Regime(Answer):
    name: str | None
    code: Code | None


class Address(Answer):
    postal_code: str | None
    state: str | None


class TaxStatus(Answer):
    status_text: str | None
    regimes: list[Regime]
    address: Address


class Unreadable(Answer):
    name: str
    reason: str
    detail: str


class UnreadableDocuments(Answer):
    nodes: list[Unreadable]


class Profile(Answer):
    rfc: str
    name: str
    sync_status: ProfileSyncStatus
    invoices: Invoices
    compliance_opinion: ComplianceOpinion | None
    tax_status: TaxStatus | None
    unreadable: UnreadableDocuments


class TaxpayerProfile(Answer):
    taxpayer: Profile
