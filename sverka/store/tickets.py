"""Answers by letter: the tickets that links bear, and how far the mailbox was read.

Only the fingerprint of a token is kept, so nobody who reads the store can answer with what stands here. A ticket belongs to its
finding, and a finding to one set of values, so an answer never comes to mean others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select, update

from sverka.domain.mailbox import Position, Ticket, Used
from sverka.store.chunks import distinct, in_chunks
from sverka.store.engine import Transaction
from sverka.store.ledgers import mailbox
from sverka.store.ledgers import ticket as table


def issue(
    tx: Transaction, company: str, recipient: str, choices: Mapping[str, tuple[int, str]], now: datetime, until: datetime
) -> None:  # fmt: skip
    """Keep what a letter offers its recipient: fingerprint of a token → finding and choice."""
    ours = {"company": company, "recipient": recipient, "made_at": now, "expires_at": until, "used_by": ""}
    rows = [
        {**ours, "fingerprint": fingerprint, "finding_id": finding_id, "choice": choice}
        for fingerprint, (finding_id, choice) in choices.items()
    ]
    tx.change(tx.insert(table), rows)


def find(tx: Transaction, company: str, fingerprints: Iterable[str]) -> dict[str, Ticket]:
    """Return the tickets that are known, by the fingerprint of their token."""
    names = ("id", "finding_id", "choice", "recipient", "expires_at", "used_by")
    query = select(table.c.fingerprint, *(table.c[name] for name in names)).where(table.c.company == company)
    found: dict[str, Ticket] = {}
    for chunk in in_chunks(distinct(fingerprints)):
        rows = tx.all(query.where(table.c.fingerprint.in_(chunk)))
        found.update((row.fingerprint, Ticket(**{name: getattr(row, name) for name in names})) for row in rows)
    return found


def use(tx: Transaction, used: Iterable[Used], now: datetime) -> None:
    """Spend tickets; one that is spent already stays as it is."""
    for each in used:
        unused = (table.c.id == each.ticket_id, table.c.used_at.is_(None))
        tx.change(update(table).where(*unused).values(used_by=each.letter, used_at=now))


def position(tx: Transaction, company: str) -> Position | None:
    """Return how far the company's mailbox was read; None if it never was."""
    row = tx.first(select(mailbox.c.uid_validity, mailbox.c.uid).where(mailbox.c.company == company))
    return None if row is None else Position(row.uid_validity, row.uid)


def read_to(tx: Transaction, company: str, positions: Iterable[Position]) -> None:
    """Remember how far the company's mailbox was read."""
    for each in positions:
        values = {"uid_validity": each.uid_validity, "uid": each.uid}
        insert = tx.insert(mailbox).values(company=company, **values)
        tx.change(insert.on_conflict_do_update(index_elements=["company"], set_=values))
