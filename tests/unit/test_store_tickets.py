"""Tickets for answers by letter, and how far a mailbox was read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from sverka.domain.mailbox import Position, Ticket, Used, fingerprint
from sverka.domain.plan import Finding
from sverka.store import findings, runs, tickets
from sverka.store.engine import Store
from sverka.store.errors import StoreError
from sverka.store.ledgers import ticket as table
from tests.make import NOW

HERE, THERE = "headlights", "other"
LATER = NOW + timedelta(days=7)
TOKEN = "0123456789abcdef" * 2


@pytest.fixture
def number(store: Store) -> int:
    """Return the number of a question."""
    with store.writing() as tx:
        run_id = runs.start(tx, HERE, "agreement", "12:00", NOW, NOW, "policy")
        assert run_id is not None
        findings.record(tx, HERE, [], [Finding("conflict", "deal:71", "lines", "Что верно?", asks=True)], run_id, NOW)
        (item,) = findings.open_items(tx)
    return item.id


def issue(store: Store, number: int, token: str = TOKEN) -> None:
    with store.writing() as tx:
        tickets.issue(tx, HERE, "olga@fary.example", {fingerprint(token): (number, "take-owner")}, NOW, LATER)


def found(store: Store, company: str = HERE) -> Ticket | None:
    with store.reading() as tx:
        return tickets.find(tx, company, [fingerprint(TOKEN), fingerprint("another")]).get(fingerprint(TOKEN))


def test_a_ticket_is_found_by_its_token_in_its_company(store: Store, number: int) -> None:
    issue(store, number)
    ticket = found(store)
    assert ticket is not None
    assert ticket == Ticket(ticket.id, number, "take-owner", "olga@fary.example", LATER, "")
    assert found(store, THERE) is None


def test_the_token_itself_stands_nowhere(store: Store, number: int) -> None:
    issue(store, number)
    with store.reading() as tx:
        (row,) = tx.all(select(table))
    assert TOKEN not in repr(tuple(row))


def test_a_ticket_is_spent_once(store: Store, number: int) -> None:
    issue(store, number)
    first = found(store)
    assert first is not None
    with store.writing() as tx:
        tickets.use(tx, [Used(first.id, "letter 1")], NOW)
        tickets.use(tx, [Used(first.id, "letter 2")], LATER)
    spent = found(store)
    assert spent is not None
    assert spent.used_by == "letter 1"


def test_no_two_tickets_have_one_token(store: Store, number: int) -> None:
    issue(store, number)
    with pytest.raises(StoreError):
        issue(store, number)


def test_each_company_has_its_place_in_its_mailbox(store: Store) -> None:
    with store.writing() as tx:
        assert tickets.position(tx, HERE) is None
        tickets.read_to(tx, HERE, [Position(7, 12)])
        tickets.read_to(tx, THERE, [Position(8, 1)])
        tickets.read_to(tx, HERE, [Position(4_294_967_295, 13)])
        tickets.read_to(tx, HERE, [])
    with store.reading() as tx:
        assert (tickets.position(tx, HERE), tickets.position(tx, THERE)) == (
            Position(4_294_967_295, 13),
            Position(8, 1),
        )
