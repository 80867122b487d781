"""Logs: one JSON object a line, with the request's context and without secrets or personal data."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import structlog

from gateway.config import Settings
from gateway.telemetry import configure_logging, logger, redact

KEY = "5a7d0b0c5a7d0b0c5a7d0b0c5a7d0b0c"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ2In0.c2lnbmF0dXJl"


@contextmanager
def logging_to(text: io.StringIO) -> Iterator[None]:
    """Our configuration with the test's own text for stderr; what was configured before comes back afterwards."""
    root, stderr = logging.getLogger(), sys.stderr
    handlers, level = root.handlers[:], root.level
    sys.stderr = text
    try:
        configure_logging(Settings(), process="test")
        yield
    finally:
        sys.stderr = stderr
        root.handlers[:], root.level = handlers, level
        structlog.reset_defaults()
        structlog.contextvars.clear_contextvars()


def logged(work: Callable[[], object]) -> list[dict[str, object]]:
    text = io.StringIO()
    with logging_to(text):
        work()
    return [json.loads(line) for line in text.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("mongodb://user:pa55word@store:27017/x", "pa55word"),
        ("redis://:pa55word@broker", "pa55word"),
        (f"Authorization: Bearer {JWT}", "c2lnbmF0dXJl"),
        (f"api_key={KEY}", KEY),
        (f"GET /v1/transactions?token={KEY}&limit=1", KEY),
        ('{"password": "Ciec1234"}', "Ciec1234"),
        ("password=Ciec1234", "Ciec1234"),
        (f"session {JWT} ended", "c2lnbmF0dXJl"),
        ("/v1/users/EKU9003173C9/x", "EKU9003173C9"),
        ("RFC XAMA620210DQ5 is known", "XAMA620210DQ5"),
        ("RFC Ñ&A010101AAA is known", "Ñ&A010101AAA"),
        ("RFC &AB010101AAA is known", "&AB010101AAA"),
        ("CSF_EKU9003173C9_2024.pdf", "EKU9003173C9"),
        ("employee XEXX010101HNEXXXA4 has", "XEXX010101HNEXXXA4"),
    ],
)
def test_what_must_not_be_told_is_cut_out(text: str, hidden: str) -> None:
    assert hidden in text
    assert hidden not in redact(text)


@pytest.mark.parametrize(
    "text", ["documents.stored kind=INVOICE", "job 6b03b1c0bcfa116df1bc8b6d ended 200", "http://127.0.0.1:8090/v1"]
)
def test_what_may_be_told_stays(text: str) -> None:
    assert redact(text) == text


def test_a_line_is_an_object_with_its_context() -> None:
    def work() -> None:
        with structlog.contextvars.bound_contextvars(request="r-1"):
            logger("gateway.test").info("webhook.kept", events=3)

    (line,) = logged(work)
    assert line["event"] == "webhook.kept"
    assert (line["request"], line["process"], line["events"], line["level"]) == ("r-1", "test", 3, "info")
    assert str(line["timestamp"]).endswith("Z")


def test_secrets_are_hidden_by_their_name_and_by_their_look() -> None:
    error, url = RuntimeError("token=abcdef"), f"?token={KEY}"
    (line,) = logged(
        lambda: logger("gateway.test").warning(
            "x", password="Ciec1234", api_key="k", twofa="123456", error=error, url=url
        )
    )
    assert (line["password"], line["api_key"], line["twofa"]) == ("***", "***", "***")
    assert "abcdef" not in json.dumps(line)
    assert KEY not in json.dumps(line)


def test_a_librarys_lines_go_the_same_way() -> None:
    (line,) = logged(lambda: logging.getLogger("some.library").warning("to %s", "mongodb://user:pa55word@store"))
    assert line["level"] == "warning"
    assert "pa55word" not in json.dumps(line)


@pytest.mark.parametrize("of", [logger("gateway.test"), logging.getLogger("some.library")])
def test_the_traceback_of_a_defect_holds_no_secret(of: logging.Logger) -> None:
    def work() -> None:
        try:
            _defect()
        except RuntimeError:
            of.exception("event.failed")

    (line,) = logged(work)
    assert "RuntimeError" in str(line["exception"])
    assert KEY not in json.dumps(line)
    assert "EKU9003173C9" not in json.dumps(line)


def _defect() -> None:
    raise RuntimeError(f"no answer from https://x/?token={KEY} for EKU9003173C9")


def test_libraries_that_log_addresses_are_quiet() -> None:
    assert logged(lambda: logging.getLogger("httpx").info("HTTP Request: GET http://x/?token=abc")) == []


def test_what_is_inside_a_value_is_no_safer() -> None:
    told = {"of": [{"rfc": "EKU9003173C9"}, ("EKU9003173C9",)], "with": {"password": "Ciec1234"}}
    (line,) = logged(lambda: structlog.stdlib.get_logger("x").info("seen", **told))
    assert line["of"] == [{"rfc": "***RFC***"}, ["***RFC***"]]
    assert line["with"] == {"password": "***"}


def test_the_stores_driver_repeats_documents_and_the_log_does_not() -> None:
    told = redact(
        "BulkWriteError: batch op errors occurred, full error: {'op': {'name': 'JUAN', 'total': '1.50'}}\nnext"
    )
    assert told == "BulkWriteError: batch op errors occurred, full error: ***\nnext"
