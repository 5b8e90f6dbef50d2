"""What the daily letters tell of messages to clients: how each stands, and all of them counted. Values and their counting.

Names and addresses come in as they shall be shown. Moments are the company's local ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sverka.domain.digest_values import DealLink
from sverka.domain.effects import Answer, State
from sverka.domain.messaging.channels import ARRIVED, CHANNEL_BY_NAME, CHANNELS, Delivery
from sverka.domain.messaging.health import Attempt, Trouble, troubles
from sverka.domain.messaging.wishes import BY_HAND, HELD, TOLD, WAITS, Past

ROUTINE = frozenset({"early_visit", "just_told", "not_due", "withdrawn"})
"""Rules by which messages are held back every day: nobody wants to read of them, but in the table."""

STUCK = frozenset({"stopped", "propose", "all_sick"})
"""Rules by which a message waits for more than its own hour."""


class End(StrEnum):
    """How a message stands."""

    ARRIVED = "arrived"
    TAKEN = "taken"
    """By a channel that tells nothing more."""
    ON_WAY = "on its way"
    UNTOLD = "untold"
    """The channel should have told what became of it, and never will."""
    LOST = "lost"
    """It did not arrive, and nothing else is tried."""
    UNSURE = "unsure"
    """Nobody knows whether it went."""
    TO_SAY = "to say"
    """A person is to say it, for no channel can carry it, or the client wants nothing written."""
    SAID = "said"
    """A person has said it."""
    GOING = "going"
    WAITS = "waits"
    HELD = "held"


@dataclass(frozen=True)
class Message:
    """One thing that a client was to be told. went: whether a provider took it within the days told; client: the key of the card.

    at: when it went last, or was last decided. channel: by which it went, "" for none. responsible: the user who looks after it.
    """

    at: datetime
    kind: str
    client: str
    name: str
    end: End
    rule: str = ""
    went: bool = False
    channel: str = ""
    address: str = ""
    responsible: str = ""
    deal: DealLink | None = None


@dataclass(frozen=True)
class HeldBack:
    """Messages that one rule held back: how many, to how many people, and to whom by name, with the deals they are about."""

    rule: str
    messages: int
    clients: int
    names: tuple[tuple[str, DealLink | None], ...] = ()


@dataclass(frozen=True)
class Outage:
    """When a channel carried nothing, each time (since, until), until None if it still does not.

    is_rounded: whether other channels carried messages meanwhile.
    """

    channel: str
    times: tuple[tuple[datetime, datetime | None], ...]
    is_rounded: bool = False


@dataclass(frozen=True)
class Talked:
    """What clients were told, each message once however many channels were tried for it.

    by_channel: what went, the channel with the most first. told: of these, how many are known to arrive or not, or will be.
    lost: did not arrive and are not said by a person either. unsure: may have gone.
    """

    by_channel: tuple[tuple[str, int], ...] = ()
    told: int = 0
    arrived: int = 0
    on_way: int = 0
    lost: int = 0
    to_say: int = 0
    said: int = 0
    unsure: int = 0
    held: tuple[HeldBack, ...] = ()
    outages: tuple[Outage, ...] = ()

    @property
    def went(self) -> int:
        """How many went."""
        return sum(count for _, count in self.by_channel)

    @property
    def is_news(self) -> bool:
        """Whether anything happened that belongs among what was done."""
        return bool(self.went or self.to_say or self.said or self.unsure or self.outages)

    def __bool__(self) -> bool:
        return bool(self.is_news or self.held)


def end_of(verdict: str, tries: Sequence[Past]) -> End:
    """Say how a message stands. verdict: of its wish; tries: what was sent for it, the oldest first."""
    states = {each.state for each in tries}
    taken = [each for each in tries if each.state is State.DONE]
    if any(each.delivery in ARRIVED for each in taken):
        return End.ARRIVED
    if verdict == BY_HAND:
        return End.TO_SAY
    if State.UNKNOWN in states:
        return End.UNSURE
    if states & {State.PLANNED, State.CLAIMED}:
        return End.GOING
    hopeful = [each for each in taken if each.delivery is not Delivery.UNDELIVERABLE]
    return _last_word(hopeful[-1]) if hopeful else _unsent(verdict, is_lost=bool(taken))


def _last_word(last: Past) -> End:
    """Say how a message stands that a provider took, and of which nothing bad is known."""
    if not CHANNEL_BY_NAME[last.channel].tells:
        return End.TAKEN
    return End.UNTOLD if last.delivery is Delivery.NOT_KNOWN else End.ON_WAY


def _unsent(verdict: str, *, is_lost: bool) -> End:
    """Say how a message stands of which no channel has carried anything that may arrive."""
    if verdict == TOLD:
        return End.SAID
    if verdict == WAITS:
        return End.WAITS
    if is_lost:
        return End.LOST
    return End.HELD if verdict == HELD else End.GOING


def carrier(tries: Sequence[Past]) -> Past | None:
    """Return what carried a message: what arrived, else the last that may, else the last that was taken; None if nothing was."""
    taken = [each for each in tries if each.state is State.DONE]
    arrived = [each for each in taken if each.delivery in ARRIVED]
    hopeful = [each for each in taken if each.delivery is not Delivery.UNDELIVERABLE]
    return next((each[-1] for each in (arrived, hopeful, taken) if each), None)


def talked(messages: Iterable[Message], outages: Iterable[Outage] = ()) -> Talked:
    """Count messages."""
    found = list(messages)
    went = [each for each in found if _went(each)]
    ends = Counter(each.end for each in found)
    telling = Counter(each.end for each in went if _is_told_of(each))
    channels = Counter(each.channel for each in went)
    in_order = sorted(
        (channel.name for channel in CHANNELS if channels[channel.name]), key=lambda name: -channels[name]
    )
    return Talked(
        by_channel=tuple((name, channels[name]) for name in in_order), told=telling.total(), arrived=telling[End.ARRIVED],
        on_way=telling[End.ON_WAY] + telling[End.GOING] + telling[End.WAITS], lost=telling[End.LOST], to_say=ends[End.TO_SAY],
        said=ends[End.SAID], unsure=ends[End.UNSURE], held=_held(found), outages=tuple(outages),
    )  # fmt: skip


def _went(message: Message) -> bool:
    return message.went and message.end is not End.UNSURE


def _is_told_of(message: Message) -> bool:
    """Whether it is known what became of a message, or soon will be; of a letter that came back it is."""
    return message.end is End.LOST or (CHANNEL_BY_NAME[message.channel].tells and message.end is not End.UNTOLD)


def _held(messages: Iterable[Message]) -> tuple[HeldBack, ...]:
    """Put together what was held back by each rule: what is stuck first, then the most people."""
    groups: dict[str, list[Message]] = defaultdict(list)
    for each in messages:
        if _is_held(each):
            groups[each.rule].append(each)
    found = [_group(rule, theirs) for rule, theirs in groups.items()]
    return tuple(sorted(found, key=lambda each: (each.rule not in STUCK, -each.clients, each.rule)))


def _is_held(message: Message) -> bool:
    """Whether a message was kept from somebody, for more than its own hour and not every day alike."""
    if message.end is End.WAITS:
        return message.rule in STUCK and not message.went
    return message.end in (End.HELD, End.LOST) and not message.went and message.rule not in ROUTINE


def _group(rule: str, messages: Sequence[Message]) -> HeldBack:
    clients = {each.client: (each.name, each.deal) for each in messages}
    return HeldBack(rule, len(messages), len(clients), tuple(clients.values()))


def outages(attempts: Iterable[Attempt], since: datetime | None) -> tuple[Outage, ...]:
    """Return when channels carried nothing. since: what was over by then is not told again; None for all."""
    found = list(attempts)
    groups: dict[str, list[Trouble]] = defaultdict(list)
    for trouble in troubles(found):
        if since is None or (trouble.until or trouble.last_at) > since:
            groups[trouble.channel].append(trouble)
    return tuple(_outage(groups[channel.name], found) for channel in CHANNELS if channel.name in groups)


def _outage(theirs: Sequence[Trouble], attempts: Iterable[Attempt]) -> Outage:
    channel, times = theirs[0].channel, tuple((each.since, each.until) for each in theirs)
    elsewhere = [each.at for each in attempts if each.channel != channel and each.answer is Answer.ACCEPTED]
    is_rounded = any(since <= at and (until is None or at <= until) for at in elsewhere for since, until in times)
    return Outage(channel, times, is_rounded)
