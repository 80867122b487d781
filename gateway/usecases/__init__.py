"""The use-cases behind the mutations. They talk to Syncfy and write a job; nothing else does.

Each takes a viewer's own taxpayer row, so that ownership is decided before, in one place. Expected refusals are
InvalidInput with a code; Syncfy being away is SyncfyUnavailable. The password passes through `start_connection` once.
"""

from gateway.usecases.answer import answer_challenge
from gateway.usecases.context import Queue, UseCaseDeps
from gateway.usecases.credentials import delete_credential
from gateway.usecases.delete import delete_taxpayer
from gateway.usecases.follow import follow_connection
from gateway.usecases.start import (
    WidgetToken,
    refresh_connection,
    start_connection,
    update_credential,
    widget_token,
)
from gateway.usecases.taxpayers import create_taxpayer, update_taxpayer

__all__ = [
    "Queue",
    "UseCaseDeps",
    "WidgetToken",
    "answer_challenge",
    "create_taxpayer",
    "delete_credential",
    "delete_taxpayer",
    "follow_connection",
    "refresh_connection",
    "start_connection",
    "update_credential",
    "update_taxpayer",
    "widget_token",
]
