"""`sverka demo`: a working week of the example company on loopback.

People act through the vendors' own APIs (sandbox.people), the jobs run at their hours, the sandbox's clock is moved on between. What
is printed is what really happened: each line of Сверка is an effect from its outbox. Letters go to a folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import click

from sandbox.faults import Fault
from sandbox.people import Person
from sandbox.serve import Sandbox, start
from sverka import app as application
from sverka.app import ROOT, App
from sverka.domain.effects import State
from sverka.store import findings, outbox

COMPANY = "headlights"
_DAYS = ("Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота", "Воскресенье")


@dataclass
class Week:
    """The running demo: the sandbox, the worker, and what the story remembers."""

    sandbox: Sandbox
    app: App
    out: Path
    deals: dict[str, int] = field(default_factory=dict)
    shown: int = 0
    told: set[int] = field(default_factory=set)
    letters: int = 0

    def person(self, name: str) -> Person:
        """Return somebody of the company, with their own keys to both systems."""
        return Person(self.sandbox.ready, COMPANY, name)

    def at(self, day: int, clock: str) -> None:
        """Move the sandbox's clock to a day of the week (0 is Monday) and an hour in Moscow."""
        hour, minute = map(int, clock.split(":"))
        monday = datetime.fromisoformat("2026-11-23T00:00:00+03:00")
        self.sandbox.world.clock.set(monday + timedelta(days=day, hours=hour, minutes=minute))

    def run(self, job: str) -> None:
        """Run a job and print what came of it."""
        report, _ = application.run(self.app, job, COMPANY)
        for company in report.companies:
            for sentence in company.sentences:
                _say("!", sentence)
        self._effects()
        self._findings()
        self._letters()

    def _effects(self) -> None:
        with self.app.store.reading() as tx:
            rows = [row for row in outbox.listing(tx, COMPANY, limit=1000) if row.id > self.shown and row.state is State.DONE]
        for row in sorted(rows, key=lambda row: row.id):
            if row.changed is not False and row.system != "mail":
                _say("✓", row.reason)
        self.shown = max([self.shown, *(row.id for row in rows)])

    def _findings(self) -> None:
        with self.app.store.reading() as tx:
            rows = [row for row in findings.open_items(tx, COMPANY) if row.id not in self.told]
        for row in rows:
            _say("?" if row.finding.asks else "·", row.finding.text)
        self.told |= {row.id for row in rows}

    def _letters(self) -> None:
        rows = [row for row in self.sandbox.world.journal.effects if row["system"] == "mail"][self.letters :]
        for row in rows:
            self.letters += 1
            letter = row["payload"]
            name = f"{self.letters:02d}-{letter['to'][0].partition('@')[0]}"
            (self.out / f"{name}.html").write_text(letter["html"], encoding="utf-8")
            (self.out / f"{name}.txt").write_text(letter["text"], encoding="utf-8")
            _say("✉", f"{letter['to'][0]}: {letter['headers']['Subject']}  → {self.out / name}.html")


@dataclass(frozen=True)
class Scene:
    """One thing that people do, and the jobs that meet it."""

    day: int
    clock: str
    who: str
    what: str
    act: Callable[[Week], None] = lambda _week: None
    jobs: tuple[str, ...] = ("agreement",)


def play(out: Path) -> int:
    """Play the week; return the exit code."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with _week(out) as week:
        day = -1
        for scene in SCENES:
            if scene.day != day:
                day = scene.day
                click.secho(f"\n{_DAYS[day]}, {23 + day} ноября", bold=True)
            _play(week, scene)
        effects = len(week.sandbox.world.journal.effects)
        click.echo(f"\n{effects} effects in the systems over the week; {week.letters} letters are in {out}/")
    return 0


def _play(week: Week, scene: Scene) -> None:
    week.at(scene.day, scene.clock)
    click.echo(f" {scene.clock}  {click.style(scene.who, bold=True)}: {scene.what}")
    scene.act(week)
    for job in scene.jobs:
        week.run(job)


@contextmanager
def _week(out: Path) -> Iterator[Week]:
    database = out / "demo.db"
    with start([COMPANY], ROOT / "config" / "companies", limits="off") as sandbox:
        environ = {**sandbox.ready["env"], "SVERKA_DATABASE_URL": f"sqlite:///{database.resolve()}"}
        with application.opened(environ) as app:
            yield Week(sandbox, app, out)


def _say(sign: str, text: str) -> None:
    click.echo(f"        {sign} {text}")


def _lens(week: Week) -> None:
    lines = [("HL-HELLA-3R-5", 2, 8900), ("LAMP-D2S-PHILIPS", 2, 4200)]
    week.deals["lens"] = week.person("manager").make_deal("Интернет-магазин", "Резерв", "Алексей Воронцов", lines, title="Линзы Hella для Passat", Филиал="Москва")  # fmt: skip


def _solaris(week: Week) -> None:
    lines = [("FARA-SOLARIS-2-L", 1, 13900)]
    week.deals["solaris"] = week.person("manager").make_deal("Интернет-магазин", "Резерв", "Елена Тихонова", lines, title="Фара Solaris", Филиал="Санкт-Петербург")  # fmt: skip


def _visit(week: Week) -> None:
    lines = [("GLASS-E90-L", 1, 6200), ("SRV-GLASS", 1, 6000)]
    week.deals["visit"] = week.person("manager").make_deal("Сервис", "Закрыт на приезд", "Руслан Ахметов", lines, title="Стекло фары BMW E90", Филиал="Москва")  # fmt: skip


def _add_sealant(week: Week) -> None:
    week.person("manager").add_line(week.deals["lens"], "SEAL-ORCA-45", 1, 1450)


def _slip(week: Week) -> None:
    warehouse = week.person("warehouse")
    order = warehouse.order_of(week.deals["lens"])
    warehouse.change_line_amount(order["id"] if order else "", "LAMP-D2S-PHILIPS", 1)


def _move(name: str, stage: str) -> Callable[[Week], None]:
    return lambda week: week.person("manager").move_deal(week.deals[name], stage)


def _no_branch(week: Week) -> None:
    lines = [("LED-AOZOOM-A6", 1, 18900)]
    week.deals["aozoom"] = week.person("manager").make_deal("Интернет-магазин", "Резерв", "ООО «АвтоСвет Сервис»", lines, title="Модули Aozoom")  # fmt: skip


def _fill_branch(week: Week) -> None:
    week.person("manager").set_field(week.deals["aozoom"], "Филиал", "Москва")


def _both_change(week: Week) -> None:
    manager, warehouse = week.person("manager"), week.person("warehouse")
    order = warehouse.order_of(week.deals["aozoom"])
    manager.set_lines(week.deals["aozoom"], [("LED-AOZOOM-A6", 2, 18500)])
    warehouse.change_line_price(order["id"] if order else "", "LED-AOZOOM-A6", 17900)


def _answer(week: Week) -> None:
    with week.app.store.writing() as tx:
        question = next(row for row in findings.open_items(tx, COMPANY) if row.finding.kind == "conflict")
        findings.answer(tx, question.id, "take-owner", "owner", "цену согласовал продавец", week.app.clock.real())


def _taxi(week: Week) -> None:
    lines = [("LAMP-H7-OSRAM", 10, 2350)]
    week.deals["taxi"] = week.person("manager").make_deal("Интернет-магазин", "Отгружено/не оплачено", "ООО «Таксопарк Невский»", lines, title="Лампы для таксопарка", Филиал="Санкт-Петербург")  # fmt: skip


def _outage(week: Week) -> None:
    week.sandbox.world.faults.arm(Fault(COMPANY, "bitrix24", "http_502_html", left=20, share=None, random=Random(0), seconds=0))


def _over(week: Week) -> None:
    week.sandbox.world.faults.clear()


SCENES = (
    Scene(0, "09:10", "Ольга, менеджер", "сделка «Линзы Hella для Passat» на стадии «Резерв»", _lens),
    Scene(0, "11:00", "Ольга", "новая клиентка, в Бизнес.ру её ещё нет: «Фара Solaris» на стадии «Резерв»", _solaris),
    Scene(0, "12:20", "Ольга", "запись в сервис: «Стекло фары BMW E90», «Закрыт на приезд»", _visit),
    Scene(1, "08:55", "Сверка", "утренние письма", jobs=("digest",)),
    Scene(1, "10:00", "Ольга", "добавила в «Линзы Hella» герметик", _add_sealant),
    Scene(1, "15:00", "Степан, склад", "по ошибке поправил в заказе количество ламп", _slip),
    Scene(1, "15:12", "Сверка", "смотрит второй раз"),
    Scene(2, "08:55", "Сверка", "утренние письма", jobs=("digest",)),
    Scene(2, "10:30", "Ольга", "«Фара Solaris» — клиентка передумала, сделка проиграна", _move("solaris", "lost")),
    Scene(2, "13:00", "Ольга", "«Модули Aozoom» на «Резерв», а филиал не указала", _no_branch),
    Scene(2, "13:40", "Ольга", "указала филиал «Москва»", _fill_branch),
    Scene(3, "08:55", "Сверка", "утренние письма", jobs=("digest",)),
    Scene(3, "09:40", "Ольга", "«Фара Solaris» — клиентка вернулась, снова «Резерв»", _move("solaris", "Резерв")),
    Scene(3, "12:00", "Ольга и Степан", "поменяли «Модули Aozoom»: она в сделке, он в заказе", _both_change),
    Scene(3, "16:00", "Битрикс24", "отвечает страницей об ошибке вместо данных", _outage),
    Scene(3, "16:10", "Битрикс24", "снова работает", _over),
    Scene(4, "08:55", "Сверка", "утренние письма", jobs=("digest",)),
    Scene(4, "09:30", "Андрей, владелец", "ответил на вопрос: верна сделка", _answer),
    Scene(4, "11:00", "Ольга", "«Лампы для таксопарка» — постоянному клиенту без предоплаты", _taxi),
    Scene(4, "17:30", "Сверка", "перечитывает всё целиком и сверяет ещё раз", jobs=("sweep",)),
)
