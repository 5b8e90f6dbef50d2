"""Four processes for the same ticks of one store: two schedulers, cron, and somebody at the keyboard; people edit meanwhile.

The processes live through all rounds, as schedulers do; cron and the person open the installation anew each time. A barrier lets all of
them go at once.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random
from typing import Any

from sverka import app as application
from sverka.app import App
from sverka.commands import ticks
from sverka.commands.ticks import Due
from sverka.store import runs
from sverka.work.runner import silent
from sverka.work.ticking import Rounds
from tests.crash.judge import world
from tests.crash.stage import LAMP, RESERVE, SHOP, Stage
from tests.crash.worker import FORK, SharedClock
from tests.e2e.town import COMPANY

Ran = tuple[str, str, str]
"""A job, the key of its tick ("" by hand), and what became of the run."""

CRONTAB = "* * * * * sverka run agreement --due\n"
RACERS = ("scheduler", "scheduler", "cron", "hand")
_LONGEST_S = 120.0


def _scheduler(app: App) -> list[Ran]:
    """Do what a scheduler does when its alarm goes off."""
    ran: list[Ran] = []

    def run(tick: Any) -> None:
        report = application.run_tick(app, tick, ticks.lines(app.settings))
        ran.append((tick.job, tick.key, report.outcome))

    rounds = Rounds([COMPANY], lambda company: ticks.owed(app, app.clock.real(), company), run, app.clock, app.stop)
    rounds.begin()
    rounds.end()
    return ran


def _cron(app: App) -> list[Ran]:
    reports, _ = ticks.run(app, Due(company=COMPANY), silent)
    return [(report.job, report.tick, company.outcome) for report in reports for company in report.companies]


def _hand(app: App) -> list[Ran]:
    report, _ = application.run(app, "agreement", COMPANY)
    return [(report.job, "", report.companies[0].outcome)]


_ROLES: Mapping[str, Callable[[App], list[Ran]]] = {"scheduler": _scheduler, "cron": _cron, "hand": _hand}


def _ticks_are_anybodys() -> None:
    """A planted bug: that somebody has begun a tick keeps nobody from beginning it."""
    original, count = runs.start, iter(range(1_000_000))

    def start(tx: Any, company: str, job: str, tick: str, *rest: Any) -> Any:
        return original(tx, company, job, f"{tick}/{id(count)}-{next(count)}", *rest)

    runs.start = start


BUGS: Mapping[str, Callable[[], None]] = {"": lambda: None, "ticks are anybody's": _ticks_are_anybodys}


@dataclass(frozen=True)
class Entry:
    """What a racer is told at the start."""

    role: str
    environ: Mapping[str, str]
    folder: Path
    rounds: int
    bug: str


def _race(entry: Entry, ahead: Any, gate: Barrier, told: Connection) -> None:
    BUGS[entry.bug]()
    for _ in range(entry.rounds):
        if entry.role != "scheduler":
            gate.wait(_LONGEST_S)
        with application.opened(entry.environ, entry.folder, clock=SharedClock(ahead)) as app:
            if entry.role == "scheduler":
                _stay(entry, app, gate, told)
                return
            told.send(_ROLES[entry.role](app))


def _stay(entry: Entry, app: App, gate: Barrier, told: Connection) -> None:
    for _ in range(entry.rounds):
        gate.wait(_LONGEST_S)
        told.send(_scheduler(app))


@dataclass
class Race:
    """Rounds over one stage, and what was seen in them."""

    stage: Stage
    folder: Path
    rounds: int
    bug: str = ""
    ran: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    doubled: int = 0

    def go(self) -> None:
        """Run all rounds, and then what is left; then compare with a company for which one worker did all this alone."""
        (self.folder / "crontab").write_text(CRONTAB, encoding="utf-8")
        self._begin()
        with self._racers() as (gate, lines):
            for number in range(self.rounds):
                self._round(number, gate, lines)
        self._rest()
        stands = world(self.stage.sandbox).stands
        self._begin()
        for number in range(self.rounds):
            self._edit(number)
        self._rest()
        alone = world(self.stage.sandbox).stands
        self.wrong += [
            f"{what}: {stands[what] - alone[what]} for {alone[what] - stands[what]}"
            for what in alone
            if stands[what] != alone[what]
        ]

    def figures(self) -> str:
        """Say what was played and how it ended."""
        return f"{self.rounds} rounds of {len(RACERS)} processes, {dict(self.ran)}: {self.doubled} doubled, {len(self.wrong)} wrong"

    def _begin(self) -> None:
        self.stage.restore()
        self._deals = [self._new_deal() for _ in range(3)]
        self._alone()

    def _new_deal(self) -> int:
        lines = [(LAMP, 1, 4200)]
        return self.stage.person("manager").make_deal(SHOP, RESERVE, "Алексей Воронцов", lines, Филиал="Москва")

    def _round(self, number: int, gate: Barrier, lines: list[Connection]) -> None:
        self._next_minute()
        mark = len(self.stage.sandbox.world.journal.effects)
        gate.wait(_LONGEST_S)
        time.sleep(Random(number).choice((0, 0.05, 0.2)))
        self._edit(number)
        ran = [each for line in lines for each in self._heard(line)]
        ran += self._alone()
        self._judge(number, ran, self.stage.sandbox.world.journal.effects[mark:])

    def _heard(self, line: Connection) -> list[Ran]:
        assert line.poll(_LONGEST_S), "a racer hangs"
        heard: list[Ran] = line.recv()
        return heard

    def _alone(self) -> list[Ran]:
        """Run what is due, with nobody else about: what all racers left to each other is done now."""
        with application.opened(self.stage.environ, self.folder, clock=SharedClock(self.stage._ahead)) as app:
            return _cron(app)

    def _next_minute(self) -> None:
        self.stage.forward(seconds=timedelta(minutes=1).total_seconds())

    def _edit(self, number: int) -> None:
        """Be the people: another amount in a deal, now and then a deal more."""
        manager = self.stage.person("manager")
        manager.set_lines(self._deals[number % 3], [(LAMP, 2 + number % 4, 4200)])
        if number % 50 == 1:
            self._new_deal()

    def _judge(self, number: int, ran: list[Ran], effects: list[dict[str, Any]]) -> None:
        self.ran.update(outcome for _, _, outcome in ran)
        done = Counter((job, tick) for job, tick, outcome in ran if tick and outcome == "done")
        if set(done.values()) != {1}:  # two ticks, if a minute of the machine's ended meanwhile
            self.wrong.append(f"round {number}: {ran}")
        self.wrong += [f"round {number}: {each}" for each in ran if each[2] not in ("done", "skipped")]
        twice = {what: times for what, times in Counter(map(_what, filter(_is_ours, effects))).items() if times > 1}
        self.doubled += sum(twice.values()) - len(twice)
        self.wrong += [f"round {number}: {times} times {what}" for what, times in twice.items()]

    def _rest(self) -> None:
        for seconds in (400, 60):
            self.stage.forward(seconds=seconds)
            self._alone()

    @contextmanager
    def _racers(self) -> Iterator[tuple[Barrier, list[Connection]]]:
        gate, lines, processes = FORK.Barrier(len(RACERS) + 1), [], []
        for role in RACERS:
            heard, told = FORK.Pipe(duplex=False)
            entry = Entry(role, self.stage.environ, self.folder, self.rounds, self.bug)
            processes.append(FORK.Process(target=_race, args=(entry, self.stage._ahead, gate, told)))
            processes[-1].start()
            told.close()
            lines.append(heard)
        try:
            yield gate, lines
        finally:
            gate.abort()
            for process in processes:
                process.join(_LONGEST_S)
        assert [process.exitcode for process in processes] == [0] * len(RACERS)


def _is_ours(effect: Mapping[str, Any]) -> bool:
    return bool(effect["by"] == "worker")


def _what(effect: Mapping[str, Any]) -> str:
    """Return what an effect did, without the number that it got."""
    payload = effect["payload"]
    if effect["kind"].startswith("POST "):
        payload = {name: value for name, value in payload.items() if name != "id"}
    return f"{effect['system']} {effect['kind']} {payload}"
