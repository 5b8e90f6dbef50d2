"""The emulators of SMSC and GREEN-API behind sockets, their phones, and our clients, whose clock goes with the world's but hours apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sandbox.faults import Fault
from sandbox.handset import Handset
from sandbox.kit import SandboxClock
from sandbox.serve import Sandbox, start
from sandbox.systems.green_api import GreenApi as Gateway
from sverka.domain.clock import Clock
from sverka.domain.effects import Outcome, Probe
from sverka.domain.messaging.channels import MAX, SMS, WHATSAPP, Delivery, Fate, Heard
from sverka.domain.secret import Secret
from sverka.systems.green_api.channel import GreenApi
from sverka.systems.http import HttpSettings
from sverka.systems.messenger import Messenger
from sverka.systems.smsc.sms import Sms
from tests.contract.vendors import always, no_jitter

SHOP = "shop"
ANNA, BORIS = "+79161234567", "+79217654321"
SYSTEM = {SMS: "smsc", WHATSAPP: "green_api", MAX: "green_api"}
VARIABLE = {SMS: "SHOP_SMSC", WHATSAPP: "SHOP_WHATSAPP", MAX: "SHOP_MAX"}
_APART = timedelta(hours=-7)
_YAML = """
systems:
  smsc: {account: SHOP_SMSC, sender: FaryRu}
  green_api: {whatsapp: SHOP_WHATSAPP, max: SHOP_MAX}
people:
  worker: {name: Сверка Служебная, email: sverka@shop.example}
"""


class OurClock:
    """A machine's clock that is hours wrong; waiting moves the world on."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock

    def real(self) -> datetime:
        return self._clock.now() + _APART

    def monotonic(self) -> float:
        return self._clock.now().timestamp()

    def wait(self, seconds: float) -> None:
        self._clock.forward(max(0.0, seconds))


@dataclass
class Phones:
    """The running world, seen from one channel."""

    channel: str
    client: Messenger
    clock: OurClock
    sandbox: Sandbox

    def payload(self, text: str, to: str = ANNA) -> dict[str, str]:
        """Return a message to somebody, its chat found."""
        chat = self.client.find(to)
        assert chat is not None
        return {"to": to, "chat": chat, "text": text, "id": hashlib.sha256(f"{to} {text}".encode()).hexdigest()[:40]}

    def send(self, text: str, to: str = ANNA) -> Outcome:
        return self.client.send(self.payload(text, to), always)

    def look(self, text: str, since: datetime, to: str = ANNA) -> Probe:
        return self.client.look(self.payload(text, to), since)

    def fate(self, outcome: Outcome, to: str = ANNA) -> Fate | None:
        """Return what is known of a message."""
        return next(iter(self.client.fates([(outcome.external_id, to)], self.clock.real())), None)

    def delivery(self, outcome: Outcome, to: str = ANNA) -> Delivery | None:
        fate = self.fate(outcome, to)
        return fate.delivery if fate else None

    def hear(self) -> list[Heard | Fate]:
        kept: list[Heard | Fate] = []
        self.client.hear(kept.append)
        return kept

    def behaves(self, state: str) -> None:
        """Bring the instance into a state."""
        emulator = self.sandbox.world.companies[SHOP].emulators[SYSTEM[self.channel]]
        assert isinstance(emulator, Gateway)
        emulator.set_state(self.channel, state)

    def handset(self, phone: str = ANNA) -> Handset:
        return Handset(self.sandbox.ready, SHOP, phone)

    def texts(self, phone: str = ANNA) -> list[str]:
        """Return what somebody has in the hand."""
        return [row["text"] for row in self.handset(phone).messages(self.channel)]

    def strike(self, kind: str) -> None:
        """Let a fault strike the next request."""
        self.sandbox.world.faults.arm(Fault(SHOP, SYSTEM[self.channel], kind, 1, None, Random(0), 0.05))


def messenger(channel: str, url: Secret, http: HttpSettings, clock: Clock, *, limits_off: bool = False) -> Messenger:
    """Make the client for a channel."""
    if channel == SMS:
        return Sms(url, "FaryRu", http, clock, no_jitter, limits_off=limits_off)
    return GreenApi(channel, url, http, clock, no_jitter, limits_off=limits_off)


@contextmanager
def phones(
    folder: Path, channel: str, *, limits: str = "vendor", read_only: bool = False, **switches: object
) -> Iterator[Phones]:
    """Open the world, and a client for one channel. switches: behaviours of the emulators."""
    (folder / f"{SHOP}.yaml").write_text(_YAML, encoding="utf-8")
    with start([SHOP], folder, limits=limits, switches=switches) as sandbox:
        clock = OurClock(sandbox.world.clock)
        url = Secret(sandbox.ready["env"][VARIABLE[channel]])
        client = messenger(channel, url, HttpSettings(read_only=read_only), clock)
        try:
            yield Phones(channel, client, clock, sandbox)
        finally:
            client.close()
