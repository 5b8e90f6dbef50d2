"""Whether the time can be trusted by which everything is decided. Pure.

Business time is the vendors'. It cannot be relied upon where two of them disagree, where it lies before the last finished run, or where it
jumped ahead further than real time did. The machine's own clock decides nothing, so it is only compared by `sverka check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sverka.domain.brakes import CLOCK
from sverka.domain.plan import Brake

APART = timedelta(seconds=120)
BACK = timedelta(minutes=5)
AHEAD = timedelta(days=1)

_ZERO = timedelta(0)


@dataclass(frozen=True)
class Ahead:
    """How far a vendor's clock is ahead of the machine's: somewhere between two bounds, as far apart as its answer took."""

    least: timedelta
    most: timedelta


@dataclass(frozen=True)
class Pace:
    """Business time as it once was, and the real time then."""

    business: datetime
    real: datetime


def skew(
    company: str, vendors: Mapping[str, Ahead], last: Pace | None, now: Pace, *, is_declared: bool
) -> Brake | None:
    """Return the brake of a company whose time is not to be trusted.

    last: of the last run in which it was, None for none. is_declared: somebody moves the time on purpose.
    """
    apart = max((one.least - other.most for one in vendors.values() for other in vendors.values()), default=_ZERO)
    if apart > APART:
        names = " and ".join(sorted(vendors))
        return _brake(
            company, f"the clocks of {names} are {_span(apart)} apart", f"часы систем расходятся на {_shown(apart)}"
        )
    if last is None or is_declared:
        return None
    if last.business - now.business > BACK:
        back = last.business - now.business
        return _brake(
            company, f"the vendors' time is {_span(back)} before that of the last run",
            f"часы систем отстают от времени прошлого запуска на {_shown(back)}",
        )  # fmt: skip
    jump = (now.business - last.business) - max(now.real - last.real, _ZERO)
    if jump <= AHEAD:
        return None
    return _brake(
        company, f"the vendors' time jumped ahead by {_span(jump)}", f"часы систем ушли вперёд на {_shown(jump)}"
    )


def _brake(company: str, reason: str, told: str) -> Brake:
    return Brake(
        f"{company}/{CLOCK}",
        f"{reason}, so what is due cannot be told; documents, goods, money and letters to clients wait",
        f"Времени систем нельзя доверять: {told}. Документы, товар, деньги и письма клиентам ждут.",
    )


def _span(length: timedelta) -> str:
    days, hours, minutes, seconds = _parts(length)
    return (
        f"{days} day{'' if days == 1 else 's'}"
        if days
        else f"{hours} h {minutes} min"
        if hours
        else f"{minutes} min {seconds} s"
    )


def _shown(length: timedelta) -> str:
    days, hours, minutes, seconds = _parts(length)
    return f"{days} дн." if days else f"{hours} ч {minutes} мин" if hours else f"{minutes} мин {seconds} с"


def _parts(length: timedelta) -> tuple[int, int, int, int]:
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return *divmod(hours, 24), minutes, seconds
