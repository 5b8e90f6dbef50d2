"""Cases from rows: everything that the rules look at, read by key for many deals at once, then put together deal by deal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sverka.domain.cases import LedgerIds, OrderCase, Refused, ReserveDocument, WantedLine
from sverka.domain.plan import Answer, Seen
from sverka.domain.policy import Policy
from sverka.domain.retrying import is_time_again
from sverka.domain.rows import (
    Client,
    Deal,
    DealLine,
    Employee,
    Good,
    LedgerOrder,
    LedgerOrderLine,
    Partner,
    PaymentLink,
    Reference,
    Reserve,
    ReserveLine,
    Row,
    Shipment,
)  # fmt: skip
from sverka.store import agreements, bindings, findings, mirror, outbox
from sverka.store.engine import Transaction
from sverka.work.counterparts import Alike, client_key
from sverka.work.desk import Desk, Look

_R = TypeVar("_R", bound=Row)
NEEDED_FAMILIES = frozenset(
    {"deals", "lines", "clients", "products", "users", "orders", "order_lines", "reserves", "reserve_lines", "shipments", "payments",
     "goods", "partners", "references", "stages"}
)  # fmt: skip
"""Readings that a case rests on: with one of them incomplete, nothing may follow from what the case lacks."""


@dataclass(frozen=True)
class Shelf:
    """The rows of all cases of a run, by the ids they are found under."""

    deals: dict[str, Deal]
    orders: dict[str, LedgerOrder]
    """By the id of the deal."""
    clients: dict[str, Client]
    goods: dict[str, Good]
    deal_lines: dict[str, list[DealLine]]
    order_lines: dict[str, list[LedgerOrderLine]]
    reserves: dict[str, list[Reserve]]
    gone_reserves: dict[str, list[Reserve]]
    rivals: dict[str, list[LedgerOrder]]
    """Living orders that bear a deal's mark, by the deal."""
    reserve_lines: dict[str, list[ReserveLine]]
    shipped: frozenset[str]
    paid_kopecks: dict[str, int]
    goods_of: dict[str, str]
    """Product → good."""
    partners_of: dict[str, str]
    """Client → partner."""
    employees_of: dict[str, str]
    """User → employee."""


def load(tx: Transaction, desk: Desk, deal_ids: Sequence[str], look: Look, alike: Alike) -> list[OrderCase]:
    """Return the cases of the deals, in their order; a deal that the mirror does not hold is left out."""
    shelf = _shelf(tx, desk, deal_ids)
    ids = ledger_ids(tx, desk)
    subjects = [f"deal:{deal_id}" for deal_id in shelf.deals]
    bases: dict[str, dict[str, str]] = defaultdict(dict)
    for (subject, aspect), value in agreements.bases(tx, desk.company, subjects).items():
        bases[subject][aspect] = value
    memory = _Memory(
        bases=bases,
        seen=findings.seen(tx, desk.company, subjects),
        answers=findings.answers(tx, desk.company, subjects, look.now.astimezone(desk.policy.zone)),
        pending=outbox.subjects_waiting(tx, desk.company),
        made=outbox.made(tx, desk.company, "order.create", subjects),
        refusals=_refusals(tx, desk, [*subjects, *shelf.clients]),
    )
    complete = not (look.incomplete & NEEDED_FAMILIES) and not any(missing_names(desk.policy, ids))
    shows = desk.order_number_field and "ledger_order" in look.directory.layout.get("deal", {})
    build = _Builder(desk, look, shelf, ids, memory, complete=complete, shows=shows, alike=alike)
    return [build.case(shelf.deals[deal_id]) for deal_id in deal_ids if deal_id in shelf.deals]


def ledger_ids(tx: Transaction, desk: Desk) -> LedgerIds:
    """Resolve the names of the company's file in the ledger's directories."""
    rows = mirror.where(tx, desk.company, Reference, deleted=False)
    by_name = {(row.kind, row.name): row.ext_id.partition(":")[2] for row in rows}
    employees = {row.email.casefold(): row.ext_id for row in mirror.where(tx, desk.company, Employee, deleted=False)}
    policy = desk.policy
    return LedgerIds(
        organization=by_name.get(("organization", policy.organization), ""),
        author=employees.get(policy.author_email.casefold(), ""),
        statuses={word: by_name.get(("order_status", name), "") for word, name in policy.order_statuses.items()},
        stores={branch.name: by_name.get(("store", branch.store), "") for branch in policy.branches},
    )


def missing_names(policy: Policy, ids: LedgerIds) -> Iterator[tuple[str, str]]:
    """Yield the names without which no document can be made and which the ledger does not know, with what they name."""
    if not ids.organization:
        yield "организация", policy.organization
    if not ids.author:
        yield "сотрудник с почтой", policy.author_email
    for word in ("open", "cancelled"):
        if not ids.statuses.get(word):
            yield "статус заказа", policy.order_statuses.get(word, word)


@dataclass(frozen=True)
class _Memory:
    bases: dict[str, dict[str, str]]
    seen: Mapping[str, Seen]
    answers: Mapping[str, Answer]
    pending: set[str]
    made: Mapping[str, str]
    """Deal → the order that we made for it."""
    refusals: Mapping[str, Refused]


class _Builder:
    """Puts the rows of one deal together."""

    def __init__(
        self,
        desk: Desk,
        look: Look,
        shelf: Shelf,
        ids: LedgerIds,
        memory: _Memory,
        *,
        complete: bool,
        shows: bool,
        alike: Alike,
    ) -> None:
        self._desk, self._look, self._shelf, self._ids, self._memory = desk, look, shelf, ids, memory
        self._complete, self._shows, self._alike = complete, shows, alike

    def case(self, deal: Deal) -> OrderCase:
        """Return the case of a deal."""
        shelf, memory, subject = self._shelf, self._memory, f"deal:{deal.ext_id}"
        stage, stage_name, funnel_name = self._look.stage_of(self._desk.policy, deal.stage_id)
        order, client = shelf.orders.get(deal.ext_id), client_key(deal)
        order_id = order.ext_id if order else ""
        return OrderCase(
            deal=deal, stage=stage, stage_name=stage_name, funnel_name=funnel_name,
            client=shelf.clients.get(client), partner_id=shelf.partners_of.get(client, ""), alike=self._alike.get(client, ()),
            responsible_id=shelf.employees_of.get(deal.responsible_id, ""), ids=self._ids,
            lines=tuple(self._line(line) for line in shelf.deal_lines[deal.ext_id]),
            order=order, order_lines=tuple(shelf.order_lines[order_id]) if order else (),
            reserves=tuple(self._reserves(order_id)) if order else (),
            rivals=tuple(row for row in shelf.rivals[deal.ext_id] if row.ext_id != order_id and self._lives(row)),
            is_made_here=bool(order) and memory.made.get(subject) == order_id,
            gone_reserves=Counter(row.store_id for row in shelf.gone_reserves[order_id]),
            refusals=memory.refusals,
            is_shipped=order_id in shelf.shipped, paid_kopecks=shelf.paid_kopecks.get(order_id, 0),
            shows_order_number=self._shows, is_complete=self._complete and deal.ext_id not in self._look.damaged,
            has_pending=subject in memory.pending,
            bases=memory.bases.get(subject, {}), seen=memory.seen, answers=memory.answers,
        )  # fmt: skip

    def _lives(self, order: LedgerOrder) -> bool:
        return self._ids.status_word(order.status_id) != "cancelled"

    def _line(self, line: DealLine) -> WantedLine:
        good = self._shelf.goods.get(self._shelf.goods_of.get(line.product_id, ""))
        return WantedLine(
            line.product_id,
            good.ext_id if good else "",
            line.name,
            good.is_service if good else False,
            line.price_kopecks,
            line.amount_thousandths,
        )

    def _reserves(self, order_id: str) -> Iterable[ReserveDocument]:
        for reserve in self._shelf.reserves[order_id]:
            yield ReserveDocument(reserve, tuple(self._shelf.reserve_lines[reserve.ext_id]))


def _refusals(tx: Transaction, desk: Desk, subjects: Sequence[str]) -> dict[str, Refused]:
    now = desk.clock.real()
    return {
        key: Refused(refusal.payload, refusal.detail, may_retry=is_time_again(refusal.times, now - refusal.last_at))
        for key, refusal in outbox.refusals(tx, desk.company, subjects).items()
    }


def _shelf(tx: Transaction, desk: Desk, deal_ids: Sequence[str]) -> Shelf:
    company = desk.company
    deals = mirror.by_ids(tx, company, Deal, deal_ids)
    order_of = bindings.rights(tx, company, "order", list(deals))
    orders = mirror.by_ids(tx, company, LedgerOrder, list(order_of.values()))
    deal_lines = mirror.where(tx, company, DealLine, deal_id=tuple(deals))
    documents = mirror.where(tx, company, Reserve, order_id=tuple(orders))
    reserves = [row for row in documents if not row.deleted]
    marked = mirror.where(tx, company, LedgerOrder, deal_mark=tuple(deals), deleted=False)
    goods_of = bindings.rights(tx, company, "product", sorted({line.product_id for line in deal_lines} - {""}))
    clients = sorted({client_key(deal) for deal in deals.values()} - {""})
    users = sorted({deal.responsible_id for deal in deals.values()} - {""})
    return Shelf(
        deals=deals,
        orders={deal_id: orders[order_id] for deal_id, order_id in order_of.items() if order_id in orders},
        clients=mirror.by_ids(tx, company, Client, clients),
        goods=_alive(mirror.by_ids(tx, company, Good, list(goods_of.values()))),
        deal_lines=_by(deal_lines, lambda line: line.deal_id),
        order_lines=_by(
            mirror.where(tx, company, LedgerOrderLine, order_id=tuple(orders), deleted=False),
            lambda line: line.order_id,
        ),
        reserves=_by(reserves, lambda reserve: reserve.order_id),
        gone_reserves=_by(
            (row for row in documents if row.deleted and row.deal_mark), lambda reserve: reserve.order_id
        ),
        rivals=_by(marked, lambda order: order.deal_mark),
        reserve_lines=_by(
            mirror.where(tx, company, ReserveLine, reserve_id=tuple(row.ext_id for row in reserves), deleted=False),
            lambda line: line.reserve_id,
        ),
        shipped=frozenset(
            row.order_id
            for row in mirror.where(tx, company, Shipment, order_id=tuple(orders), held=True, deleted=False)
        ),
        paid_kopecks=_paid(mirror.where(tx, company, PaymentLink, order_id=tuple(orders), deleted=False)),
        goods_of=goods_of,
        partners_of=_to_living(tx, company, Partner, bindings.rights(tx, company, "client", clients)),
        employees_of=_to_living(tx, company, Employee, bindings.rights(tx, company, "person", users)),
    )


def _to_living(tx: Transaction, company: str, row_type: type[Row], rights: dict[str, str]) -> dict[str, str]:
    """Leave out bindings to what lies in the ledger's trash."""
    alive = _alive(mirror.by_ids(tx, company, row_type, list(rights.values())))
    return {left: right for left, right in rights.items() if right in alive}


def _alive(rows: dict[str, _R]) -> dict[str, _R]:
    """Leave out what lies in the ledger's trash."""
    return {ext_id: row for ext_id, row in rows.items() if not getattr(row, "deleted", False)}


def _by(rows: Iterable[_R], key: Callable[[_R], str]) -> dict[str, list[_R]]:
    groups: dict[str, list[_R]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def _paid(links: Iterable[PaymentLink]) -> dict[str, int]:
    paid: dict[str, int] = defaultdict(int)
    for link in links:
        paid[link.order_id] += link.sum_kopecks
    return paid
