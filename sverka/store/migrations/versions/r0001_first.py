"""The first schema: the mirror of Bitrix24 and Бизнес.ру, and what Sverka itself remembers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ROW_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table."""
    make_crm()
    make_orders()
    make_reserves()
    make_directories()
    make_runs()
    make_leases()
    make_readings()
    make_bindings()
    make_findings()
    make_outbox()
    make_outbox_indexes()
    make_attempts()


def text(name: str, **more: Any) -> sa.Column[str]:
    return column(name, sa.Text(), **more)


def big(name: str, **more: Any) -> sa.Column[int]:
    return column(name, sa.BigInteger(), **more)


def small(name: str, **more: Any) -> sa.Column[int]:
    return column(name, sa.Integer(), **more)


def flag(name: str, **more: Any) -> sa.Column[bool]:
    return column(name, sa.Boolean(), **more)


def moment(name: str, **more: Any) -> sa.Column[int]:
    """Microseconds since 1970, UTC."""
    return column(name, sa.BigInteger(), **more)


def key(name: str, *foreign: sa.ForeignKey, **more: Any) -> sa.Column[int]:
    return column(name, ROW_KEY, *foreign, **more)


def column(name: str, kind: Any, *rest: Any, nullable: bool = False, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *rest, nullable=nullable, **more)


def many(make: Callable[[str], sa.Column[Any]], *names: str) -> list[sa.Column[Any]]:
    return [make(name) for name in names]


def mirror(name: str, *fields: sa.Column[Any], looked_up: Sequence[str]) -> None:
    op.create_table(
        name,
        key("key", primary_key=True),
        text("company"),
        text("ext_id"),
        moment("updated_at", nullable=True),
        *fields,
        big("changed_run"),
        sa.UniqueConstraint("company", "ext_id", name=f"uq_{name}_company_ext_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{name}_changed_run", name, ["changed_run"])
    for each in looked_up:
        op.create_index(f"ix_{name}_{each}", name, ["company", each])


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def partial(name: str, table: str, columns: Sequence[str], where: str, *, unique: bool) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def make_crm() -> None:
    mirror(
        "deal",
        *many(text, "title", "funnel_id", "stage_id", "semantics"),
        big("opportunity_kopecks"),
        *many(text, "currency", "company_id", "contact_id", "responsible_id"),
        moment("created_at"),
        moment("moved_at", nullable=True),
        *many(text, "moved_by_id", "updated_by_id", "source_id", "origin_id", "branch", "ledger_order"),
        looked_up=("stage_id",),
    )
    mirror(
        "deal_line",
        *many(text, "deal_id", "product_id", "name"),
        *many(big, "price_kopecks", "amount_thousandths"),
        looked_up=("deal_id",),
    )
    mirror("client", *many(text, "name", "phone", "email"), flag("trusted"), looked_up=("name",))
    mirror("product", *many(text, "name", "article"), looked_up=("article", "name"))
    mirror("crm_user", *many(text, "name", "email"), flag("active"), looked_up=("name",))
    mirror("stage", *many(text, "name", "funnel_id", "funnel_name", "semantics"), big("sort"), looked_up=())


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
    mirror(
        "shipment",
        *many(text, "order_id", "reserve_id"),
        flag("held"),
        big("sum_kopecks"),
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


def make_directories() -> None:
    mirror("good", *many(text, "name", "article"), *many(flag, "is_service", "deleted"), looked_up=("article", "name"))
    mirror("partner", *many(text, "name", "note", "client_mark"), flag("deleted"), looked_up=("name", "client_mark"))
    mirror("employee", *many(text, "name", "email"), flag("deleted"), looked_up=("name",))
    mirror("reference", *many(text, "kind", "name"), flag("deleted"), looked_up=("name",))


def make_runs() -> None:
    op.create_table(
        "run",
        key("id", primary_key=True),
        *many(text, "company", "job", "tick"),
        moment("at"),
        moment("started_at"),
        moment("finished_at", nullable=True),
        text("outcome", nullable=True),
        text("report", nullable=True),
        text("policy_fingerprint"),
        sa.UniqueConstraint("job", "company", "tick", name="uq_run_job_company_tick"),
        check("run", "outcome", "outcome IN ('done', 'held', 'failed', 'skipped')"),
        check("run", "finished", "(finished_at IS NULL) = (outcome IS NULL)"),
        sqlite_autoincrement=True,
    )
    partial("ix_run_unfinished", "run", ["company", "job", "finished_at"], "finished_at IS NULL", unique=False)
    op.create_index("ix_run_company", "run", ["company", "id"])
    op.create_index("ix_run_job", "run", ["company", "job", "id"])
    op.create_table(
        "skip",
        key("id", primary_key=True),
        key("run_id", sa.ForeignKey("run.id", ondelete="CASCADE")),
        *many(text, "company", "subject", "reason", "detail"),
    )
    op.create_index("ix_skip_run_id", "skip", ["run_id"])
    op.create_index("ix_skip_subject", "skip", ["company", "subject"])


def make_leases() -> None:
    op.create_table(
        "lease",
        text("name", primary_key=True),
        text("holder"),
        *many(big, "fence", "ttl_us"),
        moment("expires_at"),
        sa.UniqueConstraint("fence", name="uq_lease_fence"),
    )
    op.create_table(
        "hold",
        key("id", primary_key=True),
        *many(text, "scope", "by", "reason"),
        moment("since"),
        moment("reset_at", nullable=True),
        text("reset_by", nullable=True),
        text("reset_reason", nullable=True),
    )
    partial("uq_hold_scope", "hold", ["scope"], "reset_at IS NULL", unique=True)


def make_readings() -> None:
    op.create_table(
        "proof",
        key("id", primary_key=True),
        text("company"),
        big("run_id"),
        *many(text, "system", "family"),
        *many(flag, "full", "complete"),
        big("rows"),
        moment("server_at"),
        moment("since", nullable=True),
        *many(text, "trouble", "malformed"),
        moment("read_at"),
    )
    op.create_index("ix_proof_family", "proof", ["company", "system", "family", "id"])
    op.create_table(
        "layout",
        *many(text, "company", "system", "document"),
        sa.PrimaryKeyConstraint("company", "system", name="pk_layout"),
    )
    op.create_table("known_policy", text("company", primary_key=True), text("fingerprint"))
    op.create_table(
        "attention",
        *many(text, "company", "deal_id"),
        big("run_id"),
        sa.PrimaryKeyConstraint("company", "deal_id", name="pk_attention"),
    )


def make_bindings() -> None:
    op.create_table(
        "binding",
        key("id", primary_key=True),
        *many(text, "company", "kind", "left_id", "right_id", "tier"),
        big("run_id"),
        text("retired_by", nullable=True),
        text("retired_reason", nullable=True),
        check("binding", "tier", "tier IN ('T0', 'T1', 'T2', 'T9')"),
    )
    partial("uq_binding_left", "binding", ["company", "kind", "left_id"], "retired_by IS NULL", unique=True)
    partial("uq_binding_right", "binding", ["company", "kind", "right_id"], "retired_by IS NULL", unique=True)
    op.create_table(
        "agreement",
        *many(text, "company", "subject", "aspect", "value"),
        big("run_id"),
        sa.PrimaryKeyConstraint("company", "subject", "aspect", name="pk_agreement"),
    )


def make_findings() -> None:
    op.create_table(
        "finding",
        key("id", primary_key=True),
        *many(text, "company", "kind", "subject", "aspect", "text", "observed"),
        big("money_kopecks"),
        flag("asks"),
        moment("first_at"),
        moment("last_at"),
        small("times"),
        big("run_id"),
        moment("closed_at", nullable=True),
        moment("replaced_at", nullable=True),
        check("finding", "replaced", "replaced_at IS NULL OR closed_at IS NOT NULL"),
        sqlite_autoincrement=True,
    )
    partial("ix_finding_open", "finding", ["company", "id"], "closed_at IS NULL", unique=False)
    partial("uq_finding_key", "finding", ["company", "subject", "kind", "aspect"], "replaced_at IS NULL", unique=True)
    op.create_table(
        "answer",
        key("id", primary_key=True),
        key("finding_id", sa.ForeignKey("finding.id", ondelete="CASCADE")),
        *many(text, "choice", "by", "reason"),
        moment("at"),
    )
    op.create_index("ix_answer_finding_id", "answer", ["finding_id"])


def make_outbox() -> None:
    op.create_table(
        "outbox",
        key("id", primary_key=True),
        *many(text, "company", "key"),
        flag("creation"),
        *many(text, "kind", "system", "subject"),
        small("risk"),
        *many(text, "payload", "reason", "evidence", "before", "after"),
        big("money_kopecks"),
        text("settles"),
        text("state"),
        small("attempts"),
        moment("planned_at"),
        moment("not_before", nullable=True),
        moment("claimed_at", nullable=True),
        moment("ended_at", nullable=True),
        big("fence"),
        text("external_id"),
        flag("changed", nullable=True),
        text("detail"),
        big("run_id"),
        check(
            "outbox", "state", "state IN ('planned', 'claimed', 'done', 'failed', 'unknown', 'expired', 'cancelled')"
        ),
        check("outbox", "risk", "risk BETWEEN 0 AND 5"),
        check("outbox", "ended", "(ended_at IS NULL) = (state IN ('planned', 'claimed', 'unknown'))"),
        sqlite_autoincrement=True,
    )


def make_outbox_indexes() -> None:
    op.create_index("ix_outbox_key", "outbox", ["company", "key"])
    op.create_index("ix_outbox_subject", "outbox", ["company", "subject", "state"])
    op.create_index("ix_outbox_run_id", "outbox", ["run_id"])
    partial("ix_outbox_waiting", "outbox", ["company", "subject", "id"], "ended_at IS NULL", unique=False)
    partial("ix_outbox_ended", "outbox", ["company", "ended_at"], "ended_at IS NOT NULL", unique=False)
    partial(
        "uq_outbox_creation",
        "outbox",
        ["company", "key"],
        "creation AND state NOT IN ('cancelled', 'expired', 'failed')",
        unique=True,
    )
    partial(
        "uq_outbox_repair",
        "outbox",
        ["company", "key"],
        "NOT creation AND state IN ('planned', 'claimed', 'unknown')",
        unique=True,
    )


def make_attempts() -> None:
    op.create_table(
        "attempt",
        key("id", primary_key=True),
        key("effect_id", sa.ForeignKey("outbox.id", ondelete="CASCADE")),
        small("n"),
        text("answer"),
        big("ms"),
        text("detail"),
        moment("at"),
        check("attempt", "answer", "answer IN ('accepted', 'refused', 'not_executed', 'ambiguous')"),
    )
    op.create_index("ix_attempt_effect_id", "attempt", ["effect_id"])
