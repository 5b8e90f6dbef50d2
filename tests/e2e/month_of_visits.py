"""Days of a car service at random: visits booked, moved and cancelled, phones of all sorts, troubles, nights without the worker, kill -9.

Belongs here: what happens. What is right is for `oracle_of_visits` to say. Time jumps from one moment at which something can be due to the
next; the worker looks a minute or a few after it, as cron would.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from sandbox.faults import Fault
from sandbox.handset import Handset
from sverka.domain.actions import card_of
from sverka.domain.effects import State
from sverka.domain.messaging.wishes import kind_of
from sverka.store import findings, messages, outbox
from tests.e2e.killed_runs import SEND, KilledRuns
from tests.e2e.oracle_of_visits import ZONE, Chapter, Kept, Records, Story, Taken, Unknown, troubles
from tests.e2e.town import COMPANY, Town

SERVICE, VISIT, VISIT_AT = "Сервис", "Закрыт на приезд", "Дата и время визита"
FIRST_DAY = date(2026, 11, 23)
_VISITS, _REVIEWS = "visits", "reviews"
_NO_MESSENGER = {"max": "no_account", "whatsapp": "no_account"}
_PHONES: tuple[tuple[int, dict[str, str]], ...] = (
    (50, {}), (14, {"max": "no_account"}), (12, _NO_MESSENGER), (6, {"max": "off"}), (5, {"max": "off", "whatsapp": "no_account"}),
    (4, {"max": "off", "whatsapp": "off"}), (3, {**_NO_MESSENGER, "sms": "blocked"}), (3, {"max": "blocked", "whatsapp": "blocked"}),
)  # fmt: skip
"""How phones behave, with weights."""
_REACHED_BY = ((80, (True, False)), (8, (True, True)), (6, (False, True)), (6, (False, False)))
"""A mobile, a mailbox: with weights; those without a mobile have a landline."""
_TROUBLES = (
    ("green_api", "http_500", 1.0), ("green_api", "http_503", 1.0), ("green_api", "timeout_before", 1.0),
    ("green_api", "timeout_after", 0.5), ("green_api", "http_429", 0.4), ("smsc", "http_500", 1.0), ("smsc", "timeout_after", 0.5),
    ("bitrix24", "http_503", 1.0),
)  # fmt: skip
"""(system, fault, share of its requests)."""
_MONEY_FOR_SMS = 10_000_000
"""Kopecks: the emulator's own sum is used up by the middle of the month, and from then on nobody is reached by SMS."""
_LETTERS = "абвгдежзиклмнопрстуф"


@dataclass(frozen=True)
class Pace:
    """How much happens. troubles: how often a day a provider fails, on the average; nights: the share of nights without the worker.

    kills: the share of runs that are to be killed.
    """

    days: int
    visits_a_day: int
    troubles: float
    nights: float
    kills: float = 0.0


@dataclass
class VisitMonth:
    """Plays days; afterwards `judge` raises AssertionError with everything that should not have been."""

    town: Town
    seed: int
    pace: Pace
    stories: list[Story] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count()
        self._ticks: dict[str, list[datetime]] = {_VISITS: [], _REVIEWS: []}
        self._last_looked: dict[str, datetime] = {}
        self._outages: list[tuple[str, datetime, datetime]] = []
        self.away: list[tuple[datetime, datetime]] = []
        self._fate, self._killed = Random(-self.seed - 1), list[datetime]()
        self._killed_runs = KilledRuns(self.town, self._fate)
        self.town.set_clock(datetime.combine(FIRST_DAY, time(7), ZONE).isoformat())
        self.town.sandbox.world.companies[COMPANY].emulators["smsc"].state.balance_kopecks = _MONEY_FOR_SMS

    def play(self) -> VisitMonth:
        """Play all days, and two more in which nothing new is booked."""
        for number in range(self.pace.days + 2):
            day = FIRST_DAY + timedelta(days=number)
            for clock, job in ((time(8), _VISITS), (time(10), _REVIEWS), (time(12), _REVIEWS), (time(19), _VISITS)):
                self.look(datetime.combine(day, clock, ZONE), job)
            if number < self.pace.days:
                self._begin(day)
        self.run_until(datetime.combine(FIRST_DAY + timedelta(days=self.pace.days + 2), time(7), ZONE))
        return self

    def judge(self) -> None:
        """Raise AssertionError with all that the oracle finds."""
        found = troubles(self.records())
        assert not found, f"seed {self.seed}, {len(found)} troubles:\n" + "\n".join(found[:12])

    def records(self) -> Records:
        """Return what is judged."""
        effects = self.town.sandbox.world.journal.effects
        taken = [_taken(row) for row in effects if row["system"] in ("smsc", "green_api", "mail")]
        return Records(
            self.stories, taken, self._came(), self._kept(), self._ticks, self._outages, self.now(), self._killed,
            [_asked(row["payload"], row["at"]) for row in effects if row["kind"] == "crm.activity.todo.add"], self._unknown(),
        )  # fmt: skip

    def figures(self) -> dict[str, Any]:
        """Return what happened, in numbers."""
        records = self.records()
        sent = Counter(f"{each.kind} by {each.channel}" for each in records.taken)
        kept = Counter(f"{each.verdict} {each.rule}" for each in records.kept if each.verdict == "held")
        looked = {job: len(ticks) for job, ticks in self._ticks.items()}
        return {
            **self.counts, "visits": len(self.stories), "messages": len(records.taken), "unknown": len(records.unknown),
            "ticks": looked, "sent": dict(sorted(sent.items())), "held": dict(sorted(kept.items())),
        }  # fmt: skip

    def _begin(self, day: date) -> None:
        """Put what happens on a day on the agenda."""
        for _ in range(self.dice.randint(self.pace.visits_a_day - 1, self.pace.visits_a_day + 1)):
            self._at_desk(self._some_time(day), self._book)
        if self.dice.random() < 0.4:
            self._at(self._some_time(day), self._ask_for_silence)
        while self.dice.random() < self.pace.troubles / (1 + self.pace.troubles):
            self._at(self._some_time(day), self._fail)
        if self.dice.random() < self.pace.nights:
            gone, back = self.dice.choice(((18, 30), (20, 0), (22, 0))), self.dice.choice(((7, 0), (9, 30), (11, 20)))
            self.away.append(
                (datetime.combine(day, time(*gone), ZONE), datetime.combine(day + timedelta(days=1), time(*back), ZONE))
            )

    def _some_time(self, day: date) -> datetime:
        return datetime.combine(day, time(8), ZONE) + timedelta(minutes=self.dice.randint(0, 14 * 60 + 30))

    def _at(self, moment: datetime, act: Callable[[], None]) -> None:
        heappush(self._agenda, (moment, next(self._numbers), act))

    def _at_desk(self, moment: datetime, act: Callable[[], None]) -> None:
        """Put what people do in the portal on the agenda; where that does not answer, they try again later."""
        wait = timedelta(minutes=15)
        self._at(moment, lambda: self._at_desk(self.now() + wait, act) if self._fails("bitrix24") else act())

    def look(self, moment: datetime, job: str = _VISITS) -> None:
        """Let the worker look a little after a moment, and once more a few minutes later, when what failed is tried again."""
        for late in (self.dice.randint(60, 200), 400):
            self._at(moment + timedelta(seconds=late), lambda: self._tick(job))

    def run_until(self, end: datetime) -> None:
        """Let everything happen that is on the agenda until a moment."""
        while self._agenda and self._agenda[0][0] < end:
            moment, _, act = heappop(self._agenda)
            self._pass_to(moment)
            act()
        self._pass_to(end)

    def _pass_to(self, moment: datetime) -> None:
        left = (moment - self.now()).total_seconds()
        if left > 0:
            self.town.later(seconds=left)  # type: ignore[arg-type]

    def now(self) -> datetime:
        """Return the world's time."""
        return self.town.sandbox.world.clock.now()

    def _tick(self, job: str) -> None:
        """Let the job run, unless the worker is away or looked a moment ago; look again where something may be on its way."""
        now = self.now()
        is_away = any(since <= now < until for since, until in self.away)
        if is_away or now - self._last_looked.get(job, now - timedelta(days=1)) < timedelta(seconds=50):
            self.counts["missed"] += is_away
            return
        self._last_looked[job] = now
        report = self._run(job)
        if report["outcome"] == "done":
            self._ticks[job].append(now)
        for minutes in self._looks_again(report):
            self._at(now + timedelta(minutes=minutes, seconds=10), lambda: self._tick(job))

    def _looks_again(self, report: Mapping[str, Any]) -> tuple[int, ...]:
        """Return in how many minutes the worker looks again: what it sent may be told, or tried, by then."""
        with self.town.app.store.reading() as tx:
            is_open = bool(outbox.claimed(tx, COMPANY))
        if report["outcome"] != "done":
            return (2, 5) if report["outcome"] == "killed" else (5,)
        is_sent = any(kind.startswith("message.") for kind in report["planned"])
        return (*((4,) if is_open else ()), *((1, 31) if is_sent else ()))

    def _run(self, job: str) -> Mapping[str, Any]:
        """Let a job run, perhaps to be killed; return the company's report."""
        is_hunted = self._fate.random() < self.pace.kills
        return self.killed_run(job) if is_hunted else self._counted(self.town.run(job))

    def killed_run(self, job: str, step: int = 0) -> Mapping[str, Any]:
        """Let a job run in a process of its own, which is killed: at the n-th step of sending, or anywhere; return the report."""
        began = self.now()
        report = self._killed_runs.run_until(job, step, SEND) if step else self._killed_runs.run(job)
        if report is None:
            self._killed.append(began)
        return self._counted(report or {"outcome": "killed", "planned": {}})

    def _counted(self, report: Mapping[str, Any]) -> Mapping[str, Any]:
        self.counts[f"run {report['outcome']}"] += 1
        return report

    def _book(self) -> None:
        """Let somebody with some sort of phone book a visit, which is moved or cancelled sometimes."""
        has_mobile, has_mail = self._drawn(_REACHED_BY)
        mail = f"client{len(self.stories)}@pochta.example" if has_mail else ""
        story = self.book(self._some_visit(), self._drawn(_PHONES) if has_mobile else {}, mail, has_mobile=has_mobile)
        for _ in range(self.dice.choice((0, 0, 0, 0, 1, 1, 2))):
            span = (story.chapters[0].at or self.now()) - self.now()
            self._at_desk(
                self.now() + max(span * self.dice.random(), timedelta(minutes=4)), lambda: self._change(story)
            )

    def book(self, at: datetime, habits: Mapping[str, str], mail: str = "", *, has_mobile: bool = True) -> Story:
        """Let somebody become a client and book a visit."""
        place, manager = len(self.stories), self.town.person()
        phone = f"+79{16 + place % 3}{5_550_000 + place:07d}" if has_mobile else f"+7495{5_550_000 + place:07d}"
        surname = "Ивашов" + "".join(_LETTERS[int(each)] for each in str(place))
        manager.make_contact("Лев", surname, phone, mail)
        for channel, word in habits.items():
            Handset(self.town.sandbox.ready, COMPANY, phone).behaves(channel, word)
        deal = manager.make_deal(SERVICE, VISIT, f"Лев {surname}", [], **{"Филиал": "Москва", VISIT_AT: at})
        story = Story(deal, phone if has_mobile else "", mail, habits, [Chapter(self.now(), at)])
        self.stories.append(story)
        self._expect(story, at)
        return story

    def _some_visit(self) -> datetime:
        """Return a moment some hours or days ahead, in the hours of the workshop."""
        day = self.now().astimezone(ZONE).date() + timedelta(days=self.dice.choice((0, 1, 1, 1, 2, 3, 5)))
        at = datetime.combine(day, time(9), ZONE) + timedelta(minutes=30 * self.dice.randint(0, 22))
        return at if at > self.now() + timedelta(minutes=20) else at + timedelta(days=1)

    def _expect(self, story: Story, at: datetime) -> None:
        """Have the worker look when something may be due."""
        self.look(self.now(), _VISITS)
        self.look(max(at - timedelta(hours=2), self.now()), _VISITS)
        self._at_desk(at + timedelta(hours=3), lambda: self._end(story))
        self.counts["booked" if len(story.chapters) == 1 else "moved"] += 1

    def _change(self, story: Story) -> None:
        """Move a visit, there or back, or cancel it; or book it anew."""
        now, chapter = self.now(), story.chapters[-1]
        if (
            chapter.won
            or (chapter.at is not None and chapter.at <= now)
            or not now < story.chapters[0].since + timedelta(days=8)
        ):
            return
        if chapter.at is None or self.dice.random() < 0.65:
            earlier = [
                each.at
                for each in story.chapters[:-1]
                if each.at is not None and each.at > now and each.at != chapter.at
            ]
            at = self.dice.choice(earlier) if earlier and self.dice.random() < 0.6 else self._some_visit()
            self.move(story, at)
            return
        self.cancel(story)
        if self.dice.random() < 0.4:
            self._at_desk(now + timedelta(minutes=self.dice.randint(3, 300)), lambda: self._change(story))

    def cancel(self, story: Story) -> None:
        """Lose the deal of a visit."""
        self.town.person().move_deal(story.deal, "lost")
        story.chapters.append(Chapter(self.now(), None))
        self.counts["cancelled"] += 1
        self.look(self.now(), _VISITS)

    def move(self, story: Story, at: datetime) -> None:
        """Move a visit, or book it anew."""
        chapter = story.chapters[-1]
        if at == chapter.at:
            return
        owner = self.town.person()
        owner.set_field(story.deal, VISIT_AT, at)
        if chapter.at is None:
            owner.move_deal(story.deal, VISIT)
        story.chapters.append(Chapter(self.now(), at))
        self._expect(story, at)

    def _end(self, story: Story) -> None:
        """Win the deal of a visit that took place."""
        chapter = story.chapters[-1]
        if chapter.at is not None and not chapter.won and chapter.at < self.now():
            self.town.person().move_deal(story.deal, "won")
            story.chapters.append(Chapter(self.now(), chapter.at, won=True))
            self.counts["won"] += 1

    def _ask_for_silence(self) -> None:
        """Let a client who was written to answer with «СТОП»; that is heard when the mail and the messengers are next read."""
        theirs = [each for each in self.stories if each.phone and not each.habits and not each.stopped]
        if not theirs:
            return
        story, how = self.dice.choice(theirs), self.dice.choice(("max", "whatsapp"))
        Handset(self.town.sandbox.ready, COMPANY, story.phone).writes(how, "СТОП")
        self._at(self.now() + timedelta(minutes=2), lambda: self._hear(story, how))

    def _hear(self, story: Story, how: str) -> None:
        outcome = self._run("inbox")["outcome"]
        if outcome == "killed":
            self._at(self.now() + timedelta(minutes=2), lambda: self._hear(story, how))
        elif outcome == "done" and not self._fails("green_api"):
            story.stopped.setdefault(how, self.now())
            self.counts["asked for silence"] += 1

    def _fails(self, system: str) -> bool:
        return any(name == system and since <= self.now() <= until for name, since, until in self._outages)

    def _fail(self) -> None:
        """Let a provider fail for a while."""
        system, kind, share = self.dice.choice(_TROUBLES)
        self.town.sandbox.world.faults.clear()
        self.town.sandbox.world.faults.arm(Fault(COMPANY, system, kind, None, share, Random(self.seed), 0))
        until = self.now() + timedelta(minutes=self.dice.choice((10, 25, 60)))
        self._outages.append((system, self.now(), until))
        self.counts[f"{system} {kind}"] += 1
        self._at(until, self._mend)

    def _mend(self) -> None:
        self.town.sandbox.world.faults.clear()
        for minutes in (1, 6, 12):
            self._at(self.now() + timedelta(minutes=minutes), lambda: self._tick(_VISITS))

    def _drawn(self, weighted: tuple[tuple[int, Any], ...]) -> Any:
        return self.dice.choices([each for _, each in weighted], [weight for weight, _ in weighted])[0]

    def _came(self) -> list[Taken]:
        """Return what lies in all phones."""
        hands = [
            (each.phone, Handset(self.town.sandbox.ready, COMPANY, each.phone)) for each in self.stories if each.phone
        ]
        return [
            Taken(phone, channel, row["text"].replace("\u00a0", " "), datetime.fromisoformat(row["at"]))
            for phone, handset in hands
            for channel in ("max", "whatsapp", "sms")
            for row in handset.messages(channel)
        ]

    def _kept(self) -> list[Kept]:
        with self.town.app.store.reading() as tx:
            rows = messages.listing(tx, COMPANY, limit=1_000_000)
        return [
            Kept(
                int(row.card.removeprefix("deal:")), row.kind,
                _moment_in(row.occasion), row.verdict, row.rule,
            )
            for row in rows
        ]  # fmt: skip

    def _unknown(self) -> list[Unknown]:
        with self.town.app.store.reading() as tx:
            effects = [each for each in outbox.open_ends(tx, COMPANY) if each.state is State.UNKNOWN]
            asked = {each.finding.aspect for each in findings.open_items(tx, COMPANY)}
        return [
            Unknown(
                int(card_of(each.subject).removeprefix("deal:")), kind_of(each.key, each.subject), _moment_in(each.key.split("|")[2]),
                each.system, f"effect {each.id}" in asked,
            )
            for each in effects
        ]  # fmt: skip


def _moment_in(occasion: str) -> str:
    return occasion.split(maxsplit=1)[0].replace("won", "")


def _asked(payload: dict[str, Any], at: str) -> Taken:
    """Return what a person was asked to tell a client, sent to the number of the deal."""
    text = payload["description"].replace("\u00a0", " ").rpartition("\n(")[0]
    return Taken(payload["ownerId"], "person", text, datetime.fromisoformat(at))


def _taken(row: dict[str, Any]) -> Taken:
    """Return a message as the emulator's record has it; of a letter the subject, but for thanks."""
    payload, at = row["payload"], datetime.fromisoformat(row["at"])
    if row["system"] == "mail":
        subject = payload["headers"]["Subject"].replace("\u00a0", " ")
        said = f"{subject} {payload['text']}" if "Спасибо" in subject else subject
        return Taken(payload["to"][0], "email", said, at)
    text = payload["text"].replace("\u00a0", " ")
    return Taken(f"+{payload['phone'].removeprefix('+')}", payload.get("channel", "sms"), text, at)
