"""What becomes of a downtime: of each job the latest missed tick if it still counts; of people, whoever is still to be told, once.

The ticks are compared with what a plain reading of the crontab says, minute by minute, for downtimes of all lengths that end at all
hours, over nights on which the clocks change and over New Year. `test_schedule_due.py` holds the table of cases that people may read.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jobs import JOBS
from reconcilers import deals
from sverka.domain.cases import OrderCase
from sverka.work.crontab import Line
from sverka.work.schedule import Ledger, due, key, latest
from tests import make
from tests.ledger_model import carry_out
from tests.soak import SOAK
from tests.strategies_deals import HEADLIGHTS
from tests.unit.test_schedule_due import BERLIN, COMPANY, LINES, MOSCOW, USEFUL

MINUTE = timedelta(minutes=1)
LENGTHS = {
    "5 minutes": timedelta(minutes=5),
    "3 hours": timedelta(hours=3),
    "1 day": timedelta(days=1),
    "10 days": timedelta(days=10),
}
NIGHTS = {
    "an ordinary day": (MOSCOW, "2026-11-24"), "the spring night": (BERLIN, "2026-03-29"), "the autumn night": (BERLIN, "2026-10-25"),
    "New Year": (MOSCOW, "2027-01-01"),
}  # fmt: skip
BACKS = 200 if SOAK else 3
"""How many moments of return are tried for each length and night."""


def is_named(text: str, number: int) -> bool:
    """Whether a field of our crontab names a number: `*`, `*/5`, `4-59/5`, `9-17`, `30`."""
    span, _, step = text.partition("/")
    first, _, last = (span if span != "*" else "0-59").partition("-")
    return int(first) <= number <= int(last or first) and (number - int(first)) % int(step or 1) == 0


def is_tick(line: Line, at: datetime) -> bool:
    """Whether a line's job begins in a minute of the wall clock."""
    minute, hour, *rest = line.fields.split()
    assert rest == ["*", "*", "*"]
    return is_named(minute, at.minute) and is_named(hour, at.hour)


def missed(line: Line, gone: datetime, back: datetime) -> datetime | None:
    """Return the latest tick after `gone` and up to `back`, looked for minute by minute; None if there was none."""
    at = back.astimezone(ZoneInfo("UTC")).replace(second=0, microsecond=0)
    while at > gone:
        local = at.astimezone(back.tzinfo)
        if is_tick(line, local) and not _is_second_time(line, local):
            return at
        at -= MINUTE
    return None


def _is_second_time(line: Line, local: datetime) -> bool:
    """Whether a job of fixed hours meets an hour for the second time that the clocks repeat; one of every minute or hour goes on."""
    return local.fold == 1 and line.fields.split()[1] != "*"


def returns(night: str, length: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """Yield downtimes that a night lies in or near: the moment of leaving and of return."""
    zone, day = NIGHTS[night]
    lot = random.Random(f"{night} {length}")
    begin = datetime.fromisoformat(day).replace(tzinfo=zone).astimezone(ZoneInfo("UTC"))
    for _ in range(BACKS):
        back = begin + min(length, timedelta(days=1)) * lot.random() + timedelta(minutes=lot.randint(0, 600))
        yield (back - length).astimezone(zone), back.astimezone(zone)


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize("length", LENGTHS)
def test_after_a_downtime_each_job_owes_the_latest_tick_that_it_missed_if_that_still_counts(
    length: str, night: str
) -> None:
    for gone, back in returns(night, LENGTHS[length]):
        zone = NIGHTS[night][0]
        ran = frozenset((name, COMPANY, key(at)) for name, at in latest(gone, LINES, zone).items())
        owed = {
            tick.job: tick.at
            for tick in due(back, LINES, zone, Ledger({COMPANY: gone - timedelta(days=40)}, ran), USEFUL)
        }
        expected = {}
        for line in LINES:
            at, useful = missed(line, gone, back), USEFUL[line.job]
            if at is not None and (useful is None or back - at < useful):
                expected[line.job] = at
        assert owed == expected, (gone, back)


def test_every_job_that_exists_is_in_the_matrix() -> None:
    assert {line.job for line in LINES} == set(JOBS)


START = datetime(2026, 11, 24, 7, 0, tzinfo=ZoneInfo("UTC"))
REQUEST = "shop/Новая заявка"


def request() -> OrderCase:
    """A new request of a client that came at ten in the morning."""
    return make.at(REQUEST, row={"created_at": START, "moved_at": START, "updated_at": START})


def told(case: OrderCase, begin: datetime, end: datetime) -> tuple[OrderCase, list[str]]:
    """Look at a deal every five minutes; return it with the keys of all that people were told, in order."""
    keys: list[str] = []
    while begin <= end:
        plan = deals.decide(case, HEADLIGHTS, begin)
        keys += [action.key for action in plan.actions if action.spec.rule == "tasks"]
        case, begin = carry_out(case, plan), begin + 5 * MINUTE
    return case, keys


@pytest.mark.parametrize("length", LENGTHS)
def test_what_people_should_have_been_told_meanwhile_they_are_told_late_and_once(length: str) -> None:
    """A request comes, and nobody looks at it for so long; then the worker is back, and looks as often as it always does."""
    back = START + LENGTHS[length]
    _, always = told(request(), START, min(back, START + timedelta(days=1)) + timedelta(minutes=30))
    _, late = told(request(), back, back + timedelta(minutes=30))
    assert always
    assert len(late) == len(set(late)), "told twice"
    assert set(late) == set(always), "not told, or told what nobody would have been told"
