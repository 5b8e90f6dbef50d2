"""What providers say of messages that they took, and what came in: asked for while the fate of any message is open.

Everything is kept as it comes; what follows from it is decided with the wishes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from sverka.domain.actions import card_of
from sverka.domain.messaging.channels import Fate, Heard
from sverka.store import addresses, attention, messages
from sverka.store.engine import Transaction
from sverka.systems.errors import SystemTrouble
from sverka.systems.messenger import Messenger
from sverka.work.desk import Desk, Look

_log = logging.getLogger(__name__)

_DEAL = "deal:"
_FOLLOWED_FOR = timedelta(days=2)
"""What providers have not told by then, they will not tell."""


def follow(desk: Desk, look: Look) -> None:
    """Ask about messages on their way, once a run. A provider that does not answer is asked the next time."""
    if look.turn > 0:
        return
    for channel, messenger in desk.channels.live.items():
        with _patiently(channel):
            _ask(desk, look, channel, messenger)


def hear(desk: Desk, look: Look) -> None:
    """Take in what came at all channels, each thing kept before its provider forgets it."""
    for channel, messenger in desk.channels.live.items():
        with _patiently(channel):
            messenger.hear(partial(_keep, desk, look, channel))


def learn(tx: Transaction, company: str, channel: str, fates: Iterable[Fate], run_id: int) -> None:
    """Keep what became of messages; the deals that they are about are looked at again."""
    if changed := messages.learn(tx, company, channel, fates):
        cards = (card_of(key.split("|", 2)[1]) for key in changed)
        deals = [card.removeprefix(_DEAL) for card in cards if card.startswith(_DEAL)]
        attention.add(tx, company, deals, run_id)


def _keep(desk: Desk, look: Look, channel: str, said: Heard | Fate) -> None:
    with desk.store.writing() as tx:
        if isinstance(said, Heard):
            addresses.hear(tx, desk.company, said)
        else:
            learn(tx, desk.company, channel, [said], look.run_id)


@contextmanager
def _patiently(channel: str) -> Iterator[None]:
    try:
        yield
    except SystemTrouble as trouble:
        told = {"channel": channel, "trouble": type(trouble).__name__, "where": trouble.where}
        _log.warning("a provider of messages did not answer", extra=told)


def _ask(desk: Desk, look: Look, channel: str, messenger: Messenger) -> None:
    with desk.store.writing() as tx:
        messages.forget_open(tx, desk.company, channel, look.now - _FOLLOWED_FOR)
        open_ = messages.on_their_way(tx, desk.company, channel)
    if not open_:
        return
    since = desk.clock.real() - (look.now - open_[0].at)
    fates = messenger.fates([(each.provider_id, each.address) for each in open_], since)
    with desk.store.writing() as tx:
        messages.asked(tx, desk.company, channel, look.now)
        learn(tx, desk.company, channel, fates, look.run_id)
