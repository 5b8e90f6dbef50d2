"""The work set: deals that somebody must look at, because something about them changed or was not settled.

A deal enters it when a row that concerns it changed, and leaves it when a look found nothing to do, unless it was
touched again meanwhile. So the work of a tick follows what changed, not how much is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Select,
    Table,
    bindparam,
    case,
    delete,
    func,
    literal,
    select,
    true,
    union_all,
)

from sverka.domain.plan import Wake
from sverka.domain.rows import (
    Activity,
    CrmTask,
    Deal,
    DealLine,
    LedgerOrder,
    LedgerOrderLine,
    PaymentLink,
    Reserve,
    ReserveLine,
    Row,
    Shipment,
    ShipmentLine,
    ShopOrder,
    ShopOrderLine,
)
from sverka.store import bindings
from sverka.store.chunks import distinct, in_chunks
from sverka.store.database import Insert
from sverka.store.engine import Transaction
from sverka.store.ledgers import attention, binding, known_policy, run, wake
from sverka.store.tables import MIRROR


@dataclass(frozen=True)
class _Way:
    """How a row leads to deals: it names one, is bound to one, or belongs to another row that leads on."""

    names: str = ""
    """The field with the id of a deal."""
    bound: str = ""
    """The kind of the bindings between deals and such rows."""
    belongs: tuple[str, type[Row]] | None = None
    """The field with the id of a row of another type."""


_OF_ORDER = ("order_id", LedgerOrder)
_WAYS: Mapping[type[Row], _Way] = {
    Deal: _Way(names="ext_id"),
    DealLine: _Way(names="deal_id"),
    Activity: _Way(names="owner"),
    CrmTask: _Way(names="deal_id"),
    ShopOrder: _Way(names="deal_id", bound="shop"),
    ShopOrderLine: _Way(belongs=("order_id", ShopOrder)),
    LedgerOrder: _Way(names="deal_mark", bound="order"),
    LedgerOrderLine: _Way(belongs=_OF_ORDER),
    Reserve: _Way(names="deal_mark", belongs=_OF_ORDER),
    ReserveLine: _Way(belongs=("reserve_id", Reserve)),
    Shipment: _Way(names="deal_mark", belongs=_OF_ORDER),
    ShipmentLine: _Way(belongs=("shipment_id", Shipment)),
    PaymentLink: _Way(belongs=_OF_ORDER),
}
_DEAL = "deal:"


def _fields(way: _Way) -> tuple[str, ...]:
    link = way.belongs[0] if way.belongs else ""
    return tuple(name for name in (way.names, link) if name not in {"", "ext_id"})


OWNER_FIELDS: Mapping[type[Row], tuple[str, ...]] = {row_type: _fields(way) for row_type, way in _WAYS.items()}
"""Types of rows that concern a deal, and the fields that lead to it."""


def touch_changed(tx: Transaction, company: str, run_id: int) -> None:
    """Give attention to every deal that a row concerns which this run has written."""
    values = {"of_company": company, "by_run": run_id, "stamp": _stamp(tx, company, run_id)}
    for statement in _touching_changed(tx.insert):
        tx.change(statement, [values])


@cache
def _touching_changed(insert: Callable[[Table], Insert]) -> tuple[Insert, ...]:
    """Return the statements, one for each type of rows; built once, for every poll asks them all."""
    company: BindParameter[str] = bindparam("of_company")
    run_id: BindParameter[int] = bindparam("by_run")
    stamp: BindParameter[int] = bindparam("stamp")
    return tuple(
        _touching(insert(attention), company, row_type, MIRROR[row_type].c.changed_run == run_id, stamp)
        for row_type in OWNER_FIELDS
    )


def touch(tx: Transaction, company: str, row_type: type[Row], which: ColumnElement[bool], run_id: int) -> None:
    """Give attention to the deals that the company's rows of a type concern, as they stand in the mirror now."""
    if row_type not in OWNER_FIELDS:
        return
    of_company, stamp = literal(company), literal(_stamp(tx, company, run_id))
    tx.change(_touching(tx.insert(attention), of_company, row_type, which, stamp))


def _touching(
    insert: Insert,
    company: BindParameter[str],
    row_type: type[Row],
    which: ColumnElement[bool],
    stamp: BindParameter[int],
) -> Insert:
    deals = union_all(*_deals(company, row_type, which)).subquery()
    rows = select(company, deals.c.deal_id, stamp).where(deals.c.deal_id != "").distinct()
    return _later_of_both(insert.from_select(["company", "deal_id", "run_id"], rows))


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


def put_wakes(tx: Transaction, company: str, looked_at: Iterable[str], wakes: Iterable[Wake]) -> None:
    """Keep the moments at which deals must be looked at again, of each deal the earliest; those of an earlier look go.

    looked_at: the subjects of the look (`deal:71`); what is no deal has no moments.
    """
    for chunk in in_chunks(distinct(subject.removeprefix(_DEAL) for subject in looked_at)):
        tx.change(delete(wake).where(wake.c.company == company, wake.c.deal_id.in_(chunk)))
    statement = tx.insert(wake)
    earlier = statement.on_conflict_do_update(
        index_elements=["company", "deal_id"],
        set_={"at": statement.excluded.at},
        where=wake.c.at > statement.excluded.at,
    )
    latest_first = sorted(wakes, key=lambda each: each.at, reverse=True)
    earliest = {each.deal_id: vars(each) | {"company": company} for each in latest_first}
    for rows in in_chunks(earliest.values()):
        tx.change(earlier, rows)


def wake_due(tx: Transaction, company: str, now: datetime, run_id: int) -> None:
    """Give attention to the deals whose moment has come, and forget the moment."""
    due = (wake.c.company == company, wake.c.at <= now)
    add(tx, company, tx.column(select(wake.c.deal_id).where(*due)), run_id)
    tx.change(delete(wake).where(*due))


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


def _deals(company: BindParameter[str], row_type: type[Row], which: ColumnElement[bool]) -> Iterator[Select[Any]]:
    """Yield the queries for the ids of the deals that such rows concern."""
    table = MIRROR[row_type]
    return _found(company, row_type, which, select(table.c.ext_id).where(table.c.company == company, which))


def _found(
    company: BindParameter[str], row_type: type[Row], which: ColumnElement[bool], ids: Select[Any]
) -> Iterator[Select[Any]]:
    """Follow every way from rows to deals; `ids` finds the rows' ids even where the mirror has lost the rows."""
    table, way = MIRROR[row_type], _WAYS[row_type]
    those = (table.c.company == company, which)
    if way.names:
        yield select(_deal_id(table.c[way.names]).label("deal_id")).where(*those)
    if way.bound:
        living = bindings.living(company, way.bound)
        yield select(binding.c.left_id.label("deal_id")).where(*living, binding.c.right_id.in_(ids))
    if way.belongs:
        field, owner = way.belongs
        owner_ids = select(table.c[field]).where(*those)
        yield from _found(company, owner, MIRROR[owner].c.ext_id.in_(owner_ids), owner_ids)


def _deal_id(column: Column[str]) -> ColumnElement[str]:
    """Return the id of the deal that a field names; an owner is a deal only if it says so."""
    if column.name != "owner":
        return column
    return case((column.startswith(_DEAL), func.substr(column, len(_DEAL) + 1)), else_="")
