"""The scheduler against another reader of the same crontab: both leave the same runs in the ledger and the same effects in the systems.

The other reader is croniter, which starts `sverka run JOB --due --at MINUTE` for each minute that fits, as cron does. Both work in this
process, each in a town of its own, with the clocks of machine and world driven through the same hours, and the same people at work.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from croniter import croniter

from jobs import JOBS
from sverka import app as application
from sverka.app import App
from sverka.commands import ticks
from sverka.commands.ticks import Due
from sverka.domain.clock import MachineClock
from sverka.store import runs
from sverka.work.crontab import parse
from sverka.work.runner import silent
from sverka.work.ticking import Rounds
from tests.e2e.play import LAMP, LENS, SHOP
from tests.e2e.town import COMPANY, ROOT, Town, town
from tests.soak import SOAK

HALF_A_MINUTE = timedelta(seconds=30)
THIN = """\
*/20    *       * * * sverka run agreement --due
5-59/30 *       * * * sverka run outbox --due
0       9       * * * sverka run digest --due
50      8       * * * sverka run sweep --due
"""


class DrivenClock(MachineClock):
    """A clock of the machine that stands until it is moved."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now

    def real(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Working:
    """A town with its worker under a driven clock."""

    town: Town
    app: App
    clock: DrivenClock

    def left_behind(self) -> tuple[list[tuple[str, str, str | None]], list[tuple[str, str, str]]]:
        """Return the runs as (job, tick, outcome), and the effects as (system, kind, payload)."""
        with self.app.store.reading() as tx:
            rows = runs.history(tx, 10_000)
        effects = [(row["system"], row["kind"], _plain(row["payload"])) for row in self.town.effects()]
        return [(row.job, row.tick, row.outcome) for row in reversed(rows)], effects


def _plain(payload: Any) -> str:
    """Return a payload without what a letter's way adds to it: the moment, the boundaries between its parts."""
    if isinstance(payload, dict) and "raw" in payload:
        payload = {name: payload[name] for name in ("to", "subject") if name in payload}
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, default=str)


@contextmanager
def working(folder: Path, crontab: str, begins: datetime) -> Iterator[Working]:
    folder.mkdir()
    (folder / "crontab").write_text(crontab, encoding="utf-8")
    with town(folder, sockets=False) as opened:
        clock = DrivenClock(begins)
        app = replace(opened.app, clock=clock, settings=replace(opened.app.settings, root=folder))
        yield Working(opened, app, clock)


def by_the_scheduler(day: Working) -> Callable[[], None]:
    """Return the beat of the scheduler's alarm: what is due is begun, and has ended before the clock moves on."""
    rounds = Rounds(
        [COMPANY],
        lambda company: ticks.owed(day.app, day.app.clock.real(), company),
        lambda tick: application.run_tick(day.app, tick, ticks.lines(day.app.settings)),
        day.clock,
        day.app.stop,
    )

    def beat() -> None:
        rounds.begin()
        while not rounds._busy[COMPANY].done():
            time.sleep(0.002)

    return beat


def by_another_reader(day: Working) -> Callable[[], None]:
    """Return what cron does each minute, as croniter reads the file."""
    lines = parse((day.app.settings.root / "crontab").read_text(encoding="utf-8"), JOBS)
    zone = day.app.settings.zone

    def minute() -> None:
        now = day.clock.now
        for line in lines if now.second == 0 else ():
            if croniter.match(line.fields, now.astimezone(zone).replace(tzinfo=None)):
                ticks.run(day.app, Due(line.job, at=now), silent)

    return minute


def live(day: Working, beat: Callable[[], None], hours: float) -> None:
    """Let time pass in steps of half a minute while people work."""
    manager, begins = day.town.person(), day.clock.now
    deals: list[int] = []
    while day.clock.now < begins + timedelta(hours=hours):
        minutes, seconds = divmod(int((day.clock.now - begins).total_seconds()), 60)
        day.town.sandbox.world.clock.set(day.clock.now)
        if not seconds and minutes % 45 == 5:
            lines = [(LENS, 1, 8900), (LAMP, 1 + minutes // 45 % 2, 4200)]
            deals.append(manager.make_deal(SHOP, "Резерв", "Алексей Воронцов", lines, Филиал="Москва"))
        if not seconds and minutes % 90 == 25:
            manager.move_deal(deals[-1], "lost")
        beat()
        day.clock.now += HALF_A_MINUTE


DAYS = {"the forty minutes up to the letters": (THIN, 0.7)}
if SOAK:
    DAYS["a day"] = ((ROOT / "crontab").read_text(encoding="utf-8"), 24)


@pytest.mark.parametrize(("crontab", "hours"), DAYS.values(), ids=DAYS)
def test_the_scheduler_leaves_the_ledger_that_another_reader_of_the_crontab_leaves(
    tmp_path: Path, crontab: str, hours: float
) -> None:
    begins = datetime(2026, 11, 24, 5, 30, tzinfo=UTC) - (hours >= 24) * timedelta(hours=2)
    left = []
    for name, reader in (("scheduler", by_the_scheduler), ("cron", by_another_reader)):
        with working(tmp_path / name, crontab, begins) as day:
            live(day, reader(day), hours)
            left.append(day.left_behind())
    (scheduled, effects), (started, others) = left
    assert scheduled == started
    assert effects == others
    assert {job for job, *_ in scheduled} == {line.job for line in parse(crontab, JOBS)}
    assert len(effects) > 3
    assert {outcome for *_, outcome in scheduled} == {"done"}
