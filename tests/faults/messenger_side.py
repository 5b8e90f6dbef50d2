"""The clients of SMSC and GREEN-API against their emulators, through the proxy: short messages, each known by its text."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

from sandbox.serve import Sandbox
from sverka.domain.clock import MachineClock
from sverka.domain.effects import Outcome, Probe
from sverka.domain.messaging.channels import MAX, SMS, WHATSAPP
from sverka.domain.secret import Secret
from sverka.systems.addresses import Place
from sverka.systems.http import HttpSettings
from sverka.systems.messenger import Messenger
from tests.contract.messenger_world import VARIABLE, Phones, messenger, phones
from tests.contract.vendors import always, no_pause
from tests.faults.law import HTTP, Record, Write
from tests.faults.spoiler import HARMLESS, TOXICS, BehindSpoiler, Spoiler, spoiling

_SETTLED_S = 300.0
"""By then every provider shows what it took."""

_RICH = {"smsc.balance_kopecks": 10**9}


class MessengerSide(BehindSpoiler):
    """See `law.Side`. calm: the world and a client without the proxy."""

    toxics: Sequence[str] = tuple(TOXICS)
    harmless = HARMLESS
    blind: frozenset[str] = frozenset()
    requests = 1

    def __init__(self, calm: Phones, spoiler: Spoiler, client: Messenger) -> None:
        super().__init__(spoiler)
        self._calm, self._client = calm, client
        self.settle = self._settle

    def write(self, number: int, random: Random) -> Write:
        text = f"Ждём вас {number}. " + "Фары " * random.choice((1, 50, 150))
        phone = f"+7916{random.randrange(10**7):07d}"
        payload = {**self._calm.payload("", phone), "text": text, "id": f"n{number}"}
        return Write("message", payload, [lambda record: record["payload"]["text"] == text])

    def send(self, write: Write) -> Outcome:
        return self._client.send(write.payload, always)

    def look(self, write: Write) -> Probe:
        """Look it up as if it had been claimed a little longer ago than the world went on."""
        claimed_at = MachineClock().real() - timedelta(seconds=2 * _SETTLED_S)
        return self._client.look(write.payload, claimed_at)

    def records(self) -> Sequence[Record]:
        return self._calm.sandbox.world.journal.effects

    def _settle(self) -> None:
        self.spoiler.settle()
        self._calm.clock.wait(_SETTLED_S)


@contextmanager
def _side(channel: str, http: HttpSettings) -> Iterator[MessengerSide]:
    """Put the client for a channel behind the proxy, in a world of its own, whose clock it moves."""
    with tempfile.TemporaryDirectory() as folder, phones(Path(folder), channel, limits="off", **_RICH) as calm:
        url = calm.sandbox.ready["env"][VARIABLE[channel]]
        address = Place.of(url).site
        with spoiling(address) as spoiler:
            spoilt = Secret(url.replace(address.partition("//")[2], spoiler.url.partition("//")[2]))
            with closing(messenger(channel, spoilt, http, MachineClock(no_pause), limits_off=True)) as client:
                yield MessengerSide(calm, spoiler, client)


@contextmanager
def sms_side(_: Sandbox, http: HttpSettings = HTTP) -> Iterator[MessengerSide]:
    """Send text messages through the proxy."""
    with _side(SMS, http) as side:
        yield side


@contextmanager
def whatsapp_side(_: Sandbox, http: HttpSettings = HTTP) -> Iterator[MessengerSide]:
    """Send by WhatsApp through the proxy."""
    with _side(WHATSAPP, http) as side:
        yield side


@contextmanager
def max_side(_: Sandbox, http: HttpSettings = HTTP) -> Iterator[MessengerSide]:
    """Send by MAX through the proxy."""
    with _side(MAX, http) as side:
        yield side
