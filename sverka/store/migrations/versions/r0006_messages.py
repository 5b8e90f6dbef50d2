"""Messages to clients: wishes and what became of them, channels, addresses, what came in. Letters become messages by e-mail."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from sverka.store.migrations.versions.r0001_first import (
    check,
    flag,
    key,
    many,
    mirror,
    moment,
    partial,
    small,
    text,
)

revision = "0006"
down_revision = "0005"

_LETTER = "letter.client|letter:"


def upgrade() -> None:
    """Make the tables, and give the letters of old the keys of messages."""
    make_messages()
    make_dispatches()
    make_addresses()
    rename_letters()
    make_clients_anew()


def make_clients_anew() -> None:
    """Forget the clients of the mirror, who now have birthdays; the next run reads them anew."""
    op.drop_table("client")
    mirror(
        "client",
        *many(text, "name", "phone", "email"),
        flag("trusted"),
        *many(text, "first_name", "last_name", "phones", "birthday"),
        looked_up=("name", "birthday"),
    )
    op.execute("DELETE FROM proof WHERE system = 'bitrix24' AND family = 'clients'")


def make_messages() -> None:
    op.create_table(
        "message",
        key("id", primary_key=True),
        *many(text, "company", "key", "kind", "card", "recipient", "occasion", "reason", "verdict", "rule"),
        *many(moment, "not_before", "expires_at"),
        moment("until", nullable=True),
        *many(moment, "first_at", "last_at"),
        check("message", "verdict", "verdict IN ('goes', 'waits', 'held', 'by hand', 'told')"),
        sa.UniqueConstraint("company", "key", name="uq_message_company_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_message_verdict", "message", ["company", "verdict", "kind"])
    op.create_index("ix_message_card", "message", ["company", "card"])
    op.create_index("ix_message_last_at", "message", ["company", "last_at"])


def make_dispatches() -> None:
    op.create_table(
        "dispatch",
        key("effect_id", sa.ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        *many(text, "company", "key", "kind", "recipient", "channel", "address"),
        small("again"),
        moment("at"),
        text("delivery"),
        moment("delivery_at", nullable=True),
        flag("is_final"),
        check("dispatch", "delivery", "delivery IN ('accepted', 'delivered', 'read', 'undeliverable', 'not_known')"),
    )
    op.create_index("ix_dispatch_key", "dispatch", ["company", "key"])
    op.create_index("ix_dispatch_address", "dispatch", ["company", "address", "at"])
    partial("ix_dispatch_open", "dispatch", ["company", "channel"], "NOT is_final", unique=False)


def make_addresses() -> None:
    op.create_table(
        "silence",
        key("id", primary_key=True),
        *many(text, "company", "address", "scope", "source", "words"),
        moment("since"),
        moment("ended_at", nullable=True),
    )
    partial("uq_silence", "silence", ["company", "address", "scope"], "ended_at IS NULL", unique=True)
    op.create_table(
        "account",
        *many(text, "company", "channel", "address"),
        text("chat", nullable=True),
        moment("asked_at"),
        sa.PrimaryKeyConstraint("company", "channel", "address", name="pk_account"),
    )
    op.create_table(
        "heard",
        key("id", primary_key=True),
        *many(text, "company", "channel", "key", "address", "text"),
        moment("at"),
        moment("answered_at", nullable=True),
        sa.UniqueConstraint("company", "channel", "key", name="uq_heard_company_channel_key"),
    )
    partial("ix_heard_open", "heard", ["company", "id"], "answered_at IS NULL", unique=False)


def rename_letters() -> None:
    """Rewrite `letter.client|letter:71|order_ready OCCASION` as `message|letter:deal:71/order_ready|OCCASION`.

    One that waits is cancelled: it is wished anew. A comment that waits names its card as all cards are named now.
    """
    columns = (
        "id",
        "company",
        "kind",
        "key",
        "subject",
        "payload",
        "reason",
        "state",
        "planned_at",
        "claimed_at",
        "ended_at",
        "detail",
    )
    rows, connection = sa.table("outbox", *map(sa.column, columns)), op.get_bind()
    for row in connection.execute(sa.select(rows).where(rows.c.kind == "letter.client")).all():
        deal, _, said = row.key.removeprefix(_LETTER).partition("|")
        kind, _, occasion = said.partition(" ")
        subject = f"letter:deal:{deal}/{kind}"
        key = f"message|{subject}|{occasion}"
        payload = json.loads(row.payload) | {"recipient": "", "again": 0}
        new = {"kind": "message.email", "key": key, "subject": subject, "payload": written(payload)}
        if row.state == "planned":
            new |= {
                "state": "cancelled",
                "ended_at": row.planned_at,
                "detail": "cancelled by sverka: it is planned anew",
            }
        connection.execute(sa.update(rows).where(rows.c.id == row.id).values(new))
        connection.execute(
            sa.insert(sa.table("dispatch", *map(sa.column, _DISPATCH))).values(_sent(row, key, kind, payload))
        )
        if row.state in ("done", "claimed", "unknown"):
            told = _told(row, key, f"deal:{deal}", kind, occasion)
            connection.execute(sa.insert(sa.table("message", *map(sa.column, told))).values(told))
    waiting = (rows.c.kind == "comment.create", rows.c.ended_at.is_(None))
    for row in connection.execute(sa.select(rows).where(*waiting)).all():
        payload = json.loads(row.payload)
        card = {"card": f"deal:{payload.pop('deal')}", **payload}
        connection.execute(sa.update(rows).where(rows.c.id == row.id).values(payload=written(card)))


_DISPATCH = (
    "effect_id",
    "company",
    "key",
    "kind",
    "recipient",
    "channel",
    "address",
    "again",
    "at",
    "delivery",
    "is_final",
)


def _told(row: sa.Row[Any], key: str, card: str, kind: str, occasion: str) -> dict[str, Any]:
    at = row.planned_at
    return {
        "company": row.company, "key": key, "kind": kind, "card": card, "recipient": "", "occasion": occasion, "reason": row.reason,
        "verdict": "told", "rule": "", "not_before": at, "expires_at": at, "until": None, "first_at": at, "last_at": at,
    }  # fmt: skip


def _sent(row: sa.Row[Any], key: str, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    at = row.claimed_at or row.planned_at
    told = (row.id, row.company, key, kind, "", "email", payload["to"], 0, at, "accepted", True)
    return dict(zip(_DISPATCH, told, strict=True))


def written(payload: dict[str, Any]) -> str:
    """Write a payload as the store does."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
