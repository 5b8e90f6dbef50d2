"""The mirror of a whole deal: tasks, calls, the online store's orders, shipments' lines, stock, custom fields as one map.

The mirror only remembers what the vendors hold, so it is not converted: its tables are made anew and empty, and the
proofs of readings go with them, for nothing is known of what they read. The next run reads everything anew, as the very
first one did. What we alone know (bindings, agreed values, findings, effects, runs) stays as it is.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sverka.store.migrations.versions.r0001_first import big, flag, many, mirror, moment, text

revision = "0002"
down_revision = "0001"

REPLACED = (
    "deal",
    "deal_line",
    "client",
    "product",
    "crm_user",
    "stage",
    "ledger_order",
    "ledger_order_line",
    "reserve",
    "reserve_line",
    "shipment",
    "payment_link",
    "good",
    "partner",
    "employee",
    "reference",
)


def upgrade() -> None:
    """Forget the mirror, make its tables anew, and make the table of moments at which deals are looked at again."""
    for name in REPLACED:
        op.drop_table(name)
    op.execute("DELETE FROM proof")
    make_deals()
    make_people()
    make_errands()
    make_shop()
    make_orders()
    make_reserves()
    make_shipments()
    make_goods()
    make_directories()
    make_wakes()


def make_deals() -> None:
    mirror(
        "deal",
        *many(text, "title", "funnel_id", "stage_id", "semantics"),
        big("opportunity_kopecks"),
        *many(text, "currency", "company_id", "contact_id", "responsible_id"),
        moment("created_at"),
        moment("moved_at", nullable=True),
        *many(text, "moved_by_id", "updated_by_id", "source_id", "originator_id", "origin_id", "fields"),
        looked_up=("stage_id", "company_id", "contact_id"),
    )
    mirror(
        "deal_line",
        *many(text, "deal_id", "product_id", "name"),
        *many(big, "price_kopecks", "amount_thousandths"),
        looked_up=("deal_id",),
    )
    mirror("stage", *many(text, "name", "funnel_id", "funnel_name", "semantics"), big("sort"), looked_up=())


def make_people() -> None:
    mirror(
        "client",
        *many(text, "name", "phone", "email"),
        flag("trusted"),
        *many(text, "first_name", "last_name", "phones"),
        looked_up=("name",),
    )
    mirror("crm_user", *many(text, "name", "email"), flag("active"), text("departments"), looked_up=("name",))
    mirror("department", *many(text, "name", "parent_id", "head_id"), looked_up=())


def make_errands() -> None:
    mirror(
        "activity",
        *many(text, "owner", "kind", "direction"),
        flag("completed"),
        *many(text, "subject", "responsible_id", "author_id"),
        moment("created_at"),
        moment("deadline_at", nullable=True),
        looked_up=("owner",),
    )
    mirror(
        "crm_task",
        text("title"),
        flag("is_done"),
        text("responsible_id"),
        moment("deadline_at", nullable=True),
        moment("created_at"),
        *many(text, "mark", "deal_id"),
        looked_up=("deal_id", "mark"),
    )


def make_shop() -> None:
    mirror(
        "shop_order",
        text("number"),
        big("sum_kopecks"),
        text("currency"),
        *many(flag, "is_paid", "is_cancelled"),
        moment("ordered_at"),
        *many(text, "client_key", "buyer_name", "buyer_phone", "buyer_email", "comment", "responsible_id", "deal_id"),
        looked_up=("deal_id",),
    )
    mirror(
        "shop_order_line",
        *many(text, "order_id", "product_id", "name"),
        *many(big, "price_kopecks", "amount_thousandths"),
        looked_up=("order_id",),
    )


def make_orders() -> None:
    mirror(
        "ledger_order",
        *many(text, "number", "status_id", "partner_id"),
        big("sum_kopecks"),
        *many(text, "comment", "deal_mark"),
        moment("ordered_at", nullable=True),
        flag("deleted"),
        looked_up=("deal_mark", "number"),
    )
    mirror(
        "ledger_order_line",
        *many(text, "order_id", "good_id"),
        *many(big, "price_kopecks", "amount_thousandths"),
        flag("deleted"),
        looked_up=("order_id",),
    )
    mirror("payment_link", text("order_id"), big("sum_kopecks"), flag("deleted"), looked_up=("order_id",))


def make_reserves() -> None:
    mirror(
        "reserve",
        *many(text, "order_id", "store_id"),
        flag("held"),
        *many(text, "comment", "deal_mark"),
        moment("reserved_at", nullable=True),
        flag("deleted"),
        looked_up=("order_id", "deal_mark"),
    )
    mirror(
        "reserve_line",
        *many(text, "reserve_id", "good_id"),
        big("amount_thousandths"),
        flag("deleted"),
        looked_up=("reserve_id",),
    )


def make_shipments() -> None:
    mirror(
        "shipment",
        *many(text, "order_id", "reserve_id", "store_id"),
        flag("held"),
        big("sum_kopecks"),
        text("deal_mark"),
        flag("deleted"),
        looked_up=("order_id", "deal_mark"),
    )
    mirror(
        "shipment_line",
        *many(text, "shipment_id", "good_id"),
        *many(big, "price_kopecks", "amount_thousandths"),
        flag("deleted"),
        looked_up=("shipment_id",),
    )


def make_goods() -> None:
    mirror("product", *many(text, "name", "article"), looked_up=("article", "name"))
    mirror("good", *many(text, "name", "article"), *many(flag, "is_service", "deleted"), looked_up=("article", "name"))
    mirror(
        "stock",
        *many(text, "store_id", "good_id"),
        *many(big, "amount_thousandths", "reserved_thousandths"),
        looked_up=("good_id",),
    )


def make_directories() -> None:
    mirror("partner", *many(text, "name", "note", "client_mark"), flag("deleted"), looked_up=("name", "client_mark"))
    mirror("employee", *many(text, "name", "email"), flag("deleted"), looked_up=("name",))
    mirror("reference", *many(text, "kind", "name"), flag("deleted"), looked_up=("name",))


def make_wakes() -> None:
    op.create_table(
        "wake",
        *many(text, "company", "deal_id"),
        moment("at"),
        sa.PrimaryKeyConstraint("company", "deal_id", name="pk_wake"),
    )
    op.create_index("ix_wake_at", "wake", ["company", "at"])
