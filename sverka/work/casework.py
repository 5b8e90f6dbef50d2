"""Cases from the mirror: for each deal that needs a look, everything that the rules look at, read by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sverka.domain.cases import LedgerIds, OrderCase, is_history
from sverka.domain.plan import Finding, Plan, Skip
from sverka.domain.policy import Policy
from sverka.domain.reminders import SORT_BY_KIND
from sverka.domain.rows import (
    Client,
    Deal,
    LedgerOrder,
    Partner,
    ShopOrder,
    Stage,
    Stock,
)  # fmt: skip
from sverka.domain.snapshots import Snapshot
from sverka.domain.state_table import LOST
from sverka.domain.suspects import suspects
from sverka.store import attention, bindings, counting, frames, mirror, outbox
from sverka.store.engine import Transaction
from sverka.work import doubts
from sverka.work.counterparts import match
from sverka.work.desk import Desk, Look
from sverka.work.loading import load
from sverka.work.names import ledger_ids, missing_names


def open_cases(desk: Desk, look: Look) -> tuple[list[OrderCase], Plan]:
    """Bind what can be bound and return the cases of all deals that need a look, with the findings of the binding.

    Deals that require nothing and have no order are done with a glance at their row.
    """
    with desk.store.writing() as tx:
        if attention.policy_changed(tx, desk.company, desk.fingerprint):
            attention.everything(tx, desk.company)
        attention.wake_due(tx, desk.company, look.now, look.run_id)
        attention.add(tx, desk.company, _showing_stock(tx, desk, look), look.run_id)
        waiting = attention.waiting(tx, desk.company)
        deals = mirror.by_ids(tx, desk.company, Deal, waiting)
        scope = _in_scope(tx, desk, deals, look)
        matched = match(tx, desk, scope, look)
        clashing = doubts.clashes(bindings.bind(tx, desk.company, matched.plan.binds, look.run_id))
        cases = load(tx, desk, scope, look, matched.alike)
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
        findings=(*matched.plan.findings, *clashing, *unnamed, *orphans.values()),
        looked_at=(
            *subjects,
            *(f"deal:{deal_id}" for deal_id in orphans),
            *matched.looked_at,
            f"ledger:{desk.company}",
        ),
        settled=subjects,
    )


def client_is_unknown(desk: Desk, client: str) -> bool:
    """Whether a client of the CRM has no counterpart in the ledger, nor a namesake there: only then a partner may be made."""
    with desk.store.reading() as tx:
        row = mirror.by_ids(tx, desk.company, Client, [client]).get(client)
        bound = bindings.rights(tx, desk.company, "client", [client])
        namesakes = mirror.where(tx, desk.company, Partner, name=row.name, deleted=False) if row else []
    return row is not None and not bound and not namesakes


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
        ext_id: (row.requires_order and row.order != "work_opened", row.requires_reserve, row.name == LOST)
        for ext_id, row in rows.items() if row
    }  # fmt: skip
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
    sold = bindings.rights(tx, desk.company, "shop", deal_ids)
    shop_orders = mirror.by_ids(tx, desk.company, ShopOrder, list(sold.values()))
    shop = {deal_id: shop_orders[order_id] for deal_id, order_id in sold.items() if order_id in shop_orders}
    return {
        **{deal_id: _shop_orphan(deal_id, order) for deal_id, order in shop.items() if not order.is_cancelled},
        **{deal_id: _orphan(deal_id, order) for deal_id, order in alive.items()},
    }


def _shop_orphan(deal_id: str, order: ShopOrder) -> Finding:
    text = (
        f"Сделки № {deal_id} в Битрикс24 больше нет, а её заказ магазина № {order.number} ждёт. "
        "Отмените заказ или восстановите сделку из корзины."
    )
    return Finding("missing", f"deal:{deal_id}", "deal", text, order.ext_id, order.sum_kopecks)


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


def _in_scope(tx: Transaction, desk: Desk, deals: Mapping[str, Deal], look: Look) -> list[str]:
    """Return the deals whose stage asks for something or is unknown, and those that have an order, one of the store's, or a reminder."""
    bound = bindings.rights(tx, desk.company, "order", list(deals))
    marked = {
        order.deal_mark for order in mirror.where(tx, desk.company, LedgerOrder, deal_mark=tuple(deals), deleted=False)
    }
    sold = bindings.rights(tx, desk.company, "shop", list(deals))
    reminded = outbox.made_all(tx, desk.company, [f"deal:{deal_id}" for deal_id in deals], tuple(SORT_BY_KIND))
    has_order = marked | set(bound) | set(sold) | {subject.removeprefix("deal:") for _, _, subject in reminded.values()}
    return [deal_id for deal_id, deal in deals.items() if deal_id in has_order or _asks(desk.policy, look, deal)]


def _asks(policy: Policy, look: Look, deal: Deal) -> bool:
    """Whether a deal's stage requires an order, or is one that the table should know and does not."""
    stage, _, funnel_name = look.stage_of(policy, deal.stage_id)
    if stage is None:
        return not funnel_name or policy.table.funnel(funnel_name) is not None
    return stage.asks_something


def _showing_stock(tx: Transaction, desk: Desk, look: Look) -> list[str]:
    """Return the deals that show what is in the stores, if any of that has changed in this run."""
    if not mirror.changed(tx, desk.company, Stock, look.run_id):
        return []
    stages = mirror.where(tx, desk.company, Stage)
    rows = {each.ext_id: desk.policy.table.find(each.funnel_name, each.name, each.semantics) for each in stages}
    showing = tuple(sorted(ext_id for ext_id, row in rows.items() if row and row.show))
    return [deal.ext_id for deal in mirror.where(tx, desk.company, Deal, stage_id=showing)]
