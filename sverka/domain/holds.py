"""How a client's card says what may still be shipped to them: the options of its field, and the hold that each means. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from sverka.domain.dunning.facts import Hold

HOLDS: Mapping[str, Hold] = {
    "Без ограничений": Hold.NONE, "Под наблюдением": Hold.WATCH, "Только предоплата": Hold.PREPAY_ONLY,
    "Отгрузки остановлены": Hold.STOP_SHIP,
}  # fmt: skip
"""Options of the field in the card → the hold."""
