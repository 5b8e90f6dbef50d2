"""By which channels somebody can be reached, in which order, and which is next. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sverka.domain.messaging.channels import WHATSAPP
from sverka.domain.messaging.kinds import Sort
from sverka.domain.messaging.wishes import Manners, Recipient, Sick

ALL, CARE = "all", "care"
"""Scopes of a silence that are no channels."""

_NO_ADVERTS = (WHATSAPP,)
"""Restricted in Russia, where adverts on restricted resources are forbidden (38-FZ, article 5; law_and_etiquette §2)."""


def reaching(recipient: Recipient, manners: Manners, sort: Sort) -> tuple[str, ...]:
    """Return the channels that have an address of theirs: the one that their card names first, then in the company's order."""
    ours = [channel for channel in manners.channels if not (sort is Sort.ADVERT and channel in _NO_ADVERTS)]
    order = sorted(ours, key=lambda channel: channel != recipient.prefers)
    return tuple(channel for channel in order if recipient.address(channel))


def allowed(recipient: Recipient, manners: Manners, sort: Sort) -> tuple[str, ...]:
    """Return those of them by which they have not asked us not to write."""
    return tuple(each for each in reaching(recipient, manners, sort) if not _is_silenced(recipient, each))


def wants_no_care(recipient: Recipient) -> bool:
    """Whether they asked, at any of their addresses, for no more than what concerns their orders and visits."""
    theirs = {as_compared(address) for address in addresses(recipient)}
    return any(
        silence.scope in (ALL, CARE) and as_compared(silence.address) in theirs for silence in recipient.silences
    )


def forbids(scope: str, channel: str, sort: Sort) -> bool:
    """Whether a silence of that scope, asked for at an address of a channel, forbids a message there."""
    return scope in (ALL, channel) or (scope == CARE and sort is not Sort.SERVICE)


def addresses(recipient: Recipient) -> tuple[str, ...]:
    """Return all that somebody is known by."""
    return tuple(address for address in (recipient.phone, recipient.email) if address)


def next_channel(left: Iterable[str], sick: Mapping[str, Sick], now: datetime) -> str | None:
    """Return the first channel that is well, or that a message may try again; None if there is none."""
    return next((channel for channel in left if channel not in sick or sick[channel].until <= now), None)


def _is_silenced(recipient: Recipient, channel: str) -> bool:
    address = as_compared(recipient.address(channel))
    return any(
        as_compared(each.address) == address and forbids(each.scope, channel, Sort.SERVICE)
        for each in recipient.silences
    )


def as_compared(address: str) -> str:
    """Return an address as it is compared: a mailbox is the same in capitals."""
    return address.casefold()
