"""Bindings: which object of the CRM is which of the ledger, one to one in each kind.

A binding is never changed and never deleted: a person retires it, with a reason, and another may take its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import BindParameter, Column, ColumnElement, select, update

from sverka.domain.plan import Bind
from sverka.store.chunks import distinct, in_chunks
from sverka.store.engine import Transaction
from sverka.store.ledgers import binding


@dataclass(frozen=True)
class Clash:
    """A binding that was not made, because one of its ends is bound to something else: `held`."""

    wanted: Bind
    held: Bind


def bind(tx: Transaction, company: str, binds: Iterable[Bind], run_id: int) -> tuple[Clash, ...]:
    """Keep bindings and return those that could not be; one that stands already is left as it is."""
    clashes: list[Clash] = []
    for chunk in in_chunks(distinct(binds)):
        tx.change(tx.insert(binding).on_conflict_do_nothing(), [_row(company, each, run_id) for each in chunk])
        clashes += _clashes(chunk, _holders(tx, company, chunk))
    return tuple(clashes)


def rights(tx: Transaction, company: str, kind: str, lefts: Iterable[str]) -> dict[str, str]:
    """Return what the given objects of the CRM are in the ledger; the unbound are missing."""
    return _others(tx, company, kind, binding.c.left_id, binding.c.right_id, lefts)


def lefts(tx: Transaction, company: str, kind: str, rights: Iterable[str]) -> dict[str, str]:
    """Return what the given objects of the ledger are in the CRM; the unbound are missing."""
    return _others(tx, company, kind, binding.c.right_id, binding.c.left_id, rights)


def retire(tx: Transaction, company: str, kind: str, left: str, by: str, reason: str) -> bool:
    """End the living binding of `left`; tell whether there was one."""
    statement = (
        update(binding)
        .where(*living(company, kind), binding.c.left_id == left)
        .values(retired_by=by, retired_reason=reason)
    )
    return tx.change(statement) == 1


def living(company: str | BindParameter[str], kind: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for the bindings of a kind that stand."""
    return (binding.c.company == company, binding.c.kind == kind, binding.c.retired_by.is_(None))


def _others(
    tx: Transaction, company: str, kind: str, known: Column[str], wanted: Column[str], ids: Iterable[str]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for chunk in in_chunks(distinct(ids)):
        rows = tx.all(select(known, wanted).where(*living(company, kind), known.in_(chunk)))
        found.update((row[0], row[1]) for row in rows)
    return found


def _row(company: str, each: Bind, run_id: int) -> dict[str, str | int]:
    return {
        "company": company,
        "kind": each.kind,
        "left_id": each.left,
        "right_id": each.right,
        "tier": each.tier,
        "run_id": run_id,
    }


def _holders(tx: Transaction, company: str, binds: Iterable[Bind]) -> list[Bind]:
    """Return the living bindings that touch an end of `binds`."""
    columns = (binding.c.kind, binding.c.left_id, binding.c.right_id, binding.c.tier)
    found: list[Bind] = []
    for kind in distinct(each.kind for each in binds):
        for column, ids in (
            (binding.c.left_id, [each.left for each in binds if each.kind == kind]),
            (binding.c.right_id, [each.right for each in binds if each.kind == kind]),
        ):
            found += [Bind(*row) for row in tx.all(select(*columns).where(*living(company, kind), column.in_(ids)))]
    return found


def _clashes(binds: Iterable[Bind], holders: Iterable[Bind]) -> Iterator[Clash]:
    """Yield a clash for each bind that does not stand as wanted."""
    by_left = {(held.kind, held.left): held for held in holders}
    by_right = {(held.kind, held.right): held for held in holders}
    for wanted in binds:
        for held in distinct((by_left.get((wanted.kind, wanted.left)), by_right.get((wanted.kind, wanted.right)))):
            if held is not None and (held.left, held.right) != (wanted.left, wanted.right):
                yield Clash(wanted, held)
