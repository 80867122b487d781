"""The mutations: one for each intention, in a room for each noun. This is where they are put together."""

from __future__ import annotations

import strawberry

from resolvers.mutations import connections, credentials, exports, taxpayers, widget
from resolvers.mutations.mutation import mutation


@strawberry.type(
    description="Everything that a client can start or change. Each mutation returns at once; a job reports the "
    "progress of long work."
)
class Mutation:
    create_taxpayer = mutation(
        taxpayers.create_taxpayer,
        taxpayers.CreateTaxpayerPayload,
        "Creates a taxpayer. A second call with the same RFC returns the existing one.",
    )
    update_taxpayer = mutation(
        taxpayers.update_taxpayer, taxpayers.UpdateTaxpayerPayload, "Changes the display name of a taxpayer."
    )
    create_widget_token = mutation(
        widget.create_widget_token,
        widget.CreateWidgetTokenPayload,
        "Creates a session for Syncfy's widget, the recommended way to connect. Report what the widget starts with "
        "`followConnection`.",
    )
    follow_connection = mutation(
        widget.follow_connection,
        widget.FollowConnectionPayload,
        "Follows a connection that Syncfy's widget started: from then on it is a job like one of `startConnection`.",
    )
    start_connection = mutation(
        connections.start_connection,
        connections.StartConnectionPayload,
        "Connects to SAT All in One with the CIEC password, without the widget.",
    )
    update_credential = mutation(
        credentials.update_credential,
        credentials.UpdateCredentialPayload,
        "Corrects the CIEC password, without the widget: starts a new login with which Syncfy updates the credentials.",
    )
    refresh_connection = mutation(
        connections.refresh_connection,
        connections.RefreshConnectionPayload,
        "Downloads again with all or some of the credentials that Syncfy holds, each once a day at most.",
    )
    answer_challenge = mutation(
        connections.answer_challenge,
        connections.AnswerChallengePayload,
        "Sends a person's answers to a job that is AWAITING_INPUT.",
    )
    create_export = mutation(
        exports.create_export,
        exports.CreateExportPayload,
        "Writes the selected documents to a file, which is kept for a day. A viewer can run three exports at a time.",
    )
    delete_credential = mutation(
        credentials.delete_credential,
        credentials.DeleteCredentialPayload,
        "Deletes a credential: Syncfy forgets the password and stops downloading. Documents stay.",
    )
    delete_taxpayer = mutation(
        taxpayers.delete_taxpayer,
        taxpayers.DeleteTaxpayerPayload,
        "Deletes a taxpayer with all data held about it, here and at Syncfy, and returns a receipt.",
    )
