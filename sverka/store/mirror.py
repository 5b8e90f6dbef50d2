"""The mirror: what the outside systems held when last seen, written only where it differs from what is stored.

`merge` takes what a reading brought; `replace_owned` and `keep_only` also take what it no longer held, and may only be
called for readings that prove absence. A row that goes, or passes to another owner, gives attention to the deals it
concerned until then, for afterwards nothing in the mirror would lead to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import product
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Select, Table, and_, bindparam, delete, select

from sverka.domain.rows import Row
from sverka.store import attention
from sverka.store.chunks import distinct, in_chunks
from sverka.store.database import Insert
from sverka.store.engine import Transaction
from sverka.store.tables import MIRROR, field_names

R = TypeVar("R", bound=Row)
Value: TypeAlias = str | int | datetime | date | None


_IDENTITY = frozenset({"key", "company", "ext_id"})


def merge(tx: Transaction, company: str, rows: Iterable[Row], run_id: int) -> int:
    """Store rows of one type, the last of equal ids; return how many were new or different and bear `run_id` now."""
    latest = {row.ext_id: row for row in rows}
    if not latest:
        return 0
    (row_type,) = {type(row) for row in latest.values()}
    ours = {"company": company, "changed_run": run_id}
    upsert, written = _upsert(tx.insert, MIRROR[row_type]), 0
    for chunk in in_chunks(latest.values()):
        different = _different(tx, company, row_type, chunk, run_id)
        written += tx.change(upsert, [vars(row) | ours for row in different])
    return written


@cache
def _upsert(insert: Callable[[Table], Insert], table: Table) -> Insert:
    statement = insert(table)
    names = [column.name for column in table.c if column.name not in _IDENTITY]
    return statement.on_conflict_do_update(
        index_elements=["company", "ext_id"], set_={name: statement.excluded[name] for name in names}
    )


def _different(tx: Transaction, company: str, row_type: type[Row], rows: Sequence[Row], run_id: int) -> list[Row]:
    """Return the rows that are not stored as they are, and touch the deals that lose a row to another owner by them."""
    names, table = field_names(row_type), MIRROR[row_type]
    these = {"of_company": company, "ext_id": [row.ext_id for row in rows]}
    stored = {found.ext_id: tuple(found) for found in tx.all(_selecting(table, names, (), ("ext_id",), ()), these)}
    values = attrgetter(*names)
    different = [row for row in rows if stored.get(row.ext_id) != values(row)]
    owners = [(name, names.index(name)) for name in attention.OWNER_FIELDS.get(row_type, ())]
    moved = [
        row.ext_id
        for row in different
        if row.ext_id in stored and any(getattr(row, name) != stored[row.ext_id][place] for name, place in owners)
    ]
    if moved:
        attention.touch(tx, company, row_type, table.c.ext_id.in_(moved), run_id)
    return different


def replace_owned(
    tx: Transaction,
    company: str,
    row_type: type[Row],
    owner_field: str,
    owner_ids: Iterable[str],
    rows: Iterable[Row],
    run_id: int,
) -> int:
    """Make `rows` all that the owners have, as when lines of given deals were read; return how many changed or went.

    The reading must be complete for each of `owner_ids`. Rows of other owners are merged.
    """
    rows = tuple(rows)
    table = MIRROR[row_type]
    stored: set[str] = set()
    for chunk in in_chunks(distinct(owner_ids)):
        owned = (table.c.company == company, table.c[owner_field].in_(chunk))
        stored.update(tx.column(select(table.c.ext_id).where(*owned)))
    gone = sorted(stored.difference(row.ext_id for row in rows))
    _remove(tx, company, row_type, gone, run_id)
    return len(gone) + merge(tx, company, rows, run_id)


def keep_only(
    tx: Transaction, company: str, row_type: type[Row], ext_ids: Iterable[str], run_id: int
) -> tuple[str, ...]:
    """Remove the rows that a complete reading of everything did not hold, and return their ids."""
    table = MIRROR[row_type]
    stored = tx.column(select(table.c.ext_id).where(table.c.company == company))
    gone = tuple(sorted(set(stored).difference(ext_ids)))
    _remove(tx, company, row_type, gone, run_id)
    return gone


def _remove(tx: Transaction, company: str, row_type: type[Row], ext_ids: Sequence[str], run_id: int) -> None:
    table = MIRROR[row_type]
    for chunk in in_chunks(ext_ids):
        attention.touch(tx, company, row_type, table.c.ext_id.in_(chunk), run_id)
        tx.change(delete(table).where(and_(table.c.company == company, table.c.ext_id.in_(chunk))))


def by_ids(tx: Transaction, company: str, row_type: type[R], ext_ids: Iterable[str]) -> dict[str, R]:
    """Return the stored rows among `ext_ids`, by id."""
    return {row.ext_id: row for row in where(tx, company, row_type, ext_id=tuple(ext_ids))}


def changed(tx: Transaction, company: str, row_type: type[R], run_id: int) -> list[R]:
    """Return the rows of a type that a run was the last to write."""
    return where(tx, company, row_type, changed_run=run_id)


def where(tx: Transaction, company: str, row_type: type[R], **columns: Value | tuple[Value, ...]) -> list[R]:
    """Return the rows whose columns hold the given value, or one of the given tuple."""
    names = field_names(row_type)
    lists = {name: value for name, value in columns.items() if isinstance(value, tuple)}
    empty = tuple(name for name, value in columns.items() if value is None)
    equal = {name: value for name, value in columns.items() if name not in lists and value is not None}
    query = _selecting(MIRROR[row_type], names, tuple(equal), tuple(lists), empty)
    return [
        row_type(**dict(zip(names, found, strict=True)))
        for pieces in _pieces(lists)
        for found in tx.all(query, {"of_company": company, **equal, **pieces})
    ]


@cache
def _selecting(
    table: Table, names: tuple[str, ...], equal: tuple[str, ...], among: tuple[str, ...], empty: tuple[str, ...]
) -> Select[Any]:
    """Return a query, built once for each way of asking: a run asks the same ways over and over."""
    return (
        select(*(table.c[name] for name in names))
        .where(
            table.c.company == bindparam("of_company"),
            *(table.c[name] == bindparam(name) for name in equal),
            *(table.c[name].in_(bindparam(name, expanding=True)) for name in among),
            *(table.c[name].is_(None) for name in empty),
        )
        .order_by(table.c.key)
    )


def _pieces(lists: Mapping[str, tuple[Value, ...]]) -> Iterator[dict[str, tuple[Value, ...]]]:
    """Yield each combination of pieces of the lists."""
    cut = [[(name, chunk) for chunk in in_chunks(distinct(values))] for name, values in lists.items()]
    yield from map(dict, product(*cut))
