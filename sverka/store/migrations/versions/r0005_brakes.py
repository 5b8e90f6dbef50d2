"""What brakes remember: the words for the owner, which store this is, and how business time went."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sverka.store.migrations.versions.r0001_first import key, many, moment, partial, text

revision = "0005"
down_revision = "0004"

_KEPT = ("scope", "by", "reason", "since", "reset_at", "reset_by", "reset_reason")


def upgrade() -> None:
    """Make the table of brakes anew, with its rows, and two tables that the next run fills."""
    old = sa.table("hold", *map(sa.column, ("id", *_KEPT)))
    columns = (old.c[name] for name in _KEPT)
    kept = [row._asdict() | {"text": ""} for row in op.get_bind().execute(sa.select(*columns).order_by(old.c.id))]
    op.drop_table("hold")
    table = op.create_table(
        "hold",
        key("id", primary_key=True),
        *many(text, "scope", "by", "reason", "text"),
        moment("since"),
        moment("reset_at", nullable=True),
        text("reset_by", nullable=True),
        text("reset_reason", nullable=True),
    )
    partial("uq_hold_scope", "hold", ["scope"], "reset_at IS NULL", unique=True)
    op.bulk_insert(table, kept)
    op.create_table(
        "epoch",
        key("id", primary_key=True),
        *many(text, "name", "by", "reason"),
        moment("since"),
        moment("forgotten_until", nullable=True),
        sa.UniqueConstraint("name", name="uq_epoch_name"),
    )
    op.create_table("pace", text("company", primary_key=True), *many(moment, "business", "real"))
