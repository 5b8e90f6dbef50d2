"""`batch`: up to fifty commands in one request, each of which may use the results of those before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.systems.bitrix24.calls import Rows
from sandbox.systems.bitrix24.session import Done, Session
from sandbox.systems.bitrix24.wire import php
from sandbox.systems.bitrix24.wire.errors import ApiError
from sandbox.systems.bitrix24.wire.requests import Params

NAME = "batch"
MOST_COMMANDS = 50

_REFERENCE = re.compile(r"\$result((?:\[[^\[\]]*\])+)")


@dataclass
class Outcome:
    """The five maps of the answer, by the commands' keys."""

    result: dict[str, Any] = field(default_factory=dict)
    result_error: dict[str, Any] = field(default_factory=dict)
    result_total: dict[str, Any] = field(default_factory=dict)
    result_next: dict[str, Any] = field(default_factory=dict)
    result_time: dict[str, Any] = field(default_factory=dict)

    def keep(self, key: str, done: Done) -> None:
        """Note what a command answered."""
        self.result[key], self.result_time[key] = done.answer.result, done.time
        if isinstance(done.answer, Rows):
            if done.answer.total is not None:
                self.result_total[key] = done.answer.total
            if done.answer.next is not None:
                self.result_next[key] = done.answer.next

    def printed(self) -> dict[str, Any]:
        """Return the maps as PHP prints them: an empty one is `[]`."""
        return {name: php.printed_map(value) for name, value in vars(self).items()}


def commands(params: Params) -> dict[str, str]:
    """Return the commands by their keys, in order."""
    return {key: command if isinstance(command, str) else "" for key, command in params.mapping("cmd").items()}


def method_of(command: str) -> str:
    """Return the name of a command's method, as written."""
    return command.partition("?")[0].strip("/ ").removesuffix(".json")


def run(session: Session, params: Params) -> dict[str, Any]:
    """Run the commands in order. With `halt` the first failure ends it, and those after it appear nowhere."""
    outcome, halt = Outcome(), params.flag("halt")
    billed_to = NAME if session.switches["batch_billing"] == NAME else ""
    if billed_to:
        session.check(billed_to)
    for place, (key, command) in enumerate(commands(params).items()):
        try:
            _refuse(place, command)
            outcome.keep(
                key, session.run(method_of(command), _parameters(command, outcome.result), billed_to=billed_to)
            )
        except ApiError as refusal:
            outcome.result_error[key] = refusal.body()
            if halt:
                break
    return outcome.printed()


def _refuse(place: int, command: str) -> None:
    if place >= MOST_COMMANDS:
        raise ApiError("ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded")
    if method_of(command).lower() == NAME:
        raise ApiError("ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage", 405)


def _parameters(command: str, results: dict[str, Any]) -> Params:
    query = php.parse_query(command.partition("?")[2])
    return Params({name: _resolved(value, results) for name, value in query.items()})


def _resolved(value: Any, results: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {name: _resolved(item, results) for name, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, results) for item in value]
    if whole := _REFERENCE.fullmatch(value):
        return _referred(whole[1], results)
    return _REFERENCE.sub(lambda found: str(_referred(found[1], results)), value)


def _referred(path: str, results: Any) -> Any:
    """Return what a reference points to; one that points nowhere is empty text."""
    found: Any = results
    for key in _keys(path):
        found = php.as_map(found).get(key)
    return "" if found is None else found


def _keys(path: str) -> Iterator[str]:
    return iter(re.findall(r"\[([^\[\]]*)\]", path))
