"""Clients are remembered with all custom fields that the company's file names, companies with their requisites."""

from __future__ import annotations

from alembic import op

from sverka.store.migrations.versions.r0001_first import many, mirror, text

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Forget the clients of the mirror, so that the next run reads their cards anew, and whole."""
    op.drop_table("client")
    mirror(
        "client",
        *many(text, "name", "phone", "email", "first_name", "last_name", "phones", "birthday"),
        *many(text, "responsible_id", "works_for", "post", "fields"),
        looked_up=("name", "birthday", "works_for"),
    )
    mirror("requisite", *many(text, "client_key", "inn", "kpp"), looked_up=("client_key", "inn"))
    op.execute("DELETE FROM proof WHERE system = 'bitrix24' AND family = 'clients'")
