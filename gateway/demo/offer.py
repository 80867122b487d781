"""The page's offer in a demonstration: a login of the sandbox's, and how each password turns out there."""

from __future__ import annotations

from gateway.demo.choice import invented_name
from gateway.sandbox.twofa import ANSWER

#: SAT's own RFC for tests. The passwords are scenarios of gateway/sandbox/scenarios.py.
RFC = "EKU9003173C9"
OFFER = {
    "rfc": RFC,
    "name": invented_name(RFC),
    "password": "demo",
    "answer": ANSWER,
    "others": ["wrong", "twofa", "captcha", "options", "locked", "action", "unavailable-before", "unavailable-after"],
}
