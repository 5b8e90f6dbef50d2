"""SIGTERM at any moment of a real process: out in ten seconds, at once after a second one, and nothing is left in a wrong state (T17)."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from sandbox.faults import Fault
from sverka.store import runs
from sverka.store.engine import Store
from tests.crash.judge import judge, world
from tests.databases import SQLITE, Databases
from tests.disasters.leavers import ROLES, Leaver, Left
from tests.disasters.proof import LEASE_S, Proof, QuickStage, quick_stage
from tests.disasters.witness import Witness
from tests.e2e.town import COMPANY
from tests.ingest import Ingest, ingest

SCHEDULES = 100
"""The short form are the scheduler's own tests, where it is told to leave in the middle of a run."""
SCENES = ("goods for a new client", "money at the desk", "a lost deal")
IN_S, TWICE_IN_S, SLACK_S = 10.0, 1.0, 0.5
FAULTS = (None, None, ("slow", 1.0), ("timeout_after", 30.0))


@pytest.fixture(scope="module")
def staged(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuickStage]:
    with quick_stage(databases, SQLITE, tmp_path_factory.mktemp("stage")) as opened:
        yield opened


@pytest.fixture
def sentry() -> Iterator[Ingest]:
    with ingest() as served:
        yield served


@dataclass
class Leaving:
    """Lets processes leave and keeps the figures."""

    stage: QuickStage
    sentry: Ingest
    folder: Path
    proof: Proof
    wrong: list[str] = field(default_factory=list)
    longest_s: float = 0.0
    in_the_middle: int = 0

    def play(self, seed: int) -> None:
        """Let one process leave at a moment that the seed draws, and see what it left behind."""
        dice, scene = Random(seed), SCENES[seed % len(SCENES)]
        wanted, _ = self.proof.undisturbed(scene)
        self.stage.restore()
        self.stage.act(scene)
        witness = Witness(self.stage.environ["SVERKA_DATABASE_URL"])
        with closing(witness), witness.watching(self.stage.sandbox):
            left = self._left(dice, ROLES[seed % 2])
            found = self._against_the_law(left) + self._left_behind(left)
            self.stage.sandbox.world.faults.clear()
            self.stage.forward(seconds=LEASE_S)
            resumed = self.proof.run(scene)
            self.proof.rest(scene, witness, resumed)
            verdict = judge(world(self.stage.sandbox), wanted, witness.states().get("unknown", 0))
        found += [] if verdict.is_right else [f"lost {verdict.lost}, doubled {verdict.doubled}, {verdict.differences}"]
        found += [f"not resumed: {resumed}"] if resumed.code or "held_by" in str(resumed.reports) else []
        found += [f"without a claim: {effect}" for effect in witness.unclaimed]
        self.wrong += [f"seed {seed}, {ROLES[seed % 2]}: {what}" for what in found]

    def figures(self) -> str:
        """Say what was played and how it ended."""
        found = f"{self.longest_s:.1f} s at most, {len(self.wrong)} wrong"
        return f"{SCHEDULES} processes, {self.in_the_middle} in the middle of a run, {found}"

    def _left(self, dice: Random, role: str) -> Left:
        fault = dice.choice(FAULTS)
        if fault is not None:
            kind, seconds = fault
            self.stage.sandbox.world.faults.arm(Fault(COMPANY, "business_ru", kind, None, 0.3, dice, seconds))
        self.sentry.envelopes.clear()
        environ = {**self.stage.environ, "SENTRY_DSN": self.sentry.dsn, "SVERKA_LOG_LEVEL": "info"}
        leaver = Leaver(role, environ, self.folder)
        requests, until = self.stage.sandbox.world.journal.requests, dice.randrange(0, 25)
        ends_at = time.monotonic() + 10
        while leaver.process.is_alive() and len(requests) < until and time.monotonic() < ends_at:
            time.sleep(0.005)
        left = leaver.leave(twice_after_s=dice.choice((None, None, dice.random())))
        self.longest_s = max(self.longest_s, left.after_s)
        return left

    def _against_the_law(self, left: Left) -> list[str]:
        in_s = TWICE_IN_S + SLACK_S if "without waiting" in left.log and left.after_s < IN_S / 2 else IN_S
        return [
            *([f"left with {left.code}: {left.log[-300:]}"] if left.code not in (0, 1, -15) else []),
            *([f"left after {left.after_s:.1f} s"] if left.after_s > in_s else []),
            *([f"a traceback: {left.log}"] if "Traceback" in left.log or "defect" in left.log else []),
        ]

    def _left_behind(self, left: Left) -> list[str]:
        """Look into the store and at what Sentry heard, before anybody else runs."""
        with Store.open(self.stage.environ["SVERKA_DATABASE_URL"]) as store, store.reading() as tx:
            under_way = runs.under_way(tx, COMPANY)
            held = [
                name
                for name in (f"agreement:{COMPANY}", f"writer:{COMPANY}")
                if runs.is_held(tx, name, datetime.now(UTC))
            ]
            begun = [run for run in runs.history(tx, 10, COMPANY) if not run.tick.startswith(runs.BY_HAND)]
        self.in_the_middle += "run started" in left.log and "without waiting" not in left.log
        told = [each["status"] for each in self.sentry.check_ins]
        found = [f"{len(begun)} runs and {told} told to Sentry"] if begun and not told else []
        if "without waiting" not in left.log and left.was_signalled:
            found += [f"still held: {held}"] if held else []
            found += [f"still under way: {under_way}"] if under_way else []
        return found


@pytest.mark.soak
def test_whoever_is_told_to_leave_leaves_in_time_and_nothing_in_a_wrong_state(
    staged: QuickStage, sentry: Ingest, tmp_path: Path
) -> None:
    leaving = Leaving(staged, sentry, tmp_path, Proof(staged))
    for seed in range(SCHEDULES):
        leaving.play(seed)
    sys.stdout.write(f"leaving: {leaving.figures()}\n")
    assert leaving.wrong == [], leaving.figures()
