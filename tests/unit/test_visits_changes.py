"""What a client is told of a visit that is moved, booked again, or does not take place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcilers import visits
from reconcilers.visits import ToldVisit, VisitCase
from sverka.domain.messaging.kinds import VISIT_BOOKED, VISIT_CANCELLED, VISIT_EVE, VISIT_SOON
from sverka.domain.messaging.wishes import Wish
from sverka.domain.state_table import Stage
from tests.strategies import examples
from tests.unit.visit_cases import (
    COMPANY,
    ELSEWHERE,
    HERE,
    IS_LOST,
    IS_WON,
    NOBODY_KNOWS_IT,
    THERE,
    at,
    case,
    facts,
    span,
    told,
    wished,
)

# A visit that is moved is told anew, and so is what holds anew.


@pytest.mark.parametrize(
    ("before", "was"),
    [
        pytest.param([], None, id="told for the first time"),
        pytest.param([told("25 12:00", "23 09:00")], "25 12:00", id="moved"),
        pytest.param([told("25 12:00", "23 09:00"), told("26 12:00", "23 09:30")], "26 12:00", id="moved twice"),
        pytest.param([told("26 12:00", "23 09:30"), told("25 12:00", "23 09:00")], "26 12:00", id="in whatever order"),
        pytest.param([told("25 12:00", "23 09:00"), told("25 15:00", "23 09:30")], "25 12:00", id="told already"),
        pytest.param([told("25 12:00", "23 09:00", went=False)], None, id="taken back before it went"),
        pytest.param([told("25 12:00", "23 09:00", VISIT_EVE)], None, id="reminders are no news"),
        pytest.param([told("25 12:00", "23 09:00"), told("25 12:00", "23 09:30", VISIT_CANCELLED)], None, id="cancelled"),
        pytest.param([told("25 15:00", "23 09:00", branch=THERE)], None, id="another branch at the same hour"),
    ],
)  # fmt: skip
def test_a_moved_visit_is_told_with_the_moment_that_was_told_before(
    before: Sequence[ToldVisit], was: str | None
) -> None:
    found = wished(case("25 15:00", *before))
    assert facts(found[VISIT_BOOKED]).was_at == (at(was) if was else None)
    assert {facts(found[kind]).was_at for kind in (VISIT_EVE, VISIT_SOON)} == {None}


@pytest.mark.parametrize(("visit", "branch"), [("26 15:00", HERE), ("25 15:30", HERE), ("25 15:00", THERE)])
def test_another_moment_or_another_branch_is_another_visit_in_all_its_messages(visit: str, branch: str) -> None:
    first, second = wished(case("25 15:00")), wished(case(visit, branch=branch))
    assert {wish.key for wish in first.values()}.isdisjoint(wish.key for wish in second.values())
    assert facts(second[VISIT_BOOKED]).branch == branch


A, B = "25 15:00", "26 12:00"


@pytest.mark.parametrize(
    ("before", "times"),
    [
        pytest.param([], "", id="never told"),
        pytest.param([told(A, "23 09:00")], "", id="told"),
        pytest.param([told(A, "23 09:00"), told(A, "23 09:40")], "", id="told by a second channel"),
        pytest.param([told(A, "23 09:00"), told(A, "24 19:00", VISIT_EVE)], "", id="reminded"),
        pytest.param([told(B, "23 09:00")], "", id="another was told"),
        pytest.param([told(A, "23 09:00"), told(B, "23 09:10")], "#2", id="moved there and back"),
        pytest.param([told(B, "23 09:10"), told(A, "23 09:00")], "#2", id="in whatever order"),
        pytest.param([told(A, "23 09:00"), told(B, "23 09:10", went=False)], "", id="the other one never went"),
        pytest.param([told(A, "23 09:00"), told(B, "23 09:10"), told(A, "23 09:20", times="#2")], "#2", id="and told"),
        pytest.param(
            [told(A, "23 09:00"), told(B, "23 09:10"), told(A, "23 09:20", times="#2"), told(B, "23 09:30", times="#2")],
            "#3", id="twice there and back",
        ),
        pytest.param([told(A, "23 09:00"), told(A, "23 09:10", VISIT_CANCELLED)], "#2", id="cancelled and booked again"),
        pytest.param([told(A, "23 09:00"), told(A, "23 09:10", branch=THERE)], "#2", id="to the other branch and back"),
        pytest.param([told(A, "23 09:00", branch="Москва-Юг"), told(B, "23 09:10")], "", id="a branch whose name begins alike"),
    ],
)  # fmt: skip
def test_what_holds_anew_after_something_else_was_told_is_told_anew(before: Sequence[ToldVisit], times: str) -> None:
    found = wished(case(A, *before))
    assert {wish.occasion for wish in found.values()} == {f"2026-11-25T15:00+03:00 Москва{times}"}


# A visit that does not take place.

DOES_NOT = {"the deal is lost": {"stage": IS_LOST}, "the field is empty": {"visit": ""}}
EMPTY_ELSEWHERE = {"visit": "", "stage": ELSEWHERE}


@pytest.mark.parametrize("how", [*DOES_NOT.values(), EMPTY_ELSEWHERE], ids=[*DOES_NOT, "the field is empty elsewhere"])
def test_a_visit_that_does_not_take_place_is_told_so(how: Mapping[str, Any]) -> None:
    (wish,) = wished(case(**{"visit": A, **how}, told=(told(A, "23 09:00"),))).values()
    assert (wish.kind.name, wish.card, wish.recipient) == (VISIT_CANCELLED, "deal:71", "contact:7")
    assert wish.occasion == "2026-11-25T15:00+03:00 Москва"
    assert (facts(wish).at, facts(wish).branch, facts(wish).was_at) == (at(A), HERE, None)
    assert span(wish) == ("23 10:00", "25 15:00")
    assert wish.reason.endswith("не состоится — сообщаем клиенту.")


@pytest.mark.parametrize(
    ("before", "visit"),
    [
        pytest.param([told(A, "23 09:00"), told(B, "23 09:10")], B, id="the one that was told last"),
        pytest.param([told(B, "23 09:10"), told(A, "23 09:00")], B, id="in whatever order"),
        pytest.param([told(A, "23 09:00", VISIT_EVE)], A, id="told by a reminder alone"),
        pytest.param([told(A, "23 09:00"), told(B, "23 09:10", went=False)], A, id="not one that was taken back"),
        pytest.param([told("23 10:06", "23 09:00")], "23 10:06", id="a minute before it"),
        pytest.param([told("23 10:05", "23 09:00")], None, id="it began this moment"),
        pytest.param([told(A, "23 09:00", went=False)], None, id="nothing went"),
        pytest.param([told(A, "23 09:00", VISIT_CANCELLED)], None, id="nothing but that it is cancelled"),
        pytest.param([told(A, "23 09:00", branch="Тверь")], None, id="a branch that is no more"),
        pytest.param([], None, id="nothing was told"),
    ],
)
def test_what_is_cancelled_is_the_visit_of_which_the_client_was_told_last(
    before: Sequence[ToldVisit], visit: str | None
) -> None:
    found = wished(case("", *before))
    assert [facts(wish).at for wish in found.values()] == ([at(visit)] if visit else [])


def test_a_cancelled_visit_is_named_with_the_branch_and_the_meaning_that_were_told() -> None:
    (wish,) = wished(case("", told(A, "23 09:00", branch=THERE, times="#2"), branch=HERE)).values()
    assert (wish.occasion, facts(wish).branch) == ("2026-11-25T15:00+03:00 Петербург#2", THERE)
    assert facts(wish).address == "г. Петербург, д. 2"


@pytest.mark.parametrize(
    ("moved", "since"),
    [("23 10:00", "23 10:00"), ("23 08:00", "23 09:00"), (None, "23 09:00")],
    ids=["since it was lost", "since it was told", "since it was told, in a deal that never moved"],
)
def test_a_cancellation_is_told_at_once_until_the_hour_of_the_visit(moved: str | None, since: str) -> None:
    (wish,) = wished(case("", told(A, "23 09:00"), moved=moved)).values()
    assert span(wish) == (since, "25 15:00")


@pytest.mark.parametrize("stage", [ELSEWHERE, IS_WON, NOBODY_KNOWS_IT], ids=["another stage", "won", "unknown"])
def test_whoever_moves_the_deal_elsewhere_has_something_else_in_mind(stage: Stage | None) -> None:
    assert wished(case(A, told(A, "23 09:00"), stage=stage)) == {}


def test_without_a_client_nobody_is_told_that_it_does_not_take_place() -> None:
    assert wished(case("", told(A, "23 09:00"), client=None)) == {}


# Laws.

PLACES = [(visit, branch) for visit in ("27 12:00", "28 15:00") for branch in (HERE, THERE)]
STATES = [*({"visit": visit, "branch": branch} for visit, branch in PLACES), {"stage": IS_LOST}, {"visit": ""}]


def due(each: VisitCase, now: datetime) -> list[Wish]:
    """What may be told at a moment, of what was not told yet."""
    went = {(one.kind, one.occasion) for one in each.told}
    found = visits.wishes(each, COMPANY, now)
    return [
        wish
        for wish in found
        if not wish.held and wish.not_before <= now < wish.expires_at and (wish.kind.name, wish.occasion) not in went
    ]


@given(st.lists(st.sampled_from(STATES), max_size=12))
@examples(soak=3_000, short=150)
def test_what_a_client_was_told_last_is_what_holds_and_nothing_is_told_twice(
    course: Sequence[Mapping[str, Any]],
) -> None:
    """Whatever people change, there and back."""
    said: tuple[ToldVisit, ...] = ()
    for step, state in enumerate(course):
        now, each = at("23 10:00") + timedelta(minutes=5 * step), case(**state, told=said)
        said += tuple(ToldVisit(wish.kind.name, wish.occasion, now) for wish in due(each, now))
        assert len({(one.kind, one.occasion) for one in said}) == len(said)
        assert due(replace(each, told=said), now) == []
        assert _holds(said, state)


def _holds(said: Sequence[ToldVisit], state: Mapping[str, Any]) -> bool:
    """Whether the last that was told is what holds; of what was never told, nothing has to be."""
    if not said:
        return "branch" not in state
    if "branch" not in state:
        return said[-1].kind == VISIT_CANCELLED
    meaning = f"{at(state['visit']).isoformat(timespec='minutes')} {state['branch']}"
    return said[-1].kind == VISIT_BOOKED and said[-1].occasion.partition("#")[0] == meaning
