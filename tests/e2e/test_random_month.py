"""Days of the company at random end in agreement, with every conflict asked once and none decided silently.

`make test` plays a few short ones, `make soak` plays months. What is judged is the emulators' state, by an oracle that knows nothing of
the product's rules; that it sees what it should is tested with bugs that are planted on purpose.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconcilers import questions, reserves, shipments
from sverka.domain import patience
from sverka.domain.cases import OrderCase
from sverka.domain.plan import Plan
from tests.e2e.month.play import Month, Pace
from tests.e2e.month.view import SHOP
from tests.e2e.town import town

WEEK = Pace(days=6, runs_a_day=2, acts_a_run=12, faulty=0.0)
BAD_WEEK = Pace(days=3, runs_a_day=2, acts_a_run=9, faulty=0.4)
LONG = Pace(days=30, runs_a_day=6, acts_a_run=9, faulty=0.0)
BAD_LONG = Pace(days=30, runs_a_day=6, acts_a_run=9, faulty=0.25)
SOAK = int(os.environ.get("SOAK_MONTHS", "0"))
LAMP, PRICE = "LAMP-D2S-PHILIPS", 4200
QUIET = Pace(days=0, runs_a_day=0, acts_a_run=0, faulty=0.0)


@pytest.mark.parametrize(
    ("seed", "pace"),
    [
        pytest.param(7, BAD_WEEK, id="a week in which requests fail"),
        *([pytest.param(4, WEEK, id="a week")] if SOAK else []),
        *(pytest.param(seed, BAD_LONG if seed % 2 else LONG, id=f"month {seed}") for seed in range(1, SOAK + 1)),
    ],
)
def test_people_at_random_and_the_worker_come_to_agreement(tmp_path: Path, seed: int, pace: Pace) -> None:
    with town(tmp_path, sockets=False) as opened:
        Month(opened, seed, pace).play()


Plant = Callable[[pytest.MonkeyPatch], None]


def a_conflict_is_decided_for_the_owner(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(patience, "_ask", lambda *_: (patience.Course.ACT, Plan()))


def nobody_gets_the_question(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(questions, "reminders", lambda *_: [])


def a_lost_deal_keeps_its_goods(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reserves, "_let_go", lambda *_: Plan())


def what_has_left_leaves_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(OrderCase, "left_goods", property(lambda case: case.ordered_goods))


def goods_leave_undecided(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(shipments, "_is_decided", lambda *_: True)


def a_conflict(month: Month) -> None:
    deal = a_reserve(month)
    month.staff.person("manager").set_lines(deal, [(LAMP, 3, PRICE)])
    order = month.staff.view.order_of(deal)
    assert order is not None
    month.staff.person("warehouse").change_line_amount(order.id, LAMP, 5)
    month.run("agreement")


def a_loss(month: Month) -> None:
    month.staff.person("manager").move_deal(a_reserve(month), "lost")
    month.evening()


def a_payment(month: Month) -> None:
    deal = a_reserve(month)
    month.staff.move(month.staff.view.deals[deal], "Самовывоз/доставка")
    month.staff.mark_as_paid()
    month.run("agreement")


def a_reserve(month: Month) -> int:
    deal = month.staff.person("manager").make_deal(
        SHOP, "Резерв", "Наталья Гусева", [(LAMP, 2, PRICE)], Филиал="Москва"
    )
    month.run("agreement")
    return deal


@pytest.mark.parametrize(
    ("plant", "scene", "seen"),
    [
        pytest.param(a_conflict_is_decided_for_the_owner, a_conflict, "decided silently", id="decided silently"),
        pytest.param(nobody_gets_the_question, a_conflict, "nobody has a task", id="not asked"),
        pytest.param(a_lost_deal_keeps_its_goods, a_loss, "hold goods", id="not released"),
        pytest.param(what_has_left_leaves_again, a_payment, "more left than was ordered", id="shipped twice"),
        pytest.param(goods_leave_undecided, a_reserve, "nobody decided it", id="shipped undecided"),
    ],
)
def test_the_oracle_sees_a_planted_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: Plant, scene: Callable[[Month], Any], seen: str
) -> None:
    plant(monkeypatch)
    with town(tmp_path, sockets=False) as opened:
        month = Month(opened, 0, QUIET)
        month.until(9)
        with pytest.raises(AssertionError, match=seen):
            scene(month)


def test_the_oracle_is_content_with_a_day_without_bugs(tmp_path: Path) -> None:
    with town(tmp_path, sockets=False) as opened:
        month = Month(opened, 0, QUIET)
        month.until(9)
        a_conflict(month)
        a_payment(month)
        month.rest()
        assert month.staff.view.tasks
