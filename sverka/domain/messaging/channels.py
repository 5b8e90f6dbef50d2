"""The channels: by what a client can be reached, which system carries it, and what is known of a message after it was accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

EMAIL, SMS, WHATSAPP, MAX = "email", "sms", "whatsapp", "max"


class Delivery(StrEnum):
    """What is known of a message that its provider accepted (architecture, states and keys)."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERABLE = "undeliverable"
    NOT_KNOWN = "not_known"
    """Nobody will tell any more: the provider has forgotten it, or tells nothing."""


ARRIVED = (Delivery.DELIVERED, Delivery.READ)


@dataclass(frozen=True)
class Channel:
    """A channel. tells: whether its provider says that a message was delivered. most_signs: the longest text that it carries.

    queues: whether a message that its provider takes while its account is not well may leave hours later, at night as well.

    patience: so long after it was accepted a message may be on its way before the next channel is tried; only where the channel tells.
    """

    name: str
    system: str
    tells: bool
    most_signs: int
    patience: timedelta = timedelta(minutes=30)
    queues: bool = False

    @property
    def action(self) -> str:
        """The kind of action that sends by it."""
        return f"message.{self.name}"


CHANNELS: tuple[Channel, ...] = (
    Channel(EMAIL, "mail", tells=False, most_signs=100_000),
    Channel(SMS, "smsc", tells=True, most_signs=1_000),
    Channel(WHATSAPP, "green_api", tells=True, most_signs=4_096, queues=True),
    Channel(MAX, "green_api", tells=True, most_signs=4_000, queues=True),
)
"""The written list."""

CHANNEL_BY_NAME: Mapping[str, Channel] = {channel.name: channel for channel in CHANNELS}
CHANNEL_BY_ACTION: Mapping[str, Channel] = {channel.action: channel for channel in CHANNELS}


@dataclass(frozen=True)
class Fate:
    """What a provider says of a message that it accepted. is_final: whether it will say nothing else. at: by the provider's clock."""

    provider_id: str
    delivery: Delivery
    at: datetime | None = None
    is_final: bool = False
    detail: str = ""


@dataclass(frozen=True)
class Heard:
    """A message that came from somebody. key: the provider's, by which it is known again. address: a phone as +79161234567, or a chat."""

    key: str
    channel: str
    address: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Condition:
    """How a provider's account is. detail: in its words, "" if all is well."""

    is_well: bool
    detail: str = ""
