"""The company on which crashes are tried: what had been done before, what people then do, and the way back to that moment.

One sandbox serves all schedules over real sockets. World and store return to the same moment for each: the emulators' states are copied,
so is the database.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.people import Person
from sandbox.serve import Sandbox, start
from tests.crash.late import Late
from tests.crash.worker import CHANNELS, FORK, Ended, Order, Worker
from tests.databases import SQLITE, Databases, fresh_file
from tests.e2e.town import COMPANY, told_by

SHOP, PICKUP, RESERVE = "Интернет-магазин", "Самовывоз/доставка", "Резерв"
LENS, LAMP = "HL-HELLA-3R-5", "LAMP-D2S-PHILIPS"
MORNING = datetime.fromisoformat("2026-11-23T10:00:00+03:00")
WAS_SET_UP = timedelta(minutes=30)


@dataclass(frozen=True)
class Scene:
    """Something that the worker has to do much about. before: its beginnings, all settled; act: what people do then; jobs: what runs.

    flows: whether the vendors' clocks go on with the world's, for what providers do by the clock.
    """

    act: Callable[[Person, int], object]
    before: Callable[[Person], int] = lambda _manager: 0
    jobs: tuple[str, ...] = ("agreement",)
    flows: bool = False


def _deal(stage: str, client: str, lines: list[tuple[str, int, int]], **fields: Any) -> Callable[..., int]:
    return lambda manager, *_: manager.make_deal(SHOP, stage, client, lines, **{"Филиал": "Москва", **fields})


_TWO_LINES = [(LENS, 2, 8900), (LAMP, 2, 4200)]
_TO_BE_FETCHED = {"Способ получения": "самовывоз", "Дата отгрузки": "2026-11-26"}

MORNING_LETTERS = "letters of the morning"

SCENES: Mapping[str, Scene] = {
    "goods for a new client": Scene(_deal(RESERVE, "Елена Тихонова", _TWO_LINES)),
    "money at the desk": Scene(
        lambda manager, deal: manager.set_field(deal, "Оплачено в кассе", True),
        _deal(PICKUP, "Наталья Гусева", [(LAMP, 2, 4200)]),
    ),
    "a lost deal": Scene(
        lambda manager, deal: manager.move_deal(deal, "lost"), _deal(RESERVE, "Алексей Воронцов", _TWO_LINES)
    ),
    "other goods": Scene(
        lambda manager, deal: manager.set_lines(deal, [(LAMP, 3, 4200)]), _deal(RESERVE, "Сергей Мельник", _TWO_LINES)
    ),
    "an order of the store": Scene(
        lambda manager, _: manager.place_shop_order("Пётр Лебедев", [(LAMP, 1, 4200)], "8 (916) 777-88-99", "p@pochta.example")
    ),
    "a letter to a client": Scene(_deal(PICKUP, "Марина Соловьёва", [(LAMP, 1, 4200)], **_TO_BE_FETCHED)),
    "a client who is not reached": Scene(_deal("Недозвон", "Наталья Гусева", [(LAMP, 1, 4200)])),
    "a visit that is booked": Scene(
        lambda manager, _: manager.make_deal(
            "Сервис", "Закрыт на приезд", "Руслан Ахметов", [("SRV-POLISH", 1, 3500)],
            **{"Филиал": "Москва", "Дата и время визита": "2026-11-27T12:00:00+03:00"},
        ),
        jobs=("visits",), flows=True,
    ),
    MORNING_LETTERS: Scene(lambda *_: None, jobs=("digest",)),
}  # fmt: skip


class Stage:
    """The sandbox with its store, at the moment before people act."""

    def __init__(self, sandbox: Sandbox, databases: Databases, kind: str, folder: Path, companies: Path) -> None:
        self.sandbox, self.late = sandbox, Late(sandbox)
        self.flows = False
        self.environ: dict[str, str] = {}
        self._databases, self._kind, self._folder, self._companies = databases, kind, folder, companies
        self._base = self._copy = ""
        self._mark, self._mark_then = folder / "mark", b""
        self._ahead = FORK.Value("d", 0.0)
        self._deals: dict[str, int] = {}

    def set_up(self) -> None:
        """Play what had been before, let the worker settle it, and take this moment as the one to return to."""
        self.environ = self._environ(self._first_database())
        self.sandbox.world.clock.set(MORNING)
        manager = self.person("manager")
        self._deals = {name: scene.before(manager) for name, scene in SCENES.items()}
        for _ in range(2):
            ended = self.start(("agreement",)).end()
            assert ended.reports[0]["outcome"] == "done", ended
        assert not ended.reports[0]["planned"], ended
        self.sandbox.world.begin()
        self._mark_then = self._mark.read_bytes()

    def restore(self) -> None:
        """Go back to the moment before people act, with a store that remembers no more than that."""
        self.late.forget()
        self.sandbox.world.reset()
        self.sandbox.world.clock.set(MORNING + WAS_SET_UP)
        self._ahead.value = 0.0
        self.environ = self._environ(self._another_database())
        self._mark.write_bytes(self._mark_then)

    def person(self, name: str) -> Person:
        """Return somebody with their own keys."""
        return Person(self.sandbox.ready, COMPANY, name)

    def act(self, scene: str) -> None:
        """Let people do what they do in a scene."""
        SCENES[scene].act(self.person("owner" if "store" in scene else "manager"), self._deals[scene])

    def forward(self, **span: float) -> None:
        """Let real time pass for all workers; what the systems still had to do happens meanwhile.

        The vendors' clocks, by which business goes, nearly stand still where the scene does not let them flow: nothing shall become due
        but by what went wrong.
        """
        seconds = timedelta(**span).total_seconds()
        self._ahead.value += seconds
        pace = 1 if self.flows else 1 / 1000
        self.late.happen(seconds, lambda passed_s: self.sandbox.world.clock.forward(passed_s * pace))

    def start(self, jobs: tuple[str, ...], at: Mapping[int, str] | None = None, bug: str = "") -> Worker:
        """Start a worker, to which something happens at some of its steps."""
        return Worker(Order(self.environ, jobs, at or {}, bug), self._ahead)

    def run(self, jobs: tuple[str, ...], at: Mapping[int, str] | None = None, bug: str = "") -> Ended:
        """Run a worker to its end."""
        return self.start(jobs, at, bug).end()

    def _first_database(self) -> str:
        if self._kind == SQLITE:
            database = fresh_file(self._folder)
            self._base = database.removeprefix("sqlite:///")
            return database
        self._base = self._databases.server().make()
        return self._databases.server().url(self._base)

    def _another_database(self) -> str:
        """Copy the database of the moment before people act, and drop the last such copy."""
        if self._kind == SQLITE:
            return f"sqlite:///{shutil.copy(self._base, self._folder / 'copy.db')}"
        server = self._databases.server()
        if self._copy:
            server.drop(self._copy)
        self._copy = server.copy(self._base)
        return server.url(self._copy)

    def _environ(self, database: str) -> dict[str, str]:
        return {
            **self.sandbox.ready["env"], "SVERKA_DATABASE_URL": database, "SVERKA_COMPANIES": str(self._companies),
            "SVERKA_MARK_FILE": str(self._mark),
        }  # fmt: skip


@contextmanager
def stage(databases: Databases, kind: str, folder: Path) -> Iterator[Stage]:
    """Open a stage over a kind of database; its files lie in `folder`."""
    companies = told_by(folder, *CHANNELS)
    with start([COMPANY], companies, limits="off") as sandbox:
        opened = Stage(sandbox, databases, kind, folder, companies)
        opened.set_up()
        with opened.late.installed():
            yield opened
