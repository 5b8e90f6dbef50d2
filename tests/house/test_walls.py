from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT, SHIPPED, python_files, short

REVEALING = (
    "sverka/systems/", "sverka/store/", "sverka/observe/",  # where they leave for what they belong to
    "sverka/settings.py", "sverka/app.py", "sverka/commands/health.py", "sverka/commands/keeping.py",  # where they are handed over
)  # fmt: skip


def test_no_import_crosses_a_wall() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_package_says_what_belongs_in_it_and_holds_no_code_but_its_list() -> None:
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    silent, busy = [], []
    for path in python_files(*SHIPPED):
        if path.name == "__init__.py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            silent += [] if ast.get_docstring(tree) else [short(path)]
            code = [node.lineno for node in tree.body if not isinstance(node, allowed) and not _is_text(node)]
            busy += [f"{short(path)}:{line}" for line in code]
    assert (silent, busy) == ([], [])


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("sverka.cli", {"sandbox", "pandas", "sqlalchemy", "pydantic", "httpx", "jinja2", "rich", "sentry_sdk"}),
        ("sverka.app", {"sandbox", "trustme", "aiosmtpd", "sentry_sdk"}),
    ],
)
def test_nothing_is_imported_before_it_is_needed(module: str, heavy: set[str]) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert heavy & set(run.stdout.split()) == set()


def test_secrets_are_revealed_only_where_they_leave() -> None:
    revealing = {
        short(path)
        for path in python_files(*SHIPPED)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "reveal"
    }
    assert {path for path in revealing if not path.startswith(REVEALING)} == set()


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
