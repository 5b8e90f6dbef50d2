"""The work set: deals that somebody must look at, because something about them changed or was not settled.

A deal enters it when a row that concerns it changed, and leaves it when a look found nothing to do, unless it was
touched again meanwhile. So the work of a tick follows what changed, not how much is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, Select, delete, func, literal, select, true, union

from sverka.domain.rows import (
    Deal,
    DealLine,
    LedgerOrder,
    LedgerOrderLine,
    PaymentLink,
    Reserve,
    ReserveLine,
    Row,
    Shipment,
)
from sverka.store import bindings
from sverka.store.chunks import distinct, in_chunks
from sverka.store.engine import Transaction
from sverka.store.ledgers import attention, binding, known_policy, run
from sverka.store.sqlite import Insert
from sverka.store.tables import MIRROR

OWNER_FIELDS: Mapping[type[Row], tuple[str, ...]] = {
    Deal: (),
    DealLine: ("deal_id",),
    LedgerOrder: ("deal_mark",),
    LedgerOrderLine: ("order_id",),
    Reserve: ("order_id", "deal_mark"),
    ReserveLine: ("reserve_id",),
    Shipment: ("order_id",),
    PaymentLink: ("order_id",),
}
"""Types of rows that concern a deal, and the fields that lead to it."""


def touch_changed(tx: Transaction, company: str, run_id: int) -> None:
    """Give attention to every deal that a row concerns which this run has written."""
    for row_type in OWNER_FIELDS:
        touch(tx, company, row_type, MIRROR[row_type].c.changed_run == run_id, run_id)


def touch(tx: Transaction, company: str, row_type: type[Row], which: ColumnElement[bool], run_id: int) -> None:
    """Give attention to the deals that the company's rows of a type concern, as they stand in the mirror now."""
    if row_type not in OWNER_FIELDS:
        return
    deals = union(*_deals(company, row_type, which)).subquery()
    rows = select(literal(company), deals.c.deal_id, literal(_stamp(tx, company, run_id))).where(deals.c.deal_id != "")
    tx.change(_later_of_both(tx.insert(attention).from_select(["company", "deal_id", "run_id"], rows)))


def add(tx: Transaction, company: str, deal_ids: Iterable[str], run_id: int) -> None:
    """Give attention to deals by id."""
    stamp = _stamp(tx, company, run_id)
    statement = _later_of_both(tx.insert(attention))
    for chunk in in_chunks(distinct(deal_ids)):
        tx.change(statement, [{"company": company, "deal_id": deal_id, "run_id": stamp} for deal_id in chunk])


def everything(tx: Transaction, company: str) -> None:
    """Give attention to every deal that we know."""
    latest = tx.scalar(select(func.max(run.c.id)).where(run.c.company == company))
    touch(tx, company, Deal, true(), latest or 0)


def waiting(tx: Transaction, company: str) -> tuple[str, ...]:
    """Return the ids of the deals in the work set."""
    return tuple(
        tx.column(select(attention.c.deal_id).where(attention.c.company == company).order_by(attention.c.deal_id))
    )


def clear(tx: Transaction, company: str, deal_ids: Iterable[str], up_to_run: int) -> None:
    """Take deals out of the work set, but those touched after the run `up_to_run` began to look."""
    for chunk in in_chunks(distinct(deal_ids)):
        tx.change(
            delete(attention).where(
                attention.c.company == company, attention.c.deal_id.in_(chunk), attention.c.run_id <= up_to_run
            )
        )


def policy_changed(tx: Transaction, company: str, fingerprint: str) -> bool:
    """Remember the fingerprint of the company's policy; tell whether it is another one than before, or the first."""
    statement = tx.insert(known_policy)
    return bool(
        tx.change(
            statement.values(company=company, fingerprint=fingerprint).on_conflict_do_update(
                index_elements=["company"],
                set_={"fingerprint": statement.excluded.fingerprint},
                where=known_policy.c.fingerprint != statement.excluded.fingerprint,
            )
        )
    )


def _later_of_both(statement: Insert) -> Insert:
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["company", "deal_id"],
        set_={"run_id": new.run_id},
        where=attention.c.run_id < new.run_id,
    )


def _stamp(tx: Transaction, company: str, run_id: int) -> int:
    """Return the number under which a touch is kept.

    A run that began after us may have looked at the deal already, and would clear what we touch now as seen: only a
    run yet to come may do that.
    """
    latest = tx.scalar(select(func.max(run.c.id)).where(run.c.company == company)) or run_id
    return run_id if run_id >= latest else int(latest) + 1


def _deals(company: str, row_type: type[Row], which: ColumnElement[bool]) -> list[Select[tuple[str]]]:
    """Return the queries for the ids of the deals that such rows concern."""
    table = MIRROR[row_type]
    those = (table.c.company == company, which)
    if row_type is Deal:
        return [select(table.c.ext_id.label("deal_id")).where(*those)]
    if row_type is DealLine:
        return [select(table.c.deal_id).where(*those)]
    if row_type is ReserveLine:
        reserves = MIRROR[Reserve]
        owners = select(table.c.reserve_id).where(*those)
        return _deals(company, Reserve, reserves.c.ext_id.in_(owners))
    order_id = table.c.ext_id if row_type is LedgerOrder else table.c.order_id
    marks = [select(table.c.deal_mark.label("deal_id")).where(*those)] if row_type is Reserve else []
    return [*_deals_of_orders(company, select(order_id).where(*those)), *marks]


def _deals_of_orders(company: str, order_ids: Select[tuple[str]]) -> list[Select[tuple[str]]]:
    orders = MIRROR[LedgerOrder]
    bound = select(binding.c.left_id.label("deal_id")).where(
        *bindings.living(company, "order"), binding.c.right_id.in_(order_ids)
    )
    marked = select(orders.c.deal_mark.label("deal_id")).where(
        orders.c.company == company, orders.c.ext_id.in_(order_ids)
    )
    return [bound, marked]
