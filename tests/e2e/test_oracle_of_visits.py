"""What the oracle of visits lets pass, and what not, where a month at random comes by it too seldom."""

from __future__ import annotations

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


@pytest.mark.parametrize(("ago", "is_excused"), [(timedelta(minutes=4), True), (timedelta(minutes=40), False)])
def test_a_message_may_still_be_looked_up_shortly_after_a_kill_and_no_longer(ago: timedelta, is_excused: bool) -> None:
    told = (AT_ONCE, (MOVED, evening(20, 32)))
    found = troubles(records(*told, rule="pending", killed=[evening(20, 50) - ago]))
    assert (found == []) is is_excused
