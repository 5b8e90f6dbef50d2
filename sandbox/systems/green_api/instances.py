"""What an instance holds: its state, settings, queue, messages, notifications, and what it counts. Plain data.

Moments are Unix seconds of the sandbox's clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.systems.green_api import names
from sandbox.systems.green_api.habits import Habit

DAY_S = 86_400.0
AUTHORIZED, YELLOW_CARD, STARTING, SUSPENDED = "authorized", "yellowCard", "starting", "suspended"
STATES = (AUTHORIZED, "notAuthorized", "blocked", "sleepMode", STARTING, YELLOW_CARD)
FLAGS = ("outgoingWebhook", "outgoingAPIMessageWebhook", "incomingWebhook", "stateWebhook")
SETTINGS: dict[str, Any] = {"delaySendMessagesMilliseconds": 5_000, "webhookUrl": "", **dict.fromkeys(FLAGS, "yes")}
"""The settings of an instance that was made ready for polling in the vendor's cabinet."""


@dataclass
class Queued:
    """A message that was accepted and has not left. body: as the request gave it."""

    id_message: str
    chat_id: str
    phone: str
    body: dict[str, Any]
    accepted_at: float

    @property
    def typing_s(self) -> float:
        """How long the recipient sees that somebody types."""
        return float(self.body.get("typingTime", 0)) / 1000


@dataclass
class Message:
    """A message that left (`at`) or came. statuses: what happened to it; due: what will, unless the phone changes its ways.

    lost: it left for somebody who had blocked us and never arrives.
    """

    id_message: str
    chat_id: str
    phone: str
    text: str
    at: float
    incoming: bool = False
    statuses: list[tuple[float, str]] = field(default_factory=list)
    due: list[tuple[float, str]] = field(default_factory=list)
    lost: bool = False

    @property
    def status(self) -> str:
        """The last status."""
        return self.statuses[-1][1]

    @property
    def delivered_at(self) -> float | None:
        """When it arrived, None if it has not."""
        return next((at for at, status in self.statuses if status == "delivered"), None)


@dataclass
class Notice:
    """A notification in its queue."""

    receipt_id: int
    at: float
    body: dict[str, Any]


@dataclass
class Instance:
    """One linked account. settings: (from when they hold, all of them), oldest first. free_at: when the last one left.

    held: what people wrote while the account was not linked. echoes: (when, what leaves a second time).
    calls: method → moments in the last second. used: (month, method) → calls. correspondents: month → chats.
    """

    company: str
    channel: str
    state: str = AUTHORIZED
    state_since: float = 0.0
    settings: list[tuple[float, dict[str, Any]]] = field(default_factory=lambda: [(0.0, dict(SETTINGS))])
    free_at: float = 0.0
    queue: list[Queued] = field(default_factory=list)
    echoes: list[tuple[float, Queued]] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    on_way: list[Message] = field(default_factory=list)
    held: list[Message] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    receipts: int = 1_000_000
    made: int = 0
    habits: dict[str, Habit] = field(default_factory=dict)
    calls: dict[str, list[float]] = field(default_factory=dict)
    used: dict[tuple[str, str], int] = field(default_factory=dict)
    correspondents: dict[str, list[str]] = field(default_factory=dict)
    absent: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.id = names.instance_id(self.company, self.channel)
        self.token = names.token_of(self.company, self.channel)

    @property
    def states(self) -> tuple[str, ...]:
        """The words for the states that such an instance can have."""
        return STATES if self.channel == names.WHATSAPP else (*STATES, SUSPENDED)

    @property
    def is_linked(self) -> bool:
        """Whether the account can be asked and written to; a yellow card stops only what it sends itself."""
        return self.state in {AUTHORIZED, YELLOW_CARD}

    def settings_at(self, moment: float) -> dict[str, Any]:
        """Return the settings that hold at a moment."""
        return next(settings for since, settings in reversed(self.settings) if since <= moment)

    def new_id(self) -> str:
        """Return the id of the next message."""
        self.made += 1
        return names.message_id(self.id, self.made, self.channel)

    def habit(self, phone: str) -> Habit:
        """Return how a phone behaves."""
        return self.habits.get(phone, Habit())

    def has_account(self, phone: str) -> bool:
        """Tell whether somebody can be written to there."""
        return self.habit(phone).how != "no_account"
