"""When a client is told of a visit: at booking, on the eve, two hours before; and who is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcilers import visits
from reconcilers.visits import ToldVisit, VisitCase
from sverka.domain.messaging.facts import Visit
from sverka.domain.messaging.kinds import VISIT_BOOKED, VISIT_CANCELLED, VISIT_EVE, VISIT_SOON
from sverka.domain.state_table import Stage
from tests.make import deal
from tests.strategies import examples
from tests.unit.visit_cases import (
    CLIENT,
    COMPANY,
    ELSEWHERE,
    HERE,
    IS_LOST,
    MOSCOW,
    NOBODY_KNOWS_IT,
    THERE,
    at,
    case,
    company,
    facts,
    span,
    told,
    wished,
)

# Who is told anything at all.


@pytest.mark.parametrize(
    "each",
    [
        pytest.param(case(client=None), id="no client"),
        pytest.param(case(branch="Тверь"), id="a branch that the company does not have"),
        pytest.param(case("23 10:05"), id="it begins this moment"),
        pytest.param(case("22 10:05"), id="it is over"),
        pytest.param(case(stage=ELSEWHERE), id="at a stage that tells nothing"),
        pytest.param(case(stage=Stage("Резерв", notice="order_ready")), id="at a stage that tells something else"),
        pytest.param(case(stage=NOBODY_KNOWS_IT), id="at a stage that nobody knows"),
        pytest.param(case(""), id="nobody has said when"),
        pytest.param(case(stage=IS_LOST), id="lost before anything was told"),
    ],
)
def test_nothing_is_told_of(each: VisitCase) -> None:
    assert wished(each) == {}


def test_a_visit_that_is_still_to_come_is_told_of_three_times() -> None:
    assert {kind: span(wish) for kind, wish in wished(case()).items()} == {
        VISIT_BOOKED: ("23 10:00", "25 13:00"),
        VISIT_EVE: ("24 19:00", "24 21:00"),
        VISIT_SOON: ("25 13:00", "25 13:45"),
    }
    assert {wish.held for wish in wished(case()).values()} == {""}
    assert set(wished(case("23 10:06"))) == {VISIT_BOOKED, VISIT_EVE, VISIT_SOON}, "a minute before it, too"


def test_a_wish_says_whom_it_is_for_what_of_and_why() -> None:
    found = wished(case(works=("Полировка фар",), manager="6", manager_name="Ольга Климова"))
    for wish in found.values():
        assert (wish.card, wish.recipient, wish.manager, wish.zone) == ("deal:71", "contact:7", "6", MOSCOW)
        assert wish.occasion == "2026-11-25T15:00+03:00 Москва"
        assert facts(wish) == Visit(
            company="Фары и свет", name="Анна", branch=HERE, address="г. Москва, д. 2", at=at("25 15:00"), was_at=None,
            works=("Полировка фар",), manager="Ольга Климова",
        )  # fmt: skip
    assert {kind: wish.reason.replace("\u00a0", " ") for kind, wish in found.items()} == {
        VISIT_BOOKED: "Сделка «Линзы»: визит 25 ноября в 15:00 записан — подтверждаем клиенту.",
        VISIT_EVE: "Сделка «Линзы»: визит 25 ноября в 15:00 — напоминаем накануне.",
        VISIT_SOON: "Сделка «Линзы»: визит 25 ноября в 15:00 — напоминаем за два часа.",
    }


def test_whoever_has_no_name_to_be_called_by_is_called_by_none() -> None:
    assert facts(wished(case(client=replace(CLIENT, first_name="Клиент")))[VISIT_BOOKED]).name == ""


@pytest.mark.parametrize("written", ["2026-11-25T15:00:00+03:00", "2026-11-25T12:00:00+00:00", "2026-11-25T22:00:00+10:00"])  # fmt: skip
def test_it_is_one_visit_however_the_portal_writes_its_moment(written: str) -> None:
    each = case()
    found = wished(replace(each, deal=deal(visit_at=written, branch=HERE, moved_at=at("23 10:00"))))
    usual = wished(each)
    assert {kind: (wish.key, span(wish)) for kind, wish in found.items()} == {
        kind: (wish.key, span(wish)) for kind, wish in usual.items()
    }
    assert facts(found[VISIT_EVE]).at.hour == 15


def test_the_eve_is_the_day_before_where_the_company_is() -> None:
    """At half past one at night in Moscow it is still the day before in the portal's zone."""
    found = wished(replace(case(), deal=deal(visit_at="2026-11-24T22:30:00+00:00", moved_at=at("23 10:00"))))
    assert span(found[VISIT_EVE]) == ("24 19:00", "24 21:00")
    assert "25\u00a0ноября в 01:30" in found[VISIT_EVE].reason


# Hours are those of the company.


@pytest.mark.parametrize(
    ("closes", "eve"),
    [
        pytest.param("22:00", "24 19:00", id="long open"), pytest.param("21:00", "24 19:00", id="as usual"),
        pytest.param("20:00", "24 19:00", id="just so"), pytest.param("19:59", "24 18:59", id="a minute less"),
        pytest.param("18:00", "24 17:00", id="early"),
    ],
)  # fmt: skip
def test_the_evening_s_reminder_comes_at_seven_or_an_hour_before_messages_may_go_no_more(closes: str, eve: str) -> None:
    first, last = span(wished(case(), how=company(closes=closes))[VISIT_EVE])
    assert (first, at(last) - at(first)) == (eve, timedelta(hours=2))


@pytest.mark.parametrize(
    ("opens", "visit", "latest"),
    [
        pytest.param("08:00", "25 10:00", "25 08:00", id="reminded as the hours begin"),
        pytest.param("08:00", "25 09:59", "25 09:29", id="a minute too early to be reminded"),
        pytest.param("09:00", "25 10:59", "25 10:29", id="hours that begin later"),
        pytest.param("09:00", "25 11:00", "25 09:00", id="reminded as later hours begin"),
        pytest.param("00:00", "25 02:00", "25 00:00", id="open at night"),
        pytest.param("00:00", "25 01:59", "25 01:29", id="two hours before is the day before"),
    ],
)
def test_a_booking_is_told_up_to_two_hours_before_or_half_an_hour_where_no_reminder_comes(
    opens: str, visit: str, latest: str
) -> None:
    booking = wished(case(visit), how=company(opens))[VISIT_BOOKED]
    assert span(booking) == ("23 10:00", latest)


def test_a_visit_of_which_another_hour_was_told_is_told_up_to_half_an_hour_before() -> None:
    moved = wished(case("25 15:00", told("25 12:00", "23 09:00")))[VISIT_BOOKED]
    assert span(moved) == ("23 10:00", "25 14:30")
    taken_back = wished(case("25 15:00", told("25 12:00", "23 09:00", went=False)))[VISIT_BOOKED]
    assert span(taken_back) == ("23 10:00", "25 13:00")


def test_a_booking_is_told_at_once() -> None:
    assert span(wished(case(moved="23 10:04"))[VISIT_BOOKED])[0] == "23 10:04"
    assert span(wished(case(moved=None))[VISIT_BOOKED])[0] == "21 12:00", "of a deal that was made at this stage"


@pytest.mark.parametrize(
    ("moved", "held"),
    [("20 10:00", "known"), ("21 11:59", "known"), ("21 12:00", ""), ("23 10:00", ""), (None, "")],
    ids=["long before", "just before", "as we came", "since", "made at this stage as we came"],
)
def test_who_was_booked_before_the_cut_off_knows_it(moved: str | None, held: str) -> None:
    since = replace(COMPANY, history_cutoff=at("21 12:00"))
    found = wished(case(moved=moved), how=since)
    assert {kind: wish.held for kind, wish in found.items()} == {VISIT_BOOKED: held, VISIT_EVE: "", VISIT_SOON: ""}


def test_who_was_booked_before_the_cut_off_and_told_since_is_told_of_a_move() -> None:
    since = replace(COMPANY, history_cutoff=at("24 00:00"))
    moved = case("26 15:00", told("25 15:00", "24 09:00", VISIT_CANCELLED))
    assert wished(moved, "24 10:00", since)[VISIT_BOOKED].held == ""


# Whoever was told a moment ago needs no reminder.

HELD, GOES = "just_told", ""


@pytest.mark.parametrize(
    ("before", "eve", "soon"),
    [
        pytest.param(told("25 15:00", "24 14:59"), GOES, GOES, id="more than four hours before the evening's"),
        pytest.param(told("25 15:00", "24 15:00"), HELD, GOES, id="four hours"),
        pytest.param(told("25 15:00", "24 18:30"), HELD, GOES, id="less than four hours"),
        pytest.param(told("25 15:00", "25 10:59"), HELD, GOES, id="more than two hours before the last one"),
        pytest.param(told("25 15:00", "25 11:00"), HELD, HELD, id="two hours"),
        pytest.param(told("25 15:00", "24 18:30", VISIT_EVE), GOES, GOES, id="another reminder is no booking"),
        pytest.param(told("25 16:00", "24 18:30"), GOES, GOES, id="another hour"),
        pytest.param(told("25 15:00", "24 18:30", branch=THERE), GOES, GOES, id="another branch"),
        pytest.param(told("25 15:00", "24 18:30", went=False), HELD, GOES, id="whoever took it back has said it"),
    ],
)
def test_who_was_told_of_the_booking_shortly_before_a_reminder_is_not_reminded(
    before: ToldVisit, eve: str, soon: str
) -> None:
    since = replace(COMPANY, history_cutoff=at("24 00:00"))  # so that nothing is to be told now
    found = wished(case("25 15:00", before), "25 14:59", since)
    assert (found[VISIT_EVE].held, found[VISIT_SOON].held) == (eve, soon)


@pytest.mark.parametrize(
    ("now", "eve", "soon"),
    [
        ("24 14:59", GOES, GOES), ("24 15:00", HELD, GOES), ("25 10:59", HELD, GOES), ("25 11:00", HELD, HELD),
        ("25 12:59", HELD, HELD), ("25 13:00", GOES, GOES),
    ],
    ids=["long before", "near the evening's", "not near the last", "near the last", "just in time to be told", "too late to be told"],
)  # fmt: skip
def test_who_is_told_of_the_booking_in_this_very_run_is_not_reminded_in_it(now: str, eve: str, soon: str) -> None:
    found = wished(case("25 15:00"), now)
    assert (found[VISIT_EVE].held, found[VISIT_SOON].held) == (eve, soon)


def test_a_booking_that_is_not_told_now_spares_no_reminder() -> None:
    at_seven = "24 19:01"
    known = wished(case(), at_seven, replace(COMPANY, history_cutoff=at("24 00:00")))
    told_before = wished(case("25 15:00", told("25 15:00", "23 10:05")), at_seven)
    to_be_told = wished(case(moved="24 19:02"), at_seven)
    assert [found[VISIT_EVE].held for found in (known, told_before, to_be_told)] == [GOES] * 3


@given(st.integers(1, 20_000), st.integers(0, 20_000), st.integers(0, 23), st.integers(0, 23))
@examples(soak=3_000, short=150)
def test_whatever_the_hours_nothing_is_said_of_a_visit_that_began_and_the_eve_is_the_day_before(
    ahead_min: int, late_min: int, opens: int, closes: int
) -> None:
    now = datetime(2026, 11, 23, 7, tzinfo=UTC)
    visit = now + timedelta(minutes=ahead_min)
    row = deal(visit_at=visit.isoformat(), branch=HERE, moved_at=now - timedelta(minutes=late_min))
    how = company(f"{min(opens, closes):02}:00", f"{max(opens, closes) + 1:02}:00")
    found = visits.wishes(replace(case(), deal=row), how, now)
    spans = {wish.kind.name: (wish.not_before, wish.expires_at) for wish in found}
    assert all(last < visit for _, last in (spans[VISIT_BOOKED], spans[VISIT_SOON]))
    assert spans[VISIT_EVE][0].astimezone(MOSCOW).date() == visit.astimezone(MOSCOW).date() - timedelta(days=1)
    assert spans[VISIT_SOON] == (visit - timedelta(hours=2), visit - timedelta(minutes=75))
