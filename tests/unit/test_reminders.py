"""Reminders live as long as their reason: one for each, closed by itself, never twice for one occasion."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain import reminders
from sverka.domain.actions import Action
from sverka.domain.reminders import Made, Reminder, code

NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SUBJECT = "deal:71"


def reminder(sort: str = "task", reason: str = "purchase", occasion: str = "g1", **changes: Any) -> Reminder:
    usual: dict[str, Any] = {
        "title": "Закупить",
        "text": "Нужно больше.\nТовар g1 — 2 шт",
        "responsible": "9",
        "deadline": NOON,
    }
    return Reminder(sort, reason, occasion, **(usual | changes))


def plan(wanted: list[Reminder], made: dict[str, Made]) -> tuple[Action, ...]:
    return reminders.plan("headlights", SUBJECT, wanted, made).actions


def test_a_reminder_about_something_apart_stands_in_the_card_that_it_is_about() -> None:
    (task,) = reminders.plan("headlights", "letter:deal:71/shipping", [reminder("task")], {}).actions
    (todo,) = reminders.plan("headlights", "letter:deal:71/shipping", [reminder("todo")], {}).actions
    assert (task.payload["deal"], todo.payload["owner"]) == ("71", "deal:71")


class TestWhatIsWanted:
    @pytest.mark.parametrize(
        ("sort", "kind", "named"),
        [("task", "task.create", {"deal": "71"}), ("todo", "todo.create", {"owner": "deal:71"})],
    )
    def test_is_made_with_all_that_a_person_needs(self, sort: str, kind: str, named: dict[str, str]) -> None:
        (action,) = plan([reminder(sort)], {})
        assert (action.kind, action.subject, action.occasion) == (kind, SUBJECT, "purchase g1")
        mark = code("headlights", kind, SUBJECT, "purchase g1")
        assert action.payload == named | {
            "title": "Закупить", "text": "Нужно больше.\nТовар g1 — 2 шт", "responsible": "9", "deadline": NOON.isoformat(), "mark": mark,
        }  # fmt: skip

    def test_as_a_notice_has_a_tag_by_which_a_repeat_replaces_it(self) -> None:
        (action,) = plan([reminder("notice")], {})
        tag = f"sverka-{code('headlights', 'notice.send', SUBJECT, 'purchase g1')}"
        assert action.payload == {"user": "9", "text": "Закупить\nНужно больше.\nТовар g1 — 2 шт", "tag": tag}

    def test_of_no_deal_belongs_to_none(self) -> None:
        (action,) = reminders.plan("headlights", "product:5", [reminder()], {}).actions
        assert action.payload["deal"] == ""

    def test_may_have_no_deadline(self) -> None:
        assert plan([reminder(deadline=None)], {})[0].payload["deadline"] == ""

    def test_says_why_in_a_sentence(self) -> None:
        assert plan([reminder()], {})[0].reason == "Ставим задачу: Закупить. Нужно больше."
        assert (
            plan([reminder("notice", title="Где товар?")], {})[0].reason
            == "Сообщаем на портале: Где товар? Нужно больше."
        )

    def test_twice_for_one_reason_is_made_once(self) -> None:
        assert len(plan([reminder(), reminder(text="other words")], {})) == 1


class TestWhatWasMade:
    KEY = "task.create|deal:71|purchase g1"

    @pytest.mark.parametrize("is_open", [True, False], ids=["stands open", "ticked off"])
    def test_and_is_wanted_is_left_alone(self, is_open: bool) -> None:
        assert plan([reminder()], {self.KEY: Made("task", "501", is_open)}) == ()

    @pytest.mark.parametrize(("sort", "kind"), [("task", "task.complete"), ("todo", "todo.complete")])
    def test_and_is_wanted_no_longer_is_closed(self, sort: str, kind: str) -> None:
        (action,) = plan([], {self.KEY: Made(sort, "501", is_open=True)})
        assert (action.kind, action.payload) == (kind, {sort: "501"})

    @pytest.mark.parametrize("sort", ["task", "todo", "notice"])
    def test_and_is_closed_stays_closed(self, sort: str) -> None:
        assert plan([], {self.KEY: Made(sort, "501", is_open=False)}) == ()

    def test_for_another_occasion_gives_way(self) -> None:
        actions = plan([reminder(occasion="g1,g2")], {self.KEY: Made("task", "501", is_open=True)})
        assert [action.kind for action in actions] == ["task.complete", "task.create"]


_WANTED = st.lists(
    st.builds(reminder, st.sampled_from(["task", "todo", "notice"]), st.sampled_from(["visit", "buy"]), st.sampled_from(["1", "2", "3"])),
    max_size=4,
)  # fmt: skip


@given(st.lists(_WANTED, max_size=6))
def test_through_any_days_each_is_made_once_and_only_the_wanted_stand_open(days: list[list[Reminder]]) -> None:
    made: dict[str, Made] = {}
    for wanted in days:
        for action in plan(wanted, made):
            if action.spec.creation:
                assert action.key not in made
                sort = reminders.SORT_BY_KIND[action.kind]
                made[action.key] = Made(sort, str(len(made)), is_open=sort != "notice")
            else:
                (done,) = action.payload.values()
                made = {
                    key: Made(each.sort, each.ext_id, each.is_open and each.ext_id != done)
                    for key, each in made.items()
                }
        keys = {each.action("headlights", SUBJECT).key for each in wanted}
        assert {key for key, each in made.items() if each.is_open} <= keys <= set(made)
        assert plan(wanted, made) == ()


def test_a_reason_that_comes_back_after_we_closed_its_task_is_told_anew_and_after_a_person_did_it_is_not() -> None:
    wish = Reminder("task", "purchase", "g1", "Закупить", "", "9")
    first = wish.action("headlights", SUBJECT)
    by_us, by_a_person = ({first.key: Made("task", "3701", is_open=False, closed_by_us=ours)} for ours in (True, False))
    (again,) = reminders.plan("headlights", SUBJECT, [wish], by_us).actions
    assert (again.kind, again.occasion) == ("task.create", "purchase g1 (2)")
    assert reminders.plan("headlights", SUBJECT, [wish], by_a_person).actions == ()


def test_what_cannot_be_judged_now_is_left_open() -> None:
    first = Reminder("task", "visit goods", "2026-11-24", "Визит под угрозой", "", "6").action("headlights", SUBJECT)
    made = {first.key: Made("task", "3701", is_open=True)}
    assert reminders.plan("headlights", SUBJECT, [], made, unjudged=("visit goods",)).actions == ()
    assert [action.kind for action in reminders.plan("headlights", SUBJECT, [], made).actions] == ["task.complete"]
