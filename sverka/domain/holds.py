"""What a client's card says of shipping to them while they owe: from nothing to a stop. Pure."""

from __future__ import annotations

from collections.abc import Mapping

WATCH, PREPAY_ONLY, STOP_SHIP = "WATCH", "PREPAY_ONLY", "STOP_SHIP"

HOLDS: Mapping[str, str] = {
    "Без ограничений": "", "Под наблюдением": WATCH, "Только предоплата": PREPAY_ONLY, "Отгрузки остановлены": STOP_SHIP,
}  # fmt: skip
"""Options of the field in the card → the hold, "" for none."""
