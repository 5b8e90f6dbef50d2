"""The cloud's two brakes: the bucket of requests by source address, and the time that each method uses up.

Both run on the portal's clock, so a test that moves the clock opens them. Time is counted in milliseconds of fixed
prices per method, whatever the call really took.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.systems.bitrix24.calls import Method
from sandbox.systems.bitrix24.state import Usage
from sandbox.systems.bitrix24.wire.errors import operating_limit, too_many_requests

WINDOW_S = 600
_BASKET_S = 60
_PRICES_MS = {"crm.item.update": 3_200, "crm.deal.update": 1_350}
_LIST_PAGE_MS, _WRITE_MS, _READ_MS = 250, 1_000, 100


def price_ms(method: Method) -> int:
    """Return how many milliseconds of operating time one call of the method costs."""
    if method.name in _PRICES_MS:
        return _PRICES_MS[method.name]
    if method.name.startswith("crm.") and method.name.endswith(".list"):
        return _LIST_PAGE_MS
    return _WRITE_MS if method.write else _READ_MS


def pour(usage: Usage, address: str, now: float, switches: Mapping[str, Any]) -> None:
    """Count a request from an address; refuse it when the bucket is full."""
    level, since = usage.buckets.get(address, (0.0, now))
    level = max(0.0, level - max(0.0, now - since) * switches["bucket_leak_per_s"])
    full = level + 1 > switches["bucket_size"]
    usage.buckets[address] = (level if full else level + 1, now)
    if full:
        raise too_many_requests()


def check(usage: Usage, user_id: int, method: str, now: float, limit_s: float) -> None:
    """Refuse a method whose time in the window has passed the limit."""
    if sum(ms for *_, ms in _window(usage, user_id, method, now)) > limit_s * 1000:
        raise operating_limit()


def charge(usage: Usage, user_id: int, method: str, now: float, ms: int) -> None:
    """Add a call's time to the basket of its minute."""
    baskets = _window(usage, user_id, method, now)
    minute = int(now // _BASKET_S)
    if baskets and baskets[-1][0] == minute:
        baskets[-1] = (minute, baskets[-1][1], baskets[-1][2] + ms)
    else:
        baskets.append((minute, now, ms))
    usage.baskets[user_id, method] = baskets


def counters(usage: Usage, user_id: int, method: str, now: float) -> dict[str, Any]:
    """Return what `time` tells of the method's use: the sum in seconds, and when its oldest basket drops out."""
    baskets = _window(usage, user_id, method, now)
    oldest = baskets[0][1] if baskets else now
    return {"operating_reset_at": int(oldest) + WINDOW_S, "operating": sum(ms for *_, ms in baskets) / 1000}


def _window(usage: Usage, user_id: int, method: str, now: float) -> list[tuple[int, float, int]]:
    """Return the baskets that still count; those of a future that the clock was set back from do not."""
    return [each for each in usage.baskets.get((user_id, method), []) if each[1] <= now < each[1] + WINDOW_S]
