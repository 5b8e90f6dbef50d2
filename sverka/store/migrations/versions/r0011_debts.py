"""Steps towards customers who owe, stretches of being overdue and what people said about debts are remembered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sverka.store.migrations.versions.r0001_first import big, check, key, many, moment, partial, small, text

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the tables."""
    make_touches()
    make_cycles()
    make_words()


def make_touches() -> None:
    op.create_table(
        "touch",
        key("id", primary_key=True),
        *many(text, "company", "key", "customer", "entity"),
        small("cycle"),
        *many(text, "step", "carrying", "documents"),
        small("at_bd"),
        *many(text, "how", "channel"),
        big("sum_kopecks"),
        text("wish_key"),
        moment("at"),
        moment("withdrawn_at", nullable=True),
        sa.UniqueConstraint("company", "key", name="uq_touch_company_key"),
    )
    op.create_index("ix_touch_customer", "touch", ["company", "customer"])


def make_cycles() -> None:
    op.create_table(
        "dunning_cycle",
        *many(text, "company", "customer"),
        small("number"),
        *(text(name, nullable=True) for name in ("began_on", "below_since", "ended_on", "escalated_on")),
        sa.PrimaryKeyConstraint("company", "customer", "number", name="pk_dunning_cycle"),
    )


def make_words() -> None:
    op.create_table(
        "debt_word",
        key("id", primary_key=True),
        *many(text, "company", "customer", "kind", "said"),
        big("sum_kopecks"),
        *many(text, "by", "reason"),
        moment("at"),
        moment("ended_at", nullable=True),
        text("ended_by", nullable=True),
        check("debt_word", "kind", "kind IN ('promise', 'dispute', 'pause', 'override', 'veto', 'statement')"),
        sqlite_autoincrement=True,
    )
    partial("ix_debt_word_open", "debt_word", ["company", "customer"], "ended_at IS NULL", unique=False)
