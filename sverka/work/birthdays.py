"""Birthdays from the mirror: contacts whose day it is somewhere, and who is responsible for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reconcilers import birthdays as rules
from reconcilers.birthdays import BirthdayCase
from sverka.domain.messaging.kinds import BIRTHDAY
from sverka.domain.messaging.wishes import Wish, subject_of
from sverka.domain.plan import Plan
from sverka.domain.rows import Client, Deal
from sverka.store import messages, mirror, outbox
from sverka.store.engine import Transaction
from sverka.work.desk import Desk, Look
from sverka.work.loading import people
from sverka.work.names import staff
from sverka.work.recipients import zone_of


def wishes(desk: Desk, look: Look, cards: Iterable[str] | None = None) -> tuple[list[Wish], list[str]]:
    """Return the greetings that are due, and the cards that were looked at: those named, else all whose day it is or was."""
    greets = desk.policy.manners.birthdays
    with desk.store.reading() as tx:
        cases = _cases(tx, desk, look, cards)
        waiting = [each.card for each in messages.waiting(tx, desk.company, (BIRTHDAY,))] if cards is None else []
    found = [wish for case in cases if greets for wish in rules.wishes(case, desk.policy, greets, look.now)]
    return found, [*(case.client.ext_id for case in cases), *waiting]


def notices(desk: Desk, look: Look) -> Plan:
    """Return what managers are told of today's birthdays and have not been told yet."""
    greets = desk.policy.manners.birthdays
    with desk.store.reading() as tx:
        cases = _cases(tx, desk, look, None)
        actions = [
            reminder.action(desk.company, subject_of(case.client.ext_id, BIRTHDAY))
            for case in cases if greets
            for reminder in rules.reminders(case, desk.policy, greets, look.now)
        ]  # fmt: skip
        known = outbox.known_keys(tx, desk.company, [action.key for action in actions])
    return Plan(actions=tuple(action for action in actions if action.key not in known))


def _cases(tx: Transaction, desk: Desk, look: Look, cards: Iterable[str] | None) -> list[BirthdayCase]:
    greets = desk.policy.manners.birthdays
    if greets is None:
        return []
    named = {} if cards is None else {"ext_id": tuple(cards)}
    clients = mirror.where(tx, desk.company, Client, birthday=rules.days_near(look.now, greets), **named)
    deals, staff_ = _latest_deals(tx, desk, clients), staff(tx, desk)
    found = []
    for client in clients:
        if deal := deals.get(client.ext_id):
            who = people(desk, staff_, deal.responsible_id)
            found.append(BirthdayCase(client, zone_of(client), who.manager, who.manager_name))
    return found


def _latest_deals(tx: Transaction, desk: Desk, clients: Sequence[Client]) -> Mapping[str, Deal]:
    """Return each contact's latest deal; who never had one is a supplier, a colleague, somebody's friend."""
    ids = tuple(client.ext_id.removeprefix("contact:") for client in clients)
    deals = mirror.where(tx, desk.company, Deal, contact_id=ids)
    return {f"contact:{deal.contact_id}": deal for deal in sorted(deals, key=lambda each: each.created_at)}
