"""From a call to a reply: the gate, the method, the words of a refusal, and the notes for the journals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from sandbox.kit import Reply, Setting
from sandbox.systems.green_api import course, errors, gate
from sandbox.systems.green_api.calls import Call
from sandbox.systems.green_api.errors import TurnedAway
from sandbox.systems.green_api.instances import Instance
from sandbox.systems.green_api.methods import METHODS, Method, Turn
from sandbox.systems.green_api.switches import read_switches

Spoiler = Callable[[list[Any]], list[Any]]


def half_page(rows: list[Any]) -> list[Any]:
    """Return the first half of the rows."""
    return rows[: len(rows) // 2]


def duplicate_rows(rows: list[Any]) -> list[Any]:
    """Return all rows, and the first half of them once more."""
    return rows + rows[: (len(rows) + 1) // 2]


SPOILERS: dict[str, Spoiler] = {"half_page": half_page, "duplicate_rows": duplicate_rows}
"""Rows cannot move: no list comes in pages."""


def serve(setting: Setting, instances: Iterable[Instance], call: Call, spoil: Spoiler | None = None) -> Reply:
    """Answer a call as the vendor would, its rows spoilt if asked for."""
    notes = Reply(200, b"", api=call.method)
    try:
        instance = gate.meant_by(call, instances)
        notes = noted(call)
        method = _method(instance, call)
        answer = _obeyed(setting, instance, call, method)
    except TurnedAway as reason:
        return turned_away(notes, reason)
    return replace(notes, body=_json(spoil(answer) if spoil else answer))


def noted(call: Call) -> Reply:
    """Return the notes of a call which bears the token of its instance: the worker's, nobody else has it."""
    return Reply(200, b"", api=call.method, by="worker", write=call.method in METHODS and METHODS[call.method].writes)


def turned_away(notes: Reply, reason: TurnedAway) -> Reply:
    """Answer with a refusal."""
    if isinstance(reason.body, str):
        return replace(notes, status=reason.status, body=reason.body.encode(), content_type="text/plain; charset=utf-8")
    return replace(notes, status=reason.status, body=_json(reason.body))


def _method(instance: Instance, call: Call) -> Method:
    method = METHODS.get(call.method)
    if method is None or method.verb != call.verb or instance.channel not in method.per_second:
        raise errors.not_found()
    if bool(call.rest) != (call.method == "deleteNotification"):
        raise errors.not_found()
    return method


def _obeyed(setting: Setting, instance: Instance, call: Call, method: Method) -> Any:
    now, switches = setting.clock.now().timestamp(), read_switches(setting.switches)
    if setting.limits != "off":
        gate.count_call(instance, call.method, method.per_second[instance.channel], now)
    course.advance(instance, now, switches)
    return method.run(Turn(setting, instance, call, now, switches))


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
