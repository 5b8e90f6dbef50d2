"""The ways in: the Makefile, the locks, the script that checks a submission, the seal around the tests."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
import tomllib
from pathlib import Path

import pytest

from tests.conftest import SealedError
from tests.house.tree import ROOT


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)
    shown = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert re.findall(r"^make ([a-z-]+) +\S", shown, re.MULTILINE) == targets
    assert targets[:3] == ["help", "demo", "test"]


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("requirements.lock", ("build", "sandbox")), ("requirements-dev.lock", ("build", "sandbox", "dev"))],
)
def test_a_lock_holds_everything_that_the_project_asks_for(lock: str, extras: tuple[str, ...]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [
        package for extra in extras for package in project["optional-dependencies"][extra]
    ]
    locked = re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    missing = {_name(package) for package in wanted} - {_name(package) for package in locked}
    assert missing == set(), "run `make lock`"


@pytest.mark.parametrize(
    ("readme", "code", "said"),
    [
        ("Try it:\n\n```sh\nmake demo\nmake test\n```\n", 0, "the tests ran"),
        ("Run `make test`.\n\nmake test\n", 1, "README.md must name the test command"),
        ("```sh\nmake tests\n```\n", 1, "README.md must name the test command"),
    ],
    ids=["in a fenced block", "in prose only", "another command"],
)
def test_a_submission_is_checked_by_the_command_that_the_readme_names(
    tmp_path: Path, readme: str, code: int, said: str
) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci/run")
    (tmp_path / "README.md").write_text(readme, encoding="utf-8")
    (tmp_path / "Makefile").write_text("test:\n\t@echo the tests ran\n", encoding="utf-8")
    run = subprocess.run(["bash", ".ci/run"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, said in run.stdout + run.stderr) == (code, True)


def test_tests_cannot_leave_the_machine() -> None:
    with socket.socket() as line, pytest.raises(SealedError, match="start the sandbox"):
        line.connect(("192.0.2.1", 443))
    with pytest.raises(SealedError, match="start the sandbox"):
        socket.getaddrinfo("vendor.example", 443)


def test_tests_reach_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_connection(door.getsockname()) as line:
        assert line.getpeername() == door.getsockname()


def test_tests_see_no_secret_of_the_machine_and_live_in_an_odd_zone() -> None:
    assert [name for name in os.environ if name.startswith(("SVERKA_", "HEADLIGHTS_", "SENTRY_"))] == []
    assert time.localtime(0).tm_gmtoff == 12 * 3600 + 45 * 60


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-").replace(".", "-")
