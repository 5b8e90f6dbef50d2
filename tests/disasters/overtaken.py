"""A worker that stands still before one of its transactions, for so long that another one takes over and does all the work."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from sqlalchemy import Connection

from sverka.store.engine import Store
from tests.crash.stage import SCENES, Stage
from tests.disasters.proof import run
from tests.disasters.strikes import BEGINS, Strike
from tests.disasters.witness import Witness

STANDS_STILL_S = 200
"""Longer than a lease lasts, and than a system is left to finish what it was asked."""


class Overtaken:
    """Another worker comes before the n-th transaction. What it ended must not be ended again by whoever it overtook."""

    lasts = False

    def __init__(self, stage: Stage, scene: str, at: int) -> None:
        self._stage, self._scene = stage, scene
        self._strike = Strike(BEGINS, at, self._overtake)
        self._ended: list[tuple[Any, ...]] = []

    def befall(self, store: Store) -> None:
        self._strike.listen(store)

    def over(self) -> list[str]:
        now = {row[0]: row for row in self._look()}
        twice = [
            f"an effect was ended twice: {row}, then {now.get(row[0])}" for row in self._ended if now.get(row[0]) != row
        ]
        return twice if self._strike.has_struck else ["nobody was overtaken", *twice]

    def _overtake(self, _: Connection) -> None:
        self._stage.forward(seconds=STANDS_STILL_S)
        for _turn in range(2):
            run(self._stage, SCENES[self._scene].jobs)
        self._ended = self._look()

    def _look(self) -> list[tuple[Any, ...]]:
        with closing(Witness(self._stage.environ["SVERKA_DATABASE_URL"])) as witness:
            return witness.ended()
