"""What every provider of short messages offers us, whichever it is: one channel of one company's account; and how they write numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from sverka.domain.actions import Payload
from sverka.domain.effects import Outcome, Probe
from sverka.domain.messaging.channels import Condition, Fate, Heard

_WHOLE = re.compile(r"-?\d{1,12}", re.ASCII)
_LAST_SECOND = 2**37
"""In the year 6325: moments after it are mistakes."""


class Messenger(Protocol):
    """A channel. A payload holds {to: +79161234567, chat: what `find` gave, text, id: our own, 40 signs of a-z0-9 at most}."""

    @property
    def sent(self) -> int:
        """Return how many requests were sent."""
        ...

    def find(self, phone: str) -> str | None:
        """Return the provider's name of a phone's chat ("" where it needs none), None if the phone has no account there.

        Raises SystemTrouble.
        """
        ...

    def send(self, payload: Payload, permit: Callable[[], bool]) -> Outcome:
        """Send a message; `permit` is asked right before the request. The external id is the provider's, by which fates are told."""
        ...

    def look(self, payload: Payload, since: datetime) -> Probe:
        """Say whether a message whose answer was lost was taken; since: when it was claimed, by our machine's clock."""
        ...

    def fates(self, messages: Sequence[tuple[str, str]], since: datetime) -> list[Fate]:
        """Return what is known of accepted messages, each (provider's id, address).

        since: when the first of them was sent, by our machine's clock. Of a message that the provider does not name nothing is said.
        Raises SystemTrouble.
        """
        ...

    def hear(self, keep: Callable[[Heard | Fate], None]) -> None:
        """Take in what came since the last time, each thing kept before the provider may forget it. Raises SystemTrouble.

        The same may come more than once. A client that only reads takes in nothing, for to take in is to let forget.
        """
        ...

    def condition(self) -> Condition:
        """Say how the account is. Raises SystemTrouble."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


def whole_or_none(value: object) -> int | None:
    """Read a whole number, written as such or as a text; what is none is None."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    plain = str(value) if isinstance(value, str) or abs(value) < 10**12 else ""
    return int(plain) if _WHOLE.fullmatch(plain) else None


def unix_moment(value: object) -> datetime | None:
    """Read the seconds since 1970, in UTC; what is no moment is None."""
    seconds = whole_or_none(value)
    return datetime.fromtimestamp(seconds, UTC) if seconds and 0 < seconds < _LAST_SECOND else None
