"""Whose debts a person means on the command line: the company, the customer, the document, as far as they are known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reconcilers import counterparties
from sverka.app import App, WrongUsage
from sverka.commands import business
from sverka.companies.company import Company
from sverka.domain.account_rows import Counterparty, Debt
from sverka.domain.actions import Subject
from sverka.domain.money import roubles
from sverka.domain.policy import Dunning
from sverka.domain.rows import Client, Requisite
from sverka.settings import NotConnected
from sverka.store import mirror
from sverka.store.engine import Transaction
from sverka.work.desk import Desk

READ_MORE = "`sverka run dunning` reads 1C and the CRM"


@dataclass(frozen=True)
class Books:
    """A company that chases debts, at a moment of its business time."""

    company: Company
    rule: Dunning
    now: datetime

    @property
    def name(self) -> str:
        """The company's key."""
        return self.company.name

    @property
    def today(self) -> date:
        """The day by the company's clock."""
        return self.now.astimezone(self.rule.settings.zone).date()


@dataclass(frozen=True)
class Billed:
    """A document that is not paid in full, with all days on which parts of it are due. customer: its card, "" for none."""

    books: Books
    customer: str
    name: str
    parts: tuple[Debt, ...]

    @property
    def line(self) -> str:
        """It as people read it."""
        first = self.parts[0]
        owed = roubles(sum(each.residual_kopecks for each in self.parts))
        due = min((each.due_on for each in self.parts if each.due_on), default=None)
        return f"{self.books.name}: № {first.number} of {self.name}, {owed} RUB due {due}, id {first.document_id}"


def chasing(app: App, company: str | None) -> list[Books]:
    """Return the companies that chase debts. Raises WrongUsage if there is none, or not the one that is named."""
    chosen = app.chosen(company)
    with app.store.reading() as tx:
        found = [
            Books(each, each.policy.dunning, business.now(tx, app, each.name)) for each in chosen if each.policy.dunning
        ]
    if not found:
        names = ", ".join(each.name for each in chosen)
        raise WrongUsage(f"{names}: no debts are chased there; `dunning:` in the company's file says how they are")
    return found


def one_that_chases(app: App, company: str | None) -> Books:
    """Return the named company, or the only one that chases debts. Raises WrongUsage if there is none or several."""
    every = chasing(app, company)
    if len(every) != 1:
        raise WrongUsage(
            f"several companies chase debts; name one with --company: {', '.join(each.name for each in every)}"
        )
    return every[0]


def connected(app: App, books: Books) -> Desk:
    """Return a company's desk, which the caller closes. Raises WrongUsage if the company is not connected."""
    desk = app.desk(books.company)
    if isinstance(desk, NotConnected):
        raise WrongUsage(str(desk))
    return desk


def client_of(app: App, text: str) -> tuple[Books, Client]:
    """Return the customer that a person named. Raises WrongUsage if it is none or several."""
    try:
        subject = Subject.parse(text)
    except ValueError as error:
        raise WrongUsage(str(error)) from error
    if subject.kind != "client":
        raise WrongUsage(f"«{text}» is no customer: write one such as client:5, a company of the CRM by its id")
    every = chasing(app, subject.company or None)
    with app.store.reading() as tx:
        found = [
            (books, card)
            for books in every
            for card in mirror.by_ids(tx, books.name, Client, [f"client:{subject.ext_id}"]).values()
        ]
    if not found:
        raise WrongUsage(f"«{text}»: it is not in the mirror; {READ_MORE}")
    if len(found) > 1:
        lines = [f"  {books.name}/{card.ext_id}  {card.name}" for books, card in found]
        raise WrongUsage("\n".join(["several match; name one of them:", *lines]))
    return found[0]


def document_of(app: App, text: str, company: str | None) -> Billed:
    """Return the document that a person named, by its number or its id. Raises WrongUsage if it is none, several, or nobody's."""
    with app.store.reading() as tx:
        found = [each for books in chasing(app, company) for each in _billed(tx, books, text.removeprefix("№").strip())]
    if not found:
        raise WrongUsage(f"no document that is still to be paid has the number «{text}»; {READ_MORE}")
    if len(found) > 1:
        raise WrongUsage(
            "\n".join(["several match; name one of them by its id:", *(f"  {each.line}" for each in found)])
        )
    if not found[0].customer:
        raise WrongUsage(
            f"{found[0].line}: no card of the CRM is its customer's; enter the ИНН in the card's requisites"
        )
    return found[0]


def _billed(tx: Transaction, books: Books, text: str) -> Sequence[Billed]:
    rows = {
        row.ext_id: row
        for column in ("number", "document_id")
        for row in mirror.where(tx, books.name, Debt, **{column: text})
    }
    documents: defaultdict[str, list[Debt]] = defaultdict(list)
    for row in rows.values():
        documents[row.document_id or row.ext_id].append(row)
    parties = mirror.where(tx, books.name, Counterparty, deleted=False)
    names = {each.ext_id: each.name for each in parties}
    cards = counterparties.whose(mirror.where(tx, books.name, Requisite), parties)
    return [
        Billed(books, cards.get(parts[0].counterparty_id, ""), names.get(parts[0].counterparty_id, "nobody known"), tuple(parts))
        for parts in documents.values()
    ]  # fmt: skip
