"""All that the account holds, as plain data: money, messages, phones with their ways, the requests of the last minute."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.systems.smsc.phones import Fate, Manner, fate_at, manner_at

MINUTE_S = 60


@dataclass(frozen=True)
class Message:
    """One accepted SMS. phone: 79161234567. accepted_at: Unix seconds. sender: "" for none."""

    id: str
    phone: str
    text: str
    parts: int
    cost_kopecks: int
    sender: str
    accepted_at: float
    valid_h: int


@dataclass
class Account:
    """The state of one account.

    messages: in the order of acceptance. phones: number → its manners, the oldest first. asked: what was asked → the moments of the
    last minute at which it was.
    """

    balance_kopecks: int
    messages: list[Message] = field(default_factory=list)
    phones: dict[str, list[Manner]] = field(default_factory=dict)
    asked: dict[str, list[float]] = field(default_factory=dict)
    last_id: int = 100

    def next_id(self) -> str:
        """Take the id of a message whose sender gave none."""
        self.last_id += 1
        return str(self.last_id)

    def times_asked(self, what: str, now: float) -> int:
        """Count one more request for `what`; return how many there were within a minute, this one included."""
        recent = [moment for moment in self.asked.get(what, []) if 0 <= now - moment < MINUTE_S]
        self.asked[what] = [*recent, now]
        return len(recent) + 1

    def manner(self, phone: str, now: float) -> Manner:
        """Return what a phone does at a moment."""
        return manner_at(self.phones.get(phone, []), now)

    def fate(self, message: Message, now: float) -> Fate:
        """Return where a message stands at a moment."""
        expires_at = message.accepted_at + message.valid_h * 3600
        return fate_at(message.accepted_at, expires_at, self.phones.get(message.phone, []), now)

    def sent_to(self, phone: str) -> list[Message]:
        """Return the messages to a number, the oldest first."""
        return [message for message in self.messages if message.phone == phone]

    def last_known(self, phone: str, message_id: str, accepted_by: float) -> Message | None:
        """Return the last message to a number under an id, of those that were accepted by a moment."""
        named = (one for one in reversed(self.messages) if (one.phone, one.id) == (phone, message_id))
        return next((one for one in named if one.accepted_at <= accepted_by), None)
