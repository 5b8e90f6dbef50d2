"""Several processes over one database: each tick, lease and effect is had by one of them, and nobody is turned away by a lock."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from sverka.domain.actions import Action
from sverka.domain.effects import State
from sverka.store import attention, outbox, runs
from sverka.store.engine import Store
from tests.make import NOW

RACERS, ROUNDS = 4, 15
COMPANY = "headlights"
SPAWN = multiprocessing.get_context("spawn")


def start(work: Callable[..., None], *arguments: Any) -> list[BaseProcess]:
    racers: list[BaseProcess] = [SPAWN.Process(target=work, args=(name, *arguments)) for name in range(RACERS)]
    for racer in racers:
        racer.start()
    return racers


def finish(racers: list[BaseProcess]) -> None:
    for racer in racers:
        racer.join(60)
    assert [racer.exitcode for racer in racers] == [0] * RACERS


def prepare(_: int, url: str, barrier: Barrier) -> None:
    with Store.open(url) as store:
        barrier.wait(60)
        store.prepare()


def race(name: int, url: str, barrier: Barrier, won: SimpleQueue[tuple[str, int, int]]) -> None:
    """Try to have every tick, lease and effect; tell what was had."""
    with Store.open(url) as store:
        with store.writing() as tx:
            fence = runs.acquire(tx, f"own {name}", str(name), 60, NOW)
            assert fence is not None
        for turn in range(ROUNDS):
            barrier.wait(60)
            with store.writing() as tx:
                if runs.start(tx, COMPANY, "agreement", str(turn), NOW, NOW, "policy") is not None:
                    won.put(("tick", turn, name))
            with store.writing() as tx:
                if (shared := runs.acquire(tx, f"lease {turn}", str(name), 60, NOW)) is not None:
                    won.put(("lease", turn, shared))
            with store.writing() as tx:
                if outbox.claim(tx, turn + 1, f"own {name}", fence, NOW):
                    won.put(("effect", turn, fence))


def test_processes_that_start_together_make_one_schema(bare_database: str) -> None:
    together = SPAWN.Barrier(RACERS)
    finish(start(prepare, bare_database, together))
    with Store.open(bare_database) as store:
        store.prepare()


def test_each_tick_lease_and_effect_is_had_by_exactly_one(store: Store, database: str) -> None:
    actions = [Action("order.lines", f"deal:{turn}", "lines", {}, "") for turn in range(ROUNDS)]
    with store.writing() as tx:
        assert outbox.put(tx, COMPANY, actions, 1, NOW).ids == list(range(1, ROUNDS + 1))
    together, won = SPAWN.Barrier(RACERS), SPAWN.SimpleQueue()
    finish(start(race, database, together, won))
    had: list[tuple[str, int, int]] = []
    while not won.empty():
        had.append(won.get())
    with store.reading() as tx:
        claimed = {each.id - 1: each.fence for each in outbox.claimed(tx, COMPANY)}
    assert sorted(each[:2] for each in had) == sorted(
        (what, turn) for what in ("tick", "lease", "effect") for turn in range(ROUNDS)
    )
    assert claimed == {turn: fence for what, turn, fence in had if what == "effect"}
    fences = [fence for what, _, fence in had if what == "lease"]
    assert len(set(fences)) == ROUNDS


def die_half_way(url: str) -> None:
    """Write much more than a cache holds, so that some of it lies on the disk already, and be killed before the end."""
    with Store.open(url) as store, store.writing() as tx:
        outbox.finish(tx, 1, 1, State.DONE, now=NOW)
        if url.startswith("sqlite"):
            tx.connection.exec_driver_sql("PRAGMA cache_size=10")
        attention.add(tx, COMPANY, (f"{number:0>200}" for number in range(20_000)), 1)
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_killed_in_the_middle_leaves_no_trace(store: Store, database: str, tmp_path: Path) -> None:
    with store.writing() as tx:
        outbox.put(tx, COMPANY, [Action("order.lines", "deal:1", "lines", {}, "")], 1, NOW)
        fence = runs.acquire(tx, "lease", "me", 60, NOW)
        assert fence == 1
        assert outbox.claim(tx, 1, "lease", fence, NOW)
    sizes = [path.stat().st_size for path in tmp_path.glob("sverka.db")]
    victim = SPAWN.Process(target=die_half_way, args=(database,))
    victim.start()
    victim.join(60)
    assert victim.exitcode == -signal.SIGKILL
    assert all(path.stat().st_size > size for path, size in zip(tmp_path.glob("sverka.db"), sizes, strict=True))
    with store.reading() as tx:
        assert [each.state for each in outbox.by_run(tx, 1)] == [State.CLAIMED]
        assert attention.waiting(tx, COMPANY) == ()
    with store.writing() as tx:
        assert runs.renew(tx, "lease", fence, NOW)
