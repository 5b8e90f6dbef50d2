"""The file `crontab`, read as strictly as it must be for every reader to understand the same.

What Debian's cron and others take in different ways is refused with a sentence: weekdays as numbers, both day fields at once, steps
without a range, words such as @daily. `NAME=value` lines are for cron alone. When a line is due does not belong here (`schedule`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from cronsim import CronSim, CronSimError

_VARIABLE = re.compile(r"""\s*(?:\w+|"\w+"|'\w+')\s*=""")
_LINE = re.compile(r"\s*((?:\S+\s+){5})(\S.*?)\s*")
_COMMAND = re.compile(r"sverka +run +(\S+) +--due")
_NUMBERS = r"(?:\*|\d+-\d+)(?:/\d+)?|\d+"
_NAMES = r"[A-Za-z]{3}(?:-[A-Za-z]{3})?"
_LONG_AGO = datetime(2000, 1, 1)  # noqa: DTZ001 (a day of the calendar, in no zone)
_FIELDS = (
    ("minute", _NUMBERS),
    ("hour", _NUMBERS),
    ("day of the month", _NUMBERS),
    ("month", f"{_NUMBERS}|{_NAMES}"),
    ("day of the week", rf"\*|{_NAMES}"),
)


class CrontabError(Exception):
    """The crontab cannot be used; the text lists all that is wrong, one a line."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Line:
    """A job and when it is due: the five fields as they stand in the file."""

    job: str
    fields: str

    @property
    def is_by_the_clock(self) -> bool:
        """Whether cron goes by the clock on the wall from minute to minute: a minute or an hour begins with a star.

        Such a line is left out where the clock is set forward and comes again where it is set back. Any other names a moment of the
        day, which comes once on each.
        """
        minute, hour, *_ = self.fields.split()
        return minute.startswith("*") or hour.startswith("*")


def parse(text: str, jobs: Collection[str]) -> tuple[Line, ...]:
    """Read a crontab whose lines run some of `jobs`. Raises CrontabError with everything that is wrong."""
    problems, lines = [], []
    for number, row in enumerate(text.splitlines(), start=1):
        if not row.strip() or row.lstrip().startswith("#") or _VARIABLE.match(row):
            continue
        try:
            lines.append(_line(row, jobs))
        except ValueError as error:
            problems.append(f"crontab, line {number}: {error}")
    if text and not text.endswith("\n"):
        problems.append("crontab: the last line has no end, and Debian's cron would refuse the file; add a newline")
    if problems:
        raise CrontabError(problems)
    return tuple(lines)


def _line(row: str, jobs: Collection[str]) -> Line:
    found = _LINE.fullmatch(row)
    command = _COMMAND.fullmatch(found[2]) if found else None
    if found is None or command is None:
        raise ValueError(
            "write `min hour dom mon dow sverka run JOB --due`, such as `*/5 * * * * sverka run agreement --due`"
        )
    fields, job = " ".join(found[1].split()), command[1]
    if job not in jobs:
        near = get_close_matches(job, jobs, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(jobs)}"
        raise ValueError(f"there is no job «{job}»; {hint}")
    for problem in _problems(fields):
        raise ValueError(problem)
    return Line(job, fields)


def _problems(fields: str) -> Iterator[str]:
    """Yield what is wrong with the five fields, the worst first."""
    for (name, item), field in zip(_FIELDS, fields.split(), strict=True):
        if not re.fullmatch(rf"(?:{item})(?:,(?:{item}))*", field):
            yield f"the {name} is «{field}»; {_advice(name)}"
    _, _, day, _, weekday = fields.split()
    if day != "*" and weekday != "*":
        yield "a day of the month and a day of the week; cron runs on days that match either, so write two lines or one of them"
    try:
        next(CronSim(fields, _LONG_AGO))
    except (CronSimError, StopIteration) as error:
        yield f"«{fields}» names no moment ({str(error) or 'there is no such day'})"


def _advice(name: str) -> str:
    if name == "day of the week":
        return "write names, such as MON or MON-FRI: numbers mean other days to other readers"
    return "write numbers, lists, ranges, and steps of a range or of a star, such as 1-59/10"
