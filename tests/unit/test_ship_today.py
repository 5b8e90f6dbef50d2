"""Deals leave on their ship date: when they move and when they stay, what people are to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcilers import ship_today
from sverka.domain.cases import Refused
from sverka.domain.dunning.facts import Hold
from sverka.domain.messaging.workdays import Workdays
from sverka.domain.reminders import Made
from sverka.domain.shipping import MOVED_BACK, MOVED_FOR, MOVED_ON, TRACK_BEFORE, ShipCase, leaves_on
from tests.make import agreed_case, order, order_lines, wanted
from tests.unit.ship_cases import (
    CODES,
    DAY,
    LEFT,
    LOST,
    MOSCOW,
    WAITS,
    WON,
    asked,
    at,
    company,
    decided,
    goes_to,
    going,
    on,
)

PICK, DAY_OFF, WHEN = "Собрать и отгрузить: Подъёмник", "Дата отгрузки выпала на выходной", "Когда отгружать?"
STOPPED, CARRIER, NO_TRACK = "Отгрузки клиенту остановлены", "Указать перевозчика", "Нет номера отправления"
MANAGER, STOREKEEPER = "6", "9"
OURS = {MOVED_FOR: on(24), MOVED_ON: on(24), TRACK_BEFORE: ""}
"""What is remembered of our move for the 24th, on the 24th."""


class TestADealThatWaits:
    @pytest.mark.parametrize(
        ("written", "now", "goes"),
        [
            pytest.param("24", "24 08:00", True, id="on its day"),
            pytest.param("24", "24 07:59", False, id="before the day begins"),
            pytest.param("24", "24 17:59", True, id="until the track is due"),
            pytest.param("24", "24 18:00", False, id="too late for the day"),
            pytest.param("24", "23 12:00", False, id="the day before"),
            pytest.param("20", "23 08:00", True, id="missed on Friday"),
            pytest.param("24", "25 08:00", True, id="missed yesterday"),
            pytest.param("27", "28 12:00", False, id="missed, and today is off"),
            pytest.param("28", "28 12:00", False, id="on a day off"),
            pytest.param("28", "30 08:00", True, id="after a day off"),
            pytest.param("19", "24 12:00", False, id="before the cut-off"),
            pytest.param("", "24 12:00", False, id="without a date"),
        ],
    )
    def test_goes_on_its_day_or_the_first_working_one_after_it(self, written: str, now: str, *, goes: bool) -> None:
        assert goes_to(going(date=written), now) == (DAY if goes else "")

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"hold": Hold.STOP_SHIP}, "asked"),
            ({"bases": OURS}, "asked"),
            ({"has_pending": True}, "own_effect_pending"),
            ({"is_complete": False}, "incomplete_read"),
            ({"date": "19"}, "history"),
        ],
    )
    def test_stays_for_a_reason_that_is_told(self, changes: dict[str, Any], reason: str) -> None:
        plan = decided(going(**changes), "24 09:00")
        assert [skip.reason for skip in plan.skips] == [reason]
        assert not [action for action in plan.actions if action.kind == "deal.stage"]

    @pytest.mark.parametrize("hold", [hold for hold in Hold if hold is not Hold.STOP_SHIP])
    def test_goes_under_any_hold_but_a_stop(self, hold: Hold) -> None:
        assert goes_to(going(hold=hold), "24 09:00") == DAY

    @pytest.mark.parametrize(("paid", "goes"), [(2_000_00, True), (1_999_99, False)])
    def test_goes_under_a_stop_if_the_ledger_shows_that_it_is_paid(self, paid: int, *, goes: bool) -> None:
        lines = (wanted(),)
        ledger = {"order": order(), "order_lines": order_lines(lines), "goods": agreed_case().goods}
        assert goes_to(going(hold=Hold.STOP_SHIP, paid_kopecks=paid, **ledger), "24 09:00") == (DAY if goes else "")

    def test_remembers_for_which_date_it_went(self) -> None:
        (action,) = decided(going(date="20", track="1"), "23 09:00").actions
        assert dict(action.settles) == {MOVED_FOR: on(20), MOVED_ON: on(23), TRACK_BEFORE: "1", MOVED_BACK: ""}
        assert action.payload == {"deal": "71", "from_stage": CODES[WAITS], "stage": CODES[DAY], "funnel": ""}
        assert action.reason == (
            "Сделка «Подъёмник»: сегодня, 23\u00a0ноября, отгружаем (дата отгрузки — 20\u00a0ноября) — переводим на «Отгрузить сегодня»."
        )

    @pytest.mark.parametrize(
        ("changes", "now", "title"),
        [
            pytest.param({"date": "28"}, "23 10:00", DAY_OFF, id="a day off, beforehand"),
            pytest.param({"date": "28"}, "29 12:00", DAY_OFF, id="a day off, until the next working day"),
            pytest.param({"bases": OURS}, "24 09:00", WHEN, id="somebody moved it back"),
            pytest.param({"bases": OURS}, "24 23:00", WHEN, id="and in the night as well"),
            pytest.param({"hold": Hold.STOP_SHIP}, "24 08:00", STOPPED, id="under a stop"),
            pytest.param({"hold": Hold.STOP_SHIP}, "24 20:00", STOPPED, id="under a stop, in the evening"),
        ],
    )
    def test_asks_the_manager(self, changes: dict[str, Any], now: str, title: str) -> None:
        assert asked(going(**changes), now) == {title: MANAGER}

    @pytest.mark.parametrize(
        "changes",
        [{}, {"hold": Hold.STOP_SHIP}, {"date": "", "hold": Hold.STOP_SHIP}, {"bases": OURS | {MOVED_FOR: on(20)}}],
    )
    def test_asks_nothing_before_the_day(self, changes: dict[str, Any]) -> None:
        assert asked(going(**changes), "23 12:00") == {}

    def test_that_was_taken_back_is_not_handed_over(self) -> None:
        back = going(date="26", bases={MOVED_FOR: "", MOVED_ON: "", MOVED_BACK: f"{on(24)} {on(26)}"})
        assert asked(back, "24 12:00") == {"Не отгружать сегодня: Подъёмник": STOREKEEPER}
        assert goes_to(back, "26 08:00") == DAY


class TestADealOfTheDay:
    @pytest.mark.parametrize(
        ("changes", "goes"),
        [
            pytest.param({"date": "26", "bases": OURS}, WAITS, id="moved by us, to a later day"),
            pytest.param({"date": "28", "bases": OURS}, WAITS, id="to a day off"),
            pytest.param({"date": "26"}, "", id="put there by a person"),
            pytest.param({"date": "26", "bases": OURS | {MOVED_ON: on(20)}}, "", id="put there by a person later"),
            pytest.param({"date": "26", "bases": OURS, "track": "1"}, LEFT, id="it has left"),
            pytest.param({"date": "23", "bases": OURS}, "", id="to an earlier day"),
            pytest.param({"date": "", "bases": OURS}, "", id="the date is emptied"),
            pytest.param({"date": "24", "bases": OURS}, "", id="the date stands"),
            pytest.param({"date": "26", "bases": OURS, "is_complete": False}, "", id="half read"),
            pytest.param({"date": "26", "bases": OURS, "has_pending": True}, "", id="an effect is under way"),
        ],
    )
    def test_goes_back_if_we_moved_it_and_its_date_is_later_now(self, changes: dict[str, Any], goes: str) -> None:
        assert goes_to(going(DAY, since="24 08:08", **changes), "24 11:00") == goes

    @pytest.mark.parametrize(
        ("changes", "goes"),
        [
            pytest.param({"track": "1"}, LEFT, id="a number"),
            pytest.param({"track": "  "}, "", id="blanks"),
            pytest.param({"track": "1", "bases": OURS | {TRACK_BEFORE: "1"}}, "", id="one that stood there before"),
            pytest.param({"track": "2", "bases": OURS | {TRACK_BEFORE: "1"}}, LEFT, id="another one"),
            pytest.param({"track": "1", "bases": {"gone with": "1"}}, "", id="somebody moved it back"),
            pytest.param({"track": "2", "bases": {"gone with": "1"}}, LEFT, id="moved back, and another number"),
        ],
    )
    def test_goes_on_once_its_track_number_appears(self, changes: dict[str, Any], goes: str) -> None:
        assert goes_to(going(DAY, since="24 08:08", **changes), "24 15:00") == goes

    @pytest.mark.parametrize(
        ("changes", "now", "titles"),
        [
            pytest.param({}, "24 09:00", {PICK: STOREKEEPER}, id="is picked"),
            pytest.param({"carrier": ""}, "24 09:00", {PICK: STOREKEEPER, CARRIER: MANAGER}, id="without a carrier"),
            pytest.param({}, "24 18:00", {PICK: STOREKEEPER, NO_TRACK: MANAGER}, id="no number by six"),
            pytest.param({"deal_fields": frozenset({"ship_date"})}, "24 18:00", {PICK: STOREKEEPER}, id="a portal without the fields"),
            pytest.param({"delivery": "самовывоз", "carrier": ""}, "24 18:00", {PICK: STOREKEEPER}, id="fetched by the client"),
            pytest.param({"since": "24 19:00"}, "24 20:00", {PICK: STOREKEEPER}, id="moved by hand in the evening"),
            pytest.param({"since": "24 19:00"}, "25 18:00", {PICK: STOREKEEPER, NO_TRACK: MANAGER}, id="and not gone the next day"),
            pytest.param({"since": "27 19:00"}, "29 18:00", {PICK: STOREKEEPER}, id="the next day is off"),
            pytest.param({"since": "19 10:00"}, "24 18:00", {}, id="it came before the cut-off"),
            pytest.param({"storekeeper": ""}, "24 09:00", {}, id="nobody ships"),
        ],
    )  # fmt: skip
    def test_gives_people_work(self, changes: dict[str, Any], now: str, titles: dict[str, str]) -> None:
        assert asked(going(DAY, **({"since": "24 08:08"} | changes)), now) == titles

    def test_a_storekeepers_task_says_all_that_is_to_be_known(self) -> None:
        lines = (wanted("a", amount=1_500), wanted("b"))
        each = going(DAY, "20", since="24 08:08", lines=lines, address="тверь, ул. советская, 14", hold=Hold.STOP_SHIP)
        (task,) = decided(each, "24 09:00").actions
        assert task.payload["text"].replace("\u00a0", " ").splitlines() == [
            "Сделка № 71, клиент: ООО «Шинный двор».",
            "Внимание: отгрузки этому клиенту остановлены. Отгружайте, только если так решил руководитель.",
            "Перевозчик: ПЭК.",
            "Куда: тверь, ул. советская, 14",
            "Дата отгрузки была 20 ноября.",
            "— Товар a: 1,5",
            "— Товар b: 2",
        ]
        assert (task.payload["deal"], task.payload["deadline"]) == ("71", "2026-11-24T18:00:00+03:00")

    def test_a_long_list_is_cut_and_says_so(self) -> None:
        lines = tuple(wanted(f"g{number}") for number in range(43))
        (task,) = decided(going(DAY, since="24 08:08", lines=lines), "24 09:00").actions
        assert task.payload["text"].endswith("И ещё 3\u00a0позиции, см. сделку.")

    def test_closes_what_is_over_and_makes_nothing_twice(self) -> None:
        each = going(DAY, since="24 08:08")
        (task,) = decided(each, "24 09:00").actions
        made = {task.key: Made("task", "501", is_open=True)}
        assert decided(replace(each, made=made), "24 09:10").actions == ()
        done = {task.key: Made("task", "501", is_open=False)}
        assert decided(replace(each, made=done), "24 09:10").actions == (), "the storekeeper has done it"
        over = going(DAY, since="24 08:08", track="1", bases=OURS | {"gone with": "1"}, made=made)
        assert [action.kind for action in decided(over, "24 15:00").actions] == ["task.complete"]


class TestADealThatLeft:
    @pytest.mark.parametrize(
        ("changes", "now", "titles"),
        [
            pytest.param({}, "24 17:00", {}, id="before six"),
            pytest.param({}, "24 18:00", {NO_TRACK: MANAGER}, id="no number by six"),
            pytest.param({"track": "1"}, "24 18:00", {}, id="a number"),
            pytest.param({"stage": WON}, "24 18:00", {}, id="somebody ended the deal"),
            pytest.param({"stage": LOST}, "24 18:00", {}, id="lost"),
        ],
    )
    def test_is_asked_for_its_number(self, changes: dict[str, Any], now: str, titles: dict[str, str]) -> None:
        assert asked(going(**({"stage": LEFT, "since": "24 16:00"} | changes)), now) == titles

    def test_keeps_the_task_of_the_day_until_the_number_is_there(self) -> None:
        late = going(DAY, since="24 08:08")
        task = next(action for action in decided(late, "24 18:00").actions if "track" in action.key)
        made = {task.key: Made("task", "502", is_open=True)}
        assert decided(going(LEFT, since="25 09:00", made=made), "25 10:00").actions == ()
        closing = decided(going(LEFT, since="25 09:00", made=made, track="1"), "25 10:00").actions
        assert [action.kind for action in closing] == ["task.complete"]


def test_what_the_portal_refuses_is_told_and_waits_until_it_is_time() -> None:
    (move,) = decided(going(), "24 09:00").actions
    refused = {move.key: Refused(move.payload, "Заполните поле «Вес».", may_retry=False)}
    waiting = decided(going(refusals=refused), "24 09:10")
    assert [action.payload["title"] for action in waiting.actions] == ["Сделка не переводится"]
    assert "Заполните поле «Вес»." in waiting.actions[0].payload["text"]
    assert [skip.reason for skip in waiting.skips] == ["refused"]
    again = {move.key: replace(refused[move.key], may_retry=True)}
    assert goes_to(going(refusals=again), "24 10:10") == DAY


def test_a_stage_that_the_portal_lacks_is_a_reason_to_stay() -> None:
    each = going()
    here = replace(each, case=replace(each.case, ids=replace(each.case.ids, stages={})))
    assert [(skip.reason, skip.detail) for skip in decided(here, "24 09:00").skips] == [("no_stage", DAY)]


def test_a_deal_that_was_over_before_the_cut_off_is_left_alone() -> None:
    over = going(WON, since="19 10:00", made={"task.create|letter:deal:71/shipping|track 1": Made("task", "1", True)})
    assert decided(over, "24 18:00").actions == ()


# Laws

DAYS = st.dates(date(2026, 12, 28), date(2027, 1, 16)) | st.dates(date(2026, 11, 20), date(2026, 12, 6))


@given(DAYS)
def test_goods_leave_on_a_working_day_and_on_none_before_it(written: date) -> None:
    calendar = Workdays()
    leaves = leaves_on(written, calendar)
    assert not calendar.is_day_off(leaves)
    between = (written + timedelta(days=step) for step in range((leaves - written).days))
    assert all(calendar.is_day_off(day) for day in between)


class World:
    """A deal whose moves are carried out, and people who change its date, its stage and the hold; nothing else is remembered."""

    def __init__(self, written: date) -> None:
        self.written, self.stage, self.hold = written, WAITS, Hold.NONE
        self.since, self.bases = datetime(2026, 11, 20, 10, tzinfo=MOSCOW), dict[str, str]()
        self.went: list[tuple[datetime, date]] = []
        self.named, self.went_for = 0, list[int]()

    def name(self, written: date) -> None:
        """Let somebody write a date, which may be the same."""
        self.named += written != self.written
        self.written = written

    def case(self) -> ShipCase:
        usual = going(self.stage, hold=self.hold, bases=self.bases)
        row = replace(
            usual.case.deal,
            moved_at=self.since,
            fields={**usual.case.deal.fields, "ship_date": self.written.isoformat()},
        )
        return replace(usual, case=replace(usual.case, deal=row))

    def run(self, now: datetime) -> None:
        """Look and act until nothing is left; a second look must find nothing."""
        for turn in range(3):
            moves = [
                each for each in ship_today.decide(self.case(), company(), now).actions if each.kind == "deal.stage"
            ]
            if not moves:
                return
            assert turn < 2, "it never comes to rest"
            (move,) = moves
            self.stage = next(name for name, code in CODES.items() if code == move.payload["stage"])
            self.since, self.bases = now, self.bases | dict(move.settles)
            if self.stage == DAY:
                self.went.append((now, self.written))
                self.went_for.append(self.named)


@st.composite
def weeks(draw: st.DrawFn) -> list[tuple[str, Any, int]]:
    """What people do, and how many hours the worker then looks every hour."""
    what = st.one_of(
        st.tuples(st.just("date"), st.integers(0, 12)), st.tuples(st.just("stage"), st.sampled_from((WAITS, DAY))),
        st.tuples(st.just("hold"), st.sampled_from((Hold.NONE, Hold.STOP_SHIP))), st.tuples(st.just("nothing"), st.just(0)),
    )  # fmt: skip
    return [(*draw(what), draw(st.integers(1, 30))) for _ in range(draw(st.integers(1, 12)))]


@given(st.integers(0, 12), weeks())
def test_whatever_people_do_a_deal_goes_on_a_working_day_within_hours_not_under_a_stop_and_once_for_a_date(
    first: int, week: list[tuple[str, Any, int]]
) -> None:
    world, now, calendar = World(date(2026, 11, 20) + timedelta(days=first)), at("21 05:00"), Workdays()
    for word, value, later in week:
        if word == "date":
            world.name(date(2026, 11, 20) + timedelta(days=value))
        elif word == "stage" and world.stage != value:
            world.stage, world.since = value, now
        elif word == "hold":
            world.hold = value
        before = len(world.went)
        for hour in range(later):
            world.run(now + timedelta(hours=hour))
        for moment, written in world.went[before:]:
            assert not calendar.is_day_off(moment.date())
            assert 8 <= moment.hour < 18
            assert written <= moment.date()
            assert world.hold is not Hold.STOP_SHIP
        now += timedelta(hours=later)
    assert len(world.went_for) == len(set(world.went_for)), "moved twice, and nobody named another date meanwhile"


@given(st.integers(0, 12), st.lists(st.integers(1, 2000), max_size=8))
def test_a_deal_that_nobody_touches_stands_at_its_day_by_noon_of_it_however_the_worker_slept(
    first: int, sleeps: list[int]
) -> None:
    written = date(2026, 11, 20) + timedelta(days=first)
    world, now = World(written), at("20 12:00")
    for sleep in sleeps:
        now += timedelta(minutes=sleep)
        world.run(now)
    noon = datetime.combine(
        max(now.date() + timedelta(days=1), leaves_on(written, Workdays())), at("20 12:00").timetz()
    )
    noon = datetime.combine(leaves_on(noon.date(), Workdays()), noon.timetz())
    world.run(noon)
    assert world.stage == DAY
    assert len(world.went) == 1
