"""Killed with -9 wherever it may be, again and again, with faults and a rival: nothing is lost and nothing done twice (T1, T2)."""

from __future__ import annotations

import pytest

from tests.crash.schedule import Proof, Schedule
from tests.crash.stage import SCENES
from tests.soak import SOAK

SCHEDULES, BLOCK = (1_000, 50) if SOAK else (1, 1)


@pytest.mark.soak
@pytest.mark.parametrize("scene", sorted(SCENES))
def test_a_worker_killed_at_a_step_leaves_nothing_undone_and_nothing_twice(proof: Proof, scene: str) -> None:
    steps = len(proof.steps(scene))
    for step in range(1, steps + 1):
        proof.kill_at(scene, step)
    assert proof.kills >= steps * 0.9, "the steps are not where they were"
    assert proof.wrong == {}, proof.figures()


@pytest.mark.parametrize("block", range(SCHEDULES // BLOCK))
def test_crashes_faults_and_a_rival_at_random_lose_nothing_and_repeat_nothing(proof: Proof, block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        proof.play(Schedule.drawn(seed))
    assert proof.wrong == {}, proof.figures()
