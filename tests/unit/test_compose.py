"""The production files, read as data: no engine runs here, so what can be said of them without one is said here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from gateway.config import VARIABLES, load_settings, require_complete
from gateway.embedded import binaries
from gateway.embedded.programs import VALKEY
from gateway.errors import EmbeddedUnavailable, SettingsError
from tasks.broker import make_broker

yaml = pytest.importorskip("yaml", reason="PyYAML reads docker-compose.yml")

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {"api": "serve", "worker": "worker", "scheduler": "scheduler"}
ALIEN = ("mongodb", "valkey")
INTERPOLATED = re.compile(r"\$\{(\w+)(?:(:-|:\?)([^}]*))?\}")

# Stand-ins for what an operator sets: long enough for the checks of gateway/config.py, and nobody's.
GIVEN = {
    "SYNCFY_API_KEY": "0" * 32,
    "WEBHOOK_TOKENS": "t" * 24,
    "PUBLIC_URL": "https://gateway.example",
    "JWT_SECRET": "s" * 48,
}


def environment(service: str, given: Mapping[str, str]) -> dict[str, str]:
    """What the process of this service sees: compose's `${NAME:-default}` and `${NAME:?message}` worked out."""

    def value(match: re.Match[str]) -> str:
        name, operator, rest = match.groups()
        if given.get(name):
            return given[name]
        if operator == ":?":
            raise LookupError(name)
        return rest or ""

    return {name: INTERPOLATED.sub(value, str(text)) for name, text in SERVICES[service]["environment"].items()}


def strings(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from strings(key)
            yield from strings(value)
    elif isinstance(node, list):
        for item in node:
            yield from strings(item)
    else:
        yield str(node)


def test_it_runs_the_three_processes_and_what_they_need() -> None:
    assert set(SERVICES) == {*OURS, *ALIEN}
    assert {name: SERVICES[name]["command"] for name in OURS} == {name: [word] for name, word in OURS.items()}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_watched_limited_and_started_again(name: str) -> None:
    service = SERVICES[name]
    check, limits = service["healthcheck"], service["deploy"]["resources"]["limits"]
    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "retries", "start_period"} <= set(check)
    assert float(limits["cpus"]) > 0
    assert re.fullmatch(r"\d+[MG]", limits["memory"])
    assert limits["pids"] > 0
    assert service["restart"] == "unless-stopped"
    assert service["logging"]["options"]["max-size"]  # a log that nobody cuts fills the disk
    assert service["stop_grace_period"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_may_do_only_what_it_must(name: str) -> None:
    service = SERVICES[name]
    user, group = service["user"].split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", OURS)
def test_the_settings_of_each_process_are_complete_and_fit_for_production(name: str) -> None:
    settings = require_complete(load_settings(environment(name, GIVEN)))
    assert settings.production
    assert settings.log_format == "json"
    assert "replicaSet=rs0" in settings.mongodb_url
    assert set(SERVICES[name]["environment"]) <= set(VARIABLES)


@pytest.mark.parametrize("missing", GIVEN)
def test_what_an_operator_must_set_is_asked_for_by_name(missing: str) -> None:
    with pytest.raises(LookupError, match=missing):
        environment("api", {name: value for name, value in GIVEN.items() if name != missing})


def test_a_short_secret_does_not_pass_either() -> None:
    with pytest.raises(SettingsError, match="JWT_SECRET"):
        load_settings(environment("api", GIVEN | {"JWT_SECRET": "short"}))


def test_every_variable_is_one_that_the_settings_know() -> None:
    used = {match[1] for match in INTERPOLATED.finditer(TEXT)}
    assert set(GIVEN) < used <= set(VARIABLES)
    assert TEXT.count("${") == len(INTERPOLATED.findall(TEXT))  # none that the pattern above does not read


def test_there_is_no_secret_in_it() -> None:
    for name in OURS:
        for variable, value in SERVICES[name]["environment"].items():
            if re.search("KEY|TOKEN|SECRET|PASSWORD", variable):
                match = INTERPOLATED.fullmatch(value)
                assert match, f"{variable} is written out"
                assert match[2] == ":?" or not match[3], f"{variable} has a default"
    for text in strings(COMPOSE):
        assert not re.search(r"://[^/\s]*:[^/\s]*@", text), "an address with a password"
        assert not re.search(r"\b[0-9a-fA-F]{24,}\b|\b[A-Za-z0-9+/_-]{40,}\b", text), "something like a key"


def test_only_the_api_can_be_reached_and_only_through_a_proxy_on_the_machine() -> None:
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["api"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["api"]["ports"])
    assert COMPOSE["networks"]["data"] == {"internal": True}
    assert all(SERVICES[name]["networks"] == ["data"] for name in ALIEN)


def test_what_it_names_it_declares() -> None:
    for service in SERVICES.values():
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(COMPOSE["volumes"])
        assert set(service.get("depends_on", {})) <= set(SERVICES)
    for name in OURS:
        assert SERVICES[name]["depends_on"] == {other: {"condition": "service_healthy"} for other in ALIEN}


def test_data_is_kept_in_named_volumes() -> None:
    assert "store:/data/db" in SERVICES["mongodb"]["volumes"]
    assert "valkey:/data" in SERVICES["valkey"]["volumes"]
    command = SERVICES["valkey"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"


def test_the_broker_is_of_the_series_that_the_tests_run() -> None:
    try:
        engine, _, version = binaries.find(VALKEY).engine.partition(" ")
    except EmbeddedUnavailable as error:
        pytest.skip(str(error))
    image, _, tag = SERVICES["valkey"]["image"].partition(":")
    assert image == "valkey/valkey"
    if engine == "Valkey":
        assert tag.partition("-")[0] == ".".join(version.split(".")[:2])
    assert SERVICES["valkey"]["command"][0] == "valkey-server"
    assert "valkey-cli" in SERVICES["valkey"]["healthcheck"]["test"][-1]


def test_the_replica_set_is_the_one_that_the_address_asks_for() -> None:
    command = SERVICES["mongodb"]["command"]
    assert command[command.index("--replSet") + 1] == "rs0"
    check = SERVICES["mongodb"]["healthcheck"]["test"][-1]
    assert '_id: "rs0"' in check
    assert 'host: "mongodb:27017"' in check


def test_the_health_checks_look_where_the_processes_are() -> None:
    codes = {name: SERVICES[name]["healthcheck"]["test"][-1] for name in OURS}
    for code in codes.values():
        compile(code, "healthcheck", "exec")
    api = environment("api", GIVEN)
    assert f"http://127.0.0.1:{api['PORT']}/health/ready" in codes["api"]
    assert SERVICES["api"]["ports"][0].endswith(f":{api['PORT']}")
    namespace: Any = getattr(make_broker(api["BROKER_URL"]), "namespace", None)
    assert f'"{namespace}:__heartbeats__"' in codes["worker"]


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def test_the_image_runs_as_nobody_in_particular_and_without_the_embedded_servers() -> None:
    last_stage = instructions()[max(n for n, (word, _) in enumerate(instructions()) if word == "FROM") :]
    users = [rest for word, rest in last_stage if word == "USER"]
    assert users == [SERVICES["api"]["user"]]
    assert ("ENTRYPOINT", '["sat-gateway"]') in last_stage
    runs = " ".join(rest for word, rest in instructions() if word == "RUN")
    assert "embedded" not in runs
    assert "fiftyone" not in runs
    assert not [rest for word, rest in instructions() if word in ("ENV", "ARG") and re.search("KEY|TOKEN|SECRET", rest)]


def test_the_image_installs_the_versions_that_were_tested_together() -> None:
    (install,) = [rest for word, rest in instructions() if word == "RUN" and "pip install" in rest]
    assert "--constraint constraints.txt ." in install
    pinned = {line.partition("==")[0] for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line}
    assert needed("sat-gateway") - {"sat-gateway"} <= {canonicalize_name(name) for name in pinned}


def needed(name: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """A distribution, and all that is installed with it."""
    found = {canonicalize_name(name)}
    for text in metadata.requires(name) or ():
        requirement = Requirement(text)
        wanted = [{"extra": extra} for extra in extras or {""}]
        if requirement.marker is None or any(requirement.marker.evaluate(one) for one in wanted):
            found |= needed(requirement.name, frozenset(requirement.extras))
    return found


def test_the_image_is_built_from_the_code_and_nothing_else() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"  # .env, .git and .sat-gateway stay out without being named
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = {
        name.partition("/")[0]
        for word, rest in instructions()
        if word == "COPY" and "--from" not in rest
        for name in rest.split()[:-1]
    }
    # npm's settings are the page's: a lock file that names no address is read with them.
    let_in -= {"gateway/web/.npmrc"}
    files = {"pyproject.toml", "constraints.txt", "README.md", "LICENSE", "schema.graphql"}
    assert copied == let_in == files | {"gateway", "resolvers", "tasks"}
    assert {"gateway/web/node_modules", "gateway/web/dist", "gateway/web/widget"} <= set(rules)  # made in the image
