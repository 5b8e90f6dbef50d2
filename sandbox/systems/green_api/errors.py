"""How the gateway says no: a status, and a plain English sentence or, for quotas, an object."""

from __future__ import annotations

from typing import Any

NOT_LINKED = "instance is starting or not authorized"
NO_ACCOUNT_LINKED = "instance account not authorized"
STARTING = "instance in starting process try later"
BAD_PHONE = "bad phone number, valid from 11 to 16 digits"
BAD_REQUEST = "bad request data"
WEBHOOK_SET = "Message cannot be received because custom webhook url is set"


class TurnedAway(Exception):
    """A request that is not obeyed. body: a sentence, or what is written as JSON."""

    def __init__(self, status: int, body: str | dict[str, Any]) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


def bad(text: str) -> TurnedAway:
    """Return a refusal in words that the contract quotes."""
    return TurnedAway(400, text)


def invalid(details: str) -> TurnedAway:
    """Return the refusal of a value that is not as it should be."""
    return TurnedAway(400, f"Validation failed. Details: {details}")


def too_many_requests() -> TurnedAway:
    """Return the answer to a call beyond the limit of its method."""
    return TurnedAway(429, "Too Many Requests")


def quota_exceeded(method: str, used: int, total: int, status: str) -> TurnedAway:
    """Return the answer to a call beyond what the plan allows in a month."""
    return TurnedAway(466, {"invokeStatus": {"method": method.lower(), "used": used, "total": total, "status": status}})


def unauthorized() -> TurnedAway:
    """Return the answer to a wrong token."""
    return TurnedAway(401, "Unauthorized")


def forbidden() -> TurnedAway:
    """Return the answer to an instance that does not exist."""
    return TurnedAway(403, "Forbidden")


def not_found() -> TurnedAway:
    """Return the answer to an unknown path or method."""
    return TurnedAway(404, "Not Found")
