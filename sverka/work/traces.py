"""The traces of messages: each that a provider took stands in the timeline of the card that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from sverka.domain.actions import Action
from sverka.domain.messaging.channels import EMAIL, MAX, SMS, WHATSAPP
from sverka.domain.plan import Plan
from sverka.domain.reminders import code
from sverka.domain.russian import clock, day
from sverka.store import messages, outbox
from sverka.store.messages import Gone
from sverka.work.desk import Desk, Look

_LOOKS_BACK = timedelta(days=2)
_BY: Mapping[str, str] = {EMAIL: "письмо", SMS: "SMS", WHATSAPP: "сообщение в WhatsApp", MAX: "сообщение в MAX"}


def plan(desk: Desk, look: Look, kinds: Iterable[str]) -> Plan:
    """Return a comment for each message of some kinds that went out lately and has none yet."""
    with desk.store.reading() as tx:
        gone = messages.gone_since(tx, desk.company, kinds, look.now - _LOOKS_BACK)
        actions = [_comment(desk, each) for each in gone]
        known = outbox.known_keys(tx, desk.company, [action.key for action in actions])
    return Plan(actions=tuple(action for action in actions if action.key not in known))


def _comment(desk: Desk, gone: Gone) -> Action:
    local = gone.at.astimezone(desk.policy.zone)
    who = ", ".join(part for part in (gone.to_name, gone.address) if part)
    text = f"Клиенту отправлено {_BY[gone.channel]}: {who}, {day(local.date())} в {clock(local)}.\n{gone.about}"
    occasion = f"letter {gone.kind} {gone.occasion}"
    return Action(
        "comment.create", gone.card, occasion,
        {"card": gone.card, "text": text, "mark": code(desk.company, "comment.create", gone.card, occasion)},
        reason=f"Отмечаем в ленте, что клиенту ушло {_BY[gone.channel]}.", after=gone.about.partition("\n")[0],
    )  # fmt: skip
