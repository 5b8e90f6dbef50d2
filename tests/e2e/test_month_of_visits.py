"""Clients of a car service are told of their visits each once, in time, by a channel that reaches them, or somebody says why not (H5, H8).

`make test` plays two days, `make soak` a month; some runs are processes of their own, killed with -9 on their way. That the oracle sees
what it should is tested with bugs that are planted on purpose.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from reconcilers import visits
from reconcilers.visits import VisitCase
from sverka.domain.messaging import manners
from sverka.domain.messaging.kinds import KIND_BY_NAME
from sverka.domain.policy import Policy
from sverka.work.sending import Sender
from tests.crash.bugs import BUGS
from tests.e2e.month_of_visits import FIRST_DAY, Pace, VisitMonth
from tests.e2e.oracle_of_visits import ZONE
from tests.e2e.town import town
from tests.soak import SOAK

DAYS = Pace(days=1, visits_a_day=3, troubles=0.9, nights=0.9, kills=0.1)
MONTH = Pace(days=30, visits_a_day=11, troubles=0.9, nights=0.15, kills=0.06)
AFTER_THE_CALL, AFTER_THE_DOT = 2, 4
"""Steps of sending at which a provider has the message, and the worker no answer."""
QUIET = Pace(days=0, visits_a_day=0, troubles=0.0, nights=0.0)


@pytest.mark.parametrize(
    ("seed", "pace"),
    [pytest.param(3, DAYS, id="days"), *([pytest.param(int(os.environ.get("SEED", "1")), MONTH, id="a month")] if SOAK else [])],
)  # fmt: skip
def test_clients_are_told_of_visits_once_and_in_time_or_somebody_says_why_not(
    tmp_path: Path, seed: int, pace: Pace
) -> None:
    with town(tmp_path, sockets=False) as opened:
        month = VisitMonth(opened, seed, pace).play()
        print(f"seed {seed}: {json.dumps(month.figures(), ensure_ascii=False)}")  # noqa: T201 (the figures of the proof)
        month.judge()
        assert len(month.records().taken) > 5 * pace.days


Plant = Callable[[pytest.MonkeyPatch], None]


def nothing_is_ever_too_late(patch: pytest.MonkeyPatch) -> None:
    useful = {"visit_eve": timedelta(hours=20), "visit_soon": timedelta(minutes=119)}
    known = {name: replace(kind, useful=useful.get(name, kind.useful)) for name, kind in KIND_BY_NAME.items()}
    patch.setattr(visits, "KIND_BY_NAME", known)


def any_hour_will_do(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(manners, "_span", lambda *_: (0, 24 * 60))


def a_visit_that_was_moved_is_the_same_visit(patch: pytest.MonkeyPatch) -> None:
    occasion = visits._occasion

    def first_told(case: VisitCase, policy: Policy, at: datetime) -> str:
        return case.told[0].occasion if case.told else occasion(case, policy, at)

    patch.setattr(visits, "_occasion", first_told)


def nobody_hears_of_a_cancelled_visit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(visits, "_cancelled", lambda *_: ())


def what_was_claimed_goes_again_without_a_look(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Sender, "_probe", Sender._probe)  # so that it is put back
    BUGS["repeat blindly"]()


def day(number: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(FIRST_DAY + timedelta(days=number), time(hour, minute), ZONE)


def the_worker_is_away_on_the_eve(month: VisitMonth) -> None:
    month.away.append((day(1, 18), day(1, 22)))
    month.run_until(day(0, 10))
    month.book(day(2, 16), {})
    month.look(day(2, 8, 5))
    month.run_until(day(2, 17))


def a_visit_is_booked_at_night(month: VisitMonth) -> None:
    month.run_until(day(0, 22))
    month.book(day(2, 16), {})
    month.look(day(1, 8))
    month.run_until(day(1, 9))


def a_visit_is_moved(month: VisitMonth) -> None:
    month.run_until(day(0, 10))
    story = month.book(day(2, 16), {})
    month.run_until(day(0, 11))
    month.move(story, day(2, 18))
    month.run_until(day(0, 12))


def a_visit_is_cancelled(month: VisitMonth) -> None:
    month.run_until(day(0, 10))
    story = month.book(day(2, 16), {})
    month.run_until(day(0, 11))
    month.cancel(story)
    month.run_until(day(0, 12))


def the_worker_is_killed_when_a_message_went(month: VisitMonth) -> None:
    month.run_until(day(0, 10))
    month.book(day(2, 16), {})
    assert month.killed_run("visits", AFTER_THE_CALL)["outcome"] == "killed"
    month.run_until(day(0, 11))


def the_worker_is_killed_when_a_letter_went(month: VisitMonth) -> None:
    month.run_until(day(0, 10))
    month.book(day(2, 16), {}, "lev@pochta.example", has_mobile=False)
    assert month.killed_run("visits", AFTER_THE_DOT)["outcome"] == "killed"
    month.run_until(day(0, 11))


@pytest.mark.parametrize(
    ("plant", "scene", "seen"),
    [
        pytest.param(
            nothing_is_ever_too_late,
            the_worker_is_away_on_the_eve,
            "not the eve|not two hours before|stale",
            id="no expiry",
        ),
        pytest.param(
            what_was_claimed_goes_again_without_a_look,
            the_worker_is_killed_when_a_message_went,
            "twice by one channel",
            marks=pytest.mark.soak,
            id="no look-up",
        ),
        pytest.param(any_hour_will_do, a_visit_is_booked_at_night, "not at that hour", id="no hours"),
        pytest.param(
            a_visit_that_was_moved_is_the_same_visit, a_visit_is_moved, "nobody was told", id="a key without the moment"
        ),
        pytest.param(
            nobody_hears_of_a_cancelled_visit,
            a_visit_is_cancelled,
            "visit_cancelled.*nobody was told",
            id="no cancellation",
        ),
    ],
)
def test_the_oracle_sees_a_planted_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: Plant, scene: Callable[[VisitMonth], None], seen: str
) -> None:
    with town(tmp_path, sockets=False) as opened:
        plant(monkeypatch)
        month = VisitMonth(opened, 0, QUIET)
        scene(month)
        with pytest.raises(AssertionError, match=seen):
            month.judge()


SCENES = (
    the_worker_is_away_on_the_eve, a_visit_is_booked_at_night, a_visit_is_moved, a_visit_is_cancelled,
    the_worker_is_killed_when_a_message_went,
    the_worker_is_killed_when_a_letter_went,
)  # fmt: skip


@pytest.mark.soak
def test_the_oracle_is_content_with_the_same_scenes_without_bugs(tmp_path: Path) -> None:
    for place, scene in enumerate(SCENES):
        (tmp_path / str(place)).mkdir()
        with town(tmp_path / str(place), sockets=False) as opened:
            month = VisitMonth(opened, 0, QUIET)
            scene(month)
            month.judge()
            assert month.records().taken
            assert len(month.records().unknown) == (scene is the_worker_is_killed_when_a_letter_went)
