"""Clocks and limits: whether the vendors agree about the time, and whether their limits leave room for our runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from sverka.systems.bitrix24 import pacing
from sverka.systems.business_ru.window import WINDOW_S
from sverka.work.checkup.lines import Line, counted, error, right, warning
from sverka.work.checkup.seen import Seen

ALLOWED = timedelta(seconds=120)
_NAMES = {"bitrix24": "Bitrix24", "business_ru": "Бизнес.ру", "onec": "1C"}
_TIGHT = 0.5
"""Above this share of a limit, runs in which nothing changed leave too little for those in which much does."""


def clocks(seen: Seen) -> Iterator[Line]:
    """Compare the vendors' clocks with each other, which matters to runs, and with the machine's, which does not."""
    *first, last = ["this machine", *(_NAMES[each] for each in seen.ahead)]
    agreed = f"{', '.join(first)} and {last} agree"
    lines = [*_apart(seen.ahead), *_machine(seen.ahead)]
    if seen.ahead:
        yield from lines or [right("clocks", agreed)]


def _apart(ahead: Mapping[str, timedelta]) -> Iterator[Line]:
    if len(ahead) > 1 and (apart := max(ahead.values()) - min(ahead.values())) > ALLOWED:
        last, *_, first = (_NAMES[system] for system in sorted(ahead, key=lambda system: ahead[system]))
        text = f"the clock of {first} is {_span(apart)} before that of {last}, so what is new and what is late is judged wrongly"
        mend = "compare both with a clock you trust, and tell the support of the one that is wrong"
        yield error("clocks", text, mend)


def _machine(ahead: Mapping[str, timedelta]) -> Iterator[Line]:
    spans: dict[str, list[str]] = {}
    for system, each in ahead.items():
        if abs(each) > ALLOWED:
            spans.setdefault(f"{_span(each)} {'behind' if each > timedelta(0) else 'before'}", []).append(
                _NAMES[system]
            )
    if spans:
        shown = ", ".join(f"{span} {' and '.join(names)}" for span, names in spans.items())
        text = f"this machine's clock is {shown}; runs go by the vendors', but the crontab and the logs by this one"
        mend = "set it: `timedatectl set-ntp true`, or the clock of the host if this is a container"
        yield warning("clocks", text, mend)


def limits(seen: Seen, requests_per_5min: int, runs_an_hour: int | None) -> Iterator[Line]:
    """Say how much of the vendors' limits runs take in which nothing changed. runs_an_hour: None without a crontab."""
    allowed = {"bitrix24": int(pacing.PER_SECOND * WINDOW_S), "business_ru": requests_per_5min}
    for system, requests in seen.quiet.items():
        most, share = allowed[system], 0.0
        text = f"a run in which nothing changed asks {_NAMES[system]} {counted(requests, 'time')}, and five minutes allow {most}"
        if runs_an_hour is not None:
            share = requests * runs_an_hour * WINDOW_S / 3600 / most
            text += f"; {counted(runs_an_hour, 'run')} an hour take {max(1, round(share * 100))} %"
        yield right("limits", text) if share <= _TIGHT else warning("limits", text, _more_room(system))


def _more_room(system: str) -> str:
    more = (
        ", or raise `systems.business_ru.requests_per_5min` if the vendor allows more"
        if system == "business_ru"
        else ""
    )
    return f"little is left for writing: let jobs run less often in the crontab{more}"


def _span(length: timedelta) -> str:
    seconds = abs(length.total_seconds())
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes >= 10 else f"{seconds:.0f} s"
