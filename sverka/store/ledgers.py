"""The tables of what we know besides the mirror: readings, bindings, findings, effects, runs, answers by letter.

What lives and what is over is told by a null (`ended_at`, `closed_at`, `retired_by`), beside any state: databases use
a partial index only if its condition stands word for word in the query.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from sverka.domain.effects import FREES_CREATION_KEY, WAITING, Answer, State
from sverka.domain.runs import OUTCOMES
from sverka.store.columns import ROW_KEY, Json, UtcDateTime
from sverka.store.parts import number as _int
from sverka.store.parts import one_of as _one_of
from sverka.store.parts import partial as _partial
from sverka.store.parts import row_id as _id
from sverka.store.parts import words as _words
from sverka.store.parts import written as _text
from sverka.store.tables import metadata

TIERS = ("T0", "T1", "T2", "T9")


run = Table(
    "run",
    metadata,
    _id(),
    _text("company"),
    _text("job"),
    _text("tick"),
    Column("at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("outcome", Text),
    Column("report", Json),
    _text("policy_fingerprint"),
    UniqueConstraint("job", "company", "tick"),
    _one_of("outcome", OUTCOMES),
    CheckConstraint("(finished_at IS NULL) = (outcome IS NULL)", name="finished"),
    # With the moment that is always null in it, SQLite prefers it to ix_run_job, which holds the whole history.
    _partial("ix_run_unfinished", "company", "job", "finished_at", where="finished_at IS NULL", unique=False),
    Index("ix_run_company", "company", "id"),
    Index("ix_run_job", "company", "job", "id"),
    sqlite_autoincrement=True,
)

seen = Table(
    "seen",
    metadata,
    Column("company", Text, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

skip = Table(
    "skip",
    metadata,
    _id(),
    Column("run_id", ROW_KEY, ForeignKey("run.id", ondelete="CASCADE"), nullable=False),
    _text("company"),
    _text("subject"),
    _text("reason"),
    _text("detail"),
    Index("ix_skip_run_id", "run_id"),
    Index("ix_skip_subject", "company", "subject"),
)

proof = Table(
    "proof",
    metadata,
    _id(),
    _text("company"),
    _int("run_id"),
    _text("system"),
    _text("family"),
    Column("full", Boolean, nullable=False),
    Column("complete", Boolean, nullable=False),
    _int("rows"),
    Column("server_at", UtcDateTime, nullable=False),
    Column("since", UtcDateTime),
    _text("trouble"),
    Column("malformed", Json, nullable=False),
    Column("read_at", UtcDateTime, nullable=False),
    Index("ix_proof_family", "company", "system", "family", "id"),
)

layout = Table(
    "layout",
    metadata,
    _text("company"),
    _text("system"),
    Column("document", Json, nullable=False),
    PrimaryKeyConstraint("company", "system"),
)

known_policy = Table(
    "known_policy",
    metadata,
    Column("company", Text, primary_key=True),
    _text("fingerprint"),
)

attention = Table(
    "attention",
    metadata,
    _text("company"),
    _text("deal_id"),
    _int("run_id"),
    PrimaryKeyConstraint("company", "deal_id"),
)

wake = Table(
    "wake",
    metadata,
    _text("company"),
    _text("deal_id"),
    Column("at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("company", "deal_id"),
    Index("ix_wake_at", "company", "at"),
)

binding = Table(
    "binding",
    metadata,
    _id(),
    _text("company"),
    _text("kind"),
    _text("left_id"),
    _text("right_id"),
    _text("tier"),
    _int("run_id"),
    Column("retired_by", Text),
    Column("retired_reason", Text),
    _one_of("tier", TIERS),
    _partial("uq_binding_left", "company", "kind", "left_id", where="retired_by IS NULL"),
    _partial("uq_binding_right", "company", "kind", "right_id", where="retired_by IS NULL"),
)

agreement = Table(
    "agreement",
    metadata,
    _text("company"),
    _text("subject"),
    _text("aspect"),
    _text("value"),
    _int("run_id"),
    PrimaryKeyConstraint("company", "subject", "aspect"),
)

finding = Table(
    "finding",
    metadata,
    _id(),
    _text("company"),
    _text("kind"),
    _text("subject"),
    _text("aspect"),
    _text("text"),
    _text("observed"),
    _int("money_kopecks"),
    Column("asks", Boolean, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("times", Integer, nullable=False),
    _int("run_id"),
    Column("closed_at", UtcDateTime),
    Column("replaced_at", UtcDateTime),
    CheckConstraint("replaced_at IS NULL OR closed_at IS NOT NULL", name="replaced"),
    _partial("uq_finding_key", "company", "subject", "kind", "aspect", where="replaced_at IS NULL"),
    _partial("ix_finding_open", "company", "id", where="closed_at IS NULL", unique=False),
    sqlite_autoincrement=True,  # a number that a person may have noted never means another finding
)

answer = Table(
    "answer",
    metadata,
    _id(),
    Column("finding_id", ROW_KEY, ForeignKey("finding.id", ondelete="CASCADE"), nullable=False),
    _text("choice"),
    _text("by"),
    _text("reason"),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_answer_finding_id", "finding_id"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _text("company"),
    _text("key"),
    Column("creation", Boolean, nullable=False),
    _text("kind"),
    _text("system"),
    _text("subject"),
    Column("risk", Integer, nullable=False),
    Column("payload", Json, nullable=False),
    _text("reason"),
    Column("evidence", Json, nullable=False),
    _text("before"),
    _text("after"),
    _int("money_kopecks"),
    Column("settles", Json, nullable=False),
    _text("state"),
    Column("attempts", Integer, nullable=False),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime),
    Column("claimed_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    _int("fence"),
    _text("external_id"),
    Column("changed", Boolean),
    _text("detail"),
    _int("run_id"),
    _one_of("state", State),
    CheckConstraint("risk BETWEEN 0 AND 5", name="risk"),
    CheckConstraint(f"(ended_at IS NULL) = (state IN ({_words(WAITING)}))", name="ended"),
    _partial("uq_outbox_repair", "company", "key", where=f"NOT creation AND state IN ({_words(WAITING)})"),
    _partial("uq_outbox_creation", "company", "key", where=f"creation AND state NOT IN ({_words(FREES_CREATION_KEY)})"),
    _partial("ix_outbox_waiting", "company", "subject", "id", where="ended_at IS NULL", unique=False),
    _partial("ix_outbox_ended", "company", "ended_at", where="ended_at IS NOT NULL", unique=False),
    Index("ix_outbox_key", "company", "key"),
    Index("ix_outbox_subject", "company", "subject", "state"),
    Index("ix_outbox_run_id", "run_id"),
    sqlite_autoincrement=True,
)

attempt = Table(
    "attempt",
    metadata,
    _id(),
    Column("effect_id", ROW_KEY, ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False),
    Column("n", Integer, nullable=False),
    _text("answer"),
    _int("ms"),
    _text("detail"),
    Column("at", UtcDateTime, nullable=False),
    _one_of("answer", Answer),
    Index("ix_attempt_effect_id", "effect_id"),
)

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    _text("holder"),
    _int("fence"),
    _int("ttl_us"),
    Column("expires_at", UtcDateTime, nullable=False),
    UniqueConstraint("fence"),
)

hold = Table(
    "hold",
    metadata,
    _id(),
    _text("scope"),
    _text("by"),
    _text("reason"),
    _text("text"),
    Column("since", UtcDateTime, nullable=False),
    Column("reset_at", UtcDateTime),
    Column("reset_by", Text),
    Column("reset_reason", Text),
    _partial("uq_hold_scope", "scope", where="reset_at IS NULL"),
)

ticket = Table(
    "ticket",
    metadata,
    _id(),
    _text("company"),
    _text("fingerprint"),
    Column("finding_id", ROW_KEY, ForeignKey("finding.id", ondelete="CASCADE"), nullable=False),
    _text("choice"),
    _text("recipient"),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    _text("used_by"),
    Column("used_at", UtcDateTime),
    UniqueConstraint("fingerprint"),
    CheckConstraint("(used_at IS NULL) = (used_by = '')", name="used"),
    Index("ix_ticket_finding_id", "finding_id"),
)

mailbox = Table(
    "mailbox",
    metadata,
    Column("company", Text, primary_key=True),
    _int("uid_validity"),
    _int("uid"),
)

epoch = Table(
    "epoch",
    metadata,
    _id(),
    _text("name"),
    _text("by"),
    _text("reason"),
    Column("since", UtcDateTime, nullable=False),
    Column("forgotten_until", UtcDateTime),
    UniqueConstraint("name"),
)

pace = Table(
    "pace",
    metadata,
    Column("company", Text, primary_key=True),
    Column("business", UtcDateTime, nullable=False),
    Column("real", UtcDateTime, nullable=False),
)
