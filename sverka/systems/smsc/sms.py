"""Text messages by SMSC, as the rest of Sverka sees them: outcomes, look-ups and fates. Nobody can answer a sender's name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import phonenumbers

from sverka.domain.actions import Payload
from sverka.domain.clock import Clock
from sverka.domain.effects import Outcome, Probe
from sverka.domain.messaging.channels import Condition, Fate, Heard
from sverka.domain.secret import Secret
from sverka.systems.errors import DoNotAskAgain, SystemTrouble
from sverka.systems.http import HttpSettings
from sverka.systems.outcomes import outcome_of
from sverka.systems.retry import Jitter
from sverka.systems.smsc import answers
from sverka.systems.smsc.client import SmscApi

SHOWN_AFTER = timedelta(seconds=150)
"""So long after its claim a message that was taken surely shows. SMSC registers one within seconds, and is to be asked twice, a minute
apart, the first time when the request has surely ended: 90 s after the claim. The second of two such looks comes 150 s after it, and what
this one does not find, the first one did not find either, for nothing is ever unregistered.
"""

_REACHABLE = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
_NOBODY, _NOTHING = "79000000000", "sverka-is-asking"
"""A pair under which nothing was ever sent: whoever may ask for it may use the account."""


class Sms:
    """See `messenger.Messenger`; the external id of a message is our own. sender: the name that phones show, "" for the account's own."""

    def __init__(
        self, url: Secret, sender: str, http: HttpSettings, clock: Clock, jitter: Jitter, *, limits_off: bool = False
    ) -> None:
        """Raise ValueError for an address that is no account's."""
        self._api = SmscApi(url, http, clock, jitter, limits_off=limits_off)
        self._sender = sender
        self._clock = clock

    @property
    def sent(self) -> int:
        """Return how many requests were sent."""
        return self._api.wire.sent

    def find(self, phone: str) -> str | None:
        """Return "" for a mobile phone, None for any other; nobody is asked."""
        try:
            number = phonenumbers.parse(phone)
        except phonenumbers.NumberParseException:
            return None
        return "" if phonenumbers.number_type(number) in _REACHABLE else None

    def send(self, payload: Payload, permit: Callable[[], bool]) -> Outcome:
        """Send a message under our own id."""
        fields = {"phones": _digits(payload["to"]), "mes": payload["text"], "id": payload["id"]}
        if self._sender:  # an empty one would switch the account's own sender off
            fields["sender"] = self._sender
        try:
            response = self._api.send(fields, permit)
        except SystemTrouble as trouble:
            return outcome_of(trouble)
        return answers.outcome(response.status, response.body, payload["id"], self._api.secrets)

    def look(self, payload: Payload, since: datetime) -> Probe:
        """Say whether a message stands under our id; that none does is sure only `SHOWN_AFTER` it was claimed."""
        try:
            said = self._api.status(_digits(payload["to"]), payload["id"])
            is_there = said is not None and answers.status_of(said) != answers.NO_MESSAGE
        except SystemTrouble as trouble:
            return Probe(found=False, complete=False, detail=str(trouble))
        if is_there:
            return Probe(found=True, complete=True, external_id=payload["id"])
        is_sure = said is not None and self._clock.real() - since >= SHOWN_AFTER
        return Probe(found=False, complete=is_sure, detail="" if is_sure else "SMSC does not know it yet")

    def fates(self, messages: Sequence[tuple[str, str]], since: datetime) -> list[Fate]:
        """Return what is known of messages; of one that SMSC does not know, or not yet, nothing is said. Raises SystemTrouble."""
        said = self._api.statuses([(our_id, _digits(phone)) for our_id, phone in messages])
        told = (answers.fate(our_id, said[our_id]) for our_id, _ in messages if our_id in said)
        return [fate for fate in told if fate is not None]

    def hear(self, keep: Callable[[Heard | Fate], None]) -> None:
        """Do nothing: SMSC tells only what it is asked."""

    def condition(self) -> Condition:
        """Say whether the account lets us in; how much money it holds, it does not tell. Raises SystemTrouble."""
        try:
            self._api.status(_NOBODY, _NOTHING)
        except DoNotAskAgain as trouble:
            return Condition(is_well=False, detail=trouble.what)
        return Condition(is_well=True)

    def close(self) -> None:
        """Close the connections."""
        self._api.wire.close()


def _digits(phone: str) -> str:
    return phone.removeprefix("+")
