"""The mirror as frames of integers: deals with their lines on both sides, ready to be compared.

Lines are asked for by the ids of what they belong to, so that the work follows the deals in scope, and their columns go
from the driver's tuples straight into arrays: a million lines make no million objects of ours. pandas is imported by the
call, not by the module, for most commands never come here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ColumnElement, Select, Table, and_, case, func, select

from sverka.domain.rows import Deal, DealLine, Good, LedgerOrder, LedgerOrderLine, Reserve, ReserveLine
from sverka.store import bindings
from sverka.store.chunks import distinct, in_chunks
from sverka.store.engine import Transaction
from sverka.store.ledgers import binding
from sverka.store.tables import MIRROR

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from sverka.domain.snapshots import Snapshot

Wants = Mapping[str, tuple[bool, bool, bool]]
"""The portal's code of a stage → whether it requires an order, requires a reserve, is lost."""

_DEAL, _ORDER, _RESERVE = MIRROR[Deal], MIRROR[LedgerOrder], MIRROR[Reserve]
_DEAL_LINE, _ORDER_LINE, _RESERVE_LINE = MIRROR[DealLine], MIRROR[LedgerOrderLine], MIRROR[ReserveLine]
_NO_GOOD = (0, False)


def snapshot(
    tx: Transaction,
    company: str,
    wants: Wants,
    deal_ids: Iterable[str] | None = None,
    *,
    cancelled_status_ids: Iterable[str] = (),
) -> Snapshot:
    """Return the given deals, else all that require an order or are lost with one, with the lines of both sides.

    An order is live if it is bound, not deleted, and its status is none of `cancelled_status_ids`. Goods without a
    binding have the key 0. A stage that `wants` lacks requires nothing.
    """
    from sverka.domain.snapshots import Snapshot  # noqa: PLC0415  (brings pandas)

    deals = _deals(tx, company, wants, deal_ids, tuple(cancelled_status_ids))
    deal_keys = {deal_id: deal_key for deal_id, _, deal_key, *_ in deals}
    order_keys = {order_id: deal_key for _, order_id, deal_key, *_ in deals if order_id}
    return Snapshot(
        deals=_frame("deals", _transposed([numbers for _, _, *numbers in deals], width=6)),
        deal_lines=_deal_lines(tx, company, deal_keys),
        order_lines=_order_lines(tx, company, order_keys),
        reserve_lines=_reserve_lines(tx, company, order_keys),
    )


def _deals(
    tx: Transaction, company: str, wants: Wants, deal_ids: Iterable[str] | None, cancelled: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Return for each deal in scope its id, the id of its order or "", and the numbers of the frame."""
    bound = and_(*bindings.living(company, "order"), binding.c.left_id == _DEAL.c.ext_id)
    order = and_(_ORDER.c.company == company, _ORDER.c.ext_id == binding.c.right_id, ~_ORDER.c.deleted)
    asks = (_DEAL.c.stage_id.in_([stage for stage, flags in wants.items() if flags[place]]) for place in range(3))
    live = _ORDER.c.key.is_not(None) & _ORDER.c.status_id.not_in(cancelled)
    query = select(
        _DEAL.c.ext_id,
        func.coalesce(_ORDER.c.ext_id, ""),
        _DEAL.c.key,
        func.coalesce(_ORDER.c.key, 0),
        *(case((condition, 1), else_=0) for condition in (*asks, live)),
    ).select_from(_DEAL.outerjoin(binding, bound).outerjoin(_ORDER, order))
    return [
        row for scope in _scopes(company, wants, deal_ids) for rows in tx.tuples(query.where(scope)) for row in rows
    ]


def _scopes(company: str, wants: Wants, deal_ids: Iterable[str] | None) -> Iterator[ColumnElement[bool]]:
    """Yield conditions that together hold for each deal in scope once."""
    ours = _DEAL.c.company == company
    if deal_ids is not None:
        for chunk in in_chunks(distinct(deal_ids)):
            yield ours & _DEAL.c.ext_id.in_(chunk)
        return
    requiring = [stage for stage, (requires_order, _, _) in wants.items() if requires_order]
    lost = [stage for stage, (_, _, is_lost) in wants.items() if is_lost and stage not in requiring]
    yield ours & _DEAL.c.stage_id.in_(requiring)
    yield ours & _DEAL.c.stage_id.in_(lost) & _ORDER.c.key.is_not(None)


def _deal_lines(tx: Transaction, company: str, deal_keys: Mapping[str, int]) -> pd.DataFrame:
    columns = (_DEAL_LINE.c.product_id, _DEAL_LINE.c.price_kopecks, _DEAL_LINE.c.amount_thousandths)
    queries = _owned(_DEAL_LINE, company, _DEAL_LINE.c.deal_id, deal_keys, columns)
    product_ids, (deals, places, *numbers) = _read(tx, queries, deal_keys, width=4)
    good_ids = bindings.rights(tx, company, "product", product_ids)
    goods = _goods(tx, company, good_ids.values())
    keys, services = _transposed(
        [goods.get(good_ids.get(product_id, ""), _NO_GOOD) for product_id in product_ids], width=2
    )
    return _frame("deal_lines", [deals, keys[places], *numbers, services[places]])


def _order_lines(tx: Transaction, company: str, order_keys: Mapping[str, int]) -> pd.DataFrame:
    columns = (_ORDER_LINE.c.good_id, _ORDER_LINE.c.price_kopecks, _ORDER_LINE.c.amount_thousandths)
    queries = _owned(_ORDER_LINE, company, _ORDER_LINE.c.order_id, order_keys, columns)
    living = (query.where(~_ORDER_LINE.c.deleted) for query in queries)
    return _frame("order_lines", _ledger_lines(tx, company, living, order_keys, width=4))


def _reserve_lines(tx: Transaction, company: str, order_keys: Mapping[str, int]) -> pd.DataFrame:
    columns = (_RESERVE_LINE.c.good_id, _RESERVE_LINE.c.amount_thousandths)
    lines = and_(_RESERVE_LINE.c.company == company, _RESERVE_LINE.c.reserve_id == _RESERVE.c.ext_id)
    held = (_RESERVE.c.held, ~_RESERVE.c.deleted, ~_RESERVE_LINE.c.deleted)
    queries = _owned(_RESERVE, company, _RESERVE.c.order_id, order_keys, columns)
    living = (query.join(_RESERVE_LINE, lines).where(*held) for query in queries)
    return _frame("reserve_lines", _ledger_lines(tx, company, living, order_keys, width=3))


def _ledger_lines(
    tx: Transaction, company: str, queries: Iterable[Select[Any]], order_keys: Mapping[str, int], width: int
) -> list[np.ndarray]:
    good_ids, (deals, places, *numbers) = _read(tx, queries, order_keys, width)
    goods = _goods(tx, company, good_ids)
    keys, _ = _transposed([goods.get(good_id, _NO_GOOD) for good_id in good_ids], width=2)
    return [deals, keys[places], *numbers]


def _owned(
    table: Table, company: str, owner: Column[str], owner_ids: Iterable[str], columns: Iterable[Column[Any]]
) -> Iterator[Select[Any]]:
    """Yield the queries for what belongs to the owners: the owner's id, then `columns`."""
    query = select(owner, *columns).select_from(table).where(table.c.company == company)
    for chunk in in_chunks(owner_ids):
        yield query.where(owner.in_(chunk))


def _goods(tx: Transaction, company: str, good_ids: Iterable[str]) -> dict[str, tuple[int, bool]]:
    """Return the row key of each good by its id, and whether it is a service."""
    good = MIRROR[Good]
    found: dict[str, tuple[int, bool]] = {}
    for chunk in in_chunks(distinct(good_ids)):
        rows = tx.all(
            select(good.c.ext_id, good.c.key, good.c.is_service).where(
                good.c.company == company, good.c.ext_id.in_(chunk)
            )
        )
        found.update((row.ext_id, (row.key, row.is_service)) for row in rows)
    return found


def _read(
    tx: Transaction, queries: Iterable[Select[Any]], deal_keys: Mapping[str, int], width: int
) -> tuple[list[str], np.ndarray]:
    """Read lines of (owner's id, id of a thing, numbers …) into columns (deal's key, place of the thing, numbers …).

    The list holds the ids of the things, at the places that the second column names.
    """
    import numpy as np  # noqa: PLC0415

    places: defaultdict[str, int] = defaultdict(count().__next__)
    parts = [np.empty((width, 0), dtype=np.int64)]
    for query in queries:
        for rows in tx.tuples(query):
            owners, things, *numbers = zip(*rows, strict=True)
            columns = (map(deal_keys.__getitem__, owners), map(places.__getitem__, things), *numbers)
            parts.append(np.array([np.fromiter(column, np.int64, len(rows)) for column in columns]))
    return list(places), np.concatenate(parts, axis=1)


def _transposed(rows: Sequence[Sequence[int]], width: int) -> np.ndarray:
    import numpy as np  # noqa: PLC0415

    return np.array(rows, dtype=np.int64).reshape(-1, width).T


def _frame(name: str, columns: Iterable[np.ndarray]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    from sverka.domain.snapshots import SCHEMA  # noqa: PLC0415

    types = SCHEMA[name].items()
    return pd.DataFrame({column: array.astype(kind) for (column, kind), array in zip(types, columns, strict=True)})
