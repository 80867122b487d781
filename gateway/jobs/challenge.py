"""Challenges: the questions that a status of Syncfy's has for a person, in our words."""

from __future__ import annotations

from gateway.models.job import Challenge, ChallengeField, ChallengeOption
from gateway.syncfy.wire import JobStatus


def challenge_of(status: JobStatus) -> Challenge | None:
    """Return None where a status asks nothing (all but 410)."""
    if not status.twofa:
        return None
    return Challenge(
        fields=tuple(
            ChallengeField(
                name=field.name,
                type=field.type,
                label=field.label,
                image=field.image,
                options=tuple(ChallengeOption(value=o.value, label=o.label, image=o.image) for o in field.options),
            )
            for field in status.twofa
        )
    )
