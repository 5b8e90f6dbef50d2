"""What clients were told, read from the store for the daily letters: each message with what was sent for it, and how channels did.

Two clocks: what is remembered of messages bears business time, effects and attempts bear real time. An attempt is shown in business time
by how far the two are apart now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from sverka.domain.digest_values import DealLink
from sverka.domain.effects import Effect, State
from sverka.domain.messaging.channels import CHANNEL_BY_ACTION
from sverka.domain.messaging.health import Attempt
from sverka.domain.messaging.talked import STUCK, End, Message, carrier, end_of
from sverka.domain.messaging.wishes import Past, meaning_of, subject_of
from sverka.domain.rows import Client
from sverka.messages.masking import shown
from sverka.store import messages, mirror
from sverka.store.engine import Transaction
from sverka.store.messages import Remembered

_NAME_LIMIT = 60
_NAMELESS = "без имени"
_MOST = 20_000
"""No month of a company has more messages."""

_WENT = (State.DONE, State.UNKNOWN)
_WITH_THEIR_DAYS = (End.ARRIVED, End.TAKEN, End.ON_WAY, End.UNTOLD, End.UNSURE, End.GOING)
"""Ends of what is told with the days in which it went, and not again."""


@dataclass(frozen=True)
class Talks:
    """All messages of the last weeks, and how attempts to send any ended, in the company's local time.

    tries: by the key of a message, the oldest first; names: of clients, by their keys; callers: who is to say what no channel can carry,
    by the subject of its messages. deals: by their subjects, how they are shown and who is responsible.
    """

    zone: tzinfo | None
    wishes: Sequence[Remembered]
    tries: Mapping[str, Sequence[Past]]
    names: Mapping[str, str]
    callers: Mapping[str, str]
    attempts: Sequence[Attempt]
    deals: Mapping[str, tuple[DealLink, str]] = field(default_factory=dict)

    @property
    def cards(self) -> set[str]:
        """The cards that the messages are about."""
        return {wish.card for wish in self.wishes}


def read(
    tx: Transaction, company: str, now: datetime, until: datetime, back: timedelta, effects: Iterable[Effect]
) -> Talks:
    """Read what was wished or sent lately. now: the company's local time; until: the same moment, real; back: how far back."""
    found = list(effects)
    keys = {meaning_of(each.key) for each in found if each.kind in CHANNEL_BY_ACTION}
    wishes = {each.key: each for each in messages.listing(tx, company, since=now - back, limit=_MOST)}
    wishes |= messages.by_key(tx, company, keys - wishes.keys())
    tries: dict[str, list[Past]] = defaultdict(list)
    for each in messages.past(tx, company, (), wishes):
        tries[each.key].append(each)
    clients = mirror.by_ids(tx, company, Client, {each.recipient for each in wishes.values()})
    return Talks(
        zone=now.tzinfo, wishes=tuple(wishes.values()), tries=tries, callers=dict(_callers(found)),
        names={key: shown(client.name, _NAME_LIMIT) for key, client in clients.items()},
        attempts=tuple(_attempts(tx, company, now, until, back)),
    )  # fmt: skip


def _callers(effects: Iterable[Effect]) -> Iterator[tuple[str, str]]:
    for effect in effects:
        _, subject, occasion = effect.key.split("|", 2)
        if effect.kind == "todo.create" and occasion.startswith("message "):
            yield subject, effect.payload["responsible"]


def _attempts(tx: Transaction, company: str, now: datetime, until: datetime, back: timedelta) -> Iterator[Attempt]:
    ahead = now - until
    for channel, answer, at, detail in messages.tries(tx, company, until - back):
        yield Attempt(channel, answer, (at + ahead).astimezone(now.tzinfo), detail)


def told(talks: Talks, effects: Collection[int], since: datetime | None) -> tuple[Message, ...]:
    """Return the messages that a letter tells of, the oldest first; what is stuck is told as long as it is.

    effects: those of the days told; since: business time from which on decisions are told, None for all.
    """
    found = ((wish, _message(talks, wish, effects)) for wish in talks.wishes)
    ours = (each for wish, each in found if _is_told(each, is_new=since is None or wish.last_at > since))
    return tuple(sorted(ours, key=_in_order))


def to_say(talks: Talks, person: str) -> tuple[Message, ...]:
    """Return what somebody is to say by word of mouth, the oldest first, as long as they have not."""
    found = (_message(talks, wish, ()) for wish in talks.wishes)
    return tuple(
        sorted((each for each in found if each.end is End.TO_SAY and each.responsible == person), key=_in_order)
    )


def _in_order(message: Message) -> tuple[datetime, str, str]:
    return message.at, message.kind, message.client


def _is_told(message: Message, *, is_new: bool) -> bool:
    if message.went or (message.end is End.WAITS and message.rule in STUCK):
        return True
    return is_new and message.end not in _WITH_THEIR_DAYS


def _message(talks: Talks, wish: Remembered, effects: Collection[int]) -> Message:
    tries = talks.tries.get(wish.key, ())
    end, carried = end_of(wish.verdict, tries), carrier(tries)
    last = carried or (tries[-1] if tries else None)
    deal, responsible = talks.deals.get(wish.card, (None, ""))
    at = wish.last_at if carried is None or end in (End.TO_SAY, End.SAID) else carried.at
    return Message(
        at=at.astimezone(talks.zone), kind=wish.kind, client=wish.recipient, name=talks.names.get(wish.recipient) or _NAMELESS,
        end=end, rule=wish.rule, went=any(each.effect_id in effects and each.state in _WENT for each in tries),
        channel=last.channel if last else "", address=shown(last.address) if last else "",
        responsible=talks.callers.get(subject_of(wish.card, wish.kind)) or responsible, deal=deal,
    )  # fmt: skip
