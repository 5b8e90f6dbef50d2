"""Work follows change, not size: no statement of a tick reads a whole table.

Asked of SQLite, whose plans follow from the indexes alone; PostgreSQL has the same indexes, but lays its plans by the
numbers of rows, of which an example has too few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from sverka.domain.actions import Action
from sverka.domain.effects import State
from sverka.domain.plan import Agreed, Bind, Finding, Wake
from sverka.domain.rows import (
    Activity,
    CrmTask,
    Deal,
    DealLine,
    Good,
    LedgerOrder,
    LedgerOrderLine,
    PaymentLink,
    Product,
    Reserve,
    ReserveLine,
    Row,
    Shipment,
    ShipmentLine,
    ShopOrder,
    ShopOrderLine,
    Stock,
)  # fmt: skip
from sverka.store import agreements, attention, bindings, counting, findings, frames, mirror, outbox, proofs, runs
from sverka.store.engine import Store, Transaction
from sverka.store.tables import metadata
from tests.databases import SQLITE
from tests.make import NOW, deal

COMPANY = "headlights"
IDS = ["1", "2", "3"]
FINDING = Finding("differs", "deal:1", "lines", "Отличается", values="1")
ACTION = Action("order.lines", "deal:1", "lines", {}, "")
WANTS = {"HOLD": (True, True, False), "LOSE": (False, False, True)}


def _look_up(row_type: type[Row], **columns: Any) -> Callable[[Transaction], object]:
    return lambda tx: mirror.where(tx, COMPANY, row_type, **columns)


STEPS: dict[str, Callable[[Transaction], object]] = {
    "merge": lambda tx: mirror.merge(tx, COMPANY, [deal()], 1),
    "replace lines": lambda tx: mirror.replace_owned(tx, COMPANY, DealLine, "deal_id", IDS, [], 1),
    "touch": lambda tx: attention.touch_changed(tx, COMPANY, 1),
    "add attention": lambda tx: attention.add(tx, COMPANY, IDS, 1),
    "waiting": lambda tx: attention.waiting(tx, COMPANY),
    "clear": lambda tx: attention.clear(tx, COMPANY, IDS, 1),
    "put wakes": lambda tx: attention.put_wakes(tx, COMPANY, ["deal:1"], [Wake("1", NOW)]),
    "wake": lambda tx: attention.wake_due(tx, COMPANY, NOW, 1),
    "changed": lambda tx: mirror.changed(tx, COMPANY, Stock, 1),
    "deals": lambda tx: mirror.by_ids(tx, COMPANY, Deal, IDS),
    "deals at stages": _look_up(Deal, stage_id=("HOLD", "LOSE")),
    "marked orders": _look_up(LedgerOrder, deal_mark=tuple(IDS), deleted=False),
    "order lines": _look_up(LedgerOrderLine, order_id=tuple(IDS), deleted=False),
    "reserves": _look_up(Reserve, order_id=tuple(IDS)),
    "reserve lines": _look_up(ReserveLine, reserve_id=tuple(IDS)),
    "shipments": _look_up(Shipment, order_id=tuple(IDS)),
    "shipment lines": _look_up(ShipmentLine, shipment_id=tuple(IDS)),
    "stock": _look_up(Stock, good_id=tuple(IDS)),
    "calls": _look_up(Activity, owner=tuple(IDS)),
    "tasks": _look_up(CrmTask, deal_id=tuple(IDS)),
    "tasks by mark": _look_up(CrmTask, mark=tuple(IDS)),
    "orders of the store": _look_up(ShopOrder, deal_id=tuple(IDS)),
    "their positions": _look_up(ShopOrderLine, order_id=tuple(IDS)),
    "deals of a company": _look_up(Deal, company_id="5"),
    "deals of a contact": _look_up(Deal, contact_id="7"),
    "payments": _look_up(PaymentLink, order_id=tuple(IDS)),
    "products by article": _look_up(Product, article=("A", "B")),
    "goods by article": _look_up(Good, article=("A", "B")),
    "goods by name": _look_up(Good, name="Фара"),
    "count lines": lambda tx: counting.count_by(tx, COMPANY, DealLine, "deal_id", IDS),
    "ids of keys": lambda tx: counting.ids_of_keys(tx, COMPANY, Deal, [1, 2]),
    "snapshot of some": lambda tx: frames.snapshot(tx, COMPANY, WANTS, IDS),
    "snapshot by stage": lambda tx: frames.snapshot(tx, COMPANY, WANTS),
    "bind": lambda tx: bindings.bind(tx, COMPANY, [Bind("order", "1", "a", "T1")], 1),
    "rights": lambda tx: bindings.rights(tx, COMPANY, "order", IDS),
    "lefts": lambda tx: bindings.lefts(tx, COMPANY, "order", IDS),
    "agree": lambda tx: agreements.put(tx, COMPANY, [Agreed("deal:1", "lines", "x")], 1),
    "bases": lambda tx: agreements.bases(tx, COMPANY, ["deal:1"]),
    "forget": lambda tx: agreements.forget(tx, COMPANY, "deal:1", ["lines"]),
    "record": lambda tx: findings.record(tx, COMPANY, ["deal:1"], [FINDING], 1, NOW),
    "seen": lambda tx: findings.seen(tx, COMPANY, ["deal:1"]),
    "answers": lambda tx: findings.answers(tx, COMPANY, ["deal:1"], NOW),
    "open items": lambda tx: findings.open_items(tx, COMPANY),
    "put": lambda tx: outbox.put(tx, COMPANY, [ACTION], 1, NOW),
    "planned": lambda tx: outbox.planned(tx, COMPANY, NOW),
    "claim": lambda tx: (runs.acquire(tx, "l", "me", 60, NOW), outbox.claim_many(tx, [1, 2], "l", 1, NOW)),
    "finish": lambda tx: outbox.finish(tx, 1, 1, State.DONE, now=NOW),
    "claimed": lambda tx: outbox.claimed(tx, COMPANY),
    "open ends": lambda tx: outbox.open_ends(tx, COMPANY),
    "ended": lambda tx: outbox.ended(tx, COMPANY, NOW, NOW),
    "made": lambda tx: outbox.made(tx, COMPANY, "order.create", ["deal:1"]),
    "made all": lambda tx: outbox.made_all(tx, COMPANY, ["deal:1"], ["order.create"]),
    "repeated": lambda tx: outbox.repeated(tx, COMPANY, ["deal:1"], "restore", NOW),
    "refusals": lambda tx: outbox.refusals(tx, COMPANY, ["deal:1"]),
    "brought": lambda tx: outbox.brought_ids(tx, COMPANY, ["k"]),
    "waiting subjects": lambda tx: outbox.subjects_waiting(tx, COMPANY),
    "waiting keys": lambda tx: outbox.waiting_keys(tx, COMPANY),
    "by run": lambda tx: outbox.by_run(tx, 1),
    "cursor": lambda tx: proofs.last(tx, COMPANY, "bitrix24", "deals"),
    "usual counts": lambda tx: proofs.recent_counts(tx, COMPANY, "bitrix24", "deals"),
    "abandoned runs": lambda tx: runs.abandoned(tx, COMPANY, "agreement", NOW),
    "last run": lambda tx: runs.last_finished(tx, COMPANY, "agreement"),
}
BY_COMPANY_ALONE = {"ix_outbox_waiting", "ix_finding_open", "sqlite_autoindex_attention_1", "ix_run_company"}
"""Indexes that hold only what is open; and of runs only the last one is asked for."""


@pytest.fixture
def database_kind() -> str:
    return SQLITE


@pytest.fixture
def statements(store: Store) -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        seen.append((statement, parameters[0] if many else parameters))

    event.listen(store._engine, "before_cursor_execute", note)
    yield seen
    event.remove(store._engine, "before_cursor_execute", note)


@pytest.mark.parametrize("step", STEPS)
def test_no_step_of_a_tick_reads_a_whole_table(store: Store, statements: list[tuple[str, Any]], step: str) -> None:
    with store.writing() as tx:
        STEPS[step](tx)
        asked = [each for each in statements if each[0].startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
        assert asked
        plans = [
            tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            for statement, parameters in asked
        ]
    assert [row.detail for plan in plans for row in plan if _reads_all(row.detail)] == []


def _reads_all(detail: str) -> bool:
    """Tell whether a step of a plan goes through all rows of a table, or through all of a company's."""
    words = detail.split()
    if words[0] == "SCAN":
        return words[1] in metadata.tables or words[1] == "other"
    return words[0] == "SEARCH" and detail.endswith("(company=?)") and not BY_COMPANY_ALONE & set(words)


def test_a_search_without_an_index_would_be_noticed(store: Store) -> None:
    with store.reading() as tx:
        found = tx.connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM deal WHERE company='c' AND title='t'"
        ).all()
        scanned = tx.connection.exec_driver_sql("EXPLAIN QUERY PLAN SELECT * FROM deal WHERE title='t'").all()
    assert [_reads_all(row.detail) for row in (*found, *scanned)] == [True, True]
