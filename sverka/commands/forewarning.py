"""What goes today to those who owe and why nothing goes to the others; and where debts go if nobody pays. From what is stored."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import click

from sverka.app import App, WrongUsage
from sverka.commands import braking
from sverka.commands.debt_books import Books, chasing, connected, one_that_chases
from sverka.commands.files import check_writable, write
from sverka.commands.showing import print_json, table
from sverka.domain import brakes
from sverka.domain.dunning import ageing
from sverka.domain.dunning.decision import LAGGING, REASONS, AccountDecision, Decision, How, Said
from sverka.domain.money import roubles
from sverka.work import ahead
from sverka.work import dunning as chased
from sverka.work.debtors import Debtor, debtors

_LONGEST_DAYS = 366
_AS: Mapping[How, str] = {
    How.MESSAGE: "goes by itself", How.DRAFT: "goes when the head releases it", How.TASK: "a person does it",
    How.DIGEST: "stands in the digest",
}  # fmt: skip


@dataclass(frozen=True)
class _Line:
    """A customer's account with one of our legal entities today. said: what goes; None for nothing, then `reason` says why."""

    company: str
    debtor: Debtor
    entity: str
    owed_kopecks: int
    said: Said | None
    reason: str = ""
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        said = self.said
        return {
            "company": self.company, "customer": self.debtor.customer.key, "name": self.debtor.client.name, "entity": self.entity,
            "overdue": roubles(self.owed_kopecks), "goes": said is not None, "step": said.step.id if said else None,
            "how": said.how.value if said else None, "channel": next(iter(said.channels), "") if said else None,
            "sum": roubles(_sum(said)) if said else None, "reason": self.reason or None, "why": self.why or None,
        }  # fmt: skip

    def as_row(self) -> list[str]:
        step = self.said.step.id if self.said else "-"
        why = _AS[self.said.how] if self.said else self.why
        return [self.debtor.customer.key, self.debtor.client.name, roubles(self.owed_kopecks), step, why]


def show(app: App, company: str | None, *, as_json: bool) -> None:
    """Print what goes today by customer, and why not to the others. Raises WrongUsage where no debts are chased."""
    every = chasing(app, company)
    lines = [line for books in every for line in _lines(app, books)]
    on = [hold.scope for hold in braking.holds(app) if any(brakes.is_of(hold.scope, books.name) for books in every)]
    if as_json:
        print_json({"items": [line.as_json() for line in lines], "brakes": on})
        return
    table(["customer", "name", "overdue", "step", "why"], [line.as_row() for line in lines])
    if on:
        click.echo(f"Brakes are on that may keep any of it back: {', '.join(on)}.", err=True)


def _lines(app: App, books: Books) -> Iterator[_Line]:
    with closing(connected(app, books)) as desk:
        every = debtors(desk, books.now)
        for debtor, decision in chased.decided(desk, every, books.rule, books.now):
            for account in decision.accounts:
                yield from _of_account(books.name, debtor, decision, account)
    for debtor in every:
        if debtor.is_lagging:
            owed = ageing.residual(each for each in debtor.customer.documents if each.due_on < books.today)
            yield _Line(books.name, debtor, "", owed, None, LAGGING, REASONS[LAGGING][1])


def _of_account(company: str, debtor: Debtor, decision: Decision, account: AccountDecision) -> Iterator[_Line]:
    standing = next(each for each in decision.standing.accounts if each.entity == account.entity)
    entity = debtor.entities.get(account.entity)

    def line(said: Said | None, reason: str = "", why: str = "") -> _Line:
        name = entity.name if entity else account.entity
        return _Line(company, debtor, name, standing.gross_kopecks, said, reason, why)

    if account.service:
        yield line(account.service)
    is_today = account.goes or account.is_standing or account.is_for_list
    if account.said and is_today and not account.is_over_cap:
        yield line(account.said)
    elif account.is_over_cap:
        yield line(None, "over_cap", REASONS["over_cap"][1])
    elif account.blocked:
        yield line(None, account.blocked.reason, account.blocked.text)


def _sum(said: Said) -> int:
    return said.net_kopecks if said.overdue else ageing.residual(said.coming)


def simulate(app: App, company: str | None, first: date, last: date, out: Path) -> int:
    """Write a row for each day and customer who owes; return how many. Raises WrongUsage for days that cannot be looked at."""
    books = one_that_chases(app, company)
    longest = books.today + timedelta(days=_LONGEST_DAYS)
    if not books.today <= first <= last <= longest:
        raise WrongUsage(
            f"it looks ahead, by at most {_LONGEST_DAYS} days: name --from and --to between {books.today} and {longest}, in this order"
        )
    check_writable(out)
    with closing(connected(app, books)) as desk:
        every, mode = debtors(desk, books.now), chased.mode(desk)
    found = {each.customer.key: each for each in every if not each.is_lagging}
    if left := [each.client.name for each in every if each.is_lagging]:
        click.echo(f"Left out, for 1C has not worked out their ageing yet: {', '.join(left)}.", err=True)
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([*_HEADS, *(f"late {name}" for name, _ in ageing.BUCKETS), "documents", "step", "gate"])
    count = 0
    for day, decided in ahead.days((each.customer for each in found.values()), books.rule, mode, books.now, last):
        for decision in decided if day >= first else ():
            rows.writerow(_csv_row(day, found[decision.customer], decision))
            count += 1
    write(out, text.getvalue())
    return count


_HEADS = ("day", "customer", "name", "gross overdue", "net overdue")


def _csv_row(day: date, debtor: Debtor, decision: Decision) -> list[str]:
    """Return a row: sums in roubles, ids of documents that may be spoken of, steps that are taken, else the gate that keeps them back."""
    standing, blocked = decision.standing, decision.blocked
    sums = (standing.gross_kopecks, standing.net_kopecks, *ageing.buckets(standing.late(), day).values())
    documents = [document.id for account in standing.accounts for document in account.eligible]
    steps = [said.step.id for said in ahead.taken(decision)]
    return [
        day.isoformat(), debtor.customer.key, debtor.client.name, *map(roubles, sums), " ".join(documents), " ".join(steps),
        f"G{blocked.gate.value} {blocked.reason}" if blocked else "",
    ]  # fmt: skip
