"""What every provider of short messages offers us, whichever it is: one channel of one company's account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from sverka.domain.actions import Payload
from sverka.domain.effects import Outcome, Probe
from sverka.domain.messaging.channels import Condition, Fate, Heard


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
        """Return what is known of accepted messages, each (provider's id, address), the first of which was sent at `since`.

        Of a message that the provider does not name nothing is said. Raises SystemTrouble.
        """
        ...

    def hear(self, keep: Callable[[Heard | Fate], None]) -> None:
        """Take in what came since the last time, each thing kept before the provider may forget it. Raises SystemTrouble."""
        ...

    def condition(self) -> Condition:
        """Say how the account is. Raises SystemTrouble."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...
