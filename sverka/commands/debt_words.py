"""What people say about customers' debts: promises, disputes, pauses, the bank's statement; what of it holds, and what is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sverka.app import App, WrongUsage
from sverka.commands import business
from sverka.commands.braking import check_person
from sverka.commands.debt_books import READ_MORE, Books, chasing, client_of, connected, document_of, one_that_chases
from sverka.commands.showing import moment, print_json, table
from sverka.domain.dunning import promises
from sverka.domain.dunning.facts import Customer, Promise
from sverka.domain.dunning.standing import stand
from sverka.domain.money import BadNumberError, parse_kopecks, roubles
from sverka.domain.rows import Client
from sverka.store import debts, mirror
from sverka.store.debts import Word
from sverka.work.debtors import STATEMENT, debtors, freshness

_DAYS: Mapping[str, str] = {"due_on": "by", "until": "until", "day": "on"}
"""Where the last day of a word stands in it, and how the day is told."""
_TAKE_BACK = "`sverka dunning list` shows its id, `sverka dunning end ID --by NAME` takes it back"


def promise(app: App, client: str, sum_roubles: str, due: date, by: str, reason: str) -> tuple[int, str]:
    """Keep a customer's word to pay; return its number and the customer's name. Raises WrongUsage for one that cannot be taken."""
    check_person(by)
    sum_kopecks = _kopecks(sum_roubles)
    books, card = client_of(app, client)
    customer = _customer(app, books, card)
    said = Promise("", books.today, due, sum_kopecks, by, text=reason)
    _check_promise(app, books, customer, said)
    return _say(app, books, card.ext_id, "promise", {"due_on": due.isoformat()}, by, reason, sum_kopecks), card.name


def dispute(app: App, document: str, company: str | None, reason: str, by: str) -> tuple[int, str]:
    """Note that a customer objects to a document; return its number and the document. Raises WrongUsage if not one document is meant."""
    check_person(by)
    found = document_of(app, document, company)
    ids = [part.ext_id for part in found.parts]
    with app.store.reading() as tx:
        standing = debts.words(tx, found.books.name, [found.customer])
    for word in standing:
        if word.kind == "dispute" and word.ended_at is None and set(ids) & set(word.said["documents"]):
            raise WrongUsage(
                f"№ {found.parts[0].number} is disputed since word {word.id}; `sverka dunning end {word.id} --by NAME` closes that first"
            )
    said = {"documents": ids, "number": found.parts[0].number, "reason": reason}
    return _say(app, found.books, found.customer, "dispute", said, by, ""), found.line


def pause(app: App, client: str, until: date, reason: str, by: str) -> tuple[int, str]:
    """Say nothing to a customer until a day is over; return its number and their name. Raises WrongUsage for a day that cannot be."""
    check_person(by)
    books, card = client_of(app, client)
    longest = books.rule.settings.pause_max_days
    last = books.today + timedelta(days=longest)
    if not books.today <= until <= last:
        raise WrongUsage(f"a pause lasts {longest} days at most; name a day from {books.today} to {last}")
    return _say(app, books, card.ext_id, "pause", {"until": until.isoformat()}, by, reason), card.name


def loaded(app: App, company: str | None, until: date, by: str) -> tuple[int, str]:
    """Note that the bank's statement is in 1C through a day; return its number and the company. Raises WrongUsage for a day to come."""
    check_person(by)
    books = one_that_chases(app, company)
    if until > books.today:
        raise WrongUsage(f"{until} is still to come: name the last banking day whose payments are in 1C")
    return _say(app, books, STATEMENT, "statement", {"until": until.isoformat()}, by, ""), books.name


def end(app: App, word_id: int, by: str) -> bool:
    """Take back what was said; False if it was taken back before. Raises WrongUsage for a number that nothing has."""
    check_person(by)
    with app.store.writing() as tx:
        for company in app.companies:
            if any(word.id == word_id for word in debts.words(tx, company.name)):
                return debts.take_back(tx, word_id, by, business.now(tx, app, company.name))
    raise WrongUsage(f"nothing that was said of debts has the id {word_id}; `sverka dunning list` shows what has")


def listing(app: App, company: str | None, *, everything: bool, as_json: bool) -> None:
    """List what was said and holds; with `everything` also what is over or was taken back. Raises WrongUsage for no such company."""
    rows: list[dict[str, Any]] = []
    for books in chasing(app, company):
        with app.store.reading() as tx:
            words = debts.words(tx, books.name)
            cards = mirror.by_ids(tx, books.name, Client, {word.customer for word in words})
        names = {key: card.name for key, card in cards.items()}
        every = [_row(word, names.get(word.customer, ""), holds=_holds(word, books)) for word in words]
        rows += [row for row in every if everything or row["holds"]]
    if as_json:
        print_json({"items": rows})
        return
    shown = [[str(row["id"]), _whose(row), row["kind"], _what(row), row["by"], row["since"][:10]] for row in rows]
    table(["id", "customer", "kind", "what", "by", "since"], shown)


def _row(word: Word, name: str, *, holds: bool) -> dict[str, Any]:
    return {
        "id": word.id, "company": word.company, "customer": word.customer, "name": name, "kind": word.kind, "said": dict(word.said),
        "sum": roubles(word.sum_kopecks), "by": word.by, "reason": word.reason, "since": moment(word.at), "holds": holds,
        "ended": moment(word.ended_at) if word.ended_at else None, "ended_by": word.ended_by,
    }  # fmt: skip


def _whose(row: Mapping[str, Any]) -> str:
    return row["company"] if row["customer"] == STATEMENT else f"{row['company']}/{row['customer']}"


def _what(row: Mapping[str, Any]) -> str:
    said = row["said"]
    parts = [row["name"], f"№ {said['number']}" if "number" in said else ""]
    parts += [f"{row['sum']} RUB" if row["kind"] in ("promise", "override") else ""]
    parts += [f"{word} {said[name]}" for name, word in _DAYS.items() if name in said]
    parts += [said.get("reason", ""), row["reason"], "" if row["holds"] else "(over)"]
    return " ".join(filter(None, parts))


def _holds(word: Word, books: Books) -> bool:
    """Whether a word still bears on what is decided today; a promise until it is judged."""
    last = next((date.fromisoformat(word.said[name]) for name in _DAYS if name in word.said), None)
    if word.ended_at is not None:
        return False
    if word.kind == "promise" and last is not None:
        settings = books.rule.settings
        last = settings.workdays.plus(last, settings.promise.grace_bd)
    if word.kind == "statement":
        return last is not None and last >= books.rule.settings.workdays.last_working_day(books.today)
    return last is None or last >= books.today


def _say(
    app: App, books: Books, customer: str, kind: str, said: Mapping[str, Any], by: str, reason: str, sum_kopecks: int = 0
) -> int:  # fmt: skip
    with app.store.writing() as tx:
        return debts.say(tx, books.name, customer, kind, said, sum_kopecks, by, reason, books.now)


def _customer(app: App, books: Books, card: Client) -> Customer:
    """Return what is known of a customer who owes. Raises WrongUsage for one who owes nothing, or a company that is not connected."""
    with closing(connected(app, books)) as desk:
        found = next(
            (each.customer for each in debtors(desk, books.now) if each.customer.key == card.ext_id), Customer(card.ext_id)
        )  # fmt: skip
    if not found.documents:
        raise WrongUsage(f"{card.name} owes nothing that was read from 1C; {READ_MORE}")
    return found


def _check_promise(app: App, books: Books, customer: Customer, said: Promise) -> None:
    """Raise WrongUsage for a promise that may not be taken, saying which may. A pause does not make a debt smaller."""
    settings, rule = books.rule.settings, books.rule.settings.promise
    with closing(connected(app, books)) as desk:
        standing = stand(replace(customer, pauses=()), freshness(desk, books.now), settings, books.now)
    why = promises.refusal(
        said, customer, standing.judged, standing.net_kopecks, books.today, rule, settings.workdays, is_by_head=False
    )
    if why:
        last = settings.workdays.plus(books.today, rule.max_bd)
        raise WrongUsage(
            _REFUSED[why].format(net=roubles(standing.net_kopecks), today=books.today, last=last, rule=rule)
        )


_REFUSED: Mapping[str, str] = {
    "sum": "the sum is nothing, or more than what is overdue and neither promised nor disputed, {net} RUB; write one up to that, or take "
    f"an earlier word back: {_TAKE_BACK}",
    "day": "a promise is for {rule.max_bd} working days ahead at most; name a day from {today} to {last}",
    "too_many": "{rule.max_per_cycle} promises were taken since this customer fell behind; the head decides what to do now: "
    "`sverka dunning pause` gives time, `sverka dunning end ID` takes a promise back that was none",
}


def _kopecks(text: str) -> int:
    try:
        return parse_kopecks(text)
    except BadNumberError as error:
        raise WrongUsage(f"«{text}» is no sum in roubles; write one such as 128400 or 128400.50") from error
