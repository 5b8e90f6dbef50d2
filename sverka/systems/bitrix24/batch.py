"""The envelope of a batch: up to 50 commands out, a result or an error for each of them back.

Empty maps arrive as `[]`, maps with keys 0..n as lists. A failed command is missing from the results; one that is in neither map
was not answered at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sverka.domain.secret import Secret
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.bitrix24.faults import SYSTEM, fault
from sverka.systems.errors import AskAgain, BadAnswer, ContractBroken, SystemTrouble
from sverka.systems.values import BadValueError, Json, iso_moment

LIMIT = 50
"""Commands in one batch."""

_COMMAND_STATUS = 400
"""A command has no HTTP status of its own; the vendor's business errors are 400 when they come singly."""


@dataclass(frozen=True)
class BatchAnswer:
    """What became of each command, by its key.

    next_at: offsets of further pages. seconds: how long each command worked. started_at: the portal's time, in UTC.
    """

    results: dict[str, Any]
    errors: dict[str, SystemTrouble]
    next_at: dict[str, int]
    seconds: Mapping[str, float]
    times: Mapping[str, Json]
    started_at: datetime

    def result(self, key: str) -> Any:
        """Return what a command brought. Raises its SystemTrouble."""
        if key in self.errors:
            raise self.errors[key]
        return self.results[key]

    def to_ask_again(self) -> list[str]:
        """Return the keys of the commands that may be answered later."""
        return [key for key, trouble in self.errors.items() if isinstance(trouble, AskAgain)]

    def followed_by(self, later: BatchAnswer) -> BatchAnswer:
        """Return this answer with what a later one to some of the same commands brought."""
        results = {**self.results, **later.results}
        errors = {key: each for key, each in {**self.errors, **later.errors}.items() if key not in results}
        return replace(self, results=results, errors=errors, next_at={**self.next_at, **later.next_at})


def body_of(commands: Mapping[str, Command]) -> bytes:
    """Write the request body; every command runs, whatever became of those before it."""
    if len(commands) > LIMIT:
        raise ValueError(f"{len(commands)} commands do not fit into a batch of {LIMIT}")
    return json.dumps({"halt": 0, "cmd": {key: each.encoded() for key, each in commands.items()}}).encode()


def parse(document: Json, commands: Mapping[str, Command], secrets: tuple[Secret, ...] = ()) -> BatchAnswer:
    """Read the answer to `commands`. Raises ContractBroken if it is no batch answer."""
    inner = document.get("result")
    if not isinstance(inner, dict) or "result" not in inner:
        raise ContractBroken(SYSTEM, "batch", "the answer has no map of results")
    results = _map(inner["result"])
    times = {key: each for key, each in _map(inner.get("result_time")).items() if isinstance(each, dict)}
    return BatchAnswer(
        results=results,
        errors=_errors(commands, results, _map(inner.get("result_error")), secrets),
        next_at={key: each for key, each in _map(inner.get("result_next")).items() if isinstance(each, int)},
        seconds={key: _seconds(each.get("duration")) for key, each in times.items()},
        times=times,
        started_at=started_at(document),
    )


def started_at(document: Json) -> datetime:
    """Return the portal's time at the start of the request, in UTC. Raises ContractBroken."""
    time = document.get("time")
    try:
        moment = iso_moment(time.get("date_start")) if isinstance(time, dict) else None
    except BadValueError:
        moment = None
    if moment is None:
        raise ContractBroken(SYSTEM, "batch", "the answer does not tell the portal's time")
    return moment


def _errors(
    commands: Mapping[str, Command], results: Json, failed: Json, secrets: tuple[Secret, ...]
) -> dict[str, SystemTrouble]:
    errors: dict[str, SystemTrouble] = {}
    for key, command in commands.items():
        if key in failed:
            document = failed[key] if isinstance(failed[key], dict) else {"error": failed[key]}
            errors[key] = fault(command.method, _COMMAND_STATUS, document, secrets)
        elif key not in results:
            errors[key] = BadAnswer(SYSTEM, command.method, "the batch does not say what became of it")
    return errors


def _map(value: object) -> Json:
    if isinstance(value, list):
        return {str(position): each for position, each in enumerate(value)}
    return value if isinstance(value, dict) else {}


def _seconds(value: object) -> float:
    return float(value) if isinstance(value, int | Decimal) else 0.0
