"""Business time for commands, by which people's words are dated: the vendors' clock, as the last run knew it, gone on since."""

from __future__ import annotations

from datetime import datetime

from sverka.app import App
from sverka.store import brakes
from sverka.store.engine import Transaction


def now(tx: Transaction, app: App, company: str) -> datetime:
    """Return a company's business time; the machine's if nothing has run yet."""
    last, real = brakes.last_pace(tx, company), app.clock.real()
    return last.business + (real - last.real) if last else real
