"""Reading what changed into the mirror, each reading with its proof.

A cursor is the vendor's own time at the start of the last complete reading, less an overlap; it moves only when the whole set is
stored. What a reading by time cannot see (a deletion) is found by the sweep, which reads everything (`full=True`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sverka.domain.proofs import Proof, Reading
from sverka.domain.rows import (
    Activity,
    Client,
    CrmTask,
    Deal,
    DealLine,
    Department,
    Employee,
    Good,
    LedgerOrder,
    LedgerOrderLine,
    Partner,
    PaymentLink,
    Product,
    Reference,
    Requisite,
    Reserve,
    ReserveLine,
    Row,
    Shipment,
    ShipmentLine,
    ShopOrder,
    ShopOrderLine,
    Stage,
    Stock,
    User,
)  # fmt: skip
from sverka.domain.skew import Ahead
from sverka.domain.state_table import GONE
from sverka.store import attention, bindings, counting, mirror, proofs
from sverka.store.engine import Transaction
from sverka.systems.bitrix24.directory import Directory
from sverka.systems.business_ru.ledger import Ledger
from sverka.systems.onec.accounts import Accounts
from sverka.work.accounts import FAMILIES as ACCOUNT_FAMILIES
from sverka.work.accounts import SYSTEM, known, read
from sverka.work.desk import Desk, Look
from sverka.work.judging import Judge, measured

OVERLAP = timedelta(minutes=10)
REFERENCES_AGE = timedelta(hours=1)
"""Directories of the ledger (stores, statuses, desks) are read again when they are older."""

ROWS_PER_TICK = 2500
"""Lines of deals that fit into one batch; the rest is read in rotation."""
_LINES_OF_UNKNOWN_DEAL = 10

PORTAL_FAMILIES = ("deals", "clients", "products", "users", "departments", "activities", "tasks")
LEGAL_FAMILY = "requisites"
"""Read where 1C is: it tells which counterparty a company is."""
SHOP_FAMILY = "shop_orders"
"""Read for a company with an online store; it brings the lines of the orders as well."""

LEDGER_FAMILIES = (
    "orders",
    "order_lines",
    "reserves",
    "reserve_lines",
    "shipments",
    "shipment_lines",
    "payments",
    "stock",
    "goods",
    "partners",
    "employees",
)

_ROW_TYPE: dict[str, type[Row]] = {
    "deals": Deal, "clients": Client, "requisites": Requisite, "products": Product, "users": User,
    "departments": Department, "stages": Stage, "lines": DealLine,
    "activities": Activity, "tasks": CrmTask, "shop_orders": ShopOrder, "shop_lines": ShopOrderLine,
    "orders": LedgerOrder, "order_lines": LedgerOrderLine, "reserves": Reserve, "reserve_lines": ReserveLine,
    "shipments": Shipment, "shipment_lines": ShipmentLine, "payments": PaymentLink, "stock": Stock,
    "goods": Good, "partners": Partner, "employees": Employee,
    "references": Reference, **ACCOUNT_FAMILIES,
}  # fmt: skip
"""What each family of a reading brings."""

_BELONGS_TO: dict[str, type[Row]] = {
    "deals": Deal, "lines": Deal, "orders": LedgerOrder, "order_lines": LedgerOrder, "reserves": LedgerOrder,
    "shipments": LedgerOrder, "payments": LedgerOrder, "reserve_lines": Reserve, "shipment_lines": Shipment,
}  # fmt: skip
"""Whose rows a family brings: what `Reading.damaged` names."""

_OWNER_FIELD: dict[type[Row], str] = {
    Deal: "ext_id", DealLine: "deal_id", LedgerOrderLine: "order_id", Reserve: "order_id", ReserveLine: "reserve_id",
    Shipment: "order_id", PaymentLink: "order_id", ShopOrder: "ext_id", ShopOrderLine: "order_id",
}  # fmt: skip


def poll(
    desk: Desk, run_id: int, *, full: bool = False, with_ledger: bool = True, with_accounts: bool = False, with_legal: bool = False
) -> Look:  # fmt: skip
    """Read the portal into the mirror, with the ledger, with 1C, or alone, and return what the round came to.

    with_legal: read the requisites of the portal's companies, where 1C is. Raises SystemTrouble if portal or ledger cannot be read at all.
    """
    judge, before, is_first_word = Judge(desk), desk.clock.real(), desk.portal.sent == 0
    directory = desk.portal.directory(desk.field_titles)
    ahead = {"bitrix24": measured(directory.reading.proof.server_at, before, desk.clock.real())}
    judge.layout(directory)
    _store(desk, run_id, [directory.reading])
    accounts = desk.accounts if with_accounts else None
    families = (
        *PORTAL_FAMILIES,
        *([SHOP_FAMILY] if desk.policy.shop else []),
        *([LEGAL_FAMILY] if with_legal and desk.accounts else []),
    )
    portal = desk.portal.changes(_since(desk, "bitrix24", families, full=full), directory)
    first = [judge.reading(reading) for reading in portal]
    _store(desk, run_id, first)
    lines = list(_lines(desk, run_id, directory, first))
    before = desk.clock.real()
    ledger = _ledger(desk, desk.ledger, full=full) if with_ledger and desk.ledger else []
    if ledger:
        ahead["business_ru"] = measured(ledger[0].proof.server_at, before, desk.clock.real())
    books = _accounts(desk, accounts, directory, ahead, full=full) if accounts else []
    second = [judge.reading(reading) for reading in (*lines, *ledger, *books)]
    _store(desk, run_id, second)
    if is_first_word:  # later the systems are asked no more what time it is
        judge.clocks(ahead, directory.reading.proof.server_at)
    return _look(desk, run_id, judge, directory, [directory.reading, *first, *second])


def _look(desk: Desk, run_id: int, judge: Judge, directory: Directory, readings: Sequence[Reading]) -> Look:
    taken = [reading.proof for reading in readings]
    with desk.store.writing() as tx:
        damaged = _damaged_deals(tx, desk.company, readings)
        attention.add(tx, desk.company, damaged, run_id)
    return Look(
        run_id, desk.at or directory.reading.proof.server_at, desk.clock.real(), directory,
        incomplete=frozenset(proof.family for proof in taken if not proof.complete),
        damaged=damaged,
        notes=tuple((f"{proof.system} {proof.family}", proof.trouble) for proof in taken if not proof.complete),
        malformed=tuple((f"{proof.system} {proof.family}", *row) for proof in taken for row in proof.malformed),
        brakes=tuple(judge.brakes), sound=frozenset(judge.sound), systems=frozenset(proof.system for proof in taken),
    )  # fmt: skip


def remembered(desk: Desk, run_id: int) -> Look:
    """Return a look from what is stored, for when a system does not answer. Business time goes on from the last reading."""
    with desk.store.reading() as tx:
        last = proofs.last(tx, desk.company, "bitrix24", "deals")
        age = proofs.age(tx, desk.company, "bitrix24", "deals", desk.clock.real())
        stages = tuple(mirror.where(tx, desk.company, Stage))
    now = desk.at or (last.server_at + age if last and age is not None else desk.clock.real())
    proof = Proof("bitrix24", "stages", full=False, complete=False, rows=len(stages), server_at=now, trouble="not read")
    directory = Directory({}, (), (), "", Reading(proof, stages))
    return Look(run_id, now, desk.clock.real(), directory, incomplete=frozenset(_ROW_TYPE))


def _since(desk: Desk, system: str, families: Iterable[str], *, full: bool) -> dict[str, datetime | None]:
    """Return where each family's reading starts; None asks for everything."""
    with desk.store.reading() as tx:
        last = {family: proofs.last(tx, desk.company, system, family) for family in families}
    return {family: None if full or proof is None else _cursor(proof) for family, proof in last.items()}


def _cursor(proof: Proof) -> datetime | None:
    """Return the moment from which to read on: it does not pass a row that could not be understood."""
    return proof.since if proof.malformed else proof.server_at - OVERLAP


def _ledger(desk: Desk, ledger: Ledger, *, full: bool) -> list[Reading]:
    readings = [ledger.references()] if full or _references_are_old(desk, ledger) else []
    return [*readings, *ledger.changes(_since(desk, "business_ru", LEDGER_FAMILIES, full=full))]


def _accounts(
    desk: Desk, accounts: Accounts, directory: Directory, ahead: dict[str, Ahead], *, full: bool
) -> list[Reading]:
    with desk.store.reading() as tx:
        remembered_ = known(tx, desk.company)
    before, since = desk.clock.real(), _since(desk, SYSTEM, ACCOUNT_FAMILIES, full=full)
    readings, has_answered = read(accounts, since, remembered_, directory.reading.proof.server_at)
    if has_answered:
        ahead[SYSTEM] = measured(readings[0].proof.server_at, before, desk.clock.real())
    return readings


def _references_are_old(desk: Desk, ledger: Ledger) -> bool:
    with desk.store.reading() as tx:
        proof = proofs.last(tx, desk.company, "business_ru", "references")
    return proof is None or not timedelta(0) <= ledger.server_time() - proof.server_at < REFERENCES_AGE


def _lines(desk: Desk, run_id: int, directory: Directory, readings: Sequence[Reading]) -> Iterator[Reading]:
    """Read the rows of deals that changed, and of all at stages that ask for something: the CRM does not tell that rows were edited.

    A deal whose rows are all gone is read again itself: it may be gone, which the CRM does not tell either.
    """
    requiring = {
        stage.ext_id for stage in directory.stages
        if _asks_something(desk, stage)
    }  # fmt: skip
    changed = {row.ext_id for reading in readings for row in reading.rows if isinstance(row, Deal)}
    with desk.store.reading() as tx:
        deals = [row.ext_id for row in mirror.where(tx, desk.company, Deal, stage_id=tuple(sorted(requiring)))]
        known = counting.count_by(tx, desk.company, DealLine, "deal_id", deals)
    urgent = [deal_id for deal_id in deals if deal_id in changed]
    rest = [deal_id for deal_id in deals if deal_id not in changed]
    chosen = urgent + _rotate(rest, known, run_id)
    lines = desk.portal.lines(chosen, sum(known.get(deal_id, _LINES_OF_UNKNOWN_DEAL) for deal_id in chosen))
    yield lines
    filled = {row.deal_id for row in lines.rows if isinstance(row, DealLine)} | lines.damaged
    emptied = [deal_id for deal_id in chosen if known.get(deal_id) and deal_id not in filled]
    if emptied and lines.proof.complete:
        yield desk.portal.deals(emptied, directory)


def _asks_something(desk: Desk, stage: Stage) -> bool:
    """Whether anything is done for a deal at a stage, for which its rows must be known; what is picked today is."""
    table, named = desk.policy.table, (stage.funnel_name, stage.name, stage.semantics)
    row, place = table.find(*named), table.place(*named)
    return (row is not None and row.asks_something) or (place is not None and place.where != GONE)


def _rotate(deal_ids: Sequence[str], known: dict[str, int], turn: int) -> list[str]:
    """Return the share of the deals whose turn it is, so that their rows fit into one batch."""
    total = sum(known.get(deal_id, _LINES_OF_UNKNOWN_DEAL) for deal_id in deal_ids)
    shares = -(-total // ROWS_PER_TICK) or 1
    return [deal_id for place, deal_id in enumerate(deal_ids) if place % shares == turn % shares]


def _store(desk: Desk, run_id: int, readings: Sequence[Reading]) -> None:
    with desk.store.writing() as tx:
        for reading in readings:
            _merge(tx, desk.company, reading, run_id)
            if reading.proof.family not in PORTAL_FAMILIES or not reading.owners:  # a reading of some moves no cursor
                proofs.add(tx, desk.company, reading.proof, run_id, desk.clock.real())
        attention.touch_changed(tx, desk.company, run_id)


def _merge(tx: Transaction, company: str, reading: Reading, run_id: int) -> None:
    """Put a reading into the mirror; what a complete one no longer brings is gone, but not for what could not be understood."""
    proof, row_type = reading.proof, _ROW_TYPE[reading.proof.family]
    owners = tuple(owner for owner in reading.owners if owner not in reading.damaged)
    if proof.complete and owners:
        rows = [row for row in reading.rows if getattr(row, _OWNER_FIELD[row_type]) not in reading.damaged]
        mirror.replace_owned(tx, company, row_type, _OWNER_FIELD[row_type], owners, rows, run_id)
        return
    mirror.merge(tx, company, reading.rows, run_id)
    if proof.complete and proof.full and not reading.owners:
        known = [row.ext_id for row in reading.rows] + [ext_id for ext_id, _ in proof.malformed]
        mirror.keep_only(tx, company, row_type, known, run_id)


def _damaged_deals(tx: Transaction, company: str, readings: Sequence[Reading]) -> frozenset[str]:
    """Return the deals of which some row could not be understood: nothing may follow from what they seem to lack."""
    found: dict[type[Row], set[str]] = {Deal: set(), LedgerOrder: set(), Reserve: set(), Shipment: set()}
    for reading in readings:
        found[_BELONGS_TO.get(reading.proof.family, Deal)] |= (
            reading.damaged if reading.proof.family in _BELONGS_TO else set()
        )
    reserves = mirror.by_ids(tx, company, Reserve, found[Reserve])
    shipments = mirror.by_ids(tx, company, Shipment, found[Shipment])
    orders = (
        found[LedgerOrder] | {row.order_id for row in reserves.values()} | {row.order_id for row in shipments.values()}
    )
    return frozenset(found[Deal] | set(bindings.lefts(tx, company, "order", orders).values()))
