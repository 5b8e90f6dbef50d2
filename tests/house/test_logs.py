"""What may stand in a log call: a constant sentence, and data beside it by name. A customer's words never become a sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.tree import python_files, short

SAYING = {"debug", "info", "warning", "error", "critical", "exception", "log"}
BY_NAME = {"extra", "exc_info"}


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in python_files("sverka", "jobs", "reconcilers"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SAYING:
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id in {"_log", "logging"}:
                    yield f"{short(path)}:{node.lineno}", node


def test_a_log_call_says_a_constant_sentence_with_data_beside_it() -> None:
    said = dict(_calls())
    assert len(said) > 5
    assert [place for place, call in said.items() if not _is_constant(call)] == []


def _is_constant(call: ast.Call) -> bool:
    sentences = call.args[1:] if isinstance(call.func, ast.Attribute) and call.func.attr == "log" else call.args
    (sentence, *arguments) = sentences
    is_sentence = isinstance(sentence, ast.Constant) and isinstance(sentence.value, str) and "%" not in sentence.value
    return is_sentence and not arguments and {each.arg for each in call.keywords} <= BY_NAME
