from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.tree import python_files, short

LONGEST_FUNCTION = 45
LONGEST_FILE = 400


def _functions() -> Iterator[tuple[str, int]]:
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{short(path)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_a_function_is_taken_in_at_a_glance() -> None:
    assert {name: length for name, length in _functions() if length > LONGEST_FUNCTION} == {}


def test_a_file_is_read_in_one_sitting() -> None:
    lengths = {short(path): path.read_text(encoding="utf-8").count("\n") for path in python_files()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}
