"""Answers by letter: the tickets that links of letters bear, and how far each company's mailbox was read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sverka.store.migrations.versions.r0001_first import big, check, key, many, moment, text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "ticket",
        key("id", primary_key=True),
        *many(text, "company", "fingerprint"),
        key("finding_id", sa.ForeignKey("finding.id", ondelete="CASCADE")),
        *many(text, "choice", "recipient"),
        *many(moment, "made_at", "expires_at"),
        text("used_by"),
        moment("used_at", nullable=True),
        sa.UniqueConstraint("fingerprint", name="uq_ticket_fingerprint"),
        check("ticket", "used", "(used_at IS NULL) = (used_by = '')"),
    )
    op.create_index("ix_ticket_finding_id", "ticket", ["finding_id"])
    op.create_table(
        "mailbox",
        text("company", primary_key=True),
        *many(big, "uid_validity", "uid"),
    )
