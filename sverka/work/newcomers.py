"""What is no deal yet: orders of the online store that nobody has taken up, and calls that nobody has answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reconcilers import calls, shop_orders
from reconcilers.calls import MissedCall
from reconcilers.shop_orders import ORIGINATOR, NewOrder
from sverka.domain.contacts import tidy_phone
from sverka.domain.effects import Effect
from sverka.domain.plan import Bind, Plan, Skip, union
from sverka.domain.rows import Activity, Client, Deal, ShopOrder, ShopOrderLine
from sverka.store import bindings, findings, mirror, unbound
from sverka.store.engine import Transaction
from sverka.work.desk import Desk, Look
from sverka.work.loading import SHOP_FAMILIES, is_talk, people
from sverka.work.memory import recall
from sverka.work.names import ledger_ids, staff

KINDS = ("shop", "call")
"""Kinds of subjects that are handled here."""


def plan(desk: Desk, look: Look) -> Plan:
    """Bind the store's orders to deals that bear their marks, and plan for those that have none and for missed calls."""
    with desk.store.writing() as tx:
        _bind(tx, desk, look)
        return union([_planned(tx, desk, look), Plan(looked_at=_asked_about(tx, desk))])


def wants(desk: Desk, look: Look, effect: Effect) -> bool:
    """Say whether an effect on such a subject still follows from the facts; a deadline may differ, for it is told from now."""
    with desk.store.reading() as tx:
        planned = _planned(tx, desk, look).actions
    return any(action.key == effect.key and same(action.payload, effect.payload) for action in planned)


def same(first: object, second: object) -> bool:
    """Whether two payloads say the same but for the deadline."""
    if isinstance(first, dict) and isinstance(second, dict):
        return {**first, "deadline": ""} == {**second, "deadline": ""}
    return first == second


def _planned(tx: Transaction, desk: Desk, look: Look) -> Plan:
    return union([*_new_orders(tx, desk, look), *_missed_calls(tx, desk, look)])


def _asked_about(tx: Transaction, desk: Desk) -> tuple[str, ...]:
    """Return the subjects about which something was found before: what is not found again is over."""
    subjects = {item.finding.subject for item in findings.open_items(tx, desk.company)}
    return tuple(sorted(subject for subject in subjects if subject.partition(":")[0] in KINDS))


def _bind(tx: Transaction, desk: Desk, look: Look) -> None:
    """Bind orders to the deals that the portal links them to, and to those that bear our mark of them."""
    if desk.policy.shop is None:
        return
    lonely = unbound.shop_orders(tx, desk.company, desk.policy.history_cutoff)
    marks = {f"shop:{order.ext_id}": order.ext_id for order in lonely}
    linked = [Bind("shop", order.deal_id, order.ext_id, "T1") for order in lonely if order.deal_id]
    deals = mirror.where(tx, desk.company, Deal, origin_id=tuple(sorted(marks)), originator_id=ORIGINATOR)
    marked = [Bind("shop", deal.ext_id, marks[deal.origin_id], "T1") for deal in deals]
    known = {bind.right for bind in linked}
    bindings.bind(tx, desk.company, [*linked, *(bind for bind in marked if bind.right not in known)], look.run_id)


def _new_orders(tx: Transaction, desk: Desk, look: Look) -> Iterable[Plan]:
    shop = desk.policy.shop
    lonely = unbound.shop_orders(tx, desk.company, desk.policy.history_cutoff) if shop else []
    if not lonely or shop is None:
        return
    subjects = [f"shop:{order.ext_id}" for order in lonely]
    memory = recall(tx, desk, subjects, look)
    funnel = next((each.name for each in desk.policy.table.funnels if each.key == shop.funnel), "")
    place = ledger_ids(tx, desk).stages.get((funnel, shop.stage))
    responsible = staff(tx, desk).by_email(desk.policy.duties.get("questions", ""))
    clients = mirror.where(tx, desk.company, Client)
    buyers: set[str] = set()
    for order in lonely:
        subject = f"shop:{order.ext_id}"
        lines = mirror.where(tx, desk.company, ShopOrderLine, order_id=order.ext_id)
        new = NewOrder(
            order, tuple(lines), tuple(_alike(order, clients)), place=place, responsible=responsible,
            is_complete=not (look.incomplete & {*SHOP_FAMILIES, "clients", "deals"}), created=dict(memory.created.get(subject, {})),
        )  # fmt: skip
        answer = memory.answers.get(f"ambiguous|{subject}|buyer")
        if answer and answer.choice.startswith("bind:"):
            named = answer.choice.removeprefix("bind:")
            new = replace(
                new,
                chosen=next(
                    (each.ext_id for each in new.alike if named in (each.ext_id, each.ext_id.partition(":")[2])), ""
                ),
            )
        if subject not in memory.pending:
            yield _one_contact_each(shop_orders.begin(new, desk.policy), order, buyers)


def _one_contact_each(begun: Plan, order: ShopOrder, buyers: set[str]) -> Plan:
    """Let a second order of one new buyer wait for the contact that the first one brings. buyers: phones and mails of those who get one."""
    if not any(action.kind == "contact.create" for action in begun.actions):
        return begun
    signs = {tidy_phone(order.buyer_phone), order.buyer_email.strip().casefold()} - {""}
    if signs & buyers:
        return Plan(skips=(Skip(f"shop:{order.ext_id}", "in_flight", "buyer"),), looked_at=begun.looked_at)
    buyers |= signs
    return begun


def _alike(order: ShopOrder, clients: Sequence[Client]) -> Iterable[Client]:
    """Yield the clients who have the buyer's phone or e-mail."""
    phone, email = tidy_phone(order.buyer_phone), order.buyer_email.strip().casefold()
    for client in clients:
        phones = {tidy_phone(each) for each in (client.phone, *client.phones.values())}
        if (phone and phone in phones) or (email and email == client.email.casefold()):
            yield client


def _missed_calls(tx: Transaction, desk: Desk, look: Look) -> Iterable[Plan]:
    if "activities" in look.incomplete:
        return
    waiting = mirror.where(tx, desk.company, Activity, kind="call", direction="in", completed=False)
    waiting = [call for call in waiting if call.created_at >= desk.policy.history_cutoff]
    if not waiting:
        return
    callers = _callers(tx, desk, waiting)
    cards = {card for caller in callers.values() for card in caller.cards}
    talks = [each for each in mirror.where(tx, desk.company, Activity, owner=tuple(sorted(cards))) if is_talk(each)]
    memory, colleagues = recall(tx, desk, [f"call:{call.ext_id}" for call in waiting], look), staff(tx, desk)
    for call in waiting:
        subject, caller = f"call:{call.ext_id}", callers[call.owner]
        is_answered = any(each.owner in caller.cards and each.created_at > call.created_at for each in talks)
        told = people(desk, colleagues, call.responsible_id)
        if subject not in memory.pending:
            missed = MissedCall(call, caller.name, told, is_answered, memory.made.get(subject, {}))
            yield calls.decide(missed, desk.policy, look.now)


@dataclass(frozen=True)
class _Caller:
    """Who rang, and all cards in which an answer may stand: the client's, and those of the client's deals."""

    name: str
    cards: frozenset[str]


def _callers(tx: Transaction, desk: Desk, waiting: Sequence[Activity]) -> dict[str, _Caller]:
    """Return the callers by the cards in which their calls stand."""
    owners = {call.owner for call in waiting}
    deals = mirror.by_ids(
        tx, desk.company, Deal, [owner.removeprefix("deal:") for owner in owners if owner.startswith("deal:")]
    )
    clients_of = {owner: owner for owner in owners} | {
        f"deal:{deal.ext_id}": deal.client_key for deal in deals.values()
    }
    keys = sorted(set(clients_of.values()) - {""})
    names = {key: client.name for key, client in mirror.by_ids(tx, desk.company, Client, keys).items()}
    ids = {kind: tuple(key.partition(":")[2] for key in keys if key.startswith(kind)) for kind in ("client", "contact")}
    theirs = [
        *mirror.where(tx, desk.company, Deal, company_id=ids["client"]), *mirror.where(tx, desk.company, Deal, contact_id=ids["contact"]),
    ]  # fmt: skip
    found: dict[str, _Caller] = {}
    for owner, client in clients_of.items():
        cards = {
            owner,
            client,
            *(
                f"deal:{deal.ext_id}"
                for deal in theirs
                if client and client in (f"client:{deal.company_id}", f"contact:{deal.contact_id}")
            ),
        }
        found[owner] = _Caller(names.get(client, "неизвестный номер"), frozenset(cards - {""}))
    return found
