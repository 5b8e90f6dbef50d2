"""The report against counting by hand, over deals of every sort."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sverka.domain import report_facts
from sverka.domain.report import GROUPINGS, Days, Line, Score, week_and_month, yesterday
from sverka.domain.rows import Deal
from sverka.domain.tally import Tally
from tests import make

ZONE = ZoneInfo("Europe/Moscow")
TODAY = date(2026, 11, 24)
STRETCHES = week_and_month(TODAY)
KEYS: dict[str, Callable[[Deal], str]] = {
    "source": lambda deal: deal.source_id, "manager": lambda deal: deal.responsible_id, "branch": lambda deal: deal.branch,
}  # fmt: skip

FIRST = datetime(2026, 10, 20, tzinfo=UTC)
ENOUGH = settings(max_examples=25, deadline=None)
"""Each example builds three tables of two stretches."""

_moments = st.timedeltas(timedelta(0), timedelta(days=37)).map(lambda span: FIRST + span)
_names = st.sampled_from(["", *(f"S{number}" for number in range(14))])


@st.composite
def _deals(draw: st.DrawFn) -> Deal:
    branch = draw(st.sampled_from(["", "Москва", "Петербург"]))
    return make.deal(
        source_id=draw(_names), responsible_id=draw(st.sampled_from(["6", "7", "8"])), semantics=draw(st.sampled_from("PSF")),
        opportunity_kopecks=draw(st.integers(0, 10**11)), currency=draw(st.sampled_from(["RUB", "RUB", "", "USD"])),
        created_at=draw(_moments), moved_at=draw(st.none() | _moments), fields={"branch": branch} if branch else {},
    )  # fmt: skip


def by_hand(deals: Iterable[Deal], days: Days) -> Score:
    """Count deal by deal, by the company's calendar."""
    deals = list(deals)

    def is_within(moment: datetime | None) -> bool:
        return moment is not None and days.first <= moment.astimezone(ZONE).date() <= days.last

    ended = [deal for deal in deals if deal.semantics in "SF" and is_within(deal.moved_at)]
    won = [deal for deal in ended if deal.semantics == "S"]
    took = sorted(deal.moved_at - deal.created_at for deal in won if deal.moved_at)
    return Score(
        new=sum(is_within(deal.created_at) for deal in deals),
        won=Tally(len(won), sum(deal.opportunity_kopecks for deal in won if deal.currency != "USD")),
        lost=len(ended) - len(won),
        took=took[(len(took) - 1) // 2] if took else None,
    )


def total(lines: Iterable[Line], place: int) -> tuple[int, int, int, int]:
    scores = [line.scores[place] for line in lines]
    return (
        sum(score.new for score in scores), sum(score.won.count for score in scores),
        sum(score.won.sum_kopecks for score in scores), sum(score.lost for score in scores),
    )  # fmt: skip


@ENOUGH
@given(st.lists(_deals(), max_size=40))
def test_each_table_comes_to_the_total_and_that_is_counted_right(deals: list[Deal]) -> None:
    found = report_facts.build(report_facts.frame(deals), STRETCHES, ZONE, {})
    assert found.total.scores == tuple(by_hand(deals, days) for days in STRETCHES)
    assert found.total.in_work == sum(deal.semantics == "P" for deal in deals)
    for grouping in GROUPINGS:
        lines = found.tables[grouping]
        assert sum(line.in_work for line in lines) == found.total.in_work
        for place in range(len(STRETCHES)):
            assert total(lines, place) == total([found.total], place)


@ENOUGH
@given(st.lists(_deals(), max_size=30), st.sampled_from(GROUPINGS))
def test_each_line_is_counted_right(deals: list[Deal], grouping: str) -> None:
    lines = report_facts.build(report_facts.frame(deals), STRETCHES, ZONE, {}).tables[grouping]
    key, named = KEYS[grouping], {line.name for line in lines if not line.others}
    for line in lines:
        own = [deal for deal in deals if (key(deal) not in named if line.others else key(deal) == line.name)]
        assert line.scores == tuple(by_hand(own, days) for days in STRETCHES)


def deal(number: int, *, semantics: str = "S", days: int = 4, **changes: object) -> Deal:
    """A deal that ended yesterday at noon, `days` after it was made."""
    moved_at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    usual = make.deal(
        ext_id=str(number), semantics=semantics, moved_at=moved_at, created_at=moved_at - timedelta(days=days)
    )
    return replace(usual, opportunity_kopecks=100, **changes)  # type: ignore[arg-type]


def line_of(deals: list[Deal], grouping: str = "source", **names: str) -> tuple[Line, ...]:
    return report_facts.build(report_facts.frame(deals), STRETCHES, ZONE, {grouping: names}).tables[grouping]


def test_sources_have_their_names_and_keep_their_code_without_one() -> None:
    deals = [deal(1, source_id="STORE"), deal(2, source_id="STORE"), deal(3, source_id="X"), deal(4)]
    assert [(line.name, line.scores[0].won.count) for line in line_of(deals, STORE="Магазин")] == [
        ("Магазин", 2), ("", 1), ("X", 1),
    ]  # fmt: skip


def test_what_does_not_fit_comes_together() -> None:
    deals = [deal(number, source_id=f"S{number:02}") for number in range(11)]
    lines = line_of(deals)
    assert len(lines) == report_facts.LINES_SHOWN + 1
    assert (lines[-1].others, lines[-1].scores[0].won) == (3, Tally(3, 300))
    assert [line.others for line in line_of(deals[:9])] == [0] * 9


def test_a_line_without_anything_to_tell_is_left_out() -> None:
    old = datetime(2026, 8, 1, tzinfo=UTC)
    assert line_of([deal(1, source_id="OLD", created_at=old, moved_at=old), deal(2, source_id="X")])[0].name == "X"


@pytest.mark.parametrize(
    ("won", "lost", "percent"), [(0, 0, None), (0, 3, 0), (3, 0, 100), (2, 1, 67), (1, 2, 33), (1, 1, 50), (1, 7, 13)]
)
def test_conversion_is_of_the_deals_that_ended(won: int, lost: int, percent: int | None) -> None:
    assert Score(new=99, won=Tally(won, 0), lost=lost).conversion_percent == percent


def test_the_time_to_win_is_one_that_really_passed() -> None:
    (line,) = line_of(
        [deal(1, days=2), deal(2, days=9), deal(3, days=3), deal(4, days=5), deal(5, days=90, semantics="F")]
    )
    assert line.scores[0].took == timedelta(days=3)


def test_a_day_is_the_companys_own() -> None:
    late = deal(1, moved_at=datetime(2026, 11, 23, 21, 30, tzinfo=UTC))  # half past midnight in Moscow
    frame = report_facts.frame([late])
    assert report_facts.score(frame, yesterday(TODAY), ZONE).won.count == 0
    assert report_facts.score(frame, Days(TODAY, TODAY), ZONE).won.count == 1


@pytest.mark.parametrize(
    ("today", "week", "month"),
    [
        (date(2026, 11, 23), ((11, 16), (11, 22)), ((11, 1), (11, 22))),
        (date(2026, 12, 1), ((11, 24), (11, 30)), ((11, 1), (11, 30))),
        (date(2027, 1, 4), ((12, 28), (1, 3)), ((1, 1), (1, 3))),
    ],
    ids=["Monday", "the month is over", "over the new year"],
)
def test_the_report_covers_full_days_only(
    today: date, week: tuple[tuple[int, int], ...], month: tuple[tuple[int, int], ...]
) -> None:
    found = [((days.first.month, days.first.day), (days.last.month, days.last.day)) for days in week_and_month(today)]
    assert found == [week, month]


def test_a_company_without_deals_has_an_empty_report() -> None:
    found = report_facts.build(report_facts.frame([]), STRETCHES, ZONE, {})
    assert not found.total
    assert set(found.tables.values()) == {()}
