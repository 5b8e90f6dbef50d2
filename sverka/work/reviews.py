"""Deals that were won a short while ago, with what matters for thanking their clients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from reconcilers import reviews as rules
from reconcilers.reviews import ASKED_LATELY, LOOKED_AT, WonCase
from sverka.domain.messaging.kinds import THANKS_REVIEW
from sverka.domain.messaging.wishes import Wish
from sverka.domain.rows import Client, Deal, LedgerOrder
from sverka.store import bindings, messages, mirror
from sverka.store.engine import Transaction
from sverka.work.desk import Desk, Look
from sverka.work.loading import people
from sverka.work.names import staff


def wishes(desk: Desk, look: Look, cards: Iterable[str] | None = None) -> tuple[list[Wish], list[str]]:
    """Return the thanks that are due, and the cards that were looked at: those named, else all that were won lately."""
    with desk.store.reading() as tx:
        deals = _won(tx, desk, look, cards)
        cases = _cases(tx, desk, look, deals)
    found = [wish for case in cases for wish in rules.wishes(case, desk.policy)]
    waiting = [] if cards is not None else _waiting(desk)
    return found, [*(f"deal:{deal.ext_id}" for deal in deals), *waiting]


def _won(tx: Transaction, desk: Desk, look: Look, cards: Iterable[str] | None) -> list[Deal]:
    stages = look.stages_that_tell(desk.policy, THANKS_REVIEW)
    named = {} if cards is None else {"ext_id": tuple(card.removeprefix("deal:") for card in cards)}
    deals = mirror.where(tx, desk.company, Deal, stage_id=stages, **named)
    return [deal for deal in deals if deal.moved_at is not None and look.now - deal.moved_at < LOOKED_AT]


def _waiting(desk: Desk) -> list[str]:
    """Return the cards whose thanks wait: a deal that is not won any more is not thanked for."""
    with desk.store.reading() as tx:
        return [each.card for each in messages.waiting(tx, desk.company, (THANKS_REVIEW,))]


def _cases(tx: Transaction, desk: Desk, look: Look, deals: Sequence[Deal]) -> list[WonCase]:
    clients = mirror.by_ids(tx, desk.company, Client, {deal.client_key for deal in deals})
    bound = bindings.rights(tx, desk.company, "order", [deal.ext_id for deal in deals])
    orders = mirror.by_ids(tx, desk.company, LedgerOrder, bound.values())
    staff_, asked = staff(tx, desk), _asked(tx, desk, look, deals)
    found = []
    told = messages.told(tx, desk.company, [f"deal:{deal.ext_id}" for deal in deals], (THANKS_REVIEW,))
    for deal in deals:
        own = {at for _, _, at, _ in told.get(f"deal:{deal.ext_id}", ())}
        who, client = people(desk, staff_, deal.responsible_id), clients.get(deal.client_key)
        order = orders.get(bound.get(deal.ext_id, ""))
        if client is not None:
            found.append(
                WonCase(
                    deal, client, desk.policy.branch(deal.branch), order.number if order else "", who.manager, who.manager_name,
                    [at for at in asked.get(deal.client_key, ()) if at not in own],
                )
            )  # fmt: skip
    return found


def _asked(tx: Transaction, desk: Desk, look: Look, deals: Iterable[Deal]) -> Mapping[str, Sequence[datetime]]:
    """Return when each client was asked for a review."""
    clients = {deal.client_key for deal in deals}
    return messages.when_told(tx, desk.company, clients, THANKS_REVIEW, look.now - ASKED_LATELY - LOOKED_AT)
