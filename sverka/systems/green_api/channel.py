"""WhatsApp or MAX by one instance of GREEN-API, as the rest of Sverka sees it: outcomes, look-ups, fates, and what people write.

The vendor takes no ids of ours, so a lost answer is looked up by chat and text (contract, content fingerprint).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sverka.domain.actions import Payload
from sverka.domain.clock import Clock
from sverka.domain.effects import Outcome, Probe
from sverka.domain.messaging.channels import WHATSAPP, Condition, Fate, Heard
from sverka.domain.secret import Secret
from sverka.systems.errors import ContractBroken, SystemTrouble
from sverka.systems.green_api import answers, listings, notifications
from sverka.systems.green_api.answers import SYSTEM
from sverka.systems.green_api.client import RECEIVE, GreenApiLine
from sverka.systems.green_api.listings import BETWEEN_LOOKS_S, JOURNAL, QUEUE, SHOWN_AFTER, Item, Listing
from sverka.systems.http import HttpSettings
from sverka.systems.outcomes import outcome_of
from sverka.systems.retry import Jitter, wait
from sverka.systems.values import Json, ident_or_none

_STATE, _WELL = "getStateInstance", "authorized"
_FORE = timedelta(minutes=1)
"""So long before the claim a message may have left, by clocks that do not quite agree."""

_DAY_MINUTES = 1440
_MOST_NOTIFICATIONS = 200
_WHATSAPP_DIGITS = range(11, 17)
_MAX_COUNTRIES = ("7", "375")
"""MAX knows phones of Russia and Belarus only."""


@dataclass(frozen=True)
class _Glance:
    """What an instance showed. now: by our clock, vendors_now: by theirs, at_s: monotonic."""

    at_s: float
    now: datetime
    vendors_now: datetime
    state: str
    waiting: Listing
    left: Listing

    def search(self, payload: Payload, since: datetime) -> tuple[Item | None, list[str]]:
        """Return a message that was claimed at `since`, or why its absence proves nothing."""
        age = self.now - since
        search = listings.search(
            payload["chat"], payload["text"], self.waiting, self.left, self.vendors_now - age - _FORE
        )
        doubts = [*search.doubts]
        doubts += [] if self.state == _WELL else [f"the instance is {self.state}"]
        doubts += [] if age >= SHOWN_AFTER else ["it may not show yet"]
        return search.found, doubts


class GreenApi:
    """See `messenger.Messenger`; the external id of a message is its chat and the vendor's id, with a slash between.

    channel: `whatsapp` or `max`, whichever account the instance drives.
    """

    def __init__(
        self, channel: str, url: Secret, http: HttpSettings, clock: Clock, jitter: Jitter, *, limits_off: bool = False
    ) -> None:
        """Raise ValueError for an address that is no instance's."""
        self._line = GreenApiLine(url, http, clock, jitter, limits_off=limits_off)
        self._channel = channel
        self._glance: _Glance | None = None
        self._clock = clock

    @property
    def sent(self) -> int:
        """Return how many requests were sent."""
        return self._line.wire.sent

    def find(self, phone: str) -> str | None:
        """Return the chat of a phone, None if it has no account. Each question counts against a monthly limit: keep the answer."""
        digits = phone.removeprefix("+")
        if self._channel == WHATSAPP:
            return self._whatsapp(digits) if len(digits) in _WHATSAPP_DIGITS else None
        return self._max(digits) if digits.startswith(_MAX_COUNTRIES) else None

    def send(self, payload: Payload, permit: Callable[[], bool]) -> Outcome:
        """Put a message into the instance's queue."""
        try:
            response = self._line.send(payload["chat"], payload["text"], permit)
        except SystemTrouble as trouble:
            return outcome_of(trouble)
        return answers.outcome(response.status, response.body, payload["chat"], self._line.secrets)

    def look(self, payload: Payload, since: datetime) -> Probe:
        """Say whether a message waits in the queue or stands in the journal.

        That it does neither is sure when it was seen twice, for which the run waits, once for all messages that it looks up.
        """
        if not payload["chat"]:
            return Probe(found=False, complete=False, detail="its chat is not known")
        try:
            first = self._first_look(payload, since)
            found, doubts = first.search(payload, since)
            if found is None and not doubts:
                wait(self._clock, first.at_s + BETWEEN_LOOKS_S - self._clock.monotonic())
                found, doubts = self._look_around(since).search(payload, since)
        except SystemTrouble as trouble:
            return Probe(found=False, complete=False, detail=str(trouble))
        if found:
            return Probe(found=True, complete=True, external_id=found.name)
        return Probe(found=False, complete=not doubts, detail="; ".join(doubts))

    def fates(self, messages: Sequence[tuple[str, str]], since: datetime) -> list[Fate]:
        """Return what the journal says of messages; it does not tell when. Raises SystemTrouble."""
        wanted = {provider_id for provider_id, _ in messages}
        if not wanted:
            return []
        document, _ = self._line.list(JOURNAL, _minutes(self._clock.real() - since, at_least=_DAY_MINUTES))
        told = [
            answers.fate(item.name, item.status, None)
            for item in listings.journal(document).items
            if item.name in wanted
        ]
        return [fate for fate in told if fate is not None]

    def hear(self, keep: Callable[[Heard | Fate], None]) -> None:
        """Take in what waits, two hundred things at most: each is kept, then let forget. Raises SystemTrouble."""
        latest = None
        for _ in range(0 if self._line.wire.settings.read_only else _MOST_NOTIFICATIONS):
            received = self._line.receive()
            if received is None:
                return
            number, body = received
            if number == latest:
                raise ContractBroken(SYSTEM, RECEIVE, f"notification {number} comes again though it was let forget")
            if told := notifications.read(self._channel, body, self._clock.real()):
                keep(told)
            self._line.forget(number)
            latest = number

    def condition(self) -> Condition:
        """Say whether the instance's account is let in by its messenger. Raises SystemTrouble."""
        state = self._state()
        return Condition(is_well=state == _WELL, detail="" if state == _WELL else state)

    def close(self) -> None:
        """Close the connections."""
        self._line.wire.close()

    def _whatsapp(self, digits: str) -> str | None:
        answer = self._line.ask("checkWhatsapp", {"phoneNumber": int(digits)})
        return f"{digits}@c.us" if _yes_or_no("checkWhatsapp", answer, "existsWhatsapp") else None

    def _max(self, digits: str) -> str | None:
        answer = self._line.ask("checkAccount", {"phoneNumber": int(digits)})
        if not _yes_or_no("checkAccount", answer, "exist"):
            return None
        chat = ident_or_none(answer.get("chatId"))
        if not chat:
            raise ContractBroken(SYSTEM, "checkAccount", "an account without a chat")
        return chat

    def _state(self) -> str:
        state = ident_or_none(self._line.ask(_STATE).get("stateInstance"))
        if not state:
            raise ContractBroken(SYSTEM, _STATE, "the answer names no state")
        return state

    def _first_look(self, payload: Payload, since: datetime) -> _Glance:
        """Return the look that was taken for an earlier message if it proves anything for this one, too."""
        first = self._glance
        if first is None or first.search(payload, since)[1]:
            first = self._glance = self._look_around(since)
        return first

    def _look_around(self, since: datetime) -> _Glance:
        at_s, state = self._clock.monotonic(), self._state()
        waiting = listings.queue(self._line.list(QUEUE)[0])  # first, for a message goes from here to the journal
        document, vendors_now = self._line.list(JOURNAL, _minutes(self._clock.real() - since + _FORE))
        now = self._clock.real()
        return _Glance(at_s, now, vendors_now or now, state, waiting, listings.journal(document))


def _minutes(span: timedelta, at_least: int = 1) -> str:
    """Return the question for so many minutes back, one more for the seconds of the way."""
    return f"?minutes={max(at_least, math.ceil(span / timedelta(minutes=1)) + 1)}"


def _yes_or_no(method: str, answer: Json, name: str) -> bool:
    held = answer.get(name)
    if not isinstance(held, bool):
        raise ContractBroken(SYSTEM, method, f"{name} is neither yes nor no")
    return held
