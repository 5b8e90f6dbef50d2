"""From when on a company owes the ticks of the schedule."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sverka.store.migrations.versions.r0001_first import moment, text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table; a company that ran before is seen anew, and owes nothing for the time before that."""
    op.create_table("seen", text("company"), moment("since"), sa.PrimaryKeyConstraint("company", name="pk_seen"))
