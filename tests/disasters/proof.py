"""One disaster after the other over the same company: people act, a run is struck, all is put right, runs follow until nothing is left.

What each run may come to is the law of this folder: it goes through, or it ends with a sentence and exit code 1; it never ends in a
traceback. At the end the world is that of an undisturbed company.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.serve import start
from sverka import app as application
from sverka.commands.edge import told
from sverka.domain.runs import RunReport, exit_code
from sverka.systems.http import HttpSettings
from tests.crash.judge import World, judge, world
from tests.crash.stage import SCENES, Stage
from tests.crash.worker import Ended, SharedClock
from tests.databases import Databases
from tests.disasters.strikes import Counting, Counts, Disaster
from tests.disasters.witness import Witness
from tests.e2e.memory import MemoryTransport
from tests.e2e.town import COMPANY, told_by

LEASE_S, BETWEEN_S, ROUNDS = 61, 400, 10
"""After the first of these a lease is free that nobody gave back; after the second every system has finished with what it was asked."""
_BAD_WORDS = ("Traceback", "defect of the program", "the log holds the cause", "Background on this error")


@dataclass(frozen=True)
class Ending:
    """How a run ended, as whoever started it sees it. reports: of its company, job after job, as far as it came."""

    code: int
    said: str
    reports: tuple[Mapping[str, Any], ...] = ()

    @property
    def sentences(self) -> list[str]:
        """Return what was said of troubles."""
        return [*self.said.splitlines(), *(line for report in self.reports for line in report["sentences"])]

    def against_the_law(self) -> list[str]:
        """Return what nobody who runs it should have to see."""
        wrong = [line for line in self.sentences if any(word in line for word in _BAD_WORDS)]
        if self.code not in (0, 1) or (self.code and not self.sentences):
            wrong.append(f"exit {self.code} with {self.sentences}")
        return wrong


@dataclass(frozen=True)
class Case:
    """A disaster at a moment of a scene, named so that it can be played again."""

    name: str
    scene: str
    disaster: Disaster


@dataclass
class Proof:
    """Plays cases on a stage and keeps the figures."""

    stage: Stage
    wrong: list[str] = field(default_factory=list)
    played: int = 0
    struck: int = 0
    lost: int = 0
    doubled: int = 0
    unknown: int = 0
    _undisturbed: dict[str, tuple[World, Counts]] = field(default_factory=dict)

    def undisturbed(self, scene: str) -> tuple[World, Counts]:
        """Return the world after a scene in which nothing goes wrong, and how much its first run asks of the database."""
        if scene not in self._undisturbed:
            self.stage.restore()
            self.stage.act(scene)
            counting = Counting()
            ending = self.run(scene, counting)
            assert (ending.code, [report["unknown"] for report in ending.reports]) == (0, [0]), ending
            self._undisturbed[scene] = world(self.stage.sandbox), counting.counts
        return self._undisturbed[scene]

    def play(self, case: Case) -> None:
        """Play a case and note whatever is not as it should be."""
        wanted, _ = self.undisturbed(case.scene)
        self.stage.restore()
        self.stage.act(case.scene)
        witness = Witness(self.stage.environ["SVERKA_DATABASE_URL"])
        with closing(witness), witness.watching(self.stage.sandbox):
            seen: list[str] = []
            try:
                endings = [self.run(case.scene, case.disaster)]
                if case.disaster.lasts:
                    endings.append(self.run(case.scene))
            finally:
                seen = case.disaster.over()
            self.stage.forward(seconds=LEASE_S)
            endings.append(self.run(case.scene))
            self.rest(case.scene, witness, endings[-1])
            seen += self._against_the_law(endings, wanted, witness)
        self.wrong += [f"{case.name}: {what}" for what in seen]
        self.played += 1
        self.struck += any(ending.code for ending in endings)

    def run(self, scene: str, disaster: Disaster | None = None) -> Ending:
        """Run the scene's jobs once, under a disaster or none."""
        return run(self.stage, SCENES[scene].jobs, disaster)

    def figures(self) -> str:
        """Say what was played and how it ended."""
        return (
            f"{self.played} schedules, {self.struck} with a failed run: {self.lost} lost, {self.doubled} doubled, "
            f"{self.unknown} unknown, {len(self.wrong)} wrong"
        )

    def rest(self, scene: str, witness: Witness, ending: Ending) -> None:
        """Run on after a run until nothing is left that may still happen."""
        for _ in range(ROUNDS):
            if not ending.code and not witness.waiting():
                return
            self.stage.forward(seconds=BETWEEN_S)
            ending = self.run(scene)

    def _against_the_law(self, endings: list[Ending], wanted: World, witness: Witness) -> list[str]:
        unknown, resumed = witness.states().get("unknown", 0), endings[-1]
        verdict = judge(world(self.stage.sandbox), wanted, unknown)
        self.lost += verdict.lost.total()
        self.doubled += verdict.doubled.total()
        self.unknown += unknown
        return [
            *(line for ending in endings for line in ending.against_the_law()),
            *(f"an effect without a claim: {effect}" for effect in witness.unclaimed),
            *(
                []
                if verdict.is_right
                else [f"lost {dict(verdict.lost)}, doubled {dict(verdict.doubled)}, {verdict.differences}"]
            ),
            *(
                [f"not resumed after {LEASE_S} s: {resumed}"]
                if resumed.code or "held_by" in str(resumed.reports)
                else []
            ),
            *([f"left over: {witness.states()}"] if witness.waiting() else []),
        ]


def run(stage: Stage, jobs: tuple[str, ...], disaster: Disaster | None = None) -> Ending:
    """Run jobs in this process as a command does that is started for them, under a disaster or none."""
    heard, reports, code = io.StringIO(), list[RunReport](), 0
    environ = {
        name: value for name, value in stage.environ.items() if name != "SVERKA_CA_FILE"
    }  # root alone may read it
    http, clock = HttpSettings(transport=MemoryTransport(stage.sandbox)), SharedClock(stage._ahead)
    with redirect_stderr(heard):
        try:
            with told(), application.opened(environ, clock=clock, http=http) as app:
                if disaster is not None:
                    disaster.befall(app.store)
                for job in jobs:
                    reports.append(application.run(app, job, COMPANY)[0])
            code = exit_code(reports)
        except SystemExit as left:
            code = int(left.code or 0)
    return Ending(code, heard.getvalue(), tuple(report.as_json()["companies"][0] for report in reports))


class _Done:
    """A run that is over when it is asked for."""

    def __init__(self, ending: Ending) -> None:
        self._ending = ending

    def end(self) -> Ended:
        return Ended(self._ending.code, [dict(report) for report in self._ending.reports])


class QuickStage(Stage):
    """A stage whose runs go on in this process, for what befalls a database befalls threads and processes alike."""

    def start(self, jobs: tuple[str, ...], *_: Any) -> Any:
        return _Done(run(self, jobs))

    def _environ(self, database: str) -> dict[str, str]:
        return {**super()._environ(database), "SVERKA_CLOCK_JUMPS": "allow"}


@contextmanager
def quick_stage(databases: Databases, kind: str, folder: Path) -> Iterator[QuickStage]:
    """Open a stage over a kind of database; its files lie in `folder`."""
    companies = told_by(folder, "email")
    with start([COMPANY], companies, limits="off") as sandbox:
        opened = QuickStage(sandbox, databases, kind, folder, companies)
        opened.set_up()
        yield opened
