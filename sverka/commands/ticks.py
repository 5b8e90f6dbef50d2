"""What of the crontab is due, and the running of it, for `sverka run --due` and for the scheduler alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jobs import JOBS
from sverka import app as application
from sverka.app import App, WrongUsage
from sverka.app import job as find_job
from sverka.domain.plan import Plan
from sverka.domain.runs import CompanyReport, RunReport
from sverka.settings import NotConnected, Settings, secrets_for
from sverka.store import ticks
from sverka.work import crontab, schedule
from sverka.work.crontab import CrontabError, Line
from sverka.work.runner import Progress
from sverka.work.schedule import Ledger, Tick


@dataclass(frozen=True)
class Due:
    """A wish for what is due. job, company: one of them, or all. at: business time given by hand."""

    job: str | None = None
    company: str | None = None
    at: datetime | None = None
    dry_run: bool = False


def lines(settings: Settings) -> tuple[Line, ...]:
    """Read the crontab. Raises WrongUsage with everything that is wrong in it."""
    file = settings.root / "crontab"
    try:
        return crontab.parse(file.read_text(encoding="utf-8"), JOBS)
    except OSError as error:
        raise WrongUsage(f"{file} cannot be read: {error.strerror}; put it there, the checkout has one") from error
    except (CrontabError, UnicodeDecodeError) as error:
        raise WrongUsage(str(error)) from error


def owed(app: App, now: datetime, company: str | None = None) -> tuple[Tick, ...]:
    """Return the ticks to be run now, in the order of the crontab. Raises WrongUsage, SettingsError."""
    connected = [
        each.name for each in app.chosen(company) if not isinstance(secrets_for(each, app.environ), NotConnected)
    ]
    written, zone = lines(app.settings), app.settings.zone
    moments = schedule.latest(now, written, zone)
    with app.store.reading() as tx:
        since = ticks.since(tx)
        settled = ticks.settled(tx, {job: schedule.key(at) for job, at in moments.items()})
    minute = now.replace(second=0, microsecond=0)
    if any(each not in since or minute < since[each] for each in connected):
        with app.store.writing() as tx:
            since = ticks.see(tx, connected, minute)
    ledger = Ledger({each: since[each] for each in connected}, settled)
    return schedule.due(now, written, zone, ledger, {job: find_job(job).useful for job in moments})


def run(app: App, due: Due, progress: Progress) -> tuple[list[RunReport], dict[str, Plan]]:
    """Run what is due, job after job. A job that was named has a report even if nothing of it is due.

    A dry run takes no tick. Returns the reports and, of dry runs, the plans. Raises WrongUsage, SettingsError.
    """
    if due.job is not None and due.job not in {line.job for line in lines(app.settings)}:
        find_job(due.job)
        raise WrongUsage(
            f"the crontab has no line for {due.job}, so it is never due; `sverka run {due.job}` runs it now"
        )
    found = [tick for tick in owed(app, due.at or app.clock.real(), due.company) if due.job in (None, tick.job)]
    if due.job is not None and not found:
        return [_nothing_due(app, due)], {}
    reports: list[RunReport] = []
    plans: dict[str, Plan] = {}
    for job in dict.fromkeys(tick.job for tick in found):
        of_job = [tick for tick in found if tick.job == job]
        reports.append(_dry(app, of_job, due, progress, plans) if due.dry_run else _run(app, of_job, due, progress))
    return reports, plans


def _run(app: App, found: Sequence[Tick], due: Due, progress: Progress) -> RunReport:
    written = lines(app.settings)
    ran = [application.run_tick(app, tick, written, at=due.at, progress=progress) for tick in found]
    return RunReport(found[0].job, found[0].key, tuple(ran))


def _dry(app: App, found: Sequence[Tick], due: Due, progress: Progress, plans: dict[str, Plan]) -> RunReport:
    ran: list[CompanyReport] = []
    for tick in found:
        report, made = application.run(app, tick.job, tick.company, at=due.at, dry_run=True, progress=progress)
        ran += report.companies
        plans |= made
    return RunReport(found[0].job, found[0].key, tuple(ran))


def _nothing_due(app: App, due: Due) -> RunReport:
    """Return the report of a job that is not to be run now."""
    assert due.job is not None
    found = []
    for company in app.chosen(due.company):
        reason = "not_connected" if isinstance(secrets_for(company, app.environ), NotConnected) else "not_due"
        found.append(CompanyReport(company.name, outcome="skipped"))
        found[-1].skips[reason] += 1
    at = schedule.latest(due.at or app.clock.real(), lines(app.settings), app.settings.zone).get(due.job)
    return RunReport(due.job, schedule.key(at) if at else "", tuple(found))


def times(settings: Settings, now: datetime) -> Mapping[str, tuple[str, datetime | None]]:
    """Return job → its fields in the crontab, and when it is due next."""
    written = lines(settings)
    coming = schedule.following(now, written, settings.zone)
    fields = {job: "; ".join(line.fields for line in written if line.job == job) for job in JOBS}
    return {job: (fields[job], coming.get(job)) for job in JOBS if fields[job]}
