"""What a status of Syncfy's asks a person for, in our words."""

from __future__ import annotations

from typing import Any

from gateway.syncfy.wire import JobStatus


def challenge_of(status: JobStatus) -> dict[str, Any] | None:
    """None where a status asks nothing (all but 410)."""
    if not status.twofa:
        return None
    fields: list[dict[str, Any]] = [
        {
            "name": field.name,
            "type": field.type,
            "label": field.label,
            "image": field.image,
            "options": [{"value": o.value, "label": o.label, "image": o.image} for o in field.options],
        }
        for field in status.twofa
    ]
    return {"fields": fields}
