"""What clients write back at our channels: requests for silence are heeded, everything else goes into the card and to the manager.

Rules
- A message that is nothing but a word such as «стоп» ends care and adverts at every channel, and everything at the one it came by;
  «старт» lets us write again. It holds for the address, whichever card bears it, and of two such messages the later one holds.
- A message that merely contains such a word ends care and adverts until the client writes «старт»; the manager gets a to-do to read it.
- Whatever came stands in the card that the last message to this address before it was about, else in the client's; its manager gets a
  notice.
- What comes from nobody we know is a notice for whoever answers questions that belong to no deal. What nobody can be told of waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sverka.domain import hours
from sverka.domain.actions import Action
from sverka.domain.contacts import mobile_or_nothing
from sverka.domain.messaging.channels import Heard
from sverka.domain.messaging.ladder import CARE
from sverka.domain.messaging.names import BY_CHANNEL
from sverka.domain.messaging.optout import Asks, asks
from sverka.domain.messaging.wishes import HEARD, Asked, subject_of
from sverka.domain.plan import Plan, union
from sverka.domain.reminders import Reminder, code
from sverka.domain.rows import Client, Deal
from sverka.domain.russian import clock, day
from sverka.store import addresses, messages, mirror
from sverka.store.addresses import Unanswered
from sverka.store.engine import Transaction
from sverka.work.desk import Desk, Look
from sverka.work.names import staff

_CONVERSATION = timedelta(days=30)
"""So long after a message of ours a reply is taken to be about it."""
_AT_ONCE = timedelta(minutes=1)
"""So long before a message of ours a reply to it may seem to have come, by clocks that do not quite agree."""
_READ_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class _Writer:
    """Who wrote. card: where it belongs, "" for nowhere. manager: the user who is told."""

    address: str
    name: str
    card: str
    manager: str


def plan(desk: Desk, look: Look) -> Plan:
    """Deal with everything that came in and has not been dealt with."""
    with desk.store.reading() as tx:
        came = addresses.unanswered(tx, desk.company)
        writers = [_writer(tx, desk, each.heard) for each in came]
    return union(_answer(desk, look, each, writer) for each, writer in zip(came, writers, strict=True))


def _answer(desk: Desk, look: Look, each: Unanswered, writer: _Writer) -> Plan:
    said, word = each.heard, asks(each.heard.text)
    actions, asked = (*_note(desk, said, writer), *_told(desk, look, said, writer, word)), _asked(said, writer, word)
    is_dealt_with = actions or word in (Asks.STOP, Asks.START)
    heard = ((each.id, tuple(action.key for action in actions)),) if is_dealt_with else ()
    return Plan(actions=actions, asked=asked, heard=heard)


def _asked(said: Heard, writer: _Writer, word: Asks) -> tuple[Asked, ...]:
    scopes: Mapping[Asks, tuple[str, ...]] = {Asks.STOP: (CARE, said.channel), Asks.MAYBE: (CARE,), Asks.START: ()}
    if word not in scopes:
        return ()
    return (Asked(writer.address, scopes[word], said.channel, said.text[:200], said.at),)


def _note(desk: Desk, said: Heard, writer: _Writer) -> tuple[Action, ...]:
    """Let the card's timeline show what came."""
    if not writer.card:
        return ()
    local = said.at.astimezone(desk.policy.zone)
    text = f"Клиент написал {BY_CHANNEL[said.channel]} {day(local.date())} в {clock(local)} ({writer.name}, {writer.address}):\n{said.text}"
    subject, occasion = subject_of(writer.card, HEARD), f"{said.channel} {said.key}"
    payload = {"card": writer.card, "text": text, "mark": code(desk.company, "comment.create", subject, occasion)}
    return (
        Action(
            "comment.create",
            subject,
            occasion,
            payload,
            reason=f"Клиент написал {BY_CHANNEL[said.channel]}: отмечаем в ленте.",
        ),
    )


def _told(desk: Desk, look: Look, said: Heard, writer: _Writer, word: Asks) -> tuple[Action, ...]:
    """Tell the manager; what may be a request for silence is a to-do."""
    if not writer.manager:
        return ()
    who, how = writer.name or writer.address, BY_CHANNEL[said.channel]
    title, sort = f"{who} пишет {how}", "notice"
    if word is Asks.MAYBE and writer.card:
        title, sort = f"{who}, возможно, просит не писать", "todo"
    deadline = hours.after(desk.policy.hours, desk.policy.zone, look.now, _READ_WITHIN)
    text = f"{said.text}\n{_CONSEQUENCE.get(word, '')}".strip()
    reminder = Reminder(sort, "message", f"{said.channel} {said.key}", title, text, writer.manager, deadline)
    action = reminder.action(desk.company, subject_of(writer.card or "nobody", HEARD))
    return (replace(action, payload={**action.payload, **({"owner": writer.card} if sort == "todo" else {})}),)


_CONSEQUENCE: Mapping[Asks, str] = {
    Asks.STOP: "Поздравлений и просьб больше не будет, о заказах и визитах напишем другим способом.",
    Asks.START: "Снова можно писать.",
    Asks.MAYBE: "Пока не пишем ничего, кроме сообщений о заказах и визитах. Прочитайте и ответьте клиенту.",
}


def _writer(tx: Transaction, desk: Desk, said: Heard) -> _Writer:
    is_phone = said.address.startswith("+")
    address = said.address if is_phone else addresses.phone_of_chat(tx, desk.company, said.channel, said.address)
    last = messages.last_to(tx, desk.company, address, said.at - _CONVERSATION, said.at + _AT_ONCE) if address else None
    key = last[1] if last else _client_of(tx, desk, address)
    card = last[0] if last else key
    client = mirror.by_ids(tx, desk.company, Client, [key]).get(key)
    return _Writer(address or said.address, client.name if client else "", card, _manager(tx, desk, card))


def _client_of(tx: Transaction, desk: Desk, phone: str) -> str:
    """Return the card of whoever has a phone, "" for nobody."""
    if not phone:
        return ""
    cards = mirror.where(tx, desk.company, Client)
    return next(
        (card.ext_id for card in cards if phone in map(mobile_or_nothing, (card.phone, *card.phones.values()))), ""
    )


def _manager(tx: Transaction, desk: Desk, card: str) -> str:
    """Return who is responsible for a card, else whoever answers what belongs to no deal."""
    people = staff(tx, desk)
    deal = mirror.by_ids(tx, desk.company, Deal, [card.removeprefix("deal:")]).get(card.removeprefix("deal:"))
    responsible = deal.responsible_id if deal and card.startswith("deal:") else ""
    return responsible if people.works(responsible) else people.by_email(desk.policy.duties.get("questions", ""))
