"""When a provider was last heard about a message takes the place of when it said what became of it, which nothing read."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Give the column its new meaning; of messages that are on their way, the next run asks."""
    op.execute("ALTER TABLE dispatch RENAME COLUMN delivery_at TO asked_at")
    op.execute("UPDATE dispatch SET asked_at = NULL")
