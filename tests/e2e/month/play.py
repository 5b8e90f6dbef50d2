"""A month of the company: days of people and runs, with an oracle that looks on, and the end when all comes to rest."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from sandbox.faults import Fault
from sverka.store import findings, outbox
from sverka.store.findings import OpenFinding
from tests.e2e.month import oracle
from tests.e2e.month.answering import Answerers
from tests.e2e.month.keeping import OPENED
from tests.e2e.month.view import look
from tests.e2e.month.watch import COMPARED, Watch
from tests.e2e.town import COMPANY, Town

PORTAL, LEDGER = "bitrix24", "business_ru"
_FAULTS = (
    (LEDGER, "timeout_after"), (PORTAL, "timeout_after"), (LEDGER, "timeout_before"), (LEDGER, "reset"), (PORTAL, "reset"),
    (LEDGER, "http_503"), (PORTAL, "http_500"), (LEDGER, "half_page"), (PORTAL, "half_page"), (LEDGER, "half_body"), (LEDGER, "rows_move"),
    (PORTAL, "duplicate_rows"), (LEDGER, "maintenance"),
)  # fmt: skip
_BENIGN = {
    ("behind_fact", "allowed"),
    ("behind_fact", "answer"),
    ("behind_fact", "call"),
    ("behind_fact", "overpaid"),
    ("conflict", "shop cancelled"),
}
"""What may still be told when all is at rest: somebody is late, is owed money, or has goods of an order that the buyer cancelled."""
_ASPECTS = {"order": ("lines", "deal_lines"), "shop": ("shop_lines",)}
_ZONE, _DAY_S = ZoneInfo("Europe/Moscow"), 86_400


@dataclass(frozen=True)
class Pace:
    """How much happens. faulty: the share of runs in which requests fail."""

    days: int
    runs_a_day: int
    acts_a_run: int
    faulty: float


class Month:
    """Plays days at random and raises AssertionError with the diary as soon as something is not as it should be."""

    def __init__(self, town: Town, seed: int, pace: Pace) -> None:
        self.town, self.pace, self.dice = town, pace, Random(seed)
        self.staff = Answerers(town, self.dice)
        self.watch = Watch(town, self.staff.known)
        self.counts: dict[str, int] = {}

    def play(self) -> None:
        """Play the days, then let everything come to rest."""
        weighted = [*self.staff.selling(), *self.staff.keeping(), (6, self.staff.answer_one)]
        acts, weights = [act for _, act in weighted], [weight for weight, _ in weighted]
        for day in range(self.pace.days):
            self.until(9)
            self.staff.tell(f"— day {day + 1}")
            self.run("digest")
            for _ in range(self.pace.runs_a_day):
                for act in self.dice.choices(acts, weights, k=self.pace.acts_a_run):
                    self.count(act.__name__, act())
                    self.town.later(seconds=self.dice.randint(5, 200))
                self.run("agreement", faulty=self.dice.random() < self.pace.faulty)
                self.town.later(minutes=self.dice.choice((2, 4, 11, 30)))
            self.evening()
        self.rest()

    def evening(self) -> None:
        """Let quiet runs go by; what then still disagrees must be known to people. At night everything is read again."""
        for _ in range(3):
            self.town.later(minutes=15)
            self.run("agreement")
        self.compare(strictly=False)
        self.until(3)
        self.run("sweep", faulty=self.dice.random() < self.pace.faulty)

    def until(self, hour: int) -> None:
        """Let time pass until the next time that the company's clocks show an hour."""
        now = self.staff.now().astimezone(_ZONE)
        then = now.replace(hour=hour, minute=0, second=0)
        self.town.later(seconds=int((then - now).total_seconds()) % _DAY_S)

    def run(self, job: str, *, faulty: bool = False) -> dict[str, Any]:
        """Run a job and judge what it did."""
        self.staff.view = before = look(self.town.sandbox)
        self.watch.before(before)
        kinds = self._arm() if faulty else []
        mark = self.town.mark()
        report = self.town.run(job)
        self._disarm()
        self.staff.view = after = look(self.town.sandbox)
        effects = self.town.effects(mark)
        self.staff.tell(
            f"run {job}{' with ' + str(kinds) if kinds else ''}: {_brief(report)} {[row['kind'] for row in effects]}"
        )
        surely = not faulty and report["outcome"] == "done" and not report["unknown"]
        self.watch.after(before, after, effects, surely=surely)
        self.count("runs", True)
        self.count("effects", len(effects))
        assert faulty or report["outcome"] == "done", self.told(f"the run {job} did not end well: {report}")
        known = self.staff.known
        wrong = [*self.watch.troubles, *oracle.breaches(after, known), *oracle.receipts(before, after, known)]
        assert not wrong, self.told("\n".join(wrong))
        if surely and job != "digest":
            self.ask_about_clashes()
        return report

    def ask_about_clashes(self) -> None:
        """Every pair that clashes after a run that saw everything has a question, as a finding and as a task."""
        items = self.findings()
        for kind, deal in self.watch.clashing(self.staff.view):
            card = self.staff.view.deals[deal]
            order = self.staff.view.order_of(deal)
            if (card.funnel, card.stage) not in COMPARED or (deal, kind) in self.staff.known.left:
                continue
            if kind == "order" and order and order.status == OPENED and not order.shipped:
                continue  # while the master works, the deal waits
            if kind == "shop" and (basket := self.staff.view.shop_of(deal)) and basket.cancelled:
                continue  # what the buyer does not want is not compared
            about = [item.finding for item in items if item.finding.subject == f"deal:{deal}"]
            if not any(finding.asks and finding.aspect in _ASPECTS[kind] for finding in about):
                raise AssertionError(
                    self.told(f"deal {deal} clashes with its {kind}, and no finding asks about it", deal)
                )
            if not self.staff.view.questions(deal) and not self.staff.was_closed(deal):
                raise AssertionError(self.told(f"deal {deal} clashes with its {kind}, and nobody has a task", deal))

    def compare(self, *, strictly: bool) -> None:
        """What disagrees must be known to people; strictly: nothing may disagree but what they want left."""
        told = {item.finding.subject for item in self.findings()}
        if not strictly:
            with self.town.app.store.reading() as tx:  # a lost answer is still being looked for
                told |= outbox.subjects_waiting(tx, COMPANY)
        left = {deal for deal, _ in self.staff.known.left}
        for trouble in oracle.troubles(self.staff.view, self.staff.known):
            if trouble.deal in left or (not strictly and f"deal:{trouble.deal}" in told):
                continue
            raise AssertionError(self.told(f"deal {trouble.deal}, {trouble.aspect}: {trouble.text}", trouble.deal))

    def rest(self) -> None:
        """Let people answer and mend what they are told, until nobody is asked anything; then nothing may be left to do."""
        self.staff.tell("— the people stop")
        for _ in range(14):
            self.town.later(minutes=12)
            report = self.run("agreement")
            self.staff.read_the_letter()
            while self.staff.answer_one(soberly=True):
                self.town.later(minutes=1)
                report = self.run("agreement")
            self.staff.mend_all()
            if not report["planned"] and not self.unsettled():
                break
        self.town.later(hours=1)
        self.run("agreement")
        self.run("sweep")
        last = self.run("agreement")
        assert (last["planned"], last["unknown"]) == ({}, 0), self.told(f"something is left to do: {last}")
        self.compare(strictly=True)
        wrong = [f"{item.finding.key}: {item.finding.text}" for item in self.unsettled()]
        assert not wrong, self.told("told to people, who did what they could: " + "\n".join(wrong))

    def unsettled(self) -> list[OpenFinding]:
        """Return what is told to people and is neither a mere delay nor what they want left."""
        left = {f"deal:{deal}" for deal, _ in self.staff.known.left}
        return [
            item
            for item in self.findings()
            if (item.finding.kind, item.finding.aspect) not in _BENIGN and item.finding.subject not in left
        ]

    def findings(self) -> list[OpenFinding]:
        with self.town.app.store.reading() as tx:
            return findings.open_items(tx, COMPANY)

    def told(self, text: str, deal: int = 0) -> str:
        """Return a text with the part of the diary that belongs to it."""
        diary = self.staff.known.diary
        about = [
            line for line in diary if not deal or f"deal {deal}" in line or " run " in line or "store's order" in line
        ]
        return f"{text}\n\n" + "\n".join(about[-60:])

    def count(self, what: str, times: int) -> None:
        self.counts[what] = self.counts.get(what, 0) + int(times)

    def _arm(self) -> list[tuple[str, str]]:
        kinds = self.dice.sample(_FAULTS, self.dice.choice((1, 1, 2)))
        for system, kind in kinds:
            self.town.sandbox.world.faults.arm(
                Fault(COMPANY, system, kind, None, 0.3, Random(self.dice.random()), 0.05)
            )
        transport, dice = self.town.transport, Random(self.dice.random())
        if transport and self.dice.random() < 0.4:
            transport.busy = lambda request: "/api/rest/" in request.url.path and dice.random() < 0.1
        elif transport and self.dice.random() < 0.4:
            transport.lose = lambda request: _is_write(request) and dice.random() < 0.3
        return kinds

    def _disarm(self) -> None:
        self.town.sandbox.world.faults.clear()
        if self.town.transport:
            self.town.transport.busy = self.town.transport.lose = lambda _request: False


def _is_write(request: httpx.Request) -> bool:
    return "/api/rest/" in request.url.path and request.method != "GET"


def _brief(report: dict[str, Any]) -> dict[str, Any]:
    names = ("outcome", "planned", "done", "skips", "findings", "unknown", "failed", "sentences")
    return {name: report[name] for name in names if report[name]}
