"""What a client can start: the use-cases behind the mutations. They talk to Syncfy and write a job; nothing else does.

Each takes a viewer's own taxpayer row, so that ownership is decided before, in one place. Expected refusals are
InvalidInput with a code; Syncfy being away is SyncfyUnavailable. The password passes through `start_connection` once.
"""

from gateway.connections.answering import answer_challenge
from gateway.connections.credentials import credentials_of, delete_credential
from gateway.connections.deletion import delete_taxpayer
from gateway.connections.following import follow_connection
from gateway.connections.people import create_taxpayer, update_taxpayer
from gateway.connections.starting import (
    WidgetToken,
    refresh_connection,
    start_connection,
    update_credential,
    widget_token,
)
from gateway.connections.use import Connections, Queue

__all__ = [
    "Connections",
    "Queue",
    "WidgetToken",
    "answer_challenge",
    "create_taxpayer",
    "credentials_of",
    "delete_credential",
    "delete_taxpayer",
    "follow_connection",
    "refresh_connection",
    "start_connection",
    "update_credential",
    "update_taxpayer",
    "widget_token",
]
