"""The mutations: one for each intention, in a room for each noun. This is where they are put together."""

from __future__ import annotations

from typing import Any

import strawberry

from resolvers.mutations import deleting, exporting, people, runs, widget
from resolvers.mutations.user_errors import UserErrorCode

__all__ = ["Mutation", "UserErrorCode"]


def _mutation(resolver: Any, payload: Any, description: str) -> Any:
    return strawberry.mutation(resolver=resolver, graphql_type=payload, description=description)


@strawberry.type(
    description="Everything that a client can start or change. Each mutation returns at once; a job reports the "
    "progress of long work."
)
class Mutation:
    create_taxpayer: people.CreateTaxpayerPayload = _mutation(
        people.create_taxpayer,
        people.CreateTaxpayerPayload,
        "Creates a taxpayer. A second call with the same RFC returns the existing one.",
    )
    update_taxpayer: people.UpdateTaxpayerPayload = _mutation(
        people.update_taxpayer, people.UpdateTaxpayerPayload, "Changes the display name of a taxpayer."
    )
    create_widget_token: widget.CreateWidgetTokenPayload = _mutation(
        widget.create_widget_token,
        widget.CreateWidgetTokenPayload,
        "Creates a session for Syncfy's widget, the recommended way to connect. Report what the widget starts with "
        "`followConnection`.",
    )
    follow_connection: runs.JobPayload = _mutation(
        widget.follow_connection,
        runs.JobPayload,
        "Follows a connection that Syncfy's widget started: from then on it is a job like one of `startConnection`.",
    )
    start_connection: runs.JobPayload = _mutation(
        runs.start_connection,
        runs.JobPayload,
        "Connects to SAT All in One with the CIEC password, without the widget.",
    )
    update_credential: runs.JobPayload = _mutation(
        runs.update_credential,
        runs.JobPayload,
        "Corrects the CIEC password, without the widget: starts a new login with which Syncfy updates the credentials.",
    )
    refresh_connection: runs.JobPayload = _mutation(
        runs.refresh_connection,
        runs.JobPayload,
        "Downloads again with all or some of the credentials that Syncfy holds, each once a day at most.",
    )
    answer_challenge: runs.JobPayload = _mutation(
        runs.answer_challenge, runs.JobPayload, "Sends a person's answers to a job that is AWAITING_INPUT."
    )
    create_export: runs.JobPayload = _mutation(
        exporting.create_export,
        runs.JobPayload,
        "Writes the selected documents to a file, which is kept for a day. A viewer can run three exports at a time.",
    )
    delete_credential: deleting.DeleteCredentialPayload = _mutation(
        deleting.delete_credential,
        deleting.DeleteCredentialPayload,
        "Deletes a credential: Syncfy forgets the password and stops downloading. Documents stay.",
    )
    delete_taxpayer: deleting.DeleteTaxpayerPayload = _mutation(
        deleting.delete_taxpayer,
        deleting.DeleteTaxpayerPayload,
        "Deletes a taxpayer with all data held about it, here and at Syncfy, and returns a receipt.",
    )
