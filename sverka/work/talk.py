"""Messages to clients between the rules and the outbox: what rules wish becomes what is sent, waits, is held back or is left to a person.

Belongs here: what the decision rests on, the frozen payload, the traces in cards. Does not belong here: the decision itself
(`sverka.domain.messaging.manners`), how a message reads (`sverka.messages`), how it travels (`sverka.work.sending`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sverka.domain import hours, reminders
from sverka.domain.actions import Action, Payload
from sverka.domain.contacts import email_or_nothing
from sverka.domain.effects import Effect
from sverka.domain.messaging import manners
from sverka.domain.messaging.channels import CHANNEL_BY_NAME, EMAIL, WHATSAPP
from sverka.domain.messaging.facts import from_json
from sverka.domain.messaging.kinds import Sort
from sverka.domain.messaging.wishes import (
    BY_HAND,
    GOES,
    HELD,
    TOLD,
    WAITS,
    ByHand,
    Go,
    Held,
    Note,
    Past,
    Recipient,
    Told,
    Verdict,
    Wait,
    Wish,
    subject_of,
    tried_again,
)
from sverka.domain.plan import Plan, Skip, Wake, union
from sverka.domain.reminders import Made, Reminder
from sverka.domain.rows import User
from sverka.messages.render import render
from sverka.messages.texts import text_for
from sverka.store import messages, mirror
from sverka.store.engine import Transaction
from sverka.store.messages import Remembered
from sverka.work import deliveries, traces
from sverka.work.desk import Desk, Look
from sverka.work.health import sick
from sverka.work.memory import reminders_of
from sverka.work.recipients import recipients

_SAY_WITHIN = timedelta(hours=1)
_WORDING = ("subject", "text", "html", "papers", "id")


@dataclass(frozen=True)
class _Known:
    """What a decision rests on. past: by recipient; made: reminders by the subject of a message; before: wishes by key, as remembered."""

    people: Mapping[str, Recipient]
    past: Mapping[str, Sequence[Past]]
    made: Mapping[str, Mapping[str, Made]]
    before: Mapping[str, Remembered]
    managers: Mapping[str, User]
    cancelled: Collection[str]
    """Meanings that a person has taken back."""


Decided = Sequence[tuple[Wish, Verdict]]


def spoken(desk: Desk, look: Look, wishes: Sequence[Wish], kinds: Iterable[str], cards: Collection[str]) -> Plan:
    """Return what becomes of wishes. kinds, cards: of which these are all the wishes that there are."""
    return _spoken(desk, look, wishes, kinds, cards)[0]


def heeded(desk: Desk, look: Look, plan: Plan, kinds: Iterable[str]) -> Plan:
    """Return a plan of deals with what becomes of its wishes; a deal whose message is under way, or due later, is looked at again."""
    said, decided = _spoken(desk, look, plan.wishes, kinds, plan.looked_at)
    busy = {wish.card for wish, verdict in decided if isinstance(verdict, Go | ByHand)}
    busy |= {wish.card for wish, verdict in decided if isinstance(verdict, Wait) and verdict.until is None}
    plan = replace(plan, settled=tuple(each for each in plan.settled if each not in busy))
    return plan + said + Plan(wakes=tuple(_wakes(decided)))


def _spoken(
    desk: Desk, look: Look, wishes: Sequence[Wish], kinds: Iterable[str], cards: Collection[str]
) -> tuple[Plan, Decided]:
    wished = {wish.key for wish in wishes}
    deliveries.follow(desk, look)
    with desk.store.reading() as tx:
        open_ = messages.waiting(tx, desk.company, kinds)
        gone = [each for each in open_ if each.key not in wished and each.card in cards]
        known = _known(tx, desk, look, wishes, [subject_of(each.card, each.kind) for each in gone])
    decided = _decided(desk, look, wishes, known)
    said = [_consequence(desk, look, wish, verdict, known) for wish, verdict in decided]
    return union([*said, *(_gone(desk, each, known) for each in gone), traces.plan(desk, look, kinds)]), decided


def wanted(desk: Desk, look: Look, effect: Effect, wishes: Iterable[Wish]) -> bool:
    """Say whether a planned message still follows from the wishes, by the same channel, with the same facts."""
    wished = [wish for wish in wishes if wish.subject == effect.subject]
    with desk.store.reading() as tx:
        known = _known(tx, desk, look, wished)
    others = {key: [each for each in past if each.effect_id != effect.id] for key, past in known.past.items()}
    for wish, verdict in _decided(desk, look, wished, replace(known, past=others), effect.id):
        if isinstance(verdict, Go):
            action = _message(desk, wish, verdict, known)
            if (action.kind, action.key) == (effect.kind, effect.key):
                return unworded(action.payload) == unworded(effect.payload)
    return False


def unworded(payload: Payload) -> Payload:
    """Return what a message rests on, without its text."""
    return {name: value for name, value in payload.items() if name not in _WORDING}


def _known(tx: Transaction, desk: Desk, look: Look, wishes: Sequence[Wish], subjects: Iterable[str] = ()) -> _Known:
    people = recipients(tx, desk, look, wishes)
    reached_by = {key: [each for each in (person.phone, person.email) if each] for key, person in people.items()}
    every = {address for mine in reached_by.values() for address in mine}
    sent = messages.past(tx, desk.company, every, [wish.key for wish in wishes])
    keys = {wish.key: wish.recipient for wish in wishes}
    return _Known(
        people=people,
        past={
            key: [each for each in sent if each.address in mine or keys.get(each.key) == key]
            for key, mine in reached_by.items()
        },
        made=reminders_of(tx, desk, sorted({wish.subject for wish in wishes} | set(subjects))),
        before=messages.by_key(tx, desk.company, [wish.key for wish in wishes]),
        managers=mirror.by_ids(tx, desk.company, User, {wish.manager for wish in wishes if wish.manager}),
        cancelled=messages.cancelled_by_people(tx, desk.company, [wish.key for wish in wishes]),
    )


def _decided(desk: Desk, look: Look, wishes: Sequence[Wish], known: _Known, asked_for: int = 0) -> Decided:
    """Decide all wishes; one whose recipient has no card any more is nobody's."""
    asked = [
        (replace(wish, held="by_person") if wish.key in known.cancelled else wish, known.people[wish.recipient])
        for wish in wishes
        if wish.recipient in known.people
    ]
    how = replace(
        desk.policy.manners,
        channels=tuple(name for name in desk.policy.manners.channels if name in desk.channels.names),
    )
    return manners.decide_all(asked, known.past, how, sick(desk, look, asked_for), look.now, desk.policy.zone)


def _consequence(desk: Desk, look: Look, wish: Wish, verdict: Verdict, known: _Known) -> Plan:
    made = known.made.get(wish.subject, {})
    by_word = _by_word(desk, look, wish, verdict, known) if isinstance(verdict, ByHand) else []
    reminded = reminders.plan(desk.company, wish.subject, by_word, made)
    is_said = isinstance(verdict, ByHand) and _was_said(desk, wish, by_word, reminded, made)
    if is_said or (isinstance(verdict, Go) and _was_told_by_a_person(wish, known)):
        verdict = Told()
    actions = (_message(desk, wish, verdict, known),) if isinstance(verdict, Go) else ()
    skips = (Skip(wish.card, "not_now", wish.kind.name),) if isinstance(verdict, Wait) else ()
    return Plan(actions=(*actions, *reminded.actions), skips=skips, notes=_notes(wish, verdict, known))


def _was_said(desk: Desk, wish: Wish, by_word: Sequence[Reminder], reminded: Plan, made: Mapping[str, Made]) -> bool:
    """Whether the to-do to say this very thing stands no more: the person has said it."""
    keys = [each.action(desk.company, wish.subject).key for each in by_word]
    theirs = [each for key, each in made.items() if any(key == said or key.startswith(f"{said} (") for said in keys)]
    return bool(theirs) and not reminded.actions and not any(each.is_open for each in theirs)


def _was_told_by_a_person(wish: Wish, known: _Known) -> bool:
    """Whether it is remembered as told though no message ever went: it was said, before there was a way to write."""
    before = known.before.get(wish.key)
    is_sent = any(each.key == wish.key for each in known.past.get(wish.recipient, ()))
    return before is not None and before.verdict == TOLD and not is_sent


_WORDS: Mapping[type, str] = {Go: GOES, Wait: WAITS, Held: HELD, ByHand: BY_HAND, Told: TOLD}


def _notes(wish: Wish, verdict: Verdict, known: _Known) -> tuple[Note, ...]:
    """Return what is new to be remembered of a wish."""
    until = verdict.until if isinstance(verdict, Wait) else None
    note = Note(wish, _WORDS[type(verdict)], getattr(verdict, "rule", ""), until)
    before = known.before.get(wish.key)
    if before is not None and (before.verdict, note.verdict, note.rule) == (HELD, HELD, "too_late"):
        return ()  # what held it back until then is the reason
    is_known = before is not None and (before.verdict, before.rule, before.until, before.not_before) == (
        note.verdict, note.rule, note.until, wish.not_before,
    )  # fmt: skip
    return () if is_known else (note,)


def _message(desk: Desk, wish: Wish, go: Go, known: _Known) -> Action:
    action = Action(
        CHANNEL_BY_NAME[go.channel].action, wish.subject, tried_again(wish.occasion, go.again), {}, reason=wish.reason,
    )  # fmt: skip
    person, facts = known.people[wish.recipient], from_json(wish.kind.name, wish.facts)
    payload: dict[str, Any] = {
        "key": f"{desk.company}|{action.key}", "to": go.address, "to_name": person.name, "template": wish.kind.name,
        "facts": wish.facts, "recipient": wish.recipient, "again": go.again, "sort": str(wish.kind.sort),
    }  # fmt: skip
    if go.channel == EMAIL:
        manager = known.managers.get(wish.manager)
        payload |= {"from_name": desk.policy.title, "reply_to": email_or_nothing(manager.email) if manager else ""}
        payload |= {"may_refuse": wish.kind.sort is not Sort.SERVICE and desk.inbox is not None}
        payload |= render(wish.kind.name, facts, desk.templates).as_json()
    else:
        own_id = hashlib.sha256(str(payload["key"]).encode()).hexdigest()[:40]
        payload |= {"id": own_id, "text": text_for(go.channel, wish.kind.name, facts, desk.templates)}
    return replace(action, payload=payload, after=str(payload.get("subject") or payload["text"]))


_NOT_WANTED: Mapping[str, str] = {
    "unwritten": "В карточке отмечено, что клиенту не пишут, скажите, пожалуйста, сами",
    "opted_out": "Клиент просил не писать, скажите, пожалуйста, сами",
}
_NOT_CARRIED = "Сообщение не доставить ни одним способом, скажите, пожалуйста, сами"


def _by_word(desk: Desk, look: Look, wish: Wish, verdict: ByHand, known: _Known) -> list[Reminder]:
    """Return the to-do to tell by word of mouth what no channel can carry or may, if anybody waits for it."""
    if not wish.manager or wish.kind.sort is not Sort.SERVICE:
        return []
    person = known.people[wish.recipient]
    who = ", ".join(part for part in (person.name, person.phone or person.written_phone) if part)
    text = text_for(WHATSAPP, wish.kind.name, from_json(wish.kind.name, wish.facts), desk.templates)
    deadline = hours.after(desk.policy.hours, desk.policy.zone, look.now, _SAY_WITHIN)
    said = f"{who}. {_NOT_WANTED.get(verdict.rule, _NOT_CARRIED)}:\n{text}"
    return [Reminder("todo", "message", wish.occasion, "Сообщить клиенту", said, wish.manager, deadline)]


def _gone(desk: Desk, each: Remembered, known: _Known) -> Plan:
    """Let a wish go that nobody has any more, and close the to-do to say it."""
    subject = subject_of(each.card, each.kind)
    return replace(reminders.plan(desk.company, subject, [], known.made.get(subject, {})), withdrawn=(each.key,))


def _wakes(decided: Iterable[tuple[Wish, Verdict]]) -> Iterator[Wake]:
    for wish, verdict in decided:
        if isinstance(verdict, Wait) and verdict.until is not None and wish.card.startswith("deal:"):
            yield Wake(wish.card.removeprefix("deal:"), verdict.until)
