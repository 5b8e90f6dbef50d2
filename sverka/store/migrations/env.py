"""What alembic runs for every command; the transaction is the caller's, so that a change comes whole or not."""

from __future__ import annotations

from alembic import context

from sverka.store import debtbook, ledgers, letterbook

_KNOWN = (ledgers.run, letterbook.message, debtbook.touch)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=_KNOWN[0].metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
