"""Real invoices and invented worlds, day by day: what is overdue agrees with a second telling, and the ladder's laws hold on every day."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.dunning.decision import Said
from sverka.domain.dunning.facts import Hold
from sverka.domain.dunning.policy import DEFAULT
from tests.soak import SOAK
from tests.strategies import examples
from tests.unit.dunning_brute_force import working_days
from tests.unit.dunning_replay import RECEIVABLES, Invoice, Replay, read, told, told_again

START = date(2026, 4, 1)
DAYS = 60


def _prove(replay: Replay, first: date, last: date) -> int:
    """Play the days; each must agree with the second telling. Return on how many customers' days it did."""
    by_customer: dict[str, list[Invoice]] = {}
    for each in replay.invoices:
        by_customer.setdefault(each.customer, []).append(each)
    looked_at = 0
    for day, decided in replay.days(first, last):
        for each in decided:
            if each.standing.accounts:
                assert told(each.standing) == told_again(by_customer[each.customer], day), (day, each.customer)
                assert each.standing.net_kopecks <= each.standing.gross_kopecks
                looked_at += 1
        _nobody_wrongly(replay, day)
    _no_step_skipped(replay)
    _never_within_the_gap(replay)
    return looked_at


def _nobody_wrongly(replay: Replay, day: date) -> None:
    """Nobody is spoken to of what is settled, disputed or not overdue."""
    invoices = {each.id: each for each in replay.invoices}
    for said in (said for on, said in replay.said if on == day):
        for each in said.overdue:
            told = invoices[each.id]
            assert told.owed(day) > 0
            assert not told.is_disputed
            assert working_days(told.due_on, day) >= 1


def _ladder(replay: Replay) -> dict[str, list[tuple[date, Said]]]:
    found: dict[str, list[tuple[date, Said]]] = {}
    for day, said in replay.said:
        if not said.step.is_service and not said.step.repeats_bd:
            found.setdefault(said.customer, []).append((day, said))
    return found


def _no_step_skipped(replay: Replay) -> None:
    """Whoever leads was listed by each mandatory step before this one, or by a later one, in the same cycle."""
    for climbed in _ladder(replay).values():
        for number, (_, said) in enumerate(climbed):
            before = [
                each.step.at_bd
                for _, each in climbed[:number]
                if each.cycle == said.cycle and said.carrying in {listed.id for listed in each.overdue}
            ]
            wanted = [step.at_bd for step in DEFAULT.mandatory if step.at_bd < said.step.at_bd]
            assert max(before, default=-1) == max(wanted, default=-1), (said.customer, said.step.id)


def _never_within_the_gap(replay: Replay) -> None:
    """What reaches the customer keeps three working days from whatever came before; a call two, as the ladder has it."""
    for climbed in _ladder(replay).values():
        for (before, _), (day, said) in pairwise(climbed):
            assert working_days(before, day) >= (2 if said.step.is_call else 3), (said.customer, said.step.id)


@pytest.mark.skipif(not RECEIVABLES.is_file(), reason="the sample of receivables does not lie beside this checkout")
def test_two_years_of_real_invoices_agree_with_a_second_telling_on_every_day() -> None:
    """The long form plays all of it, the short form the first third of a year."""
    replay = Replay(read(RECEIVABLES))
    last = date(2014, 1, 31) if SOAK else date(2012, 4, 30)
    looked_at = _prove(replay, date(2012, 1, 3), last)
    steps = Counter(said.step.id for _, said in replay.said)
    assert steps["soft3"] > steps["call5"] > steps["stmt8"] > steps["warn12"] >= steps["stop15"]
    assert steps["soft3"] > (200 if SOAK else 20)
    assert looked_at > (40_000 if SOAK else 5_000)
    assert replay.gates["dispute"] > 0


@st.composite
def worlds(draw: st.DrawFn) -> list[Invoice]:
    """Invoices of two customers around the May holidays: some late, disputed, paid in part, or by money that nobody allocated."""
    found = []
    for number in range(draw(st.integers(1, 8))):
        due_on = START + timedelta(days=draw(st.integers(-40, 30)))
        late = draw(st.integers(-5, 50))
        settled_on = due_on + timedelta(days=late)
        kopecks = draw(st.sampled_from([5_000, 9_999, 10_000, 499_999, 500_000, 4_000_000, 90_000_000]))
        invoice = Invoice(
            f"{number}", draw(st.sampled_from("АБ")), due_on - timedelta(days=30), due_on, kopecks,
            draw(st.integers(0, 5)) == 0, settled_on, draw(st.sampled_from([0, 0, 3])),
        )  # fmt: skip
        if draw(st.booleans()):
            part_on = settled_on - timedelta(days=draw(st.integers(1, 20)))
            part = kopecks // draw(st.sampled_from([2, 3, 10]))
            invoice = replace(invoice, part_kopecks=part, part_on=part_on)
        found.append(invoice)
    return found


@examples(soak=400, short=12)
@given(world=worlds())
def test_in_any_world_the_sums_agree_and_the_ladder_keeps_its_laws(world: list[Invoice]) -> None:
    _prove(Replay(world), START, START + timedelta(days=DAYS))


def test_the_ladder_climbs_on_its_days_where_nobody_pays() -> None:
    """Due on Tuesday, 10 March 2026, never paid: 3, 5, 8, 12, 15, 20 working days later, and every ten from the thirtieth on."""
    invoice = Invoice(
        "1", "А", date(2026, 2, 10), date(2026, 3, 10), 10_000_000, is_disputed=False, settled_on=date.max
    )
    replay = Replay([invoice])
    holds = {}
    for day, (decision,) in replay.days(date(2026, 3, 1), date(2026, 5, 31)):
        holds.setdefault(decision.hold.by_itself, working_days(invoice.due_on, day))
    climbed = [
        (said.step.id, working_days(invoice.due_on, day)) for day, said in replay.said if not said.step.is_service
    ]
    assert climbed == [
        ("soft3", 3), ("call5", 5), ("stmt8", 8), ("warn12", 12), ("stop15", 15), ("human20", 20), ("weekly", 30), ("weekly", 40),
        ("weekly", 50),
    ]  # fmt: skip
    assert holds == {Hold.NONE: 0, Hold.WATCH: 1, Hold.PREPAY_ONLY: 7, Hold.STOP_SHIP: 15}
    assert [working_days(day, invoice.due_on) for day, said in replay.said if said.step.is_service] == [3]
