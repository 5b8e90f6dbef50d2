"""`sandbox serve` as whoever starts it sees it: the JSON line, the wrong wishes, the quick leave."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest

import sandbox.systems
from sandbox.faults import Fault
from sandbox.people import Person
from sandbox.serve import START, Sandbox, start
from sandbox.systems import EMULATORS

ROOT = Path(__file__).parents[2]
COMPANIES = ROOT / "config" / "companies"
ROLES = ["owner", "head", "manager", "accountant", "warehouse", "master"]


@pytest.fixture(scope="module")
def headlights() -> Iterator[Sandbox]:
    with start(["headlights"], COMPANIES) as running:
        yield running


def test_the_list_of_emulators_is_the_folder() -> None:
    (folder,) = sandbox.systems.__path__
    assert sorted(EMULATORS) == sorted(path.parent.name for path in Path(folder).glob("*/__init__.py"))


def test_ready_holds_what_was_agreed_and_nothing_else(headlights: Sandbox) -> None:
    ready = headlights.ready
    assert json.loads(json.dumps(ready)) == ready
    assert ready.keys() == {"control", "env", "companies"}
    own = ready["companies"]["headlights"]
    assert own.keys() == {"systems", "people"}
    assert {system: set(doors) for system, doors in own["systems"].items()} == {
        "bitrix24": {"http", "https"}, "business_ru": {"http", "https"}, "smsc": {"http", "https"}, "green_api": {"http", "https"},
        "mail": {"smtp", "imap"},
    }  # fmt: skip
    assert list(own["people"]) == ROLES
    for keys in own["people"].values():
        assert keys["bitrix24"].startswith(own["systems"]["bitrix24"]["http"])
        assert keys["business_ru"].keys() >= {"app_id", "secret"}
        assert keys["mail"].keys() == {"login", "password"}


def test_env_holds_every_secret_that_the_company_names(headlights: Sandbox) -> None:
    env = headlights.ready["env"]
    assert set(env) == {
        "SVERKA_CA_FILE", "HEADLIGHTS_BITRIX24_WEBHOOK", "HEADLIGHTS_BUSINESS_RU_URL", "HEADLIGHTS_BUSINESS_RU_APP_ID",
        "HEADLIGHTS_BUSINESS_RU_SECRET", "HEADLIGHTS_SMTP_URL", "HEADLIGHTS_IMAP_URL", "HEADLIGHTS_SMSC_URL", "HEADLIGHTS_WHATSAPP_URL",
        "HEADLIGHTS_MAX_URL",
    }  # fmt: skip
    assert all(isinstance(value, str) and value for value in env.values())
    assert env["HEADLIGHTS_BITRIX24_WEBHOOK"].startswith("http://127.0.0.1:")


def test_both_schemes_lead_to_the_same_portal(headlights: Sandbox) -> None:
    doors = headlights.ready["companies"]["headlights"]["systems"]["bitrix24"]
    hook = headlights.ready["companies"]["headlights"]["people"]["owner"]["bitrix24"].removeprefix(doors["http"])
    trusting = ssl.create_default_context(cafile=headlights.ready["env"]["SVERKA_CA_FILE"])
    for scheme in ("http", "https"):
        with urllib.request.urlopen(f"{doors[scheme]}{hook.rstrip('/')}/profile", context=trusting) as answer:
            assert "result" in json.load(answer)


def test_the_clock_starts_on_monday_morning(headlights: Sandbox) -> None:
    assert 0 <= (headlights.world.clock.now() - START).total_seconds() < 60


def test_a_second_start_gives_the_same_credentials() -> None:
    with start(["headlights"], COMPANIES) as first, start(["headlights"], COMPANIES) as second:
        for person in ROLES:
            keys = [one.ready["companies"]["headlights"]["people"][person] for one in (first, second)]
            assert keys[0]["business_ru"]["secret"] == keys[1]["business_ru"]["secret"]
            assert keys[0]["mail"] == keys[1]["mail"]
            hooks = [urlsplit(one["bitrix24"]).path for one in keys]
            assert hooks[0] == hooks[1]


def test_a_half_page_waits_for_a_list_in_either_system(headlights: Sandbox) -> None:
    manager = Person(headlights.ready, "headlights", "manager")
    for system in ("bitrix24", "business_ru"):
        headlights.world.faults.arm(Fault("headlights", system, "half_page", 1, None, Random(0), 0))
    manager.bitrix("user.current")
    assert len(manager.ledger("GET", "goods")) == 19  # the token was fetched before, whole
    assert len(manager.ledger("GET", "goods")) == 38
    contacts = {"entityTypeId": 3, "select": ["id"]}
    assert len(manager.bitrix("crm.item.list", contacts)["items"]) == 3
    assert len(manager.bitrix("crm.item.list", contacts)["items"]) == 7
    headlights.world.reset()


def test_limits_off_is_told_to_the_worker() -> None:
    with start(["headlights"], COMPANIES, limits="off") as running:
        assert running.ready["env"]["SVERKA_LIMITS"] == "off"


def test_a_given_port_is_the_control_servers_and_the_next_ones_follow() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = 20000 + probe.getsockname()[1] % 10000
    with start(["headlights"], COMPANIES, port) as running:
        assert running.control_url == f"http://127.0.0.1:{port}"
        systems = running.ready["companies"]["headlights"]["systems"]
        assert systems["bitrix24"] == {"http": f"http://127.0.0.1:{port + 1}", "https": f"https://127.0.0.1:{port + 2}"}


def test_nothing_is_left_behind_after_a_stop() -> None:
    running = start(["headlights"], COMPANIES)
    ca_file = Path(running.ready["env"]["SVERKA_CA_FILE"])
    assert ca_file.exists()
    began = time.monotonic()
    running.stop()
    assert time.monotonic() - began < 1
    assert not ca_file.parent.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(running.control_url.rpartition(":")[2])), timeout=1)


def _serve(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sandbox", "serve", *words]
    return subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ}
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_the_command_prints_one_line_and_leaves_quickly(number: int) -> None:
    process = _serve("--company", "headlights", "--limits", "off")
    assert process.stdout is not None
    ready: dict[str, Any] = json.loads(process.stdout.readline())
    with urllib.request.urlopen(f"{ready['control']}/_world") as answer:
        assert json.load(answer)["counts"]["headlights"].keys() == {
            "bitrix24",
            "business_ru",
            "green_api",
            "mail",
            "smsc",
        }
    process.send_signal(number)
    began = time.monotonic()
    rest, errors = process.communicate(timeout=5)
    assert (process.returncode, rest, errors) == (0, "", "")
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--company", "nobody"), "There is no company 'nobody'"),
        (("--load", "tests"), "cannot be loaded: it lacks customers.csv"),
    ],
)
def test_a_wrong_wish_is_told_in_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    process = _serve(*words)
    out, errors = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, "")
    assert sentence in errors
    assert "Traceback" not in errors
