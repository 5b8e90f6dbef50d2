"""How the channels are: read from the attempts of the last hours, in business time."""

from __future__ import annotations

from datetime import timedelta

from sverka.domain.messaging import health
from sverka.domain.messaging.health import Attempt
from sverka.domain.messaging.wishes import Sick
from sverka.store import messages
from sverka.work.desk import Desk, Look

_LOOKS_BACK = timedelta(hours=6)


def sick(desk: Desk, look: Look, asked_for: int = 0) -> list[Sick]:
    """Return the channels that carry nothing now. asked_for: the effect that asks, which may itself be the one that tries a channel."""
    with desk.store.reading() as tx:
        busy = messages.busy(tx, desk.company, asked_for)
    found = (
        health.sick(attempts, look.now, is_tried=channel in busy) for channel, attempts in _attempts(desk, look).items()
    )
    return [each for each in found if each is not None]


def _attempts(desk: Desk, look: Look) -> dict[str, list[Attempt]]:
    """Return the attempts of the last hours by channel; real time becomes business time by how far the two are apart now."""
    ahead = look.now - look.read_at
    with desk.store.reading() as tx:
        tries = messages.tries(tx, desk.company, look.read_at - _LOOKS_BACK)
    found: dict[str, list[Attempt]] = {}
    for channel, answer, at, detail in tries:
        found.setdefault(channel, []).append(Attempt(channel, answer, at + ahead, detail))
    return found
