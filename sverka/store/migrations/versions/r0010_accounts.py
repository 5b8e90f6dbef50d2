"""What 1C knows of customers is remembered: with whom there are contracts on which terms, who owes what, what was paid."""

from __future__ import annotations

import sqlalchemy as sa

from sverka.store.migrations.versions.r0001_first import big, flag, many, mirror, moment, text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables of 1C, which the next run fills."""
    make_agreements()
    make_debts()
    make_receipts()


def day(name: str) -> sa.Column[str]:
    """Return a column for ISO text, `2026-11-24`, or nothing."""
    return text(name, nullable=True)


def make_agreements() -> None:
    def state() -> tuple[sa.Column[str], sa.Column[bool]]:
        return text("version"), flag("deleted")

    mirror("entity", *many(text, "name", "inn", "kpp"), *state(), looked_up=())
    mirror(
        "counterparty",
        *many(text, "name", "full_name", "inn", "kpp", "partner_id", "kind"),
        *state(),
        looked_up=("inn", "partner_id"),
    )
    mirror(
        "contract",
        *many(text, "counterparty_id", "partner_id", "entity_id", "number"),
        day("signed_on"),
        flag("is_active"),
        big("limit_kopecks", nullable=True),
        flag("overdue_forbidden"),
        big("deferral_days", nullable=True),
        *state(),
        looked_up=("counterparty_id", "partner_id"),
    )
    mirror(
        "terms",
        *many(text, "partner_id", "counterparty_id", "entity_id", "price_type"),
        big("deferral_days", nullable=True),
        *many(flag, "is_prepaid", "is_active"),
        *state(),
        looked_up=("partner_id",),
    )


def make_debts() -> None:
    customer = ("entity_id", "partner_id", "counterparty_id", "contract_id")
    mirror(
        "debt",
        *many(text, *customer, "object_id", "document_id", "document_kind", "number"),
        *many(day, "issued_on", "due_on"),
        big("sum_kopecks", nullable=True),
        big("residual_kopecks"),
        text("currency"),
        looked_up=("counterparty_id", "partner_id", "document_id"),
    )
    mirror(
        "advance", *many(text, *customer, "object_id"), big("sum_kopecks"), text("currency"),
        looked_up=("counterparty_id", "partner_id"),
    )  # fmt: skip
    mirror(
        "settled", *many(text, "analytic_id", *customer), big("balance_kopecks"), text("currency"),
        looked_up=("counterparty_id", "partner_id"),
    )  # fmt: skip


def make_receipts() -> None:
    mirror(
        "receipt",
        *many(text, "entity_id", "counterparty_id", "number", "incoming_number"),
        day("paid_on"),
        moment("document_at", nullable=True),
        *many(big, "sum_kopecks", "allocated_kopecks"),
        flag("is_cleared"),
        *many(text, "purpose", "currency", "version"),
        flag("deleted"),
        looked_up=("counterparty_id",),
    )
