"""A trader's real invoices lived through day by day: people work in 1C and the CRM, the job runs once a day, letters go.

Judged by what the emulator of the mailbox took and by a second telling of what is overdue, never by what the worker believes.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from sverka.domain.dunning.standing import stand
from sverka.settings import NotConnected
from sverka.store import debts
from sverka.work import debtors
from sverka.work.debtors import STATEMENT, Debtor
from sverka.work.desk import Desk
from tests.databases import careless_files
from tests.e2e.town import Town, town
from tests.unit.dunning_brute_force import sums, working_days
from tests.unit.dunning_replay import MOSCOW, RECEIVABLES, Invoice, read, told, told_again

COMPANY = "machinery"
GAP_BD = 3
"""So many working days lie between two letters about what is overdue, as the company's ladder and file have it."""
_DAY = timedelta(days=1)
_OF_INVOICE = re.compile(r"№\s*(\d{5,})")
_APART = re.compile(r"Спорное сюда не входит:.*?\n\n", re.DOTALL)
_SOON, _CALL = "Сроки оплаты", "Позвонить по оплате"
"""How the subject of a notice of payments due soon begins; how the to-do is called that asks for a call."""
_ACCOUNTANT, _MANAGER = "Тамара Белова", "Ольга Климова"


@dataclass(frozen=True)
class Letter:
    """A letter that the mailbox took. numbers: of the invoices that it asks for; apart: of those that it says it does not ask for."""

    on: date
    to: str
    subject: str
    numbers: frozenset[str]
    apart: frozenset[str]

    @property
    def is_of_debt(self) -> bool:
        """Whether it speaks of what is overdue, not of what is due soon."""
        return not self.subject.startswith(_SOON)


@dataclass
class Trader:
    """The company, its people and its days.

    names: of the cards of whoever has owed. disputes: an invoice's number → the number of the word that it is disputed.
    """

    place: Town
    desk: Desk
    invoices: Mapping[str, Invoice]
    letters: list[Letter] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)
    disputes: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    _statement: int = 0

    def live(self, first: date, days: int) -> Counter[str]:
        """Live through days, each judged as it ends; return the figures."""
        self._arrive(first)
        for number in range(days):
            self._day(first + number * _DAY)
        self._judge_gaps()
        self.figures["letters"] = len(self.letters)
        return self.figures

    def remembered(self) -> Counter[str]:
        """Return the steps as the worker remembers them: `soft3 sent` → how many."""
        with self.place.app.store.reading() as tx:
            touches = debts.touches(tx, COMPANY, sorted(self.names))
        return Counter(f"{touch.step} {touch.outcome.value}" for each in touches.values() for touch in each)

    def _arrive(self, day: date) -> None:
        """Read what stands already in the morning, and let people note which of it is disputed."""
        self.place.set_clock(_at(day, 9).isoformat())
        report = self.place.run("dunning", dry_run=True)
        assert report["outcome"] == "done", report
        self._note_disputes(day)

    def _day(self, day: date) -> None:
        """The accountant loads the bank's statement, the job runs, the manager calls, disputes are noted; then it is judged."""
        self.place.set_clock(_at(day).isoformat())
        self._load_statement(day)
        effects, requests, began = self.place.mark(), len(self.place.requests()), time.perf_counter()
        report = self.place.run("dunning")
        took_s = time.perf_counter() - began
        assert (report["outcome"], report["failed"], report["unknown"]) == ("done", 0, 0), (day, report)
        self.figures.update(days=1, requests=len(self.place.requests()) - requests, ms=round(took_s * 1000))
        done = self.place.effects(effects)
        self.figures.update(each["kind"] for each in done)
        letters = [_letter(day, each["payload"]) for each in done if each["system"] == "mail"]
        self._judge_letters(letters)
        self.letters += letters
        self._call(done)
        self._judge_sums(day, self._note_disputes(day))

    def _load_statement(self, day: date) -> None:
        """Say that money is known up to the last working day: where nobody paid, no bank document shows it."""
        until = next(last for n in range(1, 30) if working_days((last := day - n * _DAY) - _DAY, last))
        with self.place.app.store.writing() as tx:
            if self._statement:
                debts.take_back(tx, self._statement, _ACCOUNTANT, _at(day))
            said = {"until": until.isoformat()}
            self._statement = debts.say(
                tx, COMPANY, STATEMENT, "statement", said, 0, _ACCOUNTANT, "выписка загружена", _at(day)
            )

    def _call(self, done: Sequence[dict[str, Any]]) -> None:
        """Let the manager call whoever is to be called."""
        for each in done:
            if each["kind"] == "crm.activity.todo.add" and each["payload"]["title"] == _CALL:
                self.place.person("manager").call_back(self.names[f"client:{each['payload']['ownerId']}"])
                self.figures["calls"] += 1

    def _note_disputes(self, day: date) -> list[Debtor]:
        """Note each disputed invoice on its first day, and on the day it is paid that nothing is disputed; return the debtors."""
        found = debtors.debtors(self.desk, _at(day))
        at = {each.number: (debtor, each) for debtor in found for each in debtor.customer.documents}
        new = [number for number in at if self.invoices[number].is_disputed and number not in self.disputes]
        gone = [number for number in self.disputes if number not in at]
        with self.place.app.store.writing() as tx:
            for number in new:
                debtor, document = at[number]
                said = {"documents": [document.id], "reason": "quality"}
                self.disputes[number] = debts.say(
                    tx, COMPANY, debtor.customer.key, "dispute", said, 0, _MANAGER, "спор", _at(day)
                )
            for number in gone:
                debts.take_back(tx, self.disputes.pop(number), _MANAGER, _at(day))
        self.names |= {each.client.ext_id: each.client.name for each in found}
        return debtors.debtors(self.desk, _at(day)) if new else found

    def _judge_sums(self, day: date, found: Sequence[Debtor]) -> None:
        """What every customer owes agrees with the second telling; who is not among the debtors owes nothing."""
        rule, freshness = self.desk.policy.dunning, debtors.freshness(self.desk, _at(day))
        assert rule is not None
        standings = {each.client.name: stand(each.customer, freshness, rule.settings, _at(day)) for each in found}
        said = {name: told(each, lambda document: document.number) for name, each in standings.items() if each.accounts}
        nothing = sums([], 0, day)
        for customer, invoices in self._by_customer().items():
            again = told_again(invoices, day)
            assert said.get(customer, nothing) == again, (day, customer)
            self.figures["customers' days"] += again != nothing

    def _judge_letters(self, letters: Sequence[Letter]) -> None:
        """A customer has at most one letter a day, of nothing that is settled or disputed; what it reminds of is late."""
        assert max(Counter(each.to for each in letters).values(), default=0) <= 1
        for letter in letters:
            named = [self.invoices[number] for number in letter.numbers]
            assert named, letter
            for each in (*named, *(self.invoices[number] for number in letter.apart)):
                assert each.owed(letter.on) > 0, (letter, each)
                assert each.is_disputed == (each.id in letter.apart), (letter, each)
                assert letter.to == f"{each.customer.lower()}@client.example"
            assert letter.is_of_debt == any(working_days(each.due_on, letter.on) >= 1 for each in named), letter

    def _judge_gaps(self) -> None:
        """What reminds a customer keeps its working days from what came before."""
        for customer in {each.to for each in self.letters}:
            days = [each.on for each in self.letters if each.to == customer and each.is_of_debt]
            for before, after in pairwise(days):
                assert working_days(before, after) >= GAP_BD, (customer, before, after)

    def _by_customer(self) -> dict[str, list[Invoice]]:
        found: dict[str, list[Invoice]] = {}
        for each in self.invoices.values():
            found.setdefault(each.customer, []).append(each)
        return found


@contextmanager
def trader(folder: Path) -> Iterator[Trader]:
    """Open the company with the invoices in its 1C, before its first day."""
    with careless_files(), town(folder, load=RECEIVABLES, sockets=False, company=COMPANY) as place:
        desk = place.app.desk(place.app.chosen(COMPANY)[0])
        assert not isinstance(desk, NotConnected)
        with closing(desk):
            yield Trader(place, desk, {each.id: each for each in read(RECEIVABLES)})


def _at(day: date, hour: int = 15) -> datetime:
    """Return a moment of a day, by default one at which letters about debts go."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=MOSCOW)


def _letter(day: date, payload: Mapping[str, Any]) -> Letter:
    (to,), text = payload["to"], payload["text"]
    apart = frozenset(_OF_INVOICE.findall("".join(_APART.findall(text))))
    return Letter(day, to, payload["headers"]["Subject"], frozenset(_OF_INVOICE.findall(_APART.sub("", text))), apart)
