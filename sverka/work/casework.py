"""Cases from the mirror: for each deal that needs a look, everything that the rules look at, read by key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sverka.domain.cases import LedgerIds, OrderCase, ReserveDocument, WantedLine, is_history
from sverka.domain.plan import Answer, Finding, Plan, Seen, Skip
from sverka.domain.policy import Policy
from sverka.domain.rows import (
    Client,
    Deal,
    DealLine,
    Employee,
    Good,
    LedgerOrder,
    LedgerOrderLine,
    PaymentLink,
    Reference,
    Reserve,
    ReserveLine,
    Row,
    Shipment,
    Stage,
)  # fmt: skip
from sverka.domain.snapshots import Snapshot
from sverka.domain.state_table import LOST
from sverka.domain.suspects import suspects
from sverka.store import agreements, attention, bindings, counting, findings, frames, mirror, outbox
from sverka.store.engine import Transaction
from sverka.work.counterparts import Alike, client_key, match, subjects_of
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
    reserve_lines: dict[str, list[ReserveLine]]
    shipped: frozenset[str]
    paid_kopecks: dict[str, int]
    goods_of: dict[str, str]
    """Product → good."""
    partners_of: dict[str, str]
    """Client → partner."""
    employees_of: dict[str, str]
    """User → employee."""


def open_cases(desk: Desk, look: Look) -> tuple[list[OrderCase], Plan]:
    """Bind what can be bound and return the cases of all deals that need a look, with the findings of the binding.

    Deals that require nothing and have no order are done with a glance at their row.
    """
    with desk.store.writing() as tx:
        if attention.policy_changed(tx, desk.company, desk.fingerprint):
            attention.everything(tx, desk.company)
        waiting = attention.waiting(tx, desk.company)
        deals = mirror.by_ids(tx, desk.company, Deal, waiting)
        scope = _in_scope(tx, desk, deals, look)
        matched, alike = match(tx, desk, scope, look)
        bindings.bind(tx, desk.company, matched.binds, look.run_id)
        cases = load(tx, desk, scope, look, alike)
        unnamed = _unnamed(desk, ledger_ids(tx, desk))
        orphans = _orphans(tx, desk, sorted(set(waiting) - set(deals)))
    idle = sorted(set(waiting) - set(scope) - set(orphans))
    subjects = tuple(f"deal:{deal_id}" for deal_id in idle)
    past = [
        deals[deal_id]
        for deal_id in idle
        if deal_id in deals and is_history(deals[deal_id], desk.policy.history_cutoff)
    ]
    return cases, Plan(
        skips=tuple(Skip(f"deal:{deal.ext_id}", "history") for deal in past),
        findings=(*matched.findings, *unnamed, *orphans.values()),
        looked_at=(
            *subjects,
            *(f"deal:{deal_id}" for deal_id in orphans),
            *subjects_of(matched),
            f"ledger:{desk.company}",
        ),
        settled=subjects,
    )


def case_of(desk: Desk, look: Look, subject: str) -> OrderCase | None:
    """Return the case of one deal from the mirror as it stands; None for other subjects and for a deal that is gone."""
    kind, _, deal_id = subject.partition(":")
    if kind != "deal":
        return None
    with desk.store.reading() as tx:
        return next(iter(load(tx, desk, [deal_id], look, {})), None)


def note_suspects(desk: Desk, look: Look) -> tuple[str, ...]:
    """Compare all deals in scope at once; give those that disagree a look. Return those that nobody had an eye on."""
    with desk.store.writing() as tx:
        known = set(attention.waiting(tx, desk.company))
        keys = suspects(snapshot(tx, desk))
        found = counting.ids_of_keys(tx, desk.company, Deal, keys)
        attention.add(tx, desk.company, found, look.run_id)
    return tuple(sorted(set(found) - known))


def snapshot(tx: Transaction, desk: Desk) -> Snapshot:
    """Return all deals in scope with their lines on both sides, as frames."""
    stages = mirror.where(tx, desk.company, Stage)
    rows = {stage.ext_id: desk.policy.table.find(stage.funnel_name, stage.name, stage.semantics) for stage in stages}
    wants = {
        ext_id: (row.requires_order, row.requires_reserve, row.name == LOST) for ext_id, row in rows.items() if row
    }
    cancelled = ledger_ids(tx, desk).statuses.get("cancelled", "")
    return frames.snapshot(tx, desk.company, wants, cancelled_status_ids=(cancelled,))


def _orphans(tx: Transaction, desk: Desk, deal_ids: Sequence[str]) -> dict[str, Finding]:
    """Tell of deals that are gone from the portal while their order lives: what becomes of it is for a person to say."""
    bound = bindings.rights(tx, desk.company, "order", deal_ids)
    orders = mirror.by_ids(tx, desk.company, LedgerOrder, list(bound.values()))
    ids = ledger_ids(tx, desk)
    alive = {
        deal_id: orders[order_id]
        for deal_id, order_id in bound.items()
        if order_id in orders
        and not orders[order_id].deleted
        and ids.status_word(orders[order_id].status_id) != "cancelled"
    }
    return {deal_id: _orphan(deal_id, order) for deal_id, order in alive.items()}


def _orphan(deal_id: str, order: LedgerOrder) -> Finding:
    text = (
        f"Сделки № {deal_id} в Битрикс24 больше нет, а её заказ № {order.number} в Бизнес.ру остался. "
        "Отмените заказ и снимите резерв или восстановите сделку из корзины."
    )
    return Finding("missing", f"deal:{deal_id}", "deal", text, order.ext_id, order.sum_kopecks)


def _unnamed(desk: Desk, ids: LedgerIds) -> tuple[Finding, ...]:
    """Tell which names of the company's file the ledger does not know; without them no document can be made."""
    return tuple(
        Finding(
            "missing",
            f"ledger:{desk.company}",
            what,
            f"В Бизнес.ру нет того, что названо в файле компании: {what} «{name}». Заказы не создаём.",
        )
        for what, name in missing_names(desk.policy, ids)
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


def _in_scope(tx: Transaction, desk: Desk, deals: Mapping[str, Deal], look: Look) -> list[str]:
    """Return the deals of the table's funnels whose stage asks for something or is unknown, and those that have an order."""
    bound = bindings.rights(tx, desk.company, "order", list(deals))
    marked = {
        order.deal_mark for order in mirror.where(tx, desk.company, LedgerOrder, deal_mark=tuple(deals), deleted=False)
    }
    has_order = marked | set(bound)
    return [deal_id for deal_id, deal in deals.items() if deal_id in has_order or _asks(desk.policy, look, deal)]


def _asks(policy: Policy, look: Look, deal: Deal) -> bool:
    """Whether a deal's stage requires an order, or is one that the table should know and does not."""
    stage, _, funnel_name = look.stage_of(policy, deal.stage_id)
    if stage is None:
        return not funnel_name or policy.table.funnel(funnel_name) is not None
    return stage.requires_order


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
        answers=findings.answers(tx, desk.company, subjects, look.now),
        pending=outbox.subjects_waiting(tx, desk.company),
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


@dataclass(frozen=True)
class _Memory:
    bases: dict[str, dict[str, str]]
    seen: Mapping[str, Seen]
    answers: Mapping[str, Answer]
    pending: set[str]


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
            is_shipped=order_id in shelf.shipped, paid_kopecks=shelf.paid_kopecks.get(order_id, 0),
            shows_order_number=self._shows, is_complete=self._complete and deal.ext_id not in self._look.damaged,
            has_pending=subject in memory.pending,
            bases=memory.bases.get(subject, {}), seen=memory.seen, answers=memory.answers,
        )  # fmt: skip

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


def _shelf(tx: Transaction, desk: Desk, deal_ids: Sequence[str]) -> Shelf:
    company = desk.company
    deals = mirror.by_ids(tx, company, Deal, deal_ids)
    order_of = bindings.rights(tx, company, "order", list(deals))
    orders = mirror.by_ids(tx, company, LedgerOrder, list(order_of.values()))
    deal_lines = mirror.where(tx, company, DealLine, deal_id=tuple(deals))
    reserves = mirror.where(tx, company, Reserve, order_id=tuple(orders), deleted=False)
    goods_of = bindings.rights(tx, company, "product", sorted({line.product_id for line in deal_lines} - {""}))
    clients = sorted({client_key(deal) for deal in deals.values()} - {""})
    return Shelf(
        deals=deals,
        orders={deal_id: orders[order_id] for deal_id, order_id in order_of.items() if order_id in orders},
        clients=mirror.by_ids(tx, company, Client, clients),
        goods=mirror.by_ids(tx, company, Good, list(goods_of.values())),
        deal_lines=_by(deal_lines, lambda line: line.deal_id),
        order_lines=_by(
            mirror.where(tx, company, LedgerOrderLine, order_id=tuple(orders), deleted=False),
            lambda line: line.order_id,
        ),
        reserves=_by(reserves, lambda reserve: reserve.order_id),
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
        partners_of=bindings.rights(tx, company, "client", clients),
        employees_of=bindings.rights(
            tx, company, "person", sorted({deal.responsible_id for deal in deals.values()} - {""})
        ),
    )


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
