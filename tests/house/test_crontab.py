"""The crontab of the house: every job in it, and nothing that two readers take differently."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from importlib import import_module

from croniter import croniter

from jobs import JOBS
from sverka.work.crontab import parse
from sverka.work.spec import Job, Polls
from tests.house.tree import ROOT


def spec_of(job: str) -> Job:
    """What a job reads and may do."""
    found: Job = import_module(f"jobs.{job}").JOB
    return found


def test_the_crontab_starts_every_job_and_an_independent_reader_takes_each_line() -> None:
    lines = parse((ROOT / "crontab").read_text(encoding="utf-8"), JOBS)
    assert sorted({line.job for line in lines}) == sorted(JOBS)
    assert [line.fields for line in lines if not croniter.is_valid(line.fields)] == []


def test_what_was_read_wrote_its_letters_before_the_long_reading_of_the_night_may_begin() -> None:
    jobs = [line.job for line in parse((ROOT / "crontab").read_text(encoding="utf-8"), JOBS)]
    assert jobs.index("agreement") < jobs.index("digest") < jobs.index("sweep")


def test_no_variable_of_the_crontab_is_set_before_somebody_sets_it() -> None:
    """It is the scheduler's file, too, and it goes into the image."""
    text = (ROOT / "crontab").read_text(encoding="utf-8")
    assert [row for row in text.splitlines() if "=" in row and not row.startswith("#")] == []


def test_an_hour_of_the_crontab_leaves_room_for_other_work() -> None:
    hour = datetime(2026, 11, 24, 12, tzinfo=UTC)
    lines = parse((ROOT / "crontab").read_text(encoding="utf-8"), JOBS)
    ticks = [
        (minute, line.job)
        for line in lines
        for minute in range(60)
        if croniter.match(line.fields, hour.replace(minute=minute))
    ]
    of_both = [job for _, job in ticks if spec_of(job).polls not in (Polls.PORTAL, Polls.ACCOUNTS, Polls.NOTHING)]
    assert len(of_both) <= 40, "the ledger's limits are narrow: whoever asks it leaves room"
    assert max(Counter(minute for minute, _ in ticks).values()) <= 3, "nobody waits for a crowd"
    assert max(Counter(ticks).values()) == 1, "once a minute is the most that anything runs"
