"""The harness finds what it is there to find: each rule of sending is taken away once, and the judge must say so (T3)."""

from __future__ import annotations

import pytest

from tests.crash.bugs import BUGS
from tests.crash.schedule import Proof, Schedule
from tests.crash.stage import Stage
from tests.crash.test_pauses import SCENE, claim_of

LETTER = "a letter to a client"
ENOUGH = 40
IN_SHORT = ("repeat blindly", "send after a pause")


def after_the_letter_went(proof: Proof) -> None:
    proof.kill_at(LETTER, proof.steps(LETTER).index("after dot") + 1)


def while_the_system_is_still_at_work(proof: Proof) -> None:
    for seed in range(ENOUGH):
        proof.play(Schedule((SCENE,), (1.0, 1.0, 1.0), late=0.5, gaps_s=(5,), seed=seed))
        if proof.wrong:
            return


def right_after_the_claim(proof: Proof) -> None:
    proof.pause_at(SCENE, claim_of(proof, "POST reservations"))


FOUND = {
    "repeat blindly": after_the_letter_went,
    "claim after the call": after_the_letter_went,
    "look at once": while_the_system_is_still_at_work,
    "send after a pause": right_after_the_claim,
}


@pytest.mark.parametrize(
    "bug", [pytest.param(bug, marks=[] if bug in IN_SHORT else [pytest.mark.soak]) for bug in BUGS]
)
def test_a_planted_bug_is_found(on_one: Stage, bug: str) -> None:
    proof = Proof(on_one, bug)
    FOUND[bug](proof)
    assert sum(verdict.doubled.total() for verdict in proof.wrong.values()), proof.figures()
