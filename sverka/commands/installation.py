"""What `sverka check` says of the installation itself: its store, its zone, its crontab, switches that are not for real systems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from jobs import JOBS
from sverka.app import App
from sverka.app import job as find_job
from sverka.settings import CLOCK_JUMPS, LIMITS, REDIRECT_ALL, Settings
from sverka.store import runs, schema
from sverka.store.errors import StoreError
from sverka.store.schema import Standing
from sverka.work import crontab, schedule
from sverka.work.checkup.lines import Line, counted, error, listed, look, right, warning
from sverka.work.checkup.place import MOUNTS, place
from sverka.work.spec import Polls

_HOUR = timedelta(hours=1)
_READS = (Polls.CHANGES, Polls.CHANGES_IF_THEY_ANSWER)
"""How a job polls that reads both systems for what changed."""


def store_place(settings: Settings) -> Iterator[Line]:
    """Look at where the store lies, before it is opened."""
    file = Path(settings.database_shown)
    if file.is_absolute():
        mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape") if MOUNTS.exists() else ""
        yield from place(file, mounts)


def store(app: App) -> Iterator[Line]:
    """Look into the store."""
    shown = app.settings.database_shown
    try:
        with app.store.reading() as tx:
            standing, careless = schema.standing(tx), tx.careless()
    except StoreError as trouble:
        yield error("store", f"{shown}: {trouble}", "the variable is SVERKA_DATABASE_URL")
        return
    if careless:
        text = (
            f"{listed(careless)} of the server is off, so what was sent before a power cut may be sent again after it"
        )
        yield warning("store", text, "turn it on in postgresql.conf")
    if standing is Standing.OURS:
        yield right("store", f"{shown}, schema {schema.REVISIONS[-1]}")
    elif standing is Standing.EMPTY:
        yield right("store", f"{shown}, empty: the first run makes its schema")
    elif standing is Standing.OLDER:
        text = f"{shown} was made by an older Sverka, and this one needs the schema {schema.REVISIONS[-1]}"
        yield error("store", text, "stop the scheduler, `sverka db backup FILE`, `sverka db upgrade`")
    else:
        text = f"{shown} is not Sverka's, or was made by a newer one"
        yield error("store", text, "mend SVERKA_DATABASE_URL, or update this installation")


def switches(settings: Settings) -> Iterator[Line]:
    """Tell of switches that are meant for the sandbox, to a company whose systems are not on this machine."""
    if settings.limits_off:
        text = f"{LIMITS} is off, so the vendors are asked faster than they allow and shut us out"
        yield error("settings", text, f"take {LIMITS} away: it is for the sandbox")
    if settings.clock_jumps_allowed:
        text = f"{CLOCK_JUMPS} is allow, so a vendor's wrong clock goes unnoticed"
        yield error("settings", text, f"take {CLOCK_JUMPS} away: it is for the sandbox")


def brakes(app: App) -> Iterator[Line]:
    """Tell what keeps effects from going where they are meant to go; nothing if all goes."""
    settings = app.settings
    if settings.redirect_all:
        text = f"every letter goes to {settings.redirect_all} and to nobody else"
        yield look("letters", text, f"take {REDIRECT_ALL} away when clients and colleagues are to get theirs")
    for each in app.switches.thrown(app.clock.real()):
        yield warning("brakes", f"nothing is sent: {each.reason}", each.mend)
    try:
        with app.store.reading() as tx:
            held = runs.holds(tx) if schema.standing(tx) is Standing.OURS else []
    except StoreError:
        return  # the line about the store tells it
    for each in held:
        yield warning("brakes", f"{each.scope} is held by {each.by}: {each.reason}", "see `sverka breaker list`")


def companies(app: App) -> Iterator[Line]:
    """Tell where the company files lie, and in which zones the companies and the crontab live."""
    yield right(
        "companies", f"{app.settings.companies_dir}: {', '.join(each.name for each in app.companies) or 'none'}"
    )
    zone = str(app.settings.zone)
    others = [f"{each.name} in {each.policy.zone}" for each in app.companies if str(each.policy.zone) != zone]
    yield right("zones", f"the crontab is read in {zone}, {', '.join(others) or 'where the companies live'}")


def times(app: App) -> tuple[list[Line], int | None]:
    """Read the crontab; return its lines of the answer, and how many runs an hour read both systems."""
    file = app.settings.root / "crontab"
    try:
        lines = crontab.parse(file.read_text(encoding="utf-8"), JOBS)
    except OSError as trouble:
        text = f"{file} cannot be read ({trouble.strerror}), so neither `sverka scheduler` nor cron starts anything"
        return [error("crontab", text, "put it there; the checkout has one")], None
    except crontab.CrontabError as wrong:
        return [_mistake(problem) for problem in wrong.problems], None
    unused = [job for job in JOBS if job not in {line.job for line in lines}]
    found = [
        look("crontab", f"it never starts {listed(unused)}", f"add a line for each to {file}, or run them by hand")
    ]
    return (found if unused else [right("crontab", f"{counted(len(lines), 'line')}, no job left out")]), _reading(
        lines, app
    )


def _mistake(problem: str) -> Line:
    """Take a sentence of the crontab's reader apart: some are all problem, some all remedy."""
    line, _, said = problem.removeprefix("crontab").removeprefix(", ").partition(": ")
    text, _, mend = said.partition("; ")
    if said.startswith("write "):
        text, mend = "it starts no job", said
    return error("crontab", f"{line}: {text}" if line else text, mend or "write a moment that comes")


def _reading(lines: Sequence[crontab.Line], app: App) -> int:
    reading = [line for line in lines if find_job(line.job).polls in _READS]
    return sum(_in_an_hour(line, app) for line in reading)


def _in_an_hour(line: crontab.Line, app: App) -> int:
    """Count the ticks of the coming hour."""
    moment: datetime | None = app.clock.real()
    ends, count = app.clock.real() + _HOUR, -1
    while moment is not None and moment <= ends:
        count += 1
        moment = schedule.following(moment, [line], app.settings.zone).get(line.job)
    return count
