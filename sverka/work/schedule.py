"""Which ticks are due: what the crontab names, less what was run, as far as it still counts (reliability §3.6 to §3.8).

Everything here is pure. The machine's clock, the store and the file are asked by whoever calls. Lines are read as Debian's cron reads
them, in one zone: a moment of the day that the clock jumps over comes right after the jump, one that comes twice counts once, and what
goes by the clock on the wall (`Line.is_by_the_clock`) does so. After a downtime only the latest missed tick of a job is due: what was
useful in the older ones follows from the facts as they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from cronsim import CronSim

from sverka.work.crontab import Line

MINUTE = timedelta(minutes=1)
_SPANS = tuple(timedelta(days=days) for days in (1 / 24, 1, 32, 366, 8 * 366 + 32))
"""How far ticks are looked for; a 29th of February may be eight years away. The near ones come first, which is quick and needed: where
a clock is set shortly before or after the end of a span, that end alone does not tell which hours the span touches."""


@dataclass(frozen=True)
class Tick:
    """A job that is due for a company since a minute."""

    job: str
    company: str
    at: datetime

    @property
    def key(self) -> str:
        """Return the name of the minute, unique for the job and company."""
        return key(self.at)


@dataclass(frozen=True)
class Ledger:
    """What is known of runs. since: company → the first minute it was seen. settled: (job, company, key) of ticks that were run."""

    since: Mapping[str, datetime]
    settled: frozenset[tuple[str, str, str]]


def key(moment: datetime) -> str:
    """Return how a tick is called, such as 2026-11-24T06:00Z: the minute in UTC, for an hour may come twice anywhere else."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def due(
    now: datetime, lines: Sequence[Line], zone: ZoneInfo, ledger: Ledger, useful: Mapping[str, timedelta | None]
) -> tuple[Tick, ...]:
    """Return the ticks to be run now, in the order of the crontab; at most one, the latest, for each job and company.

    useful: job → how long a tick counts, None for ever. A company owes nothing for the time before it was first seen.
    """
    return tuple(
        Tick(job, company, at)
        for job, at in latest(now, lines, zone).items()
        if _still_counts(now - at, useful[job])
        for company, since in ledger.since.items()
        if since <= at and (job, company, key(at)) not in ledger.settled
    )


def latest(now: datetime, lines: Iterable[Line], zone: ZoneInfo) -> dict[str, datetime]:
    """Return the last moment up to `now` at which each job was due, in UTC; nothing of a job that never was."""
    found: dict[str, datetime] = {}
    for line in lines:
        moment = _last(line, zone, now)
        if moment is not None:
            found[line.job] = max(moment, found.get(line.job, moment))
    return found


def following(after: datetime, lines: Iterable[Line], zone: ZoneInfo) -> dict[str, datetime]:
    """Return the first moment after `after` at which each job is due, in UTC; nothing of a job that never is again."""
    found: dict[str, datetime] = {}
    for line in lines:
        moment = _next(line, zone, after)
        if moment is not None:
            found[line.job] = min(moment, found.get(line.job, moment))
    return found


def _still_counts(age: timedelta, useful: timedelta | None) -> bool:
    return useful is None or age < useful


def _last(line: Line, zone: ZoneInfo, now: datetime) -> datetime | None:
    return next((max(found) for span in _SPANS if (found := set(_moments(line, zone, now - span, now)))), None)


def _next(line: Line, zone: ZoneInfo, after: datetime) -> datetime | None:
    return next((min(found) for span in _SPANS if (found := set(_moments(line, zone, after, after + span)))), None)


def _moments(line: Line, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the moments of a line in (after, until], in UTC, in no order: where a clock is set back, hours overlap.

    cronsim walks the calendar; the zone is ours, for where a clock is set by half an hour cronsim's own reading leaves out minutes.
    """
    shifts = [_on_the_wall(end, zone) - _on_the_wall(end, UTC) for end in (after, until)]
    last = _on_the_wall(until, UTC) + max(shifts)
    for civil in CronSim(line.fields, _on_the_wall(after, UTC) + min(shifts)):
        if civil > last:
            return
        yield from (moment for moment in _in_utc(civil, zone, line) if after < moment <= until)


def _in_utc(civil: datetime, zone: ZoneInfo, line: Line) -> list[datetime]:
    """Return when a line is due that names a time on the wall, as cron takes it."""
    shown = _shown(civil, zone)
    if line.is_by_the_clock:
        return shown
    while not shown:
        civil += MINUTE
        shown = _shown(civil, zone)
    return shown[:1]


def _shown(civil: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return when a clock on the wall shows a time: once, twice, or never."""
    both = {civil.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(moment for moment in both if _on_the_wall(moment, zone) == civil)


def _on_the_wall(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)
