"""The channels of one company: short messages out, what their providers say of them, and what is remembered of phones.

A provider is asked once in a while whether a phone has an account there; its answer is remembered, for asking too often is itself a
reason for providers to lock an account.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sverka.domain.actions import Payload
from sverka.domain.effects import Answer, Outcome, Probe
from sverka.domain.messaging.channels import CHANNEL_BY_ACTION, CHANNEL_BY_NAME, EMAIL, Condition
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
    def names(self) -> frozenset[str]:
        """The channels by which messages can go, letters included."""
        return frozenset((EMAIL, *self.messengers)) if not self.redirect_to else frozenset((EMAIL,))

    @property
    def requests(self) -> Counter[str]:
        """Return how many requests were sent, by system."""
        found: Counter[str] = Counter()
        for name, messenger in self.messengers.items():
            found[CHANNEL_BY_NAME[name].system] += messenger.sent
        return found

    def send(self, action: str, payload: Payload, now: datetime, permit: Callable[[], bool]) -> Outcome:
        """Send a message; one to a phone without an account there is decided anew. now: business time."""
        name = CHANNEL_BY_ACTION[action].name
        messenger = self.messengers.get(name)
        if messenger is None or self.redirect_to:
            return _not_here(f"the company has no channel {name} any more")
        try:
            if not (condition := self._condition(name, now)).is_well:
                return Outcome(
                    Answer.NOT_EXECUTED, changed=False, detail=f"the account at {name} is {condition.detail}"
                )
            chat = self._chat(name, str(payload["to"]), now)
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

    def _chat(self, name: str, phone: str, now: datetime) -> str | None:
        known = self._known(name, phone)
        if known is not None and known.chat is not None:
            return known.chat
        found = Account(name, phone, self.messengers[name].find(phone), now)
        with self.store.writing() as tx:
            addresses.remember_account(tx, self.company, found)
            is_silenced = bool(found.chat and addresses.silences(tx, self.company, [found.chat]))
        return None if is_silenced else found.chat  # whose chat it is, is known only now, and it is decided anew

    def _known(self, name: str, phone: str) -> Account | None:
        with self.store.reading() as tx:
            found = addresses.accounts(tx, self.company, [phone])
        return next((each for each in found if each.channel == name), None)


def _not_here(detail: str) -> Outcome:
    """Nothing was sent, and it has to be decided anew by what else there is."""
    return Outcome(Answer.NOT_EXECUTED, changed=False, detail=detail, overtaken=True)
