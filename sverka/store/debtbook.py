"""The tables of debts: steps that were taken towards customers, stretches of being overdue, and what people said about it.

Documents and money are the mirror's; here stands what only we know. Days are kept as ISO text, moments as business time.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from sverka.store.columns import Day, Json, UtcDateTime
from sverka.store.parts import number, one_of, partial, row_id, written
from sverka.store.tables import metadata

WORDS = ("promise", "dispute", "pause", "override", "veto", "statement")
"""What a person may say about a customer's debts; `statement`: the bank's is loaded, whoever has paid."""

touch = Table(
    "touch",
    metadata,
    row_id(),
    written("company"),
    written("key"),
    written("customer"),
    written("entity"),
    Column("cycle", Integer, nullable=False),
    written("step"),
    written("carrying"),
    Column("documents", Json, nullable=False),
    Column("at_bd", Integer, nullable=False),
    written("how"),
    written("channel"),
    number("sum_kopecks"),
    written("wish_key"),
    Column("at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    UniqueConstraint("company", "key"),
    Index("ix_touch_customer", "company", "customer"),
)

dunning_cycle = Table(
    "dunning_cycle",
    metadata,
    written("company"),
    written("customer"),
    Column("number", Integer, nullable=False),
    *(Column(name, Day) for name in ("began_on", "below_since", "ended_on", "escalated_on")),
    PrimaryKeyConstraint("company", "customer", "number"),
)

debt_word = Table(
    "debt_word",
    metadata,
    row_id(),
    written("company"),
    written("customer"),
    written("kind"),
    Column("said", Json, nullable=False),
    number("sum_kopecks"),
    written("by"),
    written("reason"),
    Column("at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", Text),
    one_of("kind", WORDS),
    partial("ix_debt_word_open", "company", "customer", where="ended_at IS NULL", unique=False),
    sqlite_autoincrement=True,  # a number that a person may have noted never means another word
)
