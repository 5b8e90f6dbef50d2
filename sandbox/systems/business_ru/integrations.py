"""Integrations: each person has one of his own, with a secret and a token that may be lost.

How tokens are checked belongs to `gate.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256


@dataclass
class Integration:
    """One `app_id`. An empty token means that only `repair` is answered."""

    person: str
    app_id: int
    secret: str
    token: str = ""
    issued: int = 0
    issued_at: float = 0.0

    def issue(self, now: float) -> str:
        """Give out a new token at the Unix moment `now`; the one before is dead from here on."""
        self.issued += 1
        self.issued_at = now
        self.token = _digest(self.secret, str(self.issued))
        return self.token

    def lose_token(self) -> None:
        """Forget the token, so that the next call needs a repair."""
        self.token = ""

    def expire(self, now: float, lifetime_s: float | None) -> None:
        """Forget the token if it is older than `lifetime_s`; None means that tokens do not age."""
        if lifetime_s is not None and now - self.issued_at >= lifetime_s:
            self.lose_token()


def integration_of(company: str, person: str) -> Integration:
    """Return the integration of a person, the same at every start of the sandbox."""
    app_id = 100_000 + int(_digest(company, person, "app_id")[:8], 16) % 900_000_000
    return Integration(person, app_id, _digest(company, person, "secret"))


def _digest(*parts: str) -> str:
    return sha256("/".join(parts).encode()).hexdigest()[:32]
