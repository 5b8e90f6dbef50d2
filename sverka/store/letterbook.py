"""The tables of messages to clients: what became of each wish, by which channel it went, what is known of addresses, what came in.

A message's text stands in the outbox alone.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from sverka.domain.messaging.channels import Delivery
from sverka.domain.messaging.wishes import VERDICTS
from sverka.store.columns import ROW_KEY, UtcDateTime
from sverka.store.parts import one_of, partial, row_id, written
from sverka.store.tables import metadata

message = Table(
    "message",
    metadata,
    row_id(),
    written("company"),
    written("key"),
    written("kind"),
    written("card"),
    written("recipient"),
    written("occasion"),
    written("reason"),
    written("verdict"),
    written("rule"),
    Column("not_before", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    one_of("verdict", VERDICTS),
    UniqueConstraint("company", "key"),
    Index("ix_message_verdict", "company", "verdict", "kind"),
    Index("ix_message_card", "company", "card"),
    Index("ix_message_last_at", "company", "last_at"),
    sqlite_autoincrement=True,  # a number that a person may have noted never means another message
)

dispatch = Table(
    "dispatch",
    metadata,
    Column("effect_id", ROW_KEY, ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    written("company"),
    written("key"),
    written("kind"),
    written("recipient"),
    written("channel"),
    written("address"),
    Column("again", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    written("delivery"),
    Column("is_final", Boolean, nullable=False),
    Column("asked_at", UtcDateTime),
    one_of("delivery", Delivery),
    Index("ix_dispatch_key", "company", "key"),
    Index("ix_dispatch_address", "company", "address", "at"),
    partial("ix_dispatch_open", "company", "channel", where="NOT is_final", unique=False),
)

silence = Table(
    "silence",
    metadata,
    row_id(),
    written("company"),
    written("address"),
    written("scope"),
    written("source"),
    written("words"),
    Column("since", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", Text),
    partial("uq_silence", "company", "address", "scope", where="ended_at IS NULL"),
)

account = Table(
    "account",
    metadata,
    written("company"),
    written("channel"),
    written("address"),
    Column("chat", Text),
    Column("asked_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("company", "channel", "address"),
)

heard = Table(
    "heard",
    metadata,
    row_id(),
    written("company"),
    written("channel"),
    written("key"),
    written("address"),
    written("text"),
    Column("at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    UniqueConstraint("company", "channel", "key"),
    partial("ix_heard_open", "company", "id", where="answered_at IS NULL", unique=False),
)
