"""The mutations: one for each intention, in a room for each noun. This is where they are put together."""

from __future__ import annotations

from typing import Any

import strawberry

from resolvers.mutations import deleting, exporting, people, runs, widget
from resolvers.mutations.user_errors import UserErrorCode

__all__ = ["Mutation", "UserErrorCode"]


def _mutation(resolver: Any, payload: Any, description: str) -> Any:
    return strawberry.mutation(resolver=resolver, graphql_type=payload, description=description)


@strawberry.type(description="What a client can start. Each answers at once; a job tells how it goes on.")
class Mutation:
    create_taxpayer: people.CreateTaxpayerPayload = _mutation(
        people.create_taxpayer,
        people.CreateTaxpayerPayload,
        "Makes a taxpayer known; twice the same RFC is one taxpayer.",
    )
    update_taxpayer: people.UpdateTaxpayerPayload = _mutation(
        people.update_taxpayer, people.UpdateTaxpayerPayload, "Gives a taxpayer another name to show."
    )
    create_widget_token: widget.CreateWidgetTokenPayload = _mutation(
        widget.create_widget_token,
        widget.CreateWidgetTokenPayload,
        "A session for Syncfy's widget, the recommended way to connect; `followConnection` follows what it starts.",
    )
    follow_connection: runs.JobPayload = _mutation(
        widget.follow_connection,
        runs.JobPayload,
        "Follows a run that Syncfy's widget started: from here on it is a job like one of `startConnection`.",
    )
    start_connection: runs.JobPayload = _mutation(
        runs.start_connection,
        runs.JobPayload,
        "Connects to SAT All in One with the CIEC password, without the widget.",
    )
    update_credential: runs.JobPayload = _mutation(
        runs.update_credential,
        runs.JobPayload,
        "Corrects the CIEC password, without the widget: a new login, with which Syncfy updates the credentials.",
    )
    refresh_connection: runs.JobPayload = _mutation(
        runs.refresh_connection,
        runs.JobPayload,
        "Downloads again with the credentials that Syncfy holds, all or some (each once a day).",
    )
    answer_challenge: runs.JobPayload = _mutation(
        runs.answer_challenge, runs.JobPayload, "Passes on the person's answers to a job that is AWAITING_INPUT."
    )
    create_export: runs.JobPayload = _mutation(
        exporting.create_export,
        runs.JobPayload,
        "Writes a filter's documents to a file, which is kept for a day; three at a time for a viewer.",
    )
    delete_credential: deleting.DeleteCredentialPayload = _mutation(
        deleting.delete_credential,
        deleting.DeleteCredentialPayload,
        "Takes an access back: Syncfy forgets the password and downloads no more. Documents stay.",
    )
    delete_taxpayer: deleting.DeleteTaxpayerPayload = _mutation(
        deleting.delete_taxpayer,
        deleting.DeleteTaxpayerPayload,
        "Deletes a taxpayer with everything that is held of it, here and at Syncfy, and gives a receipt.",
    )
