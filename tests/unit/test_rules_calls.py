"""Missed calls: told to the manager after the company's time, to the head after twice of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconcilers import calls
from reconcilers.calls import MissedCall
from sverka.domain.cases import People
from sverka.domain.plan import Plan
from sverka.domain.reminders import Made
from sverka.domain.rows import Activity
from tests import make

RANG = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""Noon in Moscow."""
AT_NIGHT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
"""Eleven in the evening; people are back at nine."""
CALL = Activity(
    ext_id="301", owner="contact:7", kind="call", direction="in", completed=False, subject="Входящий от +79161234567",
    responsible_id="6", author_id="6", created_at=RANG, deadline_at=None,
)  # fmt: skip


def missed(**changes: Any) -> MissedCall:
    usual: dict[str, Any] = {"call": CALL, "caller": "Иван Петров", "people": People("6", "8"), "is_answered": False}
    return MissedCall(**(usual | changes))


def after(minutes: int, call: MissedCall) -> Plan:
    return calls.decide(call, make.headlights(), call.call.created_at + timedelta(minutes=minutes))


def told(plan: Plan) -> list[str]:
    return [action.payload["user"] for action in plan.actions]


NIGHT = missed(call=replace(CALL, created_at=AT_NIGHT))
OLD = missed(call=replace(CALL, created_at=make.headlights().history_cutoff - timedelta(seconds=1)))


@pytest.mark.parametrize(
    ("call", "minutes", "people"),
    [
        pytest.param(missed(), 14, [], id="within the time"),
        pytest.param(missed(), 15, ["6"], id="the time is over: the manager"),
        pytest.param(missed(), 29, ["6"], id="not yet twice the time"),
        pytest.param(missed(), 30, ["6", "8"], id="twice the time: the head as well"),
        pytest.param(NIGHT, 600, [], id="nobody answers at night"),
        pytest.param(NIGHT, 615, ["6"], id="a quarter of an hour after opening"),
        pytest.param(missed(call=replace(CALL, completed=True)), 600, [], id="ticked off"),
        pytest.param(missed(is_answered=True), 600, [], id="somebody has called back"),
        pytest.param(OLD, 6_000, [], id="from before the company's beginning"),
        pytest.param(missed(people=People("", "8")), 30, ["8"], id="the head alone"),
        pytest.param(missed(people=People("6", "")), 600, ["6"], id="nobody above"),
    ],
)
def test_who_is_told(call: MissedCall, minutes: int, people: list[str]) -> None:
    plan = after(minutes, call)
    assert told(plan) == people
    assert bool(plan.findings) == bool(people)
    assert plan.looked_at == ("call:301",)


def test_the_head_is_told_once_whoever_was_told_before() -> None:
    without, later = (after(30, missed(people=people)).actions for people in (People("", "8"), People("6", "8")))
    assert without[0].key == later[1].key


def test_nobody_is_told_twice() -> None:
    first = after(15, missed())
    made = {first.actions[0].key: Made("notice", "1", is_open=False)}
    assert told(after(20, missed(made=made))) == []
    assert told(after(30, missed(made=made))) == ["8"]


def test_the_notice_says_who_rang() -> None:
    (action,) = after(15, missed()).actions
    assert "«Иван Петров», Входящий от +79161234567" in action.payload["text"]
    (plain,) = after(15, missed(call=replace(CALL, subject=""))).actions
    assert plain.payload["text"].endswith("«Иван Петров»")
