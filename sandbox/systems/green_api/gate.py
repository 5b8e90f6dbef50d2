"""Who may come in, and how often: the instance, the token, the rate of a method, the quotas of a month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sandbox.systems.green_api import errors, names
from sandbox.systems.green_api.calls import Call
from sandbox.systems.green_api.instances import Instance

CHECKS_A_MONTH = {"developer": 100, "business": 30_000}
CHATS_A_MONTH = 3
_WINDOW_S = 1.0


def meant_by(call: Call, instances: Iterable[Instance]) -> Instance:
    """Return the instance of a call; raises TurnedAway. The addresses of MAX may, and only they can, begin with /v3."""
    for instance in instances:
        if instance.id == call.instance and (instance.channel == names.MAX or not call.has_v3):
            if call.token != instance.token:
                raise errors.unauthorized()
            return instance
    raise errors.forbidden()


def count_call(instance: Instance, method: str, per_second: int, now: float) -> None:
    """Count a call of a method; raises TurnedAway where the last second is full. A refused call is not counted."""
    recent = [moment for moment in instance.calls.get(method, []) if now - _WINDOW_S < moment <= now]
    instance.calls[method] = recent
    if len(recent) >= per_second:
        raise errors.too_many_requests()
    recent.append(now)


def count_check(instance: Instance, method: str, plan: str, now: float) -> None:
    """Count a check of a phone; raises TurnedAway beyond the plan's quota. The count begins anew with each month."""
    month, total = _month(now), CHECKS_A_MONTH[plan]
    used = instance.used.get((month, method), 0)
    if used >= total:
        raise errors.quota_exceeded(method, used, total, "QUOTE_EXCEEDED")
    instance.used[month, method] = used + 1


def count_message(instance: Instance, chat_id: str, plan: str, now: float) -> None:
    """Count a message; raises TurnedAway on the free plan for a chat beyond the month's first three."""
    month, method = _month(now), "sendMessage"
    used, chats = instance.used.get((month, method), 0), instance.correspondents.setdefault(month, [])
    if plan == "developer" and chat_id not in chats and len(chats) >= CHATS_A_MONTH:
        raise errors.quota_exceeded(method, used, 0, "QUOTE_ALLOWED_EXCEEDED")
    if chat_id not in chats:
        chats.append(chat_id)
    instance.used[month, method] = used + 1


def _month(now: float) -> str:
    return f"{datetime.fromtimestamp(now, UTC):%Y-%m}"
