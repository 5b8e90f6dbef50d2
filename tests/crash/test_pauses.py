"""A process that is paused, while another takes over, and wakes up later: it sends nothing that the other has sent (T4).

Left out are the steps before a commit, where a paused process keeps others from writing, and those right before a request, after the
last question whether it may go: a pause there can be seen by nobody. Between that question and the socket lie microseconds; they are the
one known hole.
"""

from __future__ import annotations

from random import Random

import pytest

from tests.crash.schedule import Proof
from tests.crash.stage import SCENES

PAUSES, BLOCK = 200, 20
SCENE = "goods for a new client"


def steps(proof: Proof, scene: str) -> list[int]:
    """The steps at which a paused process still can know that it was paused."""
    return [step for step, name in enumerate(proof.steps(scene), 1) if name.startswith("after ")]


@pytest.mark.soak
@pytest.mark.parametrize("block", range(PAUSES // BLOCK))
def test_who_was_paused_sends_nothing_that_another_has_sent_meanwhile(proof: Proof, block: int) -> None:
    dice = Random(block)
    for _ in range(BLOCK):
        scene = dice.choice(sorted(SCENES))
        proof.pause_at(scene, dice.choice(steps(proof, scene)))
    assert proof.pauses >= BLOCK * 0.9, "the steps are not where they were"
    assert proof.wrong == {}, proof.figures()


def test_a_pause_right_after_the_claim_is_noticed_before_anything_is_sent(proof: Proof) -> None:
    assert proof.pause_at(SCENE, claim_of(proof, "POST reservations")).is_right
    assert proof.pauses == 1


def claim_of(proof: Proof, call: str) -> int:
    """The commit of the claim that comes right before a call."""
    names = proof.steps(SCENE)
    before = names[: names.index(f"before {call}")]
    return len(before) - before[::-1].index("after a commit")
