"""The login that the page offers in a demonstration, and the passwords that make the sandbox act differently."""

from __future__ import annotations

from gateway.demo.taxpayer import invented_name
from gateway.sandbox.twofa import ANSWER

#: SAT's own RFC for tests. The passwords are scenarios of gateway/sandbox/scenarios.py.
RFC = "EKU9003173C9"
SANDBOX_LOGIN = {
    "rfc": RFC,
    "name": invented_name(RFC),
    "password": "demo",
    "answer": ANSWER,
    "others": ["wrong", "twofa", "captcha", "options", "locked", "action", "unavailable-before", "unavailable-after"],
}
