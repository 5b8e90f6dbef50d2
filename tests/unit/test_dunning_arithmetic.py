"""Ages, lateness, money, limits: the sums of receivables, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.dunning import ageing, credit, promises
from sverka.domain.dunning.facts import Advance, Commitment, Receipt, Terms
from sverka.domain.dunning.policy import DEFAULT, LADDERS, Ladder, NoLimit, PromiseRule, Settings
from sverka.domain.messaging.workdays import Workdays
from tests.strategies import examples
from tests.unit.dunning_brute_force import working_days
from tests.unit.dunning_cases import SETTINGS, TODAY, WORKDAYS, ago, customer, decide, document, promise, receipt, rub

DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("due", "age", "late"),
    [
        pytest.param("2026-11-24", 0, 0, id="on the due day"),
        pytest.param("2026-11-23", 1, 1, id="the day after"),
        pytest.param("2026-11-20", 2, 4, id="over a weekend"),
        pytest.param("2026-11-21", 2, 3, id="due on a Saturday"),
        pytest.param("2026-11-03", 14, 21, id="over a holiday"),
        pytest.param("2026-11-25", -1, 0, id="tomorrow"),
        pytest.param("2026-11-30", -4, 0, id="next Monday"),
        pytest.param("0001-01-01", 2_473, 739_943, id="an empty date of a ledger does no harm"),
        pytest.param("9999-12-31", -2_503, 0, id="nor does the end of the calendar"),
    ],
)
def test_inside_age_is_in_working_days_in_print_in_calendar_days(due: str, age: int, late: int) -> None:
    each = replace(document("1", 0), due_on=date.fromisoformat(due))
    assert ageing.age_bd(each, TODAY, WORKDAYS) == age
    assert ageing.late_days(each, TODAY) == late


@examples(soak=1000, short=60)
@given(one=DAYS, other=DAYS, days=st.integers(-30, 30))
def test_working_days_are_counted_forwards_and_back(one: date, other: date, days: int) -> None:
    first, last = sorted((one, other))
    assert WORKDAYS.between(first, last) == working_days(first, last) == -WORKDAYS.between(last, first)
    there = WORKDAYS.plus(one, days)
    start = (
        one if days <= 0 and not WORKDAYS.is_day_off(one) else WORKDAYS.last_working_day(WORKDAYS.next_working_day(one))
    )
    assert WORKDAYS.between(start, there) == days or WORKDAYS.is_day_off(one)
    assert days == 0 or not WORKDAYS.is_day_off(there)


def test_a_regions_own_holiday_is_no_working_day() -> None:
    own = Workdays(off=frozenset({ago(1)}))
    assert [ageing.age_bd(document("1", 2), TODAY, each) for each in (WORKDAYS, own)] == [2, 1]


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        pytest.param(Terms("k", deferral_days=30), "2026-11-30", id="thirty days end on a Saturday: on Monday"),
        pytest.param(Terms("k", deferral_days=10), "2026-11-09", id="ten end on a Monday"),
        pytest.param(
            Terms("k", deferral_days=5, in_banking_days=True), "2026-11-09", id="five of the bank's, a holiday between"
        ),
        pytest.param(Terms("k"), "2026-10-30", id="none"),
    ],
)
def test_where_the_ledger_names_no_due_day_it_follows_from_the_deferral(terms: Terms, due: str) -> None:
    basis = date(2026, 10, 30)
    assert ageing.due_day(basis, terms, WORKDAYS) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("late", "bucket"),
    [
        (0, None),
        (1, "1-7"),
        (7, "1-7"),
        (8, "8-15"),
        (15, "8-15"),
        (16, "16-30"),
        (30, "16-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "60+"),
    ],
)
def test_what_is_late_is_aged_as_the_ledgers_report_does(late: int, bucket: str | None) -> None:
    each = replace(document("1", 0, 10), due_on=TODAY - timedelta(days=late))
    found = ageing.buckets([each], TODAY)
    assert {name for name, kopecks in found.items() if kopecks} == ({bucket} if bucket else set())
    assert sum(found.values()) == (1000 if bucket else 0)


def test_the_oldest_leads_then_the_biggest_then_the_lowest_number() -> None:
    every = [
        document("10", 3, 50_000), document("9", 3, 50_000), document("11", 3, 60_000), document("1", 2, 900_000), document("А-7", 4, 200),
    ]  # fmt: skip
    assert [each.id for each in ageing.in_order(every)] == ["А-7", "11", "9", "10", "1"]


@pytest.mark.parametrize(
    ("receivable", "days"),
    [
        pytest.param(0, 0, id="nothing owed"),
        pytest.param(120, 12, id="half of this month's sales"),
        pytest.param(240, 24, id="all of this month's"),
        pytest.param(240 + 155, 24 + 16, id="and half of October's"),
        pytest.param(240 + 310 + 300, 24 + 31 + 30, id="all that are known"),
        pytest.param(10_000, 24 + 31 + 30, id="more than was sold"),
    ],
)
def test_the_days_sales_are_outstanding_are_counted_back_by_month(receivable: int, days: int) -> None:
    sales = {date(2026, 11, 1): 240, date(2026, 10, 1): 310, date(2026, 9, 1): 300, date(2026, 12, 1): 9_999}
    assert ageing.dso_days(receivable, sales, TODAY) == days


@pytest.mark.parametrize(
    ("minimum", "turnover", "tail"),
    [
        pytest.param(5_000, None, 5_000, id="the minimum"),
        pytest.param(1_000, 600_000, 3_000, id="half a per cent of a year's turnover"),
        pytest.param(1_000, 50_000_000, 5_000, id="capped"),
        pytest.param(9_000, 50_000_000, 9_000, id="never below the minimum"),
    ],
)
def test_below_the_tail_nothing_is_said(minimum: int, turnover: int | None, tail: int) -> None:
    settings = Settings(min_customer_kopecks=rub(minimum))
    assert settings.tail_kopecks(rub(turnover) if turnover else None) == rub(tail)
    of = customer(document("1", 3, tail - 1), turnover_kopecks=rub(turnover) if turnover else None)
    assert decide(of, settings=settings).standing.is_tail
    assert not decide(replace(of, documents=(document("1", 3, tail),)), settings=settings).standing.is_tail


def test_exposure_is_all_that_is_at_risk_under_a_contract() -> None:
    of = customer(
        document("1", 5, 100_000, contract="k"), document("2", -5, 50_000, contract="k"), document("3", 5, 7_000, contract="other"),
        document("4", 5, 1_000, contract="k", is_prepaid=True), document("5", 5, 2_000, contract="k", is_shipped=False),
        commitments=(Commitment("o", rub(30_000), "k"), Commitment("r", rub(20_000), "k", is_reserve=True)),
        advances=(Advance(rub(40_000), "k"),), receipts=(receipt("m", 1, 90_000, unallocated=90_000, contract="k"),),
        terms=(Terms("k", limit_kopecks=rub(200_000)),),
    )  # fmt: skip
    used = credit.usage_of(of, "k", NoLimit.UNLIMITED)
    assert (used.exposure_kopecks, used.percent, used.free_kopecks) == (rub(160_000), 80, rub(40_000))
    assert credit.usage_of(of, "k", NoLimit.UNLIMITED, without_order="o").exposure_kopecks == rub(130_000)
    assert credit.usage_of(of, "other", NoLimit.UNLIMITED).limit_kopecks is None
    assert credit.usage_of(of, "other", NoLimit.ZERO).limit_kopecks == 0
    assert credit.usage_of(of, "new", NoLimit.ZERO) == credit.Usage("new", 0, 0)


@pytest.mark.parametrize(
    ("exposure", "limit", "reached", "over"),
    [
        pytest.param(799_999, 1_000_000, {75}, set(), id="just under 80"),
        pytest.param(800_000, 1_000_000, {75, 80}, set(), id="80"),
        pytest.param(1_000_000, 1_000_000, {75, 80, 100}, set(), id="all of it is not over it"),
        pytest.param(1_000_001, 1_000_000, {75, 80, 100}, {100}, id="a kopeck more"),
        pytest.param(1, 0, {75, 80, 100, 110}, {100, 110}, id="anything is over a limit of nothing"),
        pytest.param(0, 0, set(), set(), id="but nothing is not"),
        pytest.param(-5, 1_000_000, set(), set(), id="paid ahead"),
        pytest.param(10**12, None, set(), set(), id="no limit"),
    ],
)
def test_how_much_of_a_limit_is_used(exposure: int, limit: int | None, reached: set[int], over: set[int]) -> None:
    used = credit.Usage("k", exposure, limit)
    assert {percent for percent in (75, 80, 100, 110) if used.reaches(percent)} == reached
    assert {percent for percent in (100, 110) if used.is_over(percent)} == over


def test_money_that_came_back_keeps_no_promise() -> None:
    rule, made = PromiseRule(), promise(4, 2, 100_000)
    came = receipt("r", 3, 100_000)
    back = Receipt("b", ago(2), -rub(80_000))

    def word(*receipts: Receipt) -> tuple[str, int]:
        (found,) = promises.judge([made], receipts, TODAY, TODAY, rule, WORKDAYS)
        return found.word.value, found.received_kopecks // 100

    assert word(came) == ("kept", 100_000)
    assert word(came, back) == ("broken", 20_000)
    assert word(receipt("r", 5, 100_000)) == ("broken", 0), "it came before the promise"
    assert word(receipt("r", 4, 100_000)) == ("kept", 100_000), "on the same day it counts"
    assert word(receipt("r", 1, 100_000)) == ("kept", 100_000), "a working day late as well"
    assert word(receipt("r", 0, 100_000)) == ("broken", 0), "two are too late"


def test_a_promise_covers_the_oldest_documents_it_reaches() -> None:
    rule = PromiseRule()
    made = promises.judge([promise(1, -5, 150_000)], [], None, TODAY, rule, WORKDAYS)
    rests = promises.rests([document("1", 9), document("2", 4, 50_800), document("3", 2, 10)], 0)
    assert promises.covered(made, rests, rule) == {"1", "2"}, "150 000 of 150 800 are 98 per cent of the rest"
    named = promises.judge([promise(1, -5, 150_000, documents=("2",))], [], None, TODAY, rule, WORKDAYS)
    assert promises.covered(named, rests, rule) == {"2"}
    later = [(document("9", -9), rub(100_000))]
    assert promises.covered(made, later, rule) == set(), "what is due after its day it is not about"


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        pytest.param({}, "", id="a good one"),
        pytest.param({"sum_kopecks": rub(100_001)}, "sum", id="more than is overdue"),
        pytest.param({"sum_kopecks": 0}, "sum", id="nothing"),
        pytest.param({"due_on": ago(1)}, "day", id="in the past"),
        pytest.param({"due_on": ago(-15)}, "day", id="in three weeks"),
        pytest.param({"due_on": ago(-14)}, "", id="in fourteen working days"),
        pytest.param({"renews": "unknown"}, "renewal", id="it renews nothing"),
        pytest.param({"renews": "old"}, "renewal", id="it renews a broken one"),
        pytest.param({"renews": "part", "due_on": ago(-3)}, "renewal", id="as long as the one it renews"),
        pytest.param({"renews": "part", "due_on": ago(-1)}, "", id="shorter than the one it renews"),
    ],
)
def test_what_may_be_promised(changes: dict[str, object], refused: str) -> None:
    old = promise(9, 6, 10_000, "old")
    part = promise(5, 3, 100_000, "part")
    of = customer(document("1", 9), receipts=(receipt("r", 4, 50_000),), promises=(old, part))
    judged = promises.judge(of.promises, of.receipts, TODAY, TODAY, PromiseRule(), WORKDAYS)
    new = replace(promise(0, -5, 100_000, "new"), **changes)  # type: ignore[arg-type]
    rule = replace(PromiseRule(), max_per_cycle=3)
    arguments = (new, of, judged, rub(100_000), TODAY)
    assert promises.refusal(*arguments, rule, WORKDAYS, is_by_head=False) == refused
    assert refused in ("", *promises.REFUSALS)
    if not refused:
        assert promises.refusal(*arguments, PromiseRule(), WORKDAYS, is_by_head=False) == "too_many"
        assert promises.refusal(*arguments, PromiseRule(), WORKDAYS, is_by_head=True) == ""


def test_the_share_of_kept_promises_counts_those_whose_day_is_over() -> None:
    made = [promise(9, 8, 100, "a"), promise(7, 6, 100, "b"), promise(5, 4, 100, "c"), promise(1, -3, 100, "d")]
    judged = promises.judge(made, [receipt("1", 8, 100), receipt("2", 6, 100)], TODAY, TODAY, PromiseRule(), WORKDAYS)
    assert promises.kept_percent(judged) == 66
    assert promises.kept_percent(judged[-1:]) is None


def test_ladders_stand_in_order_and_their_ends_wait_for_the_head() -> None:
    with pytest.raises(ValueError, match="stand in order"):
        Ladder("upside down", tuple(reversed(DEFAULT.steps)))
    for name, ladder in LADDERS.items():
        assert ladder.name == name
        assert len({step.id for step in ladder.steps}) == len(ladder.steps)
        assert all(step.channels or step.task or step.repeats_bd for step in ladder.steps), "a step does something"
        assert all(bool(step.template) == bool(step.channels) for step in ladder.steps)
    assert [step.id for step in DEFAULT.mandatory] == ["soft3", "call5", "stmt8", "warn12", "stop15", "human20"]
    assert SETTINGS.contact_gap_bd == 3
