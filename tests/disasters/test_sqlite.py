"""SQLite fails in the middle of a run: the disk is full, rights are lost, somebody holds the file, the file is gone (T16)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from random import Random

import pytest

from sverka.store import sqlite
from tests.databases import SQLITE, Databases
from tests.disasters.files import Disk, FullDisk, Locked, Moved, NoRights, small_disk, without_privileges
from tests.disasters.proof import Case, Proof, QuickStage, quick_stage
from tests.disasters.strikes import Counts, Disaster
from tests.soak import SOAK

SCHEDULES = 60 if SOAK else 4
SCENES = (
    ("goods for a new client", "money at the desk", "a letter to a client", "a lost deal") if SOAK else ("a lost deal",)
)

Make = Callable[[Disk, Random, Counts], Disaster]


def full(disk: Disk, dice: Random, counts: Counts) -> Disaster:
    return FullDisk(disk, dice.randint(1, counts.writes))


def locked(disk: Disk, dice: Random, counts: Counts) -> Disaster:
    exclusive, seconds = dice.random() < 0.5, dice.choice((None, None, 0.1))
    return Locked(disk.folder / "copy.db", dice.randint(1, counts.transactions), exclusive=exclusive, seconds=seconds)


def moved(disk: Disk, dice: Random, counts: Counts) -> Disaster:
    return Moved(disk.folder / "copy.db", dice.randint(1, counts.transactions))


def no_rights(disk: Disk, dice: Random, counts: Counts) -> Disaster:
    return NoRights(disk.folder / "copy.db", dice.randint(1, counts.transactions), folder_alone=dice.random() < 0.5)


MAKES: tuple[Make, ...] = (full, locked, no_rights, moved, full, full)


@pytest.fixture(scope="module")
def disk() -> Iterator[Disk]:
    with small_disk() as made:
        yield made


@pytest.fixture(scope="module")
def staged(disk: Disk, databases: Databases) -> Iterator[QuickStage]:
    with quick_stage(databases, SQLITE, disk.folder) as opened:
        yield opened


def cases(proof: Proof, disk: Disk) -> Iterator[Case]:
    for seed in range(SCHEDULES):
        dice, make, scene = Random(seed), MAKES[seed % len(MAKES)], SCENES[seed % len(SCENES)]
        _, counts = proof.undisturbed(scene)
        yield Case(f"{make.__name__} {seed}, {scene}", scene, make(disk, dice, counts))


def test_whatever_befalls_the_file_nothing_is_lost_and_nothing_done_twice(
    disk: Disk, staged: QuickStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.3)
    proof = Proof(staged)
    for case in cases(proof, disk):
        with without_privileges(disk.folder) if isinstance(case.disaster, NoRights) else nullcontext():
            proof.play(case)
    sys.stdout.write(f"SQLite on {type(disk).__name__}: {proof.figures()}\n")
    assert proof.struck, proof.figures()
    assert proof.wrong == [], proof.figures()
