"""Whether we and somebody else keep setting the same thing back and forth. Pure.

A field that follows its owner changes to ever other values; one that is fought over is set to the same value again, each time after
somebody took it back. What a week brings of such repairs is asked about by the rules themselves; this stops what comes within a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any

from sverka.domain.actions import Action
from sverka.domain.brakes import Again

TIMES = 2
"""So often in a row one value may be set within a day; before it would be set once more, the subject is left alone."""

_SAME_FIELD: Mapping[str, str] = {
    "reserve.release": "reserve", "reserve.hold": "reserve", "reserve.lines": "reserve", "order.close": "order.status",
}  # fmt: skip
"""Kinds that set one thing between them."""


_OF_FIELDS = ("client.field", "deal.field")


def fought_over(actions: Iterable[Action], done: Sequence[Again]) -> Action | None:
    """Return the action that would set once more what was set again and again. done: what we repaired within a day, the last one first."""
    return next((action for action in actions if not action.spec.creation and _in_a_row(action, done) >= TIMES), None)


def _in_a_row(action: Action, done: Sequence[Again]) -> int:
    field, wanted = _field(action.kind, action.payload), _value(action.payload)
    of_field = (each for each in done if _field(each.kind, each.payload) == field)
    same = takewhile(lambda each: each.kind == action.kind and _value(each.payload) == wanted, of_field)
    return sum(1 for _ in same)


def _field(kind: str, payload: Mapping[str, Any]) -> str:
    return f"{kind} {payload.get('field')}" if kind in _OF_FIELDS else _SAME_FIELD.get(kind, kind)


def _value(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is set, without what the plan was made on."""
    return {name: value for name, value in payload.items() if name not in ("was", "from")}
