"""Two years of a trader's invoices and settlements, replayed day by day: people do what they are asked to, nothing of it is real mail."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from zoneinfo import ZoneInfo

from reconcilers import dunning
from sverka.domain.dunning.ageing import BUCKETS, buckets
from sverka.domain.dunning.decision import Decision, How, Said
from sverka.domain.dunning.facts import (
    Customer,
    Dispute,
    DisputeReason,
    Document,
    Freshness,
    Outcome,
    Reach,
    Receipt,
    Touch,
)
from sverka.domain.dunning.gates import Circumstances
from sverka.domain.dunning.policy import DEFAULT, Settings
from sverka.domain.dunning.standing import Standing
from tests.unit.dunning_brute_force import Owed, Sums, sums

MOSCOW = ZoneInfo("Europe/Moscow")
RECEIVABLES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "receivables.csv"


@dataclass(frozen=True)
class Invoice:
    """An invoice. settled_on: the day it was paid in full. loose_days: so long its money belongs to no document.

    part_kopecks: paid and allocated before, on part_on.
    """

    id: str
    customer: str
    issued_on: date
    due_on: date
    kopecks: int
    is_disputed: bool
    settled_on: date
    loose_days: int = 0
    part_kopecks: int = 0
    part_on: date = date.max

    def owed(self, day: date) -> int:
        """What is left to pay on a day, as the ledger has it."""
        if not self.issued_on <= day < self.settled_on + timedelta(days=self.loose_days):
            return 0
        return self.kopecks - (self.part_kopecks if self.part_on <= day else 0)

    def loose(self, day: date) -> int:
        """What of its money belongs to no document on a day."""
        return self.owed(day) if day >= self.settled_on else 0

    def receipts(self, day: date) -> Iterator[Receipt]:
        """The money that came for it by a day."""
        parted = self.part_kopecks if self.part_on < self.settled_on else 0
        if parted and self.part_on <= day:
            yield Receipt(f"{self.id} part", self.part_on, parted)
        if self.settled_on <= day:
            yield Receipt(self.id, self.settled_on, self.kopecks - parted, self.loose(day))


def read(path: Path, times: int = 1000) -> list[Invoice]:
    """Read the sample, its sums so many times as big: else every debt is below the least that is spoken of."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Invoice(
                row["invoiceNumber"], row["customerID"], _day(row["InvoiceDate"]), _day(row["DueDate"]),
                round(float(row["InvoiceAmount"]) * 100) * times, row["Disputed"] == "Yes", _day(row["SettledDate"]),
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def told(standing: Standing, name: Callable[[Document], str] = attrgetter("id")) -> Sums:
    """Return what the product says of a customer with one account. name: as which an invoice is known."""
    (account,) = standing.accounts
    aged = buckets(account.late, standing.today)
    a, b, c, d, e = (aged[bucket] for bucket, _ in BUCKETS)
    names = [frozenset(name(each) for each in documents) for documents in (account.eligible, account.overdue)]
    return Sums(standing.gross_kopecks, standing.net_kopecks, (a, b, c, d, e), *names)


def told_again(invoices: Iterable[Invoice], day: date) -> Sums:
    """Return the same of a customer's invoices, told a second time."""
    owed = [Owed(each.id, each.due_on, each.owed(day), each.is_disputed) for each in invoices if each.owed(day)]
    return sums(owed, sum(each.loose(day) for each in invoices), day)


def _day(text: str) -> date:
    month, day, year = (int(part) for part in text.split("/"))
    return date(year, month, day)


@dataclass
class Replay:
    """The company's days. memory: customer → what is remembered of them. steps: (day, customer, what was said)."""

    invoices: Sequence[Invoice]
    settings: Settings = field(default_factory=lambda: Settings(holds_by_themselves=True))
    memory: dict[str, Customer] = field(default_factory=dict)
    said: list[tuple[date, Said]] = field(default_factory=list)
    gates: Counter[str] = field(default_factory=Counter)

    def days(self, first: date, last: date) -> Iterator[tuple[date, tuple[Decision, ...]]]:
        """Live from a day to another, and yield what was decided of the customers who owe something."""
        by_customer: dict[str, list[Invoice]] = {}
        for invoice in self.invoices:
            by_customer.setdefault(invoice.customer, []).append(invoice)
        day = first
        while day <= last:
            yield day, self._live(day, by_customer)
            day += timedelta(days=1)

    def _live(self, day: date, by_customer: dict[str, list[Invoice]]) -> tuple[Decision, ...]:
        now = datetime(day.year, day.month, day.day, 14, 30, tzinfo=MOSCOW)
        customers = [
            found
            for key, invoices in by_customer.items()
            if (found := self._customer(key, invoices, day, now)).documents or found.cycle.is_open
        ]
        bank = self.settings.workdays.last_working_day(day)
        around = Circumstances(Freshness(bank, now, now))
        decided = dunning.daily([(each, DEFAULT) for each in customers], self.settings, around, now)
        for customer, decision in zip(sorted(customers, key=lambda each: each.key), decided, strict=True):
            self._remember(customer, decision, day, now)
        return decided

    def _customer(self, key: str, invoices: list[Invoice], day: date, now: datetime) -> Customer:
        live = [each for each in invoices if each.owed(day)]
        recent = [each for each in invoices if day - timedelta(days=60) <= each.settled_on <= day or each in live]
        known = self.memory.get(key, Customer(key, reach=(Reach("accountant", "email", is_confirmed=True),)))
        return replace(
            known,
            documents=tuple(
                Document(each.id, each.due_on, each.kopecks, each.owed(day), number=each.id, issued_on=each.issued_on) for each in live
            ),
            receipts=tuple(receipt for each in recent for receipt in each.receipts(day)),
            disputes=tuple(
                Dispute(each.id, (each.id,), DisputeReason.QUALITY, each.issued_on) for each in live if each.is_disputed
            ),
            forewarned_at=now.replace(hour=12),
        )  # fmt: skip

    def _remember(self, customer: Customer, decision: Decision, day: date, now: datetime) -> None:
        """People do what they are asked: the manager calls on the day, the head releases drafts at once."""
        new: list[Touch] = []
        calls = customer.calls
        for each in (*decision.going, *decision.services):
            self.said.append((day, each))
            new.append(each.touch(now, Outcome.SENT if each.how in (How.MESSAGE, How.DRAFT) else Outcome.BY_HAND))
            calls = (*calls, day) if each.step.is_call else calls
        if decision.blocked:
            self.gates[decision.blocked.reason] += 1
        self.memory[customer.key] = replace(
            customer, touches=(*customer.touches, *new), calls=calls, cycle=decision.cycle, hold=decision.hold.by_itself
        )
