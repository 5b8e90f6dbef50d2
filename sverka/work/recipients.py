"""Who is to be told: clients' cards with what is known of their addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sverka.domain.contacts import email_or_nothing, mobile_or_nothing, tidy_phone
from sverka.domain.messaging.kinds import Sort
from sverka.domain.messaging.names import CHOICES, NOT_WRITTEN
from sverka.domain.messaging.wishes import Recipient, Silence, Wish
from sverka.domain.messaging.zones import zone_of_phone
from sverka.domain.rows import Client, Deal
from sverka.store import addresses, mirror
from sverka.store.addresses import Account
from sverka.store.engine import Transaction
from sverka.work.desk import Desk, Look

_BELIEVED_FOR = timedelta(days=30)
"""So long a provider's word holds that a phone has no account there."""


def recipients(tx: Transaction, desk: Desk, look: Look, wishes: Sequence[Wish]) -> dict[str, Recipient]:
    """Return the recipients of wishes by their keys; one whose card is gone is left out."""
    cards = mirror.by_ids(tx, desk.company, Client, {wish.recipient for wish in wishes})
    reached_by = {key: addresses_of(card) for key, card in cards.items()}
    every = [address for mine in reached_by.values() for address in mine if address]
    accounts = addresses.accounts(tx, desk.company, every)
    silences = _silences(tx, desk.company, every, accounts)
    in_dispute = _in_dispute(tx, desk, wishes)
    return {
        key: _recipient(card, reached_by[key], silences, _without(accounts, look.now), in_dispute)
        for key, card in cards.items()
    }


def phone_of(card: Client) -> str:
    """Return the first phone of a card to which messages can go, "" for none."""
    phones = (card.phone, *(card.phones[number] for number in sorted(card.phones)))
    return next((found for phone in phones if (found := mobile_or_nothing(phone))), "")


def is_unwritten(card: Client) -> bool:
    """Say whether a card notes that nobody writes to the client."""
    return card.write_to == NOT_WRITTEN


def addresses_of(card: Client) -> tuple[str, str]:
    """Return the phone and the e-mail by which a client can be written to, "" for none; a mailbox is the same in capitals."""
    return phone_of(card), email_or_nothing(card.email).casefold()


def _recipient(
    card: Client, reached_by: tuple[str, str], silences: Iterable[Silence], without: Mapping[str, frozenset[str]],
    in_dispute: frozenset[str],
) -> Recipient:  # fmt: skip
    phone, email = reached_by
    return Recipient(
        key=card.ext_id, name=_printable(card.name), phone=phone, email=email, written_phone=card.phone,
        prefers=CHOICES.get(card.write_to, ""), unwritten=is_unwritten(card), zone=zone_of(card),
        silences=tuple(each for each in silences if each.address in reached_by),
        no_account=without.get(phone, frozenset()), in_dispute=card.ext_id in in_dispute,
    )  # fmt: skip


def _silences(tx: Transaction, company: str, every: Sequence[str], accounts: Iterable[Account]) -> list[Silence]:
    """Return who asked for silence; what was said in a chat was said by the phone that it belongs to."""
    phones = {each.chat: each.address for each in accounts if each.chat}
    found = addresses.silences(tx, company, [*every, *phones])
    return [replace(each, address=phones.get(each.address, each.address)) for each in found]


def zone_of(card: Client) -> ZoneInfo | None:
    """Return the zone that any of a card's phones tells, None if they are all mobile."""
    zones = (zone_of_phone(tidy_phone(phone)) for phone in (card.phone, *card.phones.values()))
    return next((zone for zone in zones if zone is not None), None)


def _without(accounts: Iterable[Account], now: datetime) -> dict[str, frozenset[str]]:
    """Return the channels at which phones have no account, as far as that was asked lately."""
    found: dict[str, set[str]] = {}
    for each in accounts:
        if each.chat is None and now - each.asked_at < _BELIEVED_FOR:
            found.setdefault(each.address, set()).add(each.channel)
    return {phone: frozenset(channels) for phone, channels in found.items()}


def _in_dispute(tx: Transaction, desk: Desk, wishes: Sequence[Wish]) -> frozenset[str]:
    """Return the recipients with an open dispute, of those to whom only service messages may go then."""
    asked = {wish.recipient for wish in wishes if wish.kind.sort is not Sort.SERVICE}
    if not asked:
        return frozenset()
    deals = [
        *mirror.where(tx, desk.company, Deal, contact_id=_ids(asked, "contact:")),
        *mirror.where(tx, desk.company, Deal, company_id=_ids(asked, "client:")),
    ]
    return frozenset(deal.client_key for deal in deals if deal.semantics != "F" and deal.custom("dispute") == "yes")


def _ids(keys: Iterable[str], kind: str) -> tuple[str, ...]:
    return tuple(sorted(key.removeprefix(kind) for key in keys if key.startswith(kind)))


def _printable(name: str) -> str:
    """Return a name fit for the head of a letter: one line of signs that can be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
