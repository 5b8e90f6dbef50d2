"""Whoever stood still for too long writes nothing any more; and the bugs that all this is there to find are found."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from sverka.store import outbox
from sverka.store.ledgers import outbox as table
from sverka.work.sending import Sender
from tests.databases import KINDS, SQLITE, Databases
from tests.disasters.overtaken import Overtaken
from tests.disasters.proof import Case, Proof, QuickStage, quick_stage
from tests.disasters.witness import Witness
from tests.soak import SOAK

SCENES = (
    ("goods for a new client", "money at the desk", "a lost deal", "a letter to a client") if SOAK else ("a lost deal",)
)


@pytest.fixture(scope="module", params=KINDS if SOAK else [SQLITE])
def staged(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[QuickStage]:
    with quick_stage(databases, request.param, tmp_path_factory.mktemp("stage")) as opened:
        yield opened


def overtaken(proof: Proof, scene: str, at: int) -> Case:
    return Case(f"overtaken at {at}, {scene}", scene, Overtaken(proof.stage, scene, at))


def test_whoever_is_overtaken_at_any_transaction_does_nothing_any_more(staged: QuickStage) -> None:
    proof = Proof(staged)
    for scene in SCENES:
        _, counts = proof.undisturbed(scene)
        for at in range(1, counts.transactions + 1) if SOAK else counts.ends[-1:]:
            proof.play(overtaken(proof, scene, at))
    sys.stdout.write(f"overtaken: {proof.figures()}\n")
    assert proof.played, "nothing was played"
    assert proof.wrong == [], proof.figures()


@pytest.mark.soak
def test_an_end_without_a_fence_is_found(staged: QuickStage, monkeypatch: pytest.MonkeyPatch) -> None:
    original = outbox.finish

    def finish(tx: Any, effect_id: int, fence: int, *rest: Any, **more: Any) -> bool:
        tx.change(table.update().where(table.c.id == effect_id).values(state="claimed", fence=fence, ended_at=None))
        return original(tx, effect_id, fence, *rest, **more)

    monkeypatch.setattr(outbox, "is_claimed_under", lambda *_: True)
    monkeypatch.setattr(outbox, "finish", finish)
    proof = Proof(staged)
    _, counts = proof.undisturbed(SCENES[0])
    proof.play(overtaken(proof, SCENES[0], counts.ends[-1]))
    assert any("an effect was ended twice" in what for what in proof.wrong)


def test_a_call_before_the_claim_is_committed_is_found(staged: QuickStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sender, "_claim", lambda self, _rows: self._desk.clock.monotonic())
    staged.restore()
    staged.act(SCENES[0])
    with closing(Witness(staged.environ["SVERKA_DATABASE_URL"])) as witness, witness.watching(staged.sandbox):
        Proof(staged).run(SCENES[0])
    assert witness.unclaimed
