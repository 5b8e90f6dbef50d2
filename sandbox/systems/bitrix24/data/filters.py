"""Filters: maps of operator-and-name to value, turned into one question that a row answers with yes or no.

A list method either refuses names that it does not know (`strict`, as `crm.item.list` does) or leaves them out in
silence (as the classic methods do). Groups with `logic: OR` work only where the list allows them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.systems.bitrix24.data.fields import Field
from sandbox.systems.bitrix24.data.kinds import NOTHING
from sandbox.systems.bitrix24.data.tables import ID, Row
from sandbox.systems.bitrix24.wire import moments, php
from sandbox.systems.bitrix24.wire.errors import bad_argument

Question = Callable[[Row], bool]

ALL_OPERATORS = frozenset(
    {"=", "!=", ">", ">=", "<", "<=", "in", "not in", "contains", "not contains", "like", "not like"}
)
_PREFIXES = {
    "!=%": "not like", "!%=": "not like", "!%": "not contains", "=%": "like", "%=": "like", "%": "contains",
    "!@": "not in", "@": "in", ">=": ">=", "<=": "<=", ">": ">", "<": "<", "!=": "!=", "!": "!=", "=": "=",
}  # fmt: skip
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
}


@dataclass(frozen=True)
class Dialect:
    """What a list method understands.

    names: its fields by the names that it knows. strict: other names are refused. groups: knows `logic`.
    special: questions of its own for names that are no fields. offsets: understands moments with an offset.
    """

    names: Mapping[str, Field]
    strict: bool = False
    groups: bool = False
    operators: frozenset[str] = ALL_OPERATORS
    special: Mapping[str, Callable[[Any], Question]] = field(default_factory=dict)
    offsets: bool = True


@dataclass(frozen=True)
class Where:
    """A filter that is ready to ask. `ids` and `above` are what its top level says of the id, to narrow the search."""

    questions: tuple[Question, ...]
    ids: frozenset[int] | None
    above: int

    def __call__(self, row: Row) -> bool:
        """Say whether the row passes."""
        return all(question(row) for question in self.questions)


def split(key: str) -> tuple[str, str]:
    """Return the operator and the name of a filter's key such as `>=updatedTime`."""
    for length in (3, 2, 1):
        if operator := _PREFIXES.get(key[:length]):
            return operator, key[length:]
    return "=", key


def compile_filter(conditions: Mapping[str, Any], dialect: Dialect) -> Where:
    """Turn a filter into a `Where`; raise ApiError for what a strict list does not allow."""
    if dialect.groups and "logic" in conditions:
        return Where((_group(conditions, dialect),), None, 0)
    questions = [question for key, raw in conditions.items() for question in _questions(key, raw, dialect)]
    return Where(tuple(questions), *_bounds(conditions, dialect))


def _bounds(conditions: Mapping[str, Any], dialect: Dialect) -> tuple[frozenset[int] | None, int]:
    """Return which ids the filter names, if it does, and the id above which all its rows lie."""
    ids: frozenset[int] | None = None
    above = 0
    for key, raw in conditions.items():
        operator, name = split(key)
        asked = dialect.names.get(name)
        if asked is None or asked.name != ID or operator not in dialect.operators:
            continue
        wanted = _sifted(asked, raw, dialect)
        if operator in {"=", "in"}:
            ids = frozenset(wanted) if ids is None else ids & frozenset(wanted)
        elif operator in {">", ">="}:
            above = max([above, *(bound - (operator == ">=") for bound in wanted[:1])])
    return ids, above


def _questions(key: str, raw: Any, dialect: Dialect) -> list[Question]:
    if dialect.groups and key.isdecimal():
        return [_group(php.as_map(raw), dialect)]
    operator, name = split(key)
    if name in dialect.special:
        return [dialect.special[name](raw)]
    found = dialect.names.get(name)
    if found is None or operator not in dialect.operators:
        if dialect.strict and key != "logic":
            raise bad_argument(f"Invalid filter: field '{name}' is not allowed in filter")
        return []
    return [_question(found, operator, raw, dialect)]


def _group(members: Mapping[str, Any], dialect: Dialect) -> Question:
    any_of = str(members.get("logic", "AND")).upper() == "OR"
    questions = [
        question for key, raw in members.items() if key != "logic" for question in _questions(key, raw, dialect)
    ]
    if any_of and questions:
        return lambda row: any(question(row) for question in questions)
    return lambda row: all(question(row) for question in questions)


def _question(asked: Field, operator: str, raw: Any, dialect: Dialect) -> Question:
    if raw is None or raw == "":
        if operator in {"=", "in"}:
            return lambda row: not row.get(asked.name)
        if operator in {"!=", "not in"}:
            return lambda row: bool(row.get(asked.name))
    if operator in _COMPARE:
        return _comparison(asked, _COMPARE[operator], _sifted(asked, raw, dialect)[:1])
    if operator in {"contains", "not contains", "like", "not like"}:
        return _resemblance(asked, operator, str(raw))
    wanted = _sifted(asked, raw, dialect)
    return _membership(asked, wanted, positive=operator in {"=", "in"})


def _membership(asked: Field, wanted: Collection[Any], *, positive: bool) -> Question:
    name, blank = asked.name, asked.of_kind.blank

    def question(row: Row) -> bool:
        value = row.get(name)
        found = (
            any(each in wanted for each in value or ())
            if asked.multiple
            else (blank if value is None else value) in wanted
        )
        return found is positive

    return question


def _comparison(asked: Field, compare: Callable[[Any, Any], bool], bounds: list[Any]) -> Question:
    name, blank = asked.name, asked.of_kind.blank
    if not bounds:
        return lambda _row: False

    def question(row: Row) -> bool:
        value = row.get(name)
        value = blank if value is None else value
        return value is not None and not isinstance(value, list) and compare(value, bounds[0])

    return question


def _resemblance(asked: Field, operator: str, raw: str) -> Question:
    text = re.escape(raw) if "contains" in operator else ".*".join(re.escape(piece) for piece in raw.split("%"))
    pattern = re.compile(f".*{text}.*" if "contains" in operator else text, re.IGNORECASE | re.DOTALL)

    def question(row: Row) -> bool:
        value = row.get(asked.name)
        texts = [str(each) for each in value] if isinstance(value, list) else ["" if value is None else str(value)]
        return any(pattern.fullmatch(each) for each in texts) is not operator.startswith("not")

    return question


def _sifted(asked: Field, raw: Any, dialect: Dialect) -> list[Any]:
    values = []
    for each in php.as_list(raw) or [raw]:
        if asked.kind == "datetime" and not dialect.offsets and moments.has_offset(each):
            continue
        try:
            value = asked.of_kind.sift(each)
        except (ValueError, TypeError):
            if dialect.strict:
                raise bad_argument(f"Invalid filter: field '{asked.camel}' has invalid value") from None
            continue
        if value is not NOTHING:
            values.append(value)
    return values
