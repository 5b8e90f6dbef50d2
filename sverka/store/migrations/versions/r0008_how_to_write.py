"""Clients' cards say how to write to them, and a silence says who ended it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sverka.store.migrations.versions.r0001_first import flag, key, many, mirror, moment, partial, text

revision = "0008"
down_revision = "0007"

_KEPT = ("company", "address", "scope", "source", "words", "since", "ended_at")


def upgrade() -> None:
    """Forget the clients of the mirror, whose cards may say more now, so that the next run reads them anew; keep the silences."""
    op.drop_table("client")
    mirror(
        "client",
        *many(text, "name", "phone", "email"),
        flag("trusted"),
        *many(text, "first_name", "last_name", "phones", "birthday", "write_to"),
        looked_up=("name", "birthday"),
    )
    op.execute("DELETE FROM proof WHERE system = 'bitrix24' AND family = 'clients'")
    make_silences_anew()


def make_silences_anew() -> None:
    old = sa.table("silence", *map(sa.column, ("id", *_KEPT)))
    columns = (old.c[name] for name in _KEPT)
    kept = [row._asdict() | {"ended_by": None} for row in op.get_bind().execute(sa.select(*columns).order_by(old.c.id))]
    op.drop_table("silence")
    table = op.create_table(
        "silence",
        key("id", primary_key=True),
        *many(text, "company", "address", "scope", "source", "words"),
        moment("since"),
        moment("ended_at", nullable=True),
        text("ended_by", nullable=True),
    )
    partial("uq_silence", "silence", ["company", "address", "scope"], "ended_at IS NULL", unique=True)
    op.bulk_insert(table, kept)
