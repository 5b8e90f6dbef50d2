"""A wish to tell somebody something, whom it is for, what was told before, and what becomes of it.

A rule wishes, from the facts as they stand; whether, when and by which channel it goes is decided for all wishes alike in `manners`.
A wish lives as long as its reason: what nobody wishes any more is withdrawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sverka.domain.actions import FAMILY, LETTER
from sverka.domain.effects import State
from sverka.domain.messaging.channels import Delivery
from sverka.domain.messaging.kinds import MessageKind
from sverka.domain.messaging.workdays import Workdays


@dataclass(frozen=True)
class Wish:
    """Something to be told.

    card: the card of the CRM it is about and stands in, `deal:71`, `contact:7`. recipient: the client's key, `contact:7` or `client:5`.
    occasion: the meaning, such as `2026-11-24T10:00`; the same is never told twice. facts: what the text is written from, as JSON.
    not_before, expires_at: business time. reason: why, in Russian. manager: the user who tells it where no channel can.
    """

    kind: MessageKind
    card: str
    recipient: str
    occasion: str
    facts: Mapping[str, Any]
    not_before: datetime
    expires_at: datetime
    reason: str
    manager: str = ""
    zone: ZoneInfo | None = None
    """Whose hours count; None for the recipient's own."""
    waits_for: str = ""
    """Why its moment was put off by its own rule, of RULES; "" for no reason but the moment itself."""
    held: str = ""
    """Why its own rule holds it back, of RULES; "" if it does not."""
    by: tuple[str, ...] = ()
    """By which channels it may go, whatever the company's order; () for any."""

    @property
    def subject(self) -> str:
        """The subject of its effects: apart from the card's, so that a stuck message holds up nothing else."""
        return subject_of(self.card, self.kind.name)

    @property
    def key(self) -> str:
        """The key of its meaning."""
        return f"{FAMILY}|{self.subject}|{self.occasion}"


_AGAIN = "~"
"""Parts a meaning from the number of channels that were tried for it before; no occasion holds it."""


def subject_of(card: str, kind: str) -> str:
    """Return under which subject the messages of a kind about a card go: `letter:deal:71/visit_eve`."""
    return f"{LETTER}{card}/{kind}"


HEARD = "heard"
"""Stands in place of a kind in the subject of what follows from a message that came in."""


def kind_of(key: str, subject: str) -> str:
    """Return the kind of message that an effect is, or goes with as its to-do or its trace in the card; "" for any other effect."""
    if subject.startswith(LETTER):
        return subject.rpartition("/")[2] if "/" in subject else ""
    kind, _, occasion = key.split("|", 2)
    return occasion.split(" ")[1] if kind == "comment.create" and occasion.startswith("letter ") else ""


def tried_again(occasion: str, again: int) -> str:
    """Return the occasion of a message for which other channels were tried before."""
    return f"{occasion}{_AGAIN}{again}" if again else occasion


def meaning_of(key: str) -> str:
    """Return the key of a message's meaning from that of an effect."""
    return key.partition(_AGAIN)[0]


@dataclass(frozen=True)
class Silence:
    """Somebody asked not to be written to. scope: `all`, `care` (care and adverts), or the name of a channel. since: business time."""

    address: str
    scope: str
    since: datetime


@dataclass(frozen=True)
class Asked:
    """What somebody asked for by a message: silence of some scopes, or with none of them to be written to again. words: theirs."""

    address: str
    scopes: tuple[str, ...]
    source: str
    words: str
    since: datetime


@dataclass(frozen=True)
class Recipient:
    """Who is to be told. phone: as +79161234567 if messages can go there, else ""; email: if letters can, else "".

    prefers: the channel that the card names, "" for none. unwritten: whether it says that nobody writes to them. zone: the own one, None
    if nothing tells it. no_account: channels at which the provider said that this phone has none.
    """

    key: str
    name: str
    phone: str = ""
    email: str = ""
    prefers: str = ""
    unwritten: bool = False
    zone: ZoneInfo | None = None
    silences: tuple[Silence, ...] = ()
    no_account: frozenset[str] = frozenset()
    written_phone: str = ""
    """As it stands in the card, also where messages cannot go."""
    consents_to_adverts: bool = False
    in_dispute: bool = False
    """Whether a dispute or a claim of theirs is open: no care, no adverts."""

    def address(self, channel: str) -> str:
        """Return what a channel reaches them by, "" for nothing."""
        return self.email if channel == "email" else "" if channel in self.no_account else self.phone


@dataclass(frozen=True)
class Past:
    """A message that was sent, or is about to be, to a recipient. key: its meaning's. again: how many channels were tried before.

    at: when it was handed to the provider, or planned, in business time. asked_at: when its provider was last heard about it.
    """

    key: str
    kind: str
    sort: str
    channel: str
    address: str
    state: State
    at: datetime
    again: int = 0
    delivery: Delivery = Delivery.ACCEPTED
    is_final: bool = False
    effect_id: int = 0
    asked_at: datetime | None = None


LEAP_DAYS = ("02-28", "03-01")
"""When who was born on 29 February may be greeted in other years."""


GREETED_UNTIL = time(19)
"""No greeting goes from this hour of their day on."""


@dataclass(frozen=True)
class Birthdays:
    """How clients are greeted. at: from this hour of their day on. leap_day: of LEAP_DAYS."""

    at: time = time(11)
    leap_day: str = LEAP_DAYS[0]


@dataclass(frozen=True)
class WelcomeRule:
    """Who is welcomed, and how much that may cost. funnels: keys of the funnels that count as sales. sms_kopecks: of one part."""

    funnels: tuple[str, ...]
    kopecks_a_day: int
    sms_kopecks: int


@dataclass(frozen=True)
class Manners:
    """How a company treats people. Defaults are safe: a company's file may say otherwise.

    channels: in the order in which they are tried. hours: (from, to) of the recipient's day by sort, in minutes of the day.
    gap_min: between messages of care and whatever went before, in minutes. per_day: to one person, of care and adverts, all counted.
    """

    channels: tuple[str, ...] = ("email",)
    hours: Mapping[str, tuple[int, int]] = field(
        default_factory=lambda: {
            "service": (8 * 60, 21 * 60), "care": (10 * 60, 19 * 60), "advert": (10 * 60, 19 * 60), "debt": (10 * 60, 19 * 60),
        }
    )  # fmt: skip
    debt_on_days_off: tuple[int, int] = (10 * 60, 19 * 60)
    """The hours of debts on weekends and holidays; on any day the law's bound them."""
    gap_min: int = 240
    per_day: int = 2
    birthdays: Birthdays | None = None
    """None if the company greets nobody."""
    welcome: WelcomeRule | None = None
    """None if the company welcomes nobody."""
    unknown_zone: str = "company"
    """Whose hours count for a recipient of whom no zone is known: `company`, or `anywhere` (only when it is day in all of Russia)."""
    workdays: Workdays = field(default_factory=Workdays)


@dataclass(frozen=True)
class Sick:
    """A channel that does not carry messages now. since: business time; until: when one message may try it again."""

    channel: str
    since: datetime
    until: datetime
    reason: str


@dataclass(frozen=True)
class Go:
    """It goes now. again: how many channels were tried for it before."""

    channel: str
    address: str
    again: int = 0


@dataclass(frozen=True)
class Wait:
    """It waits. until: when to look again, None for when something changes."""

    rule: str
    until: datetime | None = None


@dataclass(frozen=True)
class Held:
    """It does not go, as things stand."""

    rule: str


@dataclass(frozen=True)
class ByHand:
    """No channel can carry it, or the client wants nothing written: a person is to say it."""

    rule: str


@dataclass(frozen=True)
class Told:
    """It went, and nothing is left to do about it."""


Verdict = Go | Wait | Held | ByHand | Told


@dataclass(frozen=True)
class Note:
    """What is remembered of a wish: how it was decided, and by which rule ("" where it goes or went)."""

    wish: Wish
    verdict: str
    rule: str = ""
    until: datetime | None = None


GOES, WAITS, HELD, BY_HAND, TOLD = "goes", "waits", "held", "by hand", "told"
VERDICTS = (GOES, WAITS, HELD, BY_HAND, TOLD)
"""How a wish may be decided, in a word for the store."""

RULES: Mapping[str, str] = {
    "not_due": "время этого сообщения ещё не пришло",
    "budget": "дневной бюджет приветствий исчерпан",
    "hours": "не время: ночью и рано утром клиентам не пишем",
    "too_late": "опоздало: сообщение уже не имело бы смысла",
    "early_visit": "визит рано утром: об этом сказано накануне вечером",
    "gap": "недавно уже писали: между сообщениями выдерживаем перерыв",
    "per_day": "сегодня этому человеку уже написали столько, сколько можно",
    "per_week": "на этой неделе этому человеку уже напомнили о долге столько раз, сколько можно",
    "per_month": "в этом месяце этому человеку уже напомнили о долге столько раз, сколько можно",
    "together": "об этом заказе или визите сказано меньше десяти минут назад: что изменится за это время, скажем одним сообщением",
    "gave_way": "уступило более важному сообщению",
    "by_person": "человек отменил это сообщение",
    "opted_out": "клиент попросил не писать",
    "unwritten": "в карточке клиента отмечено, что ему не пишут",
    "known": "записан до начала работы «Сверки» и знает об этом",
    "just_told": "об этом говорит другое сообщение, которое ушло недавно или ещё ждёт",
    "asked_lately": "о том же недавно уже просили",
    "stopped": "придержано ограничителем или ждёт разрешения",
    "no_consent": "нет согласия на рекламу",
    "in_dispute": "открыт спор или рекламация: с просьбами и поздравлениями не обращаемся",
    "no_address": "нет ни телефона, ни почты, по которым можно написать",
    "nowhere": "ни один канал не доставил",
    "all_sick": "каналы связи не работают, ждём",
    "sick_till_late": "каналы связи не работают, а ждать больше нельзя",
    "pending": "прежняя попытка ещё не закончилась",
    "not_sure": "неизвестно, ушло ли: решает человек",
    "switched_off": "такие сообщения в файле компании не включены",
    "withdrawn": "повод отпал до отправки",
    "propose": "ждёт разрешения человека",
}
"""Why a message waits, is held back or is left to a person: the written list."""
