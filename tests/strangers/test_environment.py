"""The strangers' environment: it holds what its lock names, and nobody leaves the machine from there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.strangers.town import Town
from tests.strangers.visitor import HOME, FarSide, Raised

LOCK = (ROOT / "requirements-strangers.lock").read_text(encoding="utf-8")


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_lock_holds_every_client_that_is_asked_for() -> None:
    wishes = Path(__file__).with_name("requirements.in").read_text(encoding="utf-8")
    wanted = {plain(name) for name in re.findall(r"^([\w-]+)", wishes, re.MULTILINE)}
    assert wanted - {plain(name) for name in re.findall(r"^([\w.-]+)==", LOCK, re.MULTILINE)} == set(), (
        "run `make lock`"
    )


def test_the_environment_holds_what_the_lock_names(far_side: FarSide) -> None:
    locked = re.findall(r"^([\w.-]+)==(\S+)( ;)?", LOCK, re.MULTILINE)
    needed = {(plain(name), version) for name, version, condition in locked if not condition}
    folders = [folder.stem.rsplit("-", 1) for folder in HOME.glob("lib/python*/site-packages/*.dist-info")]
    installed = {(plain(name), version) for name, version in folders}
    allowed = {(plain(name), version) for name, version, _ in locked}
    assert needed <= installed <= allowed, "run `make .venv/strangers/ready`"


def test_a_client_cannot_leave_the_machine(town: Town) -> None:
    with pytest.raises(Raised, match=r"reached for 'portal\.example'"):
        town.sdk(webhook="https://portal.example/rest/1/secret/").token.call_method("profile")
