"""Visits from the mirror: the deals whose clients are expected, or were told that they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from reconcilers import visits as rules
from reconcilers.visits import ToldVisit, VisitCase
from sverka.domain.messaging.kinds import VISIT_BOOKED, VISITS
from sverka.domain.messaging.wishes import Wish
from sverka.domain.rows import Client, Deal, DealLine, Good
from sverka.domain.state_table import VISITS as ABOUT_VISITS
from sverka.store import bindings, messages, mirror
from sverka.store.engine import Transaction
from sverka.work.desk import Desk, Look
from sverka.work.loading import people
from sverka.work.names import staff

_REMEMBERED = timedelta(days=60)
"""So long ago a client may have been told of a visit that is still to come."""


def wishes(desk: Desk, look: Look, cards: Iterable[str] | None = None) -> tuple[list[Wish], list[str]]:
    """Return what is to be told of visits, and the cards that were looked at: those named, else all that matter."""
    with desk.store.reading() as tx:
        deal_ids = _ids(tx, desk, look) if cards is None else _numbers(cards)
        cases = _cases(tx, desk, look, deal_ids)
    found = [wish for case in cases for wish in rules.wishes(case, desk.policy, look.now)]
    return found, [f"deal:{deal_id}" for deal_id in deal_ids]  # also of deals that are gone, whose wishes go with them


def _ids(tx: Transaction, desk: Desk, look: Look) -> list[str]:
    """Return the deals at stages of visits, and those of whose visits anything was said or waits."""
    stages = look.stages_that_tell(desk.policy, ABOUT_VISITS)
    standing = {deal.ext_id for deal in mirror.where(tx, desk.company, Deal, stage_id=stages)}
    told = messages.cards_of(tx, desk.company, VISITS, look.now - _REMEMBERED)
    return sorted(standing | set(_numbers(told)))


def _numbers(cards: Iterable[str]) -> list[str]:
    return [card.removeprefix("deal:") for card in cards if card.startswith("deal:")]


def _cases(tx: Transaction, desk: Desk, look: Look, deal_ids: Sequence[str]) -> list[VisitCase]:
    deals = mirror.by_ids(tx, desk.company, Deal, deal_ids)
    clients = mirror.by_ids(tx, desk.company, Client, {deal.client_key for deal in deals.values()})
    works, staff_ = _works(tx, desk, deals), staff(tx, desk)
    cards = [f"deal:{deal_id}" for deal_id in deals]
    told = messages.told(tx, desk.company, cards, VISITS)
    by_word = messages.left_to_people(tx, desk.company, cards, VISIT_BOOKED)
    found = []
    for deal_id, deal in deals.items():
        who = people(desk, staff_, deal.responsible_id)
        found.append(
            VisitCase(
                deal, look.stage_of(desk.policy, deal.stage_id)[0], clients.get(deal.client_key), desk.policy.branch(deal.branch),
                tuple(works.get(deal_id, ())), who.manager, who.manager_name,
                tuple(ToldVisit(*each) for each in told.get(f"deal:{deal_id}", ())),
                by_word.get(f"deal:{deal_id}", {}),
            )
        )  # fmt: skip
    return found


def _works(tx: Transaction, desk: Desk, deals: Iterable[str]) -> dict[str, list[str]]:
    """Return the names of the services in each deal."""
    lines = mirror.where(tx, desk.company, DealLine, deal_id=tuple(deals))
    goods_of = bindings.rights(tx, desk.company, "product", {line.product_id for line in lines})
    goods = mirror.by_ids(tx, desk.company, Good, goods_of.values())
    services = {product for product, good in goods_of.items() if good in goods and goods[good].is_service}
    works: dict[str, list[str]] = {}
    for line in lines:
        if line.product_id in services:
            works.setdefault(line.deal_id, []).append(line.name)
    return works
