"""The channels of one company: short messages out, what their providers say of them, and what is remembered of phones.

A provider is asked once in a while whether a phone has an account there; its answer is remembered, for asking too often is itself a
reason for providers to lock an account.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sverka.domain.actions import Payload
from sverka.domain.effects import Answer, Outcome, Probe
from sverka.domain.messaging.channels import CHANNEL_BY_ACTION, CHANNEL_BY_NAME, EMAIL, Condition
from sverka.domain.messaging.kinds import Sort
from sverka.domain.messaging.ladder import forbids
from sverka.store import addresses
from sverka.store.addresses import Account
from sverka.store.engine import Store
from sverka.systems.errors import SystemTrouble
from sverka.systems.messenger import Messenger

_SAID_FOR = timedelta(minutes=1)
_WELL = Condition(is_well=True)


@dataclass(frozen=True)
class Channels:
    """The channels that a company has beside letters, by name."""

    company: str
    store: Store
    messengers: Mapping[str, Messenger] = field(default_factory=dict)
    redirect_to: str = ""
    """Where all messages are redirected to one mailbox nothing else may go out, "" where they are not."""

    _conditions: dict[str, tuple[datetime, Condition]] = field(default_factory=dict)

    @property
    def live(self) -> Mapping[str, Messenger]:
        """The channels that are used: none where everything goes to one mailbox, not even to hear what others should."""
        return {} if self.redirect_to else self.messengers

    @property
    def names(self) -> frozenset[str]:
        """The channels by which messages can go, letters included."""
        return frozenset((EMAIL, *self.live))

    @property
    def requests(self) -> Counter[str]:
        """Return how many requests were sent, by system."""
        found: Counter[str] = Counter()
        for name, messenger in self.messengers.items():
            found[CHANNEL_BY_NAME[name].system] += messenger.sent
        return found

    def prepare(self, action: str, payload: Payload, now: datetime) -> None:
        """Ask what has to be known before a message is claimed: that may take longer than a claim is fresh. Troubles show at sending."""
        name = CHANNEL_BY_ACTION[action].name
        with suppress(SystemTrouble):
            if name in self.live and self._condition(name, now).is_well:
                self._chat(name, payload, now)

    def send(self, action: str, payload: Payload, now: datetime, permit: Callable[[], bool]) -> Outcome:
        """Send a message; one to a phone without an account there is decided anew. now: business time."""
        name = CHANNEL_BY_ACTION[action].name
        messenger = self.live.get(name)
        if messenger is None:
            return _not_here(f"the company has no channel {name} any more")
        try:
            if not (condition := self._condition(name, now)).is_well:
                return Outcome(
                    Answer.NOT_EXECUTED, changed=False, detail=f"the account at {name} is {condition.detail}"
                )
            chat = self._chat(name, payload, now)
        except SystemTrouble as trouble:
            return Outcome(Answer.NOT_EXECUTED, changed=False, detail=str(trouble))
        if chat is None:
            return _not_here(f"the phone has no account at {name}, or its chat asked for silence")
        return messenger.send({**payload, "chat": chat}, permit)

    def look(self, action: str, payload: Payload, since: datetime) -> Probe:
        """Say whether a message whose answer was lost was taken. since: when it was claimed, real time."""
        name = CHANNEL_BY_ACTION[action].name
        messenger = self.messengers.get(name)
        if messenger is None:
            return Probe(found=False, complete=False, detail=f"the company has no channel {name} any more")
        known = self._known(name, str(payload["to"]))
        if known is None or known.chat is None:  # that it has an account is written down before anything is sent to it
            return Probe(
                found=False, complete=True, detail=f"nothing was sent: no account of the phone at {name} was known"
            )
        try:
            return messenger.look({**payload, "chat": known.chat}, since)
        except SystemTrouble as trouble:
            return Probe(found=False, complete=False, detail=str(trouble))

    def close(self) -> None:
        """Close the lines."""
        for messenger in self.messengers.values():
            messenger.close()

    def _condition(self, name: str, now: datetime) -> Condition:
        """Return how the account is, as it said within the last minute, where that matters."""
        if not CHANNEL_BY_NAME[name].queues:
            return _WELL
        asked_at, condition = self._conditions.get(name, (now - _SAID_FOR, _WELL))
        if now - asked_at >= _SAID_FOR:
            condition = self.messengers[name].condition()
            self._conditions[name] = (now, condition)
        return condition

    def _chat(self, name: str, payload: Payload, now: datetime) -> str | None:
        """Return the chat of a message's phone, None if it has none there or asked for silence in it: then it is decided anew."""
        phone = str(payload["to"])
        known = self._known(name, phone)
        if known is None or (known.chat is None and now - known.asked_at >= _SAID_FOR):
            known = Account(name, phone, self.messengers[name].find(phone), now)
            with self.store.writing() as tx:
                addresses.remember_account(tx, self.company, known)
        return None if self._is_silenced(name, known.chat, Sort(payload["sort"])) else known.chat

    def _is_silenced(self, name: str, chat: str | None, sort: Sort) -> bool:
        """Whether silence was asked for in a chat, be it before we knew whose it is."""
        with self.store.reading() as tx:
            found = addresses.silences(tx, self.company, [chat]) if chat else ()
        return any(forbids(each.scope, name, sort) for each in found)

    def _known(self, name: str, phone: str) -> Account | None:
        with self.store.reading() as tx:
            found = addresses.accounts(tx, self.company, [phone])
        return next((each for each in found if each.channel == name), None)


def _not_here(detail: str) -> Outcome:
    """Nothing was sent, and it has to be decided anew by what else there is."""
    return Outcome(Answer.NOT_EXECUTED, changed=False, detail=detail, overtaken=True)
