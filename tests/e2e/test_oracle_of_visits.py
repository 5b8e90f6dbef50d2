"""What the oracle of visits lets pass, and what not, where a month at random comes by it too seldom."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.e2e.oracle_of_visits import ZONE, Chapter, Kept, Records, Story, Taken, Unknown, troubles

PHONE = "+79161234567"
NOON, LATER = datetime(2026, 11, 28, 12, tzinfo=ZONE), datetime(2026, 11, 30, 17, tzinfo=ZONE)
BOOKED, MOVED = "Вы записаны на субботу, 28 ноября, в 12:00.", "Ваш визит перенесён на 30 ноября, в 17:00."
MOVED_BACK = "Ваш визит перенесён на субботу, 28 ноября, в 12:00."


def evening(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 24, hour, minute, tzinfo=ZONE)


def records(*said: tuple[str, datetime], rule: str = "", **more: object) -> Records:
    """A visit that was moved at half past twenty for a quarter of an hour, and what the client was told."""
    chapters = [Chapter(evening(12), NOON), Chapter(evening(20, 30), LATER), Chapter(evening(20, 45), NOON)]
    story = Story(1001, PHONE, "", {}, chapters)
    rows = [Kept(1001, "visit_booked", at.isoformat(timespec="minutes"), "told", rule) for at in (NOON, LATER)]
    taken = [Taken(PHONE, "max", text, at) for text, at in said]
    ticks = {"visits": [evening(20, 46)], "reviews": []}
    return Records([story], taken, taken, rows, ticks, [], evening(20, 50), **more)  # type: ignore[arg-type]


AT_ONCE = (BOOKED, evening(12, 2))


def test_who_was_told_of_a_moment_and_of_no_other_since_is_not_told_again_when_the_visit_is_moved_back() -> None:
    assert troubles(records(AT_ONCE)) == []


def test_who_was_told_of_another_moment_since_is_told_again() -> None:
    told = (AT_ONCE, (MOVED, evening(20, 32)))
    assert "not for these reasons" in "".join(troubles(records(*told)))
    assert troubles(records(*told, (MOVED_BACK, evening(20, 47)))) == []


@pytest.mark.parametrize(
    ("system", "is_asked", "seen"),
    [
        pytest.param("mail", True, [], id="a letter, and a person decides"),
        pytest.param("mail", False, ["nobody was asked"], id="a letter of which nobody hears"),
        pytest.param("smsc", True, ["could have been looked up"], id="a message whose provider can be asked"),
    ],
)
def test_only_of_a_letter_nobody_can_know_whether_it_went(system: str, is_asked: bool, seen: list[str]) -> None:
    unknown = [Unknown(1001, "visit_booked", NOON.isoformat(timespec="minutes"), system, is_asked)]
    assert [each.partition(":")[0] for each in troubles(records(AT_ONCE, unknown=unknown))] == seen


def test_what_is_told_within_minutes_should_have_been_told_together() -> None:
    moved, back = (MOVED, evening(20, 42)), (MOVED_BACK, evening(20, 47))
    assert "not told together" in "".join(troubles(records(AT_ONCE, moved, back)))
    assert "not told together" not in "".join(troubles(records(AT_ONCE, (MOVED, evening(20, 32)), back)))


@pytest.mark.parametrize(("ago", "is_excused"), [(timedelta(minutes=4), True), (timedelta(minutes=40), False)])
def test_a_message_may_still_be_looked_up_shortly_after_a_kill_and_no_longer(ago: timedelta, is_excused: bool) -> None:
    told = (AT_ONCE, (MOVED, evening(20, 32)))
    found = troubles(records(*told, rule="pending", killed=[evening(20, 50) - ago]))
    assert (found == []) is is_excused


def test_who_was_told_of_a_visit_is_told_that_it_does_not_take_place() -> None:
    """Whoever was told of nothing, or of another visit of which they were told that it is cancelled, need not be."""
    chapters = [Chapter(evening(12), NOON), Chapter(evening(15), None)]
    booked, cancelled = (BOOKED, evening(12, 2)), ("Ваш визит 28 ноября в 12:00 отменён.", evening(15, 2))
    for said, is_missed in (((booked,), True), ((booked, cancelled), False), ((), False)):
        taken = [Taken(PHONE, "max", text, at) for text, at in said]
        ticks = {"visits": [evening(15, 2)], "reviews": []}
        seen = Records([Story(1001, PHONE, "", {}, chapters)], taken, taken, [], ticks, [], evening(16))
        assert any("visit_cancelled" in each for each in troubles(seen)) is is_missed, said


EVE_IS_HELD = Kept(1001, "visit_eve", NOON.isoformat(timespec="minutes"), "held", "just_told")


def a_visit(chapters: list[Chapter], taken: list[Taken], asked: list[Taken], kept: Kept, looked: datetime) -> Records:
    """A visit, and a reminder that did not go. taken: what providers took; asked: what people were asked to say."""
    phone = PHONE if taken else ""
    booked = Kept(1001, "visit_booked", kept.moment, "told", "")
    story, ticks = Story(1001, phone, "", {}, chapters), {"visits": [looked], "reviews": []}
    return Records([story], taken, taken, [booked, kept], ticks, [], chapters[-1].since, asked=asked)


def test_whom_no_message_reaches_has_been_reminded_if_a_person_was_asked_to() -> None:
    at = datetime(2026, 11, 27, 19, 2, tzinfo=ZONE)
    chapters = [Chapter(evening(12), NOON), Chapter(at + timedelta(hours=1), None)]
    booked, eve = (
        Taken("1001", "person", BOOKED, evening(12, 1)),
        Taken("1001", "person", "Ждём вас завтра, 28 ноября, в 12:00", at),
    )
    assert troubles(a_visit(chapters, [], [booked, eve], EVE_IS_HELD, at)) == []
    assert len(troubles(a_visit(chapters, [], [booked], EVE_IS_HELD, at))) == 1


def test_a_booking_that_was_being_sent_when_the_worker_was_killed_may_have_been_told() -> None:
    at = NOON - timedelta(days=1) + timedelta(hours=8, minutes=54)
    chapters, morning = (
        [Chapter(at, NOON), Chapter(NOON, NOON, won=True)],
        Taken(PHONE, "max", BOOKED, NOON.replace(hour=8)),
    )
    seen = a_visit(chapters, [morning], [], EVE_IS_HELD, at + timedelta(minutes=5))
    assert [each for each in troubles(replace(seen, killed=[at + timedelta(minutes=3)])) if "visit_eve" in each] == []
    assert [each for each in troubles(replace(seen, killed=[])) if "visit_eve" in each]


@pytest.mark.parametrize(("told_at", "is_right"), [((8, 5), True), ((10, 5), False)])
def test_who_is_told_in_the_morning_of_an_early_visit_needs_no_reminder(
    told_at: tuple[int, int], is_right: bool
) -> None:
    nine, told = NOON.replace(hour=9), NOON.replace(hour=told_at[0], minute=told_at[1])
    held = Kept(1001, "visit_soon", nine.isoformat(timespec="minutes"), "held", "just_told")
    booked = Taken(PHONE, "max", BOOKED.replace("12:00", "9:00"), told)
    chapters = [Chapter(NOON.replace(day=27, hour=21, minute=15), nine), Chapter(NOON, nine, won=True)]
    found = troubles(a_visit(chapters, [booked], [], held, NOON.replace(hour=7, minute=3)))
    assert any("visit_soon" in each for each in found) is not is_right
