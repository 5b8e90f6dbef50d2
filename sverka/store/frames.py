"""The mirror as frames of integers: deals with their lines on both sides, ready to be compared.

The joins are the database's; what comes out are columns of whole numbers, which go from the driver's tuples straight
into arrays, so that a million lines make no million objects of ours. pandas is imported by the call, not by the module:
most commands never come here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, select

from sverka.domain.rows import Deal, DealLine, Good, LedgerOrder, LedgerOrderLine, Reserve, ReserveLine
from sverka.store.chunks import distinct, in_chunks
from sverka.store.engine import Transaction
from sverka.store.ledgers import binding
from sverka.store.tables import MIRROR

if TYPE_CHECKING:
    import pandas as pd

    from sverka.domain.snapshots import Snapshot

Wants = Mapping[str, tuple[bool, bool, bool]]
"""The portal's code of a stage → whether it requires an order, requires a reserve, is lost."""

_DEAL, _DEAL_LINE, _GOOD = MIRROR[Deal], MIRROR[DealLine], MIRROR[Good]
_ORDER, _ORDER_LINE = MIRROR[LedgerOrder], MIRROR[LedgerOrderLine]
_RESERVE, _RESERVE_LINE = MIRROR[Reserve], MIRROR[ReserveLine]
_ORDER_OF_DEAL, _GOOD_OF_PRODUCT = binding.alias("order_of_deal"), binding.alias("good_of_product")


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

    live = _ORDER.c.key.is_not(None) & _ORDER.c.status_id.not_in(tuple(cancelled_status_ids))
    scopes = list(_scopes(company, wants, deal_ids))
    queries = {
        "deals": [_deals(company, wants, live).where(scope) for scope in scopes],
        "deal_lines": [_deal_lines(company).where(scope) for scope in scopes],
        "order_lines": [_order_lines(company).where(scope) for scope in scopes],
        "reserve_lines": [_reserve_lines(company).where(scope) for scope in scopes],
    }
    return Snapshot(**{name: _frame(tx, name, selects) for name, selects in queries.items()})


def _scopes(company: str, wants: Wants, deal_ids: Iterable[str] | None) -> Iterator[ColumnElement[bool]]:
    """Yield conditions on deal and order that together hold for each deal in scope once."""
    ours = _DEAL.c.company == company
    if deal_ids is not None:
        for chunk in in_chunks(distinct(deal_ids)):
            yield ours & _DEAL.c.ext_id.in_(chunk)
        return
    requiring = tuple(stage for stage, (requires_order, _, _) in wants.items() if requires_order)
    lost = tuple(stage for stage, (_, _, is_lost) in wants.items() if is_lost)
    stands_in = _DEAL.c.stage_id.in_((*requiring, *lost))
    yield ours & stands_in & (_DEAL.c.stage_id.in_(requiring) | _ORDER.c.key.is_not(None))


def _deals(company: str, wants: Wants, live: ColumnElement[bool]) -> Select[Any]:
    flags = (_DEAL.c.stage_id.in_([stage for stage, asks in wants.items() if asks[place]]) for place in range(3))
    return select(
        _DEAL.c.key, func.coalesce(_ORDER.c.key, 0), *(_as_number(flag) for flag in flags), _as_number(live)
    ).select_from(_with_order(company))


def _deal_lines(company: str) -> Select[Any]:
    source = (
        _with_order(company)
        .join(_DEAL_LINE, _same(_DEAL_LINE.c.deal_id, _DEAL.c.ext_id, company))
        .outerjoin(_GOOD_OF_PRODUCT, _bound(_GOOD_OF_PRODUCT, "product", _DEAL_LINE.c.product_id, company))
        .outerjoin(_GOOD, _same(_GOOD.c.ext_id, _GOOD_OF_PRODUCT.c.right_id, company))
    )
    return select(
        _DEAL.c.key,
        _good_key(),
        _DEAL_LINE.c.price_kopecks,
        _DEAL_LINE.c.amount_thousandths,
        _as_number(_GOOD.c.is_service),
    ).select_from(source)


def _order_lines(company: str) -> Select[Any]:
    source = (
        _with_order(company)
        .join(_ORDER_LINE, _same(_ORDER_LINE.c.order_id, _ORDER.c.ext_id, company))
        .outerjoin(_GOOD, _same(_GOOD.c.ext_id, _ORDER_LINE.c.good_id, company))
    )
    columns = (_ORDER_LINE.c.price_kopecks, _ORDER_LINE.c.amount_thousandths)
    return select(_DEAL.c.key, _good_key(), *columns).select_from(source).where(~_ORDER_LINE.c.deleted)


def _reserve_lines(company: str) -> Select[Any]:
    source = (
        _with_order(company)
        .join(_RESERVE, _same(_RESERVE.c.order_id, _ORDER.c.ext_id, company))
        .join(_RESERVE_LINE, _same(_RESERVE_LINE.c.reserve_id, _RESERVE.c.ext_id, company))
        .outerjoin(_GOOD, _same(_GOOD.c.ext_id, _RESERVE_LINE.c.good_id, company))
    )
    standing = (_RESERVE.c.held, ~_RESERVE.c.deleted, ~_RESERVE_LINE.c.deleted)
    return select(_DEAL.c.key, _good_key(), _RESERVE_LINE.c.amount_thousandths).select_from(source).where(*standing)


def _with_order(company: str) -> Any:
    """Join each deal to its bound order, if it has one that is not deleted."""
    order = _same(_ORDER.c.ext_id, _ORDER_OF_DEAL.c.right_id, company) & ~_ORDER.c.deleted
    return _DEAL.outerjoin(_ORDER_OF_DEAL, _bound(_ORDER_OF_DEAL, "order", _DEAL.c.ext_id, company)).outerjoin(
        _ORDER, order
    )


def _same(column: ColumnElement[str], value: ColumnElement[str], company: str) -> ColumnElement[bool]:
    return and_(column.table.c.company == company, column == value)


def _bound(bindings: FromClause, kind: str, left: ColumnElement[str], company: str) -> ColumnElement[bool]:
    living = (bindings.c.company == company, bindings.c.kind == kind, bindings.c.retired_by.is_(None))
    return and_(*living, bindings.c.left_id == left)


def _good_key() -> ColumnElement[int]:
    return func.coalesce(_GOOD.c.key, 0)


def _as_number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _frame(tx: Transaction, name: str, queries: Sequence[Select[Any]]) -> pd.DataFrame:
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    from sverka.domain.snapshots import SCHEMA  # noqa: PLC0415

    types = SCHEMA[name]
    parts = [
        np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=len(rows) * len(types))
        for query in queries
        for rows in tx.tuples(query)
    ]
    table = np.concatenate([np.empty(0, dtype=np.int64), *parts]).reshape(-1, len(types))
    return pd.DataFrame({column: table[:, place].astype(kind) for place, (column, kind) in enumerate(types.items())})
