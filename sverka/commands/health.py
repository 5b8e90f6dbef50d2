"""Whether the schedule is kept, for a container's health check: quick, and by reading alone.

What counts is the age of the last tick that came to its end, by the crontab: a process that lives and does nothing is not well. A run
under way excuses its company as long as its lease is held and it does not take hours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sverka.app import ROOT
from sverka.commands import ticks as written
from sverka.companies.load import load_companies
from sverka.settings import NotConnected, Settings, secrets_for
from sverka.store import runs, schema, ticks
from sverka.store.engine import Store, Transaction
from sverka.store.errors import SchemaTooOld, SchemaUnknown
from sverka.store.schema import Standing
from sverka.work.crontab import Line
from sverka.work.runner import lease_name
from sverka.work.schedule import following

LATE = timedelta(minutes=20)
"""So long after its minute a tick may not have come to its end, if nothing is under way."""
LONGEST_RUN = timedelta(hours=3)
_NOBODY = "nobody has asked yet what is due"


def troubles(environ: Mapping[str, str], now: datetime, root: Path = ROOT) -> list[str]:
    """Return what is not well, a sentence each. Raises SettingsError, CompanyFileError, WrongUsage, StoreError."""
    settings = Settings.from_environment(environ, root)
    companies = [
        company.name for company in load_companies(settings.companies_dir)
        if not isinstance(secrets_for(company, environ), NotConnected)
    ]  # fmt: skip
    lines = written.lines(settings)
    with Store.open(settings.database_url.reveal()) as store, store.reading() as tx:
        standing = schema.standing(tx)
        if standing is Standing.OLDER:
            raise SchemaTooOld
        if standing is Standing.UNKNOWN:
            raise SchemaUnknown
        if standing is Standing.EMPTY:
            return [f"{company}: {_NOBODY}" for company in companies]
        found = [_trouble(tx, company, lines, settings, now) for company in companies]
    return [f"{company}: {trouble}" for company, trouble in zip(companies, found, strict=True) if trouble]


def _trouble(tx: Transaction, company: str, lines: Sequence[Line], settings: Settings, now: datetime) -> str:
    since = ticks.since(tx).get(company)
    if since is None:
        return _NOBODY
    for run in runs.under_way(tx, company):
        if runs.is_held(tx, lease_name(run.job, company), now):
            has_time = now - run.started_at < LONGEST_RUN
            return "" if has_time else f"a run of {run.job} is under way since {_shown(run.started_at, settings)}"
    last = runs.last_settled(tx, company)
    done_at = last.finished_at if last else None
    late = sorted(following(done_at or since, lines, settings.zone).values())
    if not late or now - late[0] < LATE:
        return ""
    return f"nothing came to its end since {_shown(done_at or since, settings)}, though something was due at {_shown(late[0], settings)}"


def _shown(moment: datetime, settings: Settings) -> str:
    return f"{moment.astimezone(settings.zone):%Y-%m-%d %H:%M}"
