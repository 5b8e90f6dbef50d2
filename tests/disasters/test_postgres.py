"""PostgreSQL fails in the middle of a run: sessions end, the server is restarted, the answer to a COMMIT is lost (T15)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

import pytest

from sverka.domain.plan import Plan
from sverka.store.errors import StoreError
from sverka.work import runner
from sverka.work.desk import Desk, Look
from tests.databases import POSTGRESQL
from tests.disasters.proof import Case, Proof, QuickStage, quick_stage
from tests.disasters.servers import EndedSession, LostCommit, OwnServer, Restart, own_server
from tests.disasters.strikes import Counts, Disaster
from tests.soak import SOAK

SCHEDULES = 100 if SOAK else 2
A_LETTER = "a letter to a client"
SCENES = (
    ("goods for a new client", "money at the desk", "a client who is not reached", "a lost deal")
    if SOAK
    else ("a lost deal",)
)

Make = Callable[[OwnServer, Random, Counts], Disaster]


def ended_session(server: OwnServer, dice: Random, counts: Counts) -> Disaster:
    return EndedSession(server, dice.randint(1, counts.statements))


def restart(server: OwnServer, dice: Random, counts: Counts) -> Disaster:
    return Restart(server, dice.randint(1, counts.statements), dice.choice(("fast", "immediate")), comes_back=True)


def outage(server: OwnServer, dice: Random, counts: Counts) -> Disaster:
    return Restart(server, dice.randint(1, counts.statements), dice.choice(("fast", "immediate")), comes_back=False)


def lost_commit(_: OwnServer, dice: Random, counts: Counts) -> Disaster:
    return LostCommit(dice.randint(1, 2 * counts.transactions), is_carried_out=dice.random() < 0.7)


MAKES: tuple[Make, ...] = (lost_commit, outage, ended_session, restart)


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    with own_server() as started:
        yield started


@pytest.fixture(scope="module")
def staged(server: OwnServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuickStage]:
    with quick_stage(server.databases, POSTGRESQL, tmp_path_factory.mktemp("stage")) as opened:
        yield opened


def keeps_again(desk: Desk, look: Look, plan: Plan) -> object:
    """A planted bug: what a lost COMMIT may have written is written again, as if it surely had not been."""
    try:
        return KEEP(desk, look, plan)
    except StoreError:
        again = tuple(replace(action, occasion=f"{action.occasion} again") for action in plan.actions)
        return KEEP(desk, look, replace(plan, actions=again))


KEEP = runner._keep


def cases(proof: Proof, server: OwnServer) -> Iterator[Case]:
    for seed in range(SCHEDULES):
        dice, make, scene = Random(seed), MAKES[seed % len(MAKES)], SCENES[seed % len(SCENES)]
        _, counts = proof.undisturbed(scene)
        yield Case(f"{make.__name__} {seed}, {scene}", scene, make(server, dice, counts))


@pytest.fixture(scope="module")
def proof(staged: QuickStage) -> Proof:
    return Proof(staged)


def test_whatever_befalls_the_server_nothing_is_lost_and_nothing_done_twice(server: OwnServer, proof: Proof) -> None:
    for case in cases(proof, server):
        proof.play(case)
    sys.stdout.write(f"PostgreSQL: {proof.figures()}\n")
    assert proof.struck, proof.figures()
    assert proof.wrong == [], proof.figures()


@pytest.mark.soak
def test_a_lost_commit_that_is_taken_for_a_failure_is_found(
    staged: QuickStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = Proof(staged)
    _, counts = proof.undisturbed(A_LETTER)
    monkeypatch.setattr(runner, "_keep", keeps_again)
    proof.play(Case("a lost commit", A_LETTER, LostCommit(counts.commits_before_the_plan + 1, is_carried_out=True)))
    assert proof.doubled, proof.wrong
