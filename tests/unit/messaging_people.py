"""Builders for what is said to clients: each shows only what matters to the case. The day is a working Tuesday, in Moscow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sverka.domain.effects import State
from sverka.domain.messaging.kinds import KIND_BY_NAME, THANKS_REVIEW, MessageKind, Sort
from sverka.domain.messaging.manners import decide
from sverka.domain.messaging.wishes import RULES, Manners, Past, Recipient, Sick, Silence, Verdict, Wish

MOSCOW = ZoneInfo("Europe/Moscow")
PHONE, EMAIL = "+79161234567", "anna@mail.example"
ALL_CHANNELS = ("max", "whatsapp", "sms", "email")
MANNERS = Manners(channels=ALL_CHANNELS)
MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

DEBT = MessageKind("debt", Sort.DEBT, 30, timedelta(days=40))
PROMO = MessageKind("promo", Sort.ADVERT, 70, timedelta(days=2))


def at(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    """A moment by the wall: `12:00` of the Tuesday, or `2026-11-25 12:00`."""
    return datetime.fromisoformat(text if " " in text else f"2026-11-24 {text}").replace(tzinfo=zone).astimezone(UTC)


NOON = at("12:00")


def kind_of(name: str | MessageKind) -> MessageKind:
    return name if isinstance(name, MessageKind) else KIND_BY_NAME[name]


def wish(kind: str | MessageKind = THANKS_REVIEW, **changes: Any) -> Wish:
    usual: dict[str, Any] = {
        "kind": kind_of(kind), "card": "deal:71", "recipient": "contact:7", "occasion": "1", "facts": {}, "not_before": at("00:00"),
        "expires_at": at("00:00") + 3 * DAY, "reason": "Так надо.",
    }  # fmt: skip
    return Wish(**(usual | changes))


def person(**changes: Any) -> Recipient:
    usual: dict[str, Any] = {"key": "contact:7", "name": "Анна", "phone": PHONE, "email": EMAIL}
    return Recipient(**(usual | changes))


def silence(scope: str, address: str = PHONE) -> Silence:
    return Silence(address, scope, NOON)


def sent(about: Wish | str, channel: str, when: datetime, state: State = State.DONE, **changes: Any) -> Past:
    """What was sent for a wish, or of a kind for another occasion."""
    if isinstance(about, str | MessageKind):
        about = wish(about, occasion="another")
    usual: dict[str, Any] = {
        "key": about.key, "kind": about.kind.name, "sort": about.kind.sort, "channel": channel,
        "address": EMAIL if channel == "email" else PHONE, "state": state, "at": when,
    }  # fmt: skip
    return Past(**(usual | changes))


def ill(channel: str, until: datetime, since: datetime = NOON) -> Sick:
    return Sick(channel, since, until, "не отвечает")


def verdict(
    about: Wish, who: Recipient | None = None, *past: Past, how: Manners = MANNERS, sick: tuple[Sick, ...] = (), now: datetime = NOON
) -> Verdict:  # fmt: skip
    """What becomes of a wish, whatever the order in which the past is told."""
    decided = decide(about, who or person(), past, how, sick, now, MOSCOW)
    assert decide(about, who or person(), past[::-1], how, sick[::-1], now, MOSCOW) == decided
    assert getattr(decided, "rule", "hours") in RULES
    return decided
