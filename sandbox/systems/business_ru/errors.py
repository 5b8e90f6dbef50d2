"""The two ways in which the ledger says no.

A `Refusal` is the ledger's own word and travels inside a signed answer with HTTP 200; a `TurnedAway` never
reaches the ledger and is plain text with another status.
"""

from __future__ import annotations


class Refusal(Exception):
    """A call that was understood and is not obeyed; the text is for people and in Russian."""

    code = "common:1"


class TurnedAway(Exception):
    """A call that is stopped at the door with an HTTP status and a plain text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def wrong_signature() -> TurnedAway:
    """Return the answer to a lost token, an unknown integration and a wrong signature alike."""
    return TurnedAway(401, "Invalid app_psw")


def over_the_limit() -> TurnedAway:
    """Return the answer to a call beyond the five-minute window."""
    return TurnedAway(503, "Превышен лимит запросов к API. Повторите запрос позже.")


def not_allowed(verb: str, model: str) -> TurnedAway:
    """Return the answer to an unknown model and to a verb that a model does not have."""
    return TurnedAway(405, f"Method Not Allowed: {verb} {model}")
