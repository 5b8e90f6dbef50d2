"""The list of promises: complete, in order, every named test there, and every gap said."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache

import pytest

from tests.house.tree import ROOT

PROMISED = [
    *(f"H{number}" for number in range(1, 18)),
    "M1",
    "M4",
    "D1",
    "D5",
    "W5",
    "W8",
    *(f"X{number}" for number in range(1, 8)),
]


@dataclass(frozen=True)
class Promise:
    """One row: its id, what is promised, the tests that play it, and what is missing."""

    id: str
    text: str
    tests: tuple[str, ...]
    gap: str


@cache
def promises() -> tuple[Promise, ...]:
    rows = re.findall(
        r"^\| ([A-Z]\d+) \| (.+?) \| ?(.*?) ?\| ?(.*?) ?\|$",
        (ROOT / "docs/requirements.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return tuple(Promise(row[0], row[1], tuple(re.findall(r"`([^`]+)`", row[2])), row[3]) for row in rows)


def test_each_promise_to_the_company_stands_in_the_list_once_and_in_order() -> None:
    assert [promise.id for promise in promises()] == PROMISED


@pytest.mark.parametrize("promise", promises(), ids=lambda promise: promise.id)
def test_a_promise_is_played_or_says_that_it_is_not_yet(promise: Promise) -> None:
    assert promise.tests or promise.gap == "not yet"
    assert not promise.gap or promise.gap.startswith("not yet")


@pytest.mark.parametrize("promise", promises(), ids=lambda promise: promise.id)
def test_the_tests_of_a_promise_exist(promise: Promise) -> None:
    assert [test for test in promise.tests if not _exists(test)] == []


def test_what_the_shop_and_the_service_were_promised_is_played_by_the_commands_of_a_user() -> None:
    kept = [promise for promise in promises() if promise.id.startswith("H") and promise.tests]
    assert [promise.id for promise in kept if not any("played" in _arguments(test) for test in promise.tests)] == []


def _exists(test: str) -> bool:
    return _function(test) is not None


def _arguments(test: str) -> list[str]:
    function = _function(test)
    return [argument.arg for argument in function.args.args] if function else []


def _function(test: str) -> ast.FunctionDef | None:
    """Return the function that `tests/folder/file.py::name` names."""
    file, _, name = test.partition("::")
    if not (ROOT / file).is_file():
        return None
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return next((node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name), None)
