"""One schedule of crashes: people act, workers are killed at some of their steps, time passes, until nothing is left to do.

What a seed draws is all that differs between schedules, so a number plays the same one again (but for the threads of reading, whose order
the machine decides).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from sandbox.faults import Fault
from tests.crash.judge import Verdict, World, judge, world
from tests.crash.points import KILL, PAUSE
from tests.crash.stage import MORNING_LETTERS, SCENES, Stage
from tests.e2e.town import COMPANY

ROUNDS = 12
"""So many runs, some minutes apart, are enough for whatever was left."""
_BETWEEN_RUNS_S = 700
"""More than any system is given to finish with a request."""
_ASKED_UNTIL_S = 3600
_FAULTS = {
    "bitrix24": ("http_500", "http_502_html", "http_503", "html_200", "timeout_before", "timeout_after", "reset", "half_body"),
    "business_ru": ("http_500", "http_502_html", "html_200", "timeout_before", "timeout_after", "reset", "half_body"),
    "green_api": ("http_500", "http_502_html", "html_200", "timeout_before", "timeout_after", "reset", "half_body"),
    "smsc": ("http_500", "http_502_html", "html_200", "timeout_before", "timeout_after", "reset", "half_body"),
    "mail": ("http_503", "http_429", "timeout_before", "timeout_after", "reset"),
}  # fmt: skip
SHARES = (0.0, 0.1, 0.3, 0.5)


@dataclass(frozen=True)
class Schedule:
    """What goes wrong. kills: for each run in turn, at which part of an undisturbed run's steps it is killed.

    share: of requests that meet a fault; late: of writing ones that are carried out late.
    """

    scenes: tuple[str, ...]
    kills: tuple[float, ...] = ()
    share: float = 0.0
    late: float = 0.0
    rival: bool = False
    gaps_s: tuple[int, ...] = (5, 70, 200, 700)
    """How long it may be until the next run."""
    seed: int = 0

    @classmethod
    def drawn(cls, seed: int) -> Schedule:
        """Draw one: one or two scenes, one to five kills, faults in most, a rival in three of ten."""
        dice = Random(seed)
        return cls(
            scenes=_together(dice.sample(sorted(SCENES), dice.choice((1, 1, 2)))),
            kills=tuple(dice.random() ** 1.5 for _ in range(dice.randrange(1, 6))),
            share=dice.choice(SHARES),
            late=dice.choice((0.0, 0.0, 0.2)),
            rival=dice.random() < 0.3,
            seed=seed,
        )

    @property
    def flows(self) -> bool:
        """Whether the vendors' clocks go on with the world's."""
        return all(SCENES[scene].flows for scene in self.scenes)

    @property
    def jobs(self) -> tuple[str, ...]:
        """What runs, each once."""
        return tuple(dict.fromkeys(job for scene in self.scenes for job in SCENES[scene].jobs))


def _together(scenes: list[str]) -> tuple[str, ...]:
    """Return the scenes that may be played at once, the first of them if not all may.

    A letter of the day tells what is there when it is written, which another scene would change in mid-schedule; and clocks that flow
    for one scene would bring what another waits for.
    """
    alone = [scene for scene in scenes if scene == MORNING_LETTERS or SCENES[scene].flows]
    return tuple(alone[:1] or sorted(scenes))


@dataclass
class Proof:
    """Plays schedules on a stage and keeps the figures. bug: what is broken in every worker."""

    stage: Stage
    bug: str = ""
    kills: int = 0
    pauses: int = 0
    processes: int = 0
    unknown: int = 0
    played: int = 0
    wrong: dict[Schedule, Verdict] = field(default_factory=dict)
    _undisturbed: dict[tuple[str, ...], World] = field(default_factory=dict)
    _steps: dict[tuple[str, ...], int] = field(default_factory=dict)

    def play(self, schedule: Schedule) -> Verdict:
        """Play a schedule and judge how it ended."""
        wanted = self.undisturbed(schedule.scenes)
        self._begin(schedule.scenes)
        self._arm(schedule)
        dice = Random(schedule.seed)
        for part in schedule.kills:
            self._run(schedule, {1 + int(part * self._steps[schedule.scenes]): KILL})
            self.stage.forward(seconds=dice.choice(schedule.gaps_s))
        self.stage.sandbox.world.faults.clear()
        self.stage.late.arm(0, 0)
        return self.settled(schedule, wanted)

    def kill_at(self, scene: str, step: int) -> Verdict:
        """Kill a worker at a step of its first run of a scene, the first being 1."""
        schedule = Schedule((scene,), (float(step),))
        wanted = self.undisturbed(schedule.scenes)
        self._begin(schedule.scenes)
        self._run(schedule, {step: KILL})
        return self.settled(schedule, wanted)

    def pause_at(self, scene: str, step: int) -> Verdict:
        """Pause a worker at a step, let another do everything, and wake the first."""
        schedule = Schedule((scene,), (float(step),))
        wanted = self.undisturbed(schedule.scenes)
        self._begin(schedule.scenes)
        paused = self.stage.start(schedule.jobs, {step: PAUSE}, self.bug)
        if paused.is_paused():
            self.pauses += 1
            self._rest(schedule.jobs)
            paused.wake()
        paused.end()
        return self.settled(schedule, wanted)

    def settled(self, schedule: Schedule, wanted: World) -> Verdict:
        """Let the worker run until nothing is left, and judge."""
        unknown = self._rest(schedule.jobs)
        verdict = judge(world(self.stage.sandbox), wanted, unknown)
        self.played += 1
        self.unknown += unknown
        if not verdict.is_right:
            self.wrong[schedule] = verdict
        return verdict

    def undisturbed(self, scenes: tuple[str, ...]) -> World:
        """Return the world after the scenes when nothing goes wrong."""
        if scenes not in self._undisturbed:
            self._begin(scenes)
            self._steps[scenes] = len(self.stage.run(Schedule(scenes).jobs).points)
            bug, self.bug = self.bug, ""
            self._rest(Schedule(scenes).jobs)
            self.bug, self._undisturbed[scenes] = bug, world(self.stage.sandbox)
        return self._undisturbed[scenes]

    def figures(self) -> str:
        """Say what was played and how it ended."""
        lost, doubled = (
            sum(getattr(each, name).total() for each in self.wrong.values()) for name in ("lost", "doubled")
        )
        return (
            f"{self.played} schedules, {self.processes} processes, {self.kills} killed: "
            f"{lost} lost, {doubled} doubled, {len(self.wrong)} wrong, {self.unknown} unknown"
        )

    def _begin(self, scenes: tuple[str, ...]) -> None:
        self.stage.restore()
        self.stage.flows = Schedule(scenes).flows
        for scene in scenes:
            self.stage.act(scene)

    def _arm(self, schedule: Schedule) -> None:
        dice = Random(schedule.seed)
        for system, kinds in _FAULTS.items() if schedule.share else ():
            for kind in dice.sample(kinds, 2):
                fault = Fault(COMPANY, system, kind, None, schedule.share / 2, Random(dice.random()), 0.0)
                self.stage.sandbox.world.faults.arm(fault)
        self.stage.late.arm(schedule.late, schedule.seed)

    def steps(self, scene: str) -> list[str]:
        """Return the steps of the first run of a scene when nothing goes wrong."""
        self._begin((scene,))
        return self.stage.run(SCENES[scene].jobs, bug=self.bug).points

    def _run(self, schedule: Schedule, at: Mapping[int, str]) -> None:
        workers = [self.stage.start(schedule.jobs, at, self.bug)]
        if schedule.rival:
            workers.append(self.stage.start(schedule.jobs, {}, self.bug))
        for worker in workers:
            self.kills += worker.end().exit_code < 0
        self.processes += len(workers)

    def _rest(self, jobs: tuple[str, ...]) -> int:
        """Run the jobs until they have nothing to do; return how much is unknown for good."""
        quiet = 0
        for _ in range(ROUNDS):
            self.stage.forward(seconds=_BETWEEN_RUNS_S)
            ended = self.stage.run(jobs, bug=self.bug)
            self.processes += 1
            assert ended.exit_code == 0, "a worker fell that nobody killed"
            unknown = int(ended.reports[-1]["unknown"])
            quiet = 0 if any(report["planned"] or report["done"] for report in ended.reports) else quiet + 1
            if quiet and (not unknown or quiet * _BETWEEN_RUNS_S > _ASKED_UNTIL_S):
                return unknown
        raise AssertionError(f"{ROUNDS} runs were not enough: {ended.reports}")
