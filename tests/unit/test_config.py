"""Settings: every wrong one is named at once, no value is told, and production makes nothing up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.config import VARIABLES, Settings, load_settings, require_complete
from gateway.errors import SettingsError
from gateway.store import mongo

SECRET = "correct horse battery staple, twice"
PRODUCTION = {
    "ENVIRONMENT": "production",
    "MONGODB_URL": "mongodb://store/?replicaSet=rs0",
    "BROKER_URL": "redis://broker:6379/0",
    "SYNCFY_API_KEY": "0123456789abcdef0123456789abcdef",
    "JWT_SECRET": SECRET,
    "WEBHOOK_TOKENS": "0123456789abcdef",
}


def test_nothing_set_is_a_laptop() -> None:
    assert load_settings({}) == Settings()
    assert not load_settings({}).production


def test_nobody_is_a_viewer_without_a_token_in_production() -> None:
    with pytest.raises(SettingsError, match="DEMO_VIEWER"):
        load_settings({**PRODUCTION, "DEMO_VIEWER": "demo"})


def test_every_setting_has_a_variable_and_every_variable_a_setting() -> None:
    assert {name.lower() for name in VARIABLES} == set(Settings.__dataclass_fields__)


def test_the_example_of_an_env_file_names_every_variable() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE)) == set(VARIABLES)


def test_production_with_all_it_needs() -> None:
    settings = require_complete(load_settings(PRODUCTION))
    assert settings.production
    assert settings.webhook_tokens == ("0123456789abcdef",)


@pytest.mark.parametrize("missing", ["MONGODB_URL", "BROKER_URL", "SYNCFY_API_KEY", "JWT_SECRET", "WEBHOOK_TOKENS"])
def test_production_without_one_does_not_start(missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        load_settings({name: value for name, value in PRODUCTION.items() if name != missing})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENVIRONMENT", "staging"),
        ("MONGODB_URL", "http://store"),
        ("MONGODB_URL", "mongodb://"),
        ("BROKER_URL", "amqp://user:pw-of-the-broker@broker"),
        ("SYNCFY_URL", "ftp://x"),
        ("SYNCFY_RATE", "0"),
        ("SYNCFY_RATE", "five"),
        ("SYNCFY_RATE", "-5"),
        ("PORT", "65536"),
        ("PUBLIC_URL", "gateway.example"),
        ("JWT_SECRET", "short"),
        ("WEBHOOK_TOKENS", "long enough for one token,short"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_value_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as told:
        load_settings({name: value})
    # "starts with mongodb://" and "from 1 to 1000" are what is allowed, not what was given.
    assert value in ("mongodb://", "0") or value not in str(told.value)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(SettingsError, match=r"LOG_LEVEL.*|PORT.*") as told:
        load_settings({"PORT": "x", "LOG_LEVEL": "y", "JWT_SECRET": "z"})
    assert all(name in str(told.value) for name in ("PORT", "LOG_LEVEL", "JWT_SECRET"))


def test_lists_and_blanks() -> None:
    settings = load_settings(
        {
            "WEBHOOK_TOKENS": " 0123456789abcdef , fedcba9876543210 ,",
            "WEBHOOK_KEYS": '{"k":"a"} {"k":"b"}',
            "PUBLIC_URL": "https://x.example/",
            "PORT": "",
        }
    )
    assert settings.webhook_tokens == ("0123456789abcdef", "fedcba9876543210")
    assert settings.webhook_keys == ('{"k":"a"}', '{"k":"b"}')
    assert settings.public_url == "https://x.example"
    assert settings.port == 8000


def test_no_secret_in_the_repr() -> None:
    secrets = {
        "MONGODB_URL": "mongodb://user:pw-of-the-store@store",
        "BROKER_URL": "redis://:pw-of-the-broker@broker",
        "SYNCFY_API_KEY": "the-api-key",
        "JWT_SECRET": SECRET,
        "WEBHOOK_TOKENS": "the-webhook-token",
        "WEBHOOK_KEYS": "the-webhook-key",
    }
    shown = repr(load_settings(secrets))
    for hidden in ("pw-of-the-store", "pw-of-the-broker", "the-api-key", SECRET, "the-webhook-token", "webhook-key"):
        assert hidden not in shown


def test_what_a_process_can_not_do_without_is_asked_for_by_name() -> None:
    with pytest.raises(SettingsError, match="MONGODB_URL, BROKER_URL, SYNCFY_API_KEY, JWT_SECRET must be set"):
        require_complete(Settings())


@pytest.mark.parametrize(
    "environ",
    [
        {"SYNCFY_URL": "http://[bad"},
        {"BROKER_URL": "redis://127.0.0.1:nope"},
        {"BROKER_URL": "redis://127.0.0.1:99999"},
        {"SYNCFY_API_KEY": "two words"},
    ],
)
def test_what_no_address_or_key_can_be_is_a_wrong_setting(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=next(iter(environ))) as told:
        load_settings(environ)
    assert next(iter(environ.values())) not in str(told.value)


@pytest.mark.parametrize("url", ["mongodb://me:a:secret@store", "mongodb://store:secret", "mongodb://store/?secret"])
def test_an_address_of_the_store_that_can_not_be_used_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(SettingsError, match="MONGODB_URL") as told:
        mongo.connect(url, "sat_gateway")
    assert "secret" not in str(told.value)


def test_a_name_that_no_database_can_have_is_a_wrong_setting() -> None:
    with pytest.raises(SettingsError, match="MONGODB_DATABASE"):
        mongo.connect("mongodb://127.0.0.1:1", "a b.c$")


def test_several_hosts_with_a_port_each_are_an_address() -> None:
    url = "mongodb://user:pw@one:27017,two:27018/?replicaSet=rs0"
    assert load_settings({"MONGODB_URL": url}).mongodb_url == url


def test_an_address_of_syncfy_counts_without_a_key_and_a_key_without_an_address_is_syncfys() -> None:
    assert load_settings({"SYNCFY_URL": "http://127.0.0.1:9/v1"}).syncfy_url == "http://127.0.0.1:9/v1"
    assert load_settings({"SYNCFY_API_KEY": "key"}).syncfy_url == "https://sync.paybook.com/v1"
    assert load_settings({"SYNCFY_URL": " "}).syncfy_url == ""
