"""What can be said of the image and its composition without an engine: what runs, as whom, with what, and that no secret is in it."""

from __future__ import annotations

import json
import re
import tomllib
from fnmatch import fnmatch
from functools import cache
from typing import Any

import pytest
import yaml

from sverka.companies.load import load_companies
from sverka.settings import SECRETS, VARIABLES
from tests.house.tree import ROOT, files, short


@cache
def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile as (instruction, the rest), lines that go on put together, comments left out."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(name.upper(), rest) for name, _, rest in (line.partition(" ") for line in lines if line.strip())]


def last(name: str) -> str:
    return [rest for instruction, rest in instructions() if instruction == name][-1]


@cache
def composition() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return found


def environment() -> dict[str, str]:
    """Return what the image sets."""
    pairs = re.findall(r'(\w+)=("[^"]*"|\S+)', last("ENV"))
    return {name: value.strip('"') for name, value in pairs}


@pytest.mark.parametrize("name", ["ENTRYPOINT", "CMD"])
def test_what_runs_gets_the_signals_itself(name: str) -> None:
    command = json.loads(last(name))
    assert command
    assert command[0] != "/bin/sh" or command[2].endswith('exec "$@"')


def test_without_a_command_it_is_the_scheduler_and_health_is_asked_of_sverka() -> None:
    assert json.loads(last("CMD")) == ["sverka", "scheduler"]
    assert json.loads(last("HEALTHCHECK").partition("CMD ")[2]) == ["sverka", "health"]


def test_new_files_are_their_owner_s_only_and_the_owner_is_not_root() -> None:
    assert "umask 077" in last("ENTRYPOINT")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", last("USER"))
    names = [name for name, _ in instructions()]
    assert "RUN" not in names[names.index("USER") :]


def test_every_stage_stands_on_the_same_named_base() -> None:
    bases = [rest.split()[0] for name, rest in instructions() if name == "FROM"]
    assert set(bases) == {"python:3.11-slim-bookworm"}
    assert len(bases) == 2


def test_packages_come_from_the_lock_with_their_hashes() -> None:
    installs = [rest for name, rest in instructions() if name == "RUN" and "pip install" in rest]
    assert all("--no-deps" in command for command in installs)
    assert "--require-hashes -r requirements.lock" in installs[0]


@pytest.mark.parametrize("path", ["Dockerfile", "compose.yaml", "config/secrets.example", ".dockerignore"])
def test_no_file_writes_down_the_environment_or_switches_off_a_wall(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert (
        re.search(r"printenv|/etc/environment|docker\.sock|privileged: true|--privileged|ARG .*(?:TOKEN|SECRET)", text)
        is None
    )


def test_the_image_knows_no_secret_and_only_variables_that_there_are() -> None:
    ours = {name for name in environment() if name.startswith(("SVERKA_", "SENTRY_"))}
    assert ours <= set(VARIABLES) - set(SECRETS)
    assert (environment()["TZ"], environment()["PYTHONTZPATH"], environment()["SVERKA_LOG"]) == ("UTC", "", "json")
    assert environment()["MPLCONFIGDIR"].startswith("/tmp/")


def test_only_what_is_named_goes_into_the_image() -> None:
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    assert "*" in rules
    sent = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = {
        source
        for name, rest in instructions()
        if name == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    }
    assert sent == copied
    assert {each for each in sent if not (ROOT / each).exists()} == set()


def test_the_label_tells_the_version_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f'org.opencontainers.image.version="{project["version"]}"' in last("LABEL")


def test_the_worker_may_do_nothing_that_it_need_not() -> None:
    worker = composition()["services"]["worker"]
    assert (worker["read_only"], worker["cap_drop"], worker["stop_grace_period"]) == (True, ["ALL"], "15s")
    assert worker["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "pids_limit", "tmpfs"} <= set(worker)
    assert not {"ports", "privileged", "user", "network_mode", "env_file"} & set(worker)


def test_memory_waits_for_a_database_that_answers_and_that_nobody_else_reaches() -> None:
    services = composition()["services"]
    assert services["worker"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert "healthcheck" in services["database"]
    assert "ports" not in services["database"]
    assert all(composition()["networks"][name].get("internal") for name in services["database"]["networks"])
    assert {volume.partition(":")[0] for service in services.values() for volume in service["volumes"]} >= {
        "memory",
        "database",
    }


def test_the_worker_is_told_all_secrets_of_the_companies_and_each_as_a_file() -> None:
    told = composition()["services"]["worker"]["environment"]
    companies = {name for company in load_companies(ROOT / "config/companies") for name in company.connection.variables}
    assert {name.removesuffix("_FILE") for name in told} - companies <= set(VARIABLES)
    assert {name for name in companies if f"{name}_FILE" not in told} == set()
    assert not set(told) & ({*SECRETS} | companies)


def test_each_secret_is_a_file_that_is_explained_and_kept_out_of_the_project() -> None:
    named = set(composition()["secrets"])
    used = {name for service in composition()["services"].values() for name in service.get("secrets", [])}
    read = {
        value.removeprefix("/run/secrets/")
        for service in composition()["services"].values()
        for name, value in service["environment"].items()
        if name.endswith("_FILE")
    }
    lines = (ROOT / "config/secrets.example").read_text(encoding="utf-8").splitlines()
    explained = {line.split()[0] for line in lines if line and not line.startswith("#")}
    assert named == used == read == explained
    assert all(value == {"file": f"./secrets/{name}"} for name, value in composition()["secrets"].items())
    assert [short(path) for path in files() if fnmatch(short(path), "secrets/*")] == []
    assert "secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
