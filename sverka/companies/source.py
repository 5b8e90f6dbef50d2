"""Reads one YAML file into plain data, remembers the line of every value, and refuses what YAML would misread.

YAML 1.1 takes `no` for false, `12:30` for 750, `007` for 7, `+7916…` for a number and `2026-11-23` for a date; two equal
keys silently become one. Here each of them is a mistake with a line. Nothing is ever constructed from a tag.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import yaml

from sverka.companies.mistakes import Mistake, Where

_TAG = "tag:yaml.org,2002:"
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_PLAIN_KINDS = {"str": "text", "null": "nothing", "bool": "a yes or no", "int": "a number", "float": "a number",
                "timestamp": "a date", "merge": "a merge", "value": "a default"}  # fmt: skip
_ABSENT = object()


@dataclass(frozen=True)
class Source:
    """A file as plain data. lines: where each value stands; for a key of a mapping, the key's line."""

    file: Path
    data: dict[str, Any]
    lines: Mapping[Where, int]
    mistakes: tuple[Mistake, ...]

    def at(self, *where: str | int) -> Any:
        """Return the value at a place, None if there is none."""
        value: Any = self.data
        for step in where:
            if isinstance(step, str):
                value = value.get(step) if isinstance(value, dict) else None
            else:
                value = value[step] if isinstance(value, list) and step < len(value) else None
        return value

    def mapping(self, *where: str | int) -> dict[str, Any]:
        """Return the mapping at a place; an empty one if something else or nothing stands there."""
        value = self.at(*where)
        return value if isinstance(value, dict) else {}

    def items(self, *where: str | int) -> list[Any]:
        """Return the list at a place; an empty one if something else or nothing stands there."""
        value = self.at(*where)
        return value if isinstance(value, list) else []

    def mistake(self, where: Where, problem: str, remedy: str) -> Mistake:
        """Return a mistake with the line of the place, or of the nearest section around it."""
        known = next(where[:length] for length in range(len(where), -1, -1) if where[:length] in self.lines)
        return Mistake(self.file, self.lines[known], where, problem, remedy)


def read_source(file: Path) -> Source:
    """Read a company's file; whatever is wrong with it as YAML is in `mistakes`."""
    fail = partial(_failed, file)
    try:
        root = _composed(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        return fail(1, f"cannot be read: {error.strerror}", "check that it is a file and may be read")
    except UnicodeDecodeError:
        return fail(1, "is not written in UTF-8", "save it in UTF-8")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return fail(line, f"is not valid YAML: {error.problem}", "mend the layout in this line or the one above it")
    except yaml.YAMLError as error:
        return fail(1, f"is not valid YAML: {error}".splitlines()[0], "remove what is no text")
    if not isinstance(root, yaml.MappingNode):
        return fail(1, "does not describe a company", "begin with `company: …`, see config/company.schema.json")
    reader = _Reader(file)
    data = reader.value(root, ())
    return Source(file, data if isinstance(data, dict) else {}, reader.lines, tuple(reader.mistakes))


@lru_cache(maxsize=32)
def _composed(text: str) -> yaml.Node | None:
    """Compose a text; the nodes are shared by all who read it, and read only."""
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError as error:
        raise yaml.YAMLError("it is nested too deeply") from error


def _failed(file: Path, line: int, problem: str, remedy: str) -> Source:
    return Source(file, {}, {(): 1}, (Mistake(file, line, (), problem, remedy),))


class _Reader:
    """Turns nodes into plain data; collects lines and mistakes on the way."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines: dict[Where, int] = {(): 1}
        self.mistakes: list[Mistake] = []
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, where: Where) -> Any:
        """Return what a node holds; `_ABSENT` after a mistake that leaves nothing."""
        if id(node) in self._seen:
            return self._refuse(node, where, "is an alias of another value", "write the value out")
        self._seen.add(id(node))
        kind = node.tag.removeprefix(_TAG)
        if isinstance(node, yaml.MappingNode) and kind == "map":
            return self._mapping(node, where)
        if isinstance(node, yaml.SequenceNode) and kind == "seq":
            return self._sequence(node, where)
        if isinstance(node, yaml.ScalarNode) and node.style is None and kind in _PLAIN_KINDS:
            return self._plain(node, kind, where)
        if isinstance(node, yaml.ScalarNode) and kind == "str":
            return node.value
        return self._refuse(node, where, f"has the tag `{node.tag}`", "remove the tag")

    def _mapping(self, node: yaml.MappingNode, where: Where) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, where)
            place = (*where, key)
            if place in self.lines:
                earlier = self.lines[place]
                self._refuse(key_node, place, f"stands here twice, first in line {earlier}", "keep one of the two")
                continue
            self.lines[place] = _line(key_node)
            value = self.value(value_node, place)
            if value is not _ABSENT:
                found[key] = value
        return found

    def _key(self, node: yaml.Node, where: Where) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self._refuse(node, where, "has a key that is no text", "write the key as one word or a text in quotes")
            return str(_line(node))
        kind = node.tag.removeprefix(_TAG)
        if node.style is None and kind in _PLAIN_KINDS and kind != "str":
            self._misread(node, kind, (*where, node.value))
        return str(node.value)

    def _sequence(self, node: yaml.SequenceNode, where: Where) -> list[Any]:
        found = []
        for number, item in enumerate(node.value):
            place = (*where, number)
            self.lines[place] = _line(item)
            value = self.value(item, place)
            found.append("" if value is _ABSENT else value)
        return found

    def _plain(self, node: yaml.ScalarNode, kind: str, where: Where) -> Any:
        text: str = node.value
        if kind == "null":
            return self._refuse(
                node, where, "has no value", "give it one ({} for a stage without rules), or remove the line"
            )
        if kind == "bool" and text.lower() in {"true", "false"}:
            return text.lower() == "true"
        if kind in {"int", "float"} and _PLAIN_NUMBER.fullmatch(text):
            return int(text) if kind == "int" else float(text)
        if kind != "str":
            self._misread(node, kind, where)
        return text

    def _misread(self, node: yaml.ScalarNode, kind: str, where: Where) -> None:
        meant = {"bool": ", or write true or false", "int": ", or write the number plainly"}.get(kind, "")
        self._refuse(
            node,
            where,
            f"{shown(node.value, where)} is read by YAML as {_PLAIN_KINDS[kind]}, not as text",
            f"put it in quotes{meant}",
        )

    def _refuse(self, node: yaml.Node, where: Where, problem: str, remedy: str) -> object:
        self.mistakes.append(Mistake(self.file, _line(node), where, problem, remedy))
        return _ABSENT


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def shown(value: object, where: Where) -> str:
    """Return a value as a sentence may quote it: none of `systems`, where somebody may have pasted a secret."""
    return "the value" if where[:1] == ("systems",) else f"`{value}`"
