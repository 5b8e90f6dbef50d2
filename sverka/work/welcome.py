"""Newcomers from the mirror: contacts whose first deal came a short while ago, and what welcoming has cost today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from reconcilers import welcome as rules
from reconcilers.welcome import Newcomer
from sverka.domain.messaging.channels import SMS
from sverka.domain.messaging.kinds import KIND_BY_NAME, WELCOME
from sverka.domain.messaging.segments import parts
from sverka.domain.messaging.wishes import WelcomeRule, Wish
from sverka.domain.rows import Client, Deal
from sverka.messages.texts import text_for
from sverka.store import messages, mirror
from sverka.store.engine import Transaction
from sverka.work.desk import Desk, Look
from sverka.work.loading import people
from sverka.work.names import staff
from sverka.work.recipients import is_unwritten, phone_of

_YESTERDAY = timedelta(days=1)


def wishes(desk: Desk, look: Look, cards: Iterable[str] | None = None) -> tuple[list[Wish], list[str]]:
    """Return the welcomes that are due; of all newcomers, for they share the money of a day, whichever cards are asked for."""
    rule = desk.policy.manners.welcome
    if rule is None:
        return [], []
    with desk.store.reading() as tx:
        newcomers = _newcomers(tx, desk, look, rule)
        told = messages.when_told(
            tx,
            desk.company,
            [each.client.ext_id for each in newcomers],
            WELCOME,
            look.now - 2 * KIND_BY_NAME[WELCOME].useful,
        )
        waiting = [each.card for each in messages.waiting(tx, desk.company, (WELCOME,))]
    spent = sum(each.price_kopecks for each in newcomers if _is_of_today(desk, look, told.get(each.client.ext_id, ())))
    newcomers = [each for each in newcomers if rules.is_new(each.deal, desk.policy, look.now)]
    is_free = {each.client.ext_id for each in newcomers if each.client.ext_id in told or _costs_nothing(each.client)}
    asked = [replace(each, price_kopecks=0) if each.client.ext_id in is_free else each for each in newcomers]
    found = rules.wishes(asked, desk.policy, rule, spent, look.now)
    chosen = None if cards is None else set(cards)
    return [wish for wish in found if chosen is None or wish.card in chosen], [
        *(each.client.ext_id for each in newcomers),
        *waiting,
    ]


def _costs_nothing(client: Client) -> bool:
    return not phone_of(client) or is_unwritten(client)


def _is_of_today(desk: Desk, look: Look, moments: Iterable[datetime]) -> bool:
    today = look.now.astimezone(desk.policy.zone).date()
    return any(moment.astimezone(desk.policy.zone).date() == today for moment in moments)


def _newcomers(tx: Transaction, desk: Desk, look: Look, rule: WelcomeRule) -> list[Newcomer]:
    """Return who is new, and who was yesterday: they may have been welcomed this morning, out of today's money."""
    funnels = {funnel.name for funnel in desk.policy.table.funnels if funnel.key in rule.funnels}
    stages = tuple(stage.ext_id for stage in look.directory.stages if stage.funnel_name in funnels)
    lately = [
        deal
        for deal in mirror.where(tx, desk.company, Deal, stage_id=stages)
        if any(rules.is_new(deal, desk.policy, look.now - ago) for ago in (timedelta(0), _YESTERDAY))
    ]
    first = _first_deals(tx, desk, lately)
    clients = mirror.by_ids(tx, desk.company, Client, {f"contact:{deal.contact_id}" for deal in first})
    staff_, found = staff(tx, desk), []
    for deal in first:
        client, who = clients.get(f"contact:{deal.contact_id}"), people(desk, staff_, deal.responsible_id)
        if client is not None:
            facts = rules.facts(client, desk.policy, who.manager_name)
            price = len(parts(text_for(SMS, WELCOME, facts, desk.templates))) * rule.sms_kopecks
            found.append(Newcomer(client, deal, price, who.manager, who.manager_name))
    return found


def _first_deals(tx: Transaction, desk: Desk, lately: Sequence[Deal]) -> list[Deal]:
    """Return those of the deals that are the first of their contact."""
    contacts = tuple(sorted({deal.contact_id for deal in lately if deal.contact_id}))
    first: dict[str, Deal] = {}
    for deal in mirror.where(tx, desk.company, Deal, contact_id=contacts):
        known = first.setdefault(deal.contact_id, deal)
        if (deal.created_at, int(deal.ext_id)) < (known.created_at, int(known.ext_id)):
            first[deal.contact_id] = deal
    return [deal for deal in lately if first.get(deal.contact_id) == deal]
