"""Reading what changed into the mirror, each reading with its proof.

A cursor is the vendor's own time at the start of the last complete reading, less an overlap; it moves only when the whole set is
stored. What a reading by time cannot see (a deletion) is found by the sweep, which reads everything (`full=True`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sverka.domain.proofs import Proof, Reading, is_plausible
from sverka.domain.rows import Deal, DealLine, LedgerOrderLine, PaymentLink, Reserve, ReserveLine, Row, Shipment
from sverka.store import attention, counting, mirror, proofs
from sverka.store.engine import Transaction
from sverka.systems.bitrix24.directory import Directory
from sverka.work.desk import Desk, Look

OVERLAP = timedelta(minutes=10)
REFERENCES_AGE = timedelta(hours=1)
"""Directories of the ledger (stores, statuses, desks) are read again when they are older."""

ROWS_PER_TICK = 2500
"""Lines of deals that fit into one batch; the rest is read in rotation."""
_LINES_OF_UNKNOWN_DEAL = 10

PORTAL_FAMILIES = ("deals", "clients", "products", "users")
LEDGER_FAMILIES = (
    "orders",
    "order_lines",
    "reserves",
    "reserve_lines",
    "shipments",
    "payments",
    "goods",
    "partners",
    "employees",
)

_OWNER_FIELD: dict[type[Row], str] = {
    DealLine: "deal_id", LedgerOrderLine: "order_id", Reserve: "order_id", ReserveLine: "reserve_id",
    Shipment: "order_id", PaymentLink: "order_id",
}  # fmt: skip


def poll(desk: Desk, run_id: int, *, full: bool = False) -> Look:
    """Read both systems into the mirror and return what the round came to.

    Raises SystemTrouble if a system cannot be read at all.
    """
    directory = desk.portal.directory(desk.field_titles)
    now = desk.at or directory.reading.proof.server_at
    _store(desk, run_id, [directory.reading])
    readings = list(desk.portal.changes(_since(desk, "bitrix24", PORTAL_FAMILIES, full=full), directory))
    _store(desk, run_id, readings)
    readings.append(_lines(desk, run_id, directory, readings))
    readings += _ledger(desk, full=full)
    judged = [_judge(desk, reading) for reading in readings]
    _store(desk, run_id, judged[len(PORTAL_FAMILIES) :])
    return _look(desk, run_id, now, directory, judged)


def _look(desk: Desk, run_id: int, now: datetime, directory: Directory, readings: Sequence[Reading]) -> Look:
    proofs_ = [reading.proof for reading in (directory.reading, *readings)]
    incomplete = frozenset(proof.family for proof in proofs_ if not proof.complete)
    notes = tuple(f"{proof.system} {proof.family}: {proof.trouble}" for proof in proofs_ if not proof.complete)
    return Look(run_id, now, desk.clock.real(), directory, incomplete, notes)


def _since(desk: Desk, system: str, families: Iterable[str], *, full: bool) -> dict[str, datetime | None]:
    """Return each family's cursor less the overlap; None asks for everything."""
    with desk.store.reading() as tx:
        last = {family: proofs.last(tx, desk.company, system, family) for family in families}
    return {family: None if full or proof is None else proof.server_at - OVERLAP for family, proof in last.items()}


def _ledger(desk: Desk, *, full: bool) -> list[Reading]:
    readings = [desk.ledger.references()] if full or _references_are_old(desk) else []
    return [*readings, *desk.ledger.changes(_since(desk, "business_ru", LEDGER_FAMILIES, full=full))]


def _references_are_old(desk: Desk) -> bool:
    with desk.store.reading() as tx:
        proof = proofs.last(tx, desk.company, "business_ru", "references")
    return proof is None or not timedelta(0) <= desk.ledger.server_time() - proof.server_at < REFERENCES_AGE


def _lines(desk: Desk, run_id: int, directory: Directory, readings: Sequence[Reading]) -> Reading:
    """Read the rows of deals that changed, and of all deals that require an order: the CRM does not tell that rows were edited."""
    requiring = {
        stage.ext_id for stage in directory.stages
        if (row := desk.policy.table.find(stage.funnel_name, stage.name, stage.semantics)) and row.requires_order
    }  # fmt: skip
    changed = {row.ext_id for reading in readings for row in reading.rows if isinstance(row, Deal)}
    with desk.store.reading() as tx:
        deals = [row.ext_id for row in mirror.where(tx, desk.company, Deal, stage_id=tuple(sorted(requiring)))]
        known = counting.count_by(tx, desk.company, DealLine, "deal_id", deals)
    urgent = [deal_id for deal_id in deals if deal_id in changed]
    rest = [deal_id for deal_id in deals if deal_id not in changed]
    chosen = urgent + _rotate(rest, known, run_id)
    return desk.portal.lines(chosen, sum(known.get(deal_id, _LINES_OF_UNKNOWN_DEAL) for deal_id in chosen))


def _rotate(deal_ids: Sequence[str], known: dict[str, int], turn: int) -> list[str]:
    """Return the share of the deals whose turn it is, so that their rows fit into one batch."""
    total = sum(known.get(deal_id, _LINES_OF_UNKNOWN_DEAL) for deal_id in deal_ids)
    shares = -(-total // ROWS_PER_TICK) or 1
    return [deal_id for place, deal_id in enumerate(deal_ids) if place % shares == turn % shares]


def _judge(desk: Desk, reading: Reading) -> Reading:
    """Mark a full reading incomplete if its count is hard to believe."""
    proof = reading.proof
    if not proof.full or not proof.complete:
        return reading
    with desk.store.reading() as tx:
        usual = proofs.recent_counts(tx, desk.company, proof.system, proof.family)
    if is_plausible(proof.rows, usual):
        return reading
    trouble = f"{proof.rows} rows came where about {sorted(usual)[len(usual) // 2]} are usual"
    return replace(reading, proof=replace(proof, complete=False, trouble=trouble))


def _store(desk: Desk, run_id: int, readings: Sequence[Reading]) -> None:
    with desk.store.writing() as tx:
        for reading in readings:
            _merge(tx, desk.company, reading, run_id)
            proofs.add(tx, desk.company, reading.proof, run_id, desk.clock.real())
        attention.touch_changed(tx, desk.company, run_id)


def _merge(tx: Transaction, company: str, reading: Reading, run_id: int) -> None:
    by_type: dict[type[Row], list[Row]] = {}
    for row in reading.rows:
        by_type.setdefault(type(row), []).append(row)
    for row_type, rows in by_type.items():
        owner = _OWNER_FIELD.get(row_type)
        if reading.owners and owner and reading.proof.complete:
            mirror.replace_owned(tx, company, row_type, owner, reading.owners, rows, run_id)
        else:
            mirror.merge(tx, company, rows, run_id)
    _forget(tx, company, reading, set(by_type), run_id)


def _forget(tx: Transaction, company: str, reading: Reading, types: set[type[Row]], run_id: int) -> None:
    """After a complete reading of everything, forget what did not come any more."""
    proof: Proof = reading.proof
    if not (proof.full and proof.complete) or reading.owners:
        return
    for row_type in types:
        mirror.keep_only(
            tx, company, row_type, tuple(row.ext_id for row in reading.rows if isinstance(row, row_type)), run_id
        )
