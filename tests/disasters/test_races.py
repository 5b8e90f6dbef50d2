"""Two schedulers, cron and a person over one store at the same moment: each tick is run once, no effect happens twice (T7)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.databases import KINDS, POSTGRESQL, Databases
from tests.disasters.proof import quick_stage
from tests.disasters.races import Race

ROUNDS = 200
"""The short form are the scheduler's own tests, where two of them and commands work over one store."""


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_whoever_comes_first_runs_a_tick_and_nothing_happens_twice(
    databases: Databases, kind: str, tmp_path: Path
) -> None:
    with quick_stage(databases, kind, tmp_path) as stage:
        race = Race(stage, tmp_path, ROUNDS)
        race.go()
    sys.stdout.write(f"{kind}: {race.figures()}\n")
    assert race.wrong == [], race.figures()


@pytest.mark.soak
def test_the_race_sees_a_tick_that_is_run_twice(databases: Databases, tmp_path: Path) -> None:
    with quick_stage(databases, POSTGRESQL, tmp_path) as stage:
        race = Race(stage, tmp_path, 2, bug="ticks are anybody's")
        race.go()
    assert race.wrong, race.figures()
