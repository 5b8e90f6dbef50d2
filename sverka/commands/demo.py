"""`sverka demo`: a working week of the example companies on loopback.

People act through the vendors' own APIs (sandbox.people), the jobs run at their hours, the sandbox's clock is moved on between. What
is printed is what really happened: each line of Сверка is an effect from its outbox. Letters go to a folder.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_string
from email.policy import default
from pathlib import Path
from random import Random

import click

from sandbox.faults import Fault
from sandbox.handset import Handset
from sandbox.people import Person
from sandbox.serve import Sandbox, start
from sverka import app as application
from sverka.app import ROOT, App, WrongUsage
from sverka.commands import story
from sverka.domain.effects import State
from sverka.store import findings, outbox
from sverka.work import post

_OURS = re.compile(r"demo\.db.*|\d\d+-.+\.(html|txt|xlsx)")
"""The files that a demo leaves."""
_MESSAGES = ("sendMessage", "POST send")
"""Effects that are short messages."""
_CHANNELS = {"max": "MAX", "whatsapp": "WhatsApp", "sms": "SMS"}
_DAYS = ("Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота", "Воскресенье")


@dataclass
class Week:
    """The running demo: the sandbox, the worker, and what the story remembers."""

    sandbox: Sandbox
    app: App
    out: Path
    company: str = story.FIRST
    """Whose scene is played."""
    deals: dict[str, int] = field(default_factory=dict)
    shown: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    told: set[int] = field(default_factory=set)
    letters: int = 0
    messages: int = 0

    def person(self, name: str) -> Person:
        """Return somebody of the company, with their own keys to both systems."""
        return Person(self.sandbox.ready, self.company, name)

    def at(self, day: int, clock: str) -> None:
        """Move the sandbox's clock to a day of the week (0 is Monday) and an hour in Moscow."""
        hour, minute = map(int, clock.split(":"))
        monday = datetime.fromisoformat("2026-11-23T00:00:00+03:00")
        self.sandbox.world.clock.set(monday + timedelta(days=day, hours=hour, minutes=minute))

    def break_portal(self) -> None:
        """Let the portal answer with pages of errors instead of data."""
        fault = Fault(self.company, "bitrix24", "http_502_html", left=20, share=None, random=Random(0), seconds=0)  # noqa: S311
        self.sandbox.world.faults.arm(fault)

    def mend_portal(self) -> None:
        """Let the portal work again."""
        self.sandbox.world.faults.clear()

    def writes(self, phone: str, channel: str, text: str) -> None:
        """Let a client write from a phone."""
        Handset(self.sandbox.ready, self.company, phone).writes(channel, text)

    def decide(self, kind: str, choice: str, by: str, reason: str) -> None:
        """Answer the open question of a kind, as `sverka queue decide` does."""
        with self.app.store.writing() as tx:
            question = next(
                row for row in findings.open_items(tx, self.company) if row.finding.asks and row.finding.kind == kind
            )
            findings.answer(tx, question.id, choice, by, reason, self.app.clock.real())

    def run(self, job: str) -> None:
        """Run a job and print what came of it."""
        report, _ = application.run(self.app, job, self.company)
        for company in report.companies:
            for sentence in company.sentences:
                _say("!", sentence)
        self._effects()
        self._findings()
        self._letters()
        self._messages()

    def _effects(self) -> None:
        with self.app.store.reading() as tx:
            rows = [
                row
                for row in outbox.listing(tx, self.company, limit=1000)
                if row.id > self.shown[self.company] and row.state is State.DONE
            ]
        for row in sorted(rows, key=lambda row: row.id):
            if row.changed is not False and row.system not in ("mail", "smsc", "green_api"):
                _say("✓", row.reason)
        self.shown[self.company] = max([self.shown[self.company], *(row.id for row in rows)])

    def _findings(self) -> None:
        with self.app.store.reading() as tx:
            rows = [row for row in findings.open_items(tx, self.company) if row.id not in self.told]
        for row in rows:
            _say("?" if row.finding.asks else "·", row.finding.text)
        self.told |= {row.id for row in rows}

    def _letters(self) -> None:
        rows = [row for row in self.sandbox.world.journal.effects if row["system"] == "mail"][self.letters :]
        for row in rows:
            self.letters += 1
            letter = row["payload"]
            name = f"{self.letters:02d}-{letter['to'][0].partition('@')[0]}"
            pages = post.pages(message_from_string(letter["raw"], policy=default))
            (self.out / f"{name}.html").write_text(pages.html, encoding="utf-8")
            (self.out / f"{name}.txt").write_text(pages.text, encoding="utf-8")
            for content in pages.files.values():
                (self.out / f"{name}.xlsx").write_bytes(content)
            _say("✉", f"{letter['to'][0]}: {letter['headers']['Subject']}  → {self.out / name}.html")

    def _messages(self) -> None:
        rows = [row for row in self.sandbox.world.journal.effects if row["kind"] in _MESSAGES][self.messages :]
        for row in rows:
            self.messages += 1
            held = row["payload"]
            where = _CHANNELS[held.get("channel", "sms")]
            _say("☏", f"{where} +{held['phone'].lstrip('+')}: {' '.join(held['text'].split())}")


def play(out: Path) -> int:
    """Play the week; return the exit code. Raises WrongUsage for a folder that holds anything but an earlier demo."""
    _clear(out)
    with _week(out) as week:
        day = -1
        for scene in story.SCENES:
            if scene.day != day:
                day = scene.day
                click.secho(f"\n{_DAYS[day % 7]}, {23 + day} ноября", bold=True)
            _play(week, scene)
        effects = len(week.sandbox.world.journal.effects)
        told = f"{week.messages} messages went to clients' phones"
        click.echo(f"\n{effects} effects in the systems over the week; {told}, {week.letters} letters are in {out}/")
    return 0


def _clear(out: Path) -> None:
    """Make the folder, or empty it of what an earlier demo left; somebody's other files are never touched."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        held = list(out.iterdir())
        strange = [file.name for file in held if not _OURS.fullmatch(file.name)]
        if strange:
            raise WrongUsage(f"{out} holds other files, such as {strange[0]}; name a new or an empty folder")
        for file in held:
            file.unlink()
    except OSError as error:
        raise WrongUsage(f"{out} cannot be used: {error.strerror}; name another folder") from error


def _play(week: Week, scene: story.Scene) -> None:
    week.company = scene.company
    week.at(scene.day, scene.clock)
    click.echo(f" {scene.clock}  {click.style(scene.who, bold=True)}: {scene.what}")
    scene.act(week)
    for job in scene.jobs:
        week.run(job)


@contextmanager
def _week(out: Path) -> Iterator[Week]:
    database = out / "demo.db"
    with start(
        sorted({scene.company for scene in story.SCENES}), ROOT / "config" / "companies", limits="off"
    ) as sandbox:
        ours = {"SVERKA_DATABASE_URL": f"sqlite:///{database.resolve()}", "SVERKA_CLOCK_JUMPS": "allow"}
        environ = {**sandbox.ready["env"], **ours}
        with application.opened(environ) as app:
            yield Week(sandbox, app, out)


def _say(sign: str, text: str) -> None:
    click.echo(f"        {sign} {text}")
