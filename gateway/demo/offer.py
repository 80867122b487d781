"""What the page of a demonstration offers to try: a login of the sandbox's, and how each password turns out there."""

from __future__ import annotations

from gateway.sandbox.twofa import ANSWER

#: SAT's own RFC for tests. The passwords are scenarios of gateway/sandbox/scenarios.py.
OFFER = {
    "rfc": "EKU9003173C9",
    "name": "Escuela Kemper Urgate",
    "password": "demo",
    "answer": ANSWER,
    "others": ["wrong", "twofa", "captcha", "options", "locked", "action", "unavailable-before", "unavailable-after"],
}
