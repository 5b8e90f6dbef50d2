"""The wiring: settings, companies, store and systems put together into desks, and jobs run over them.

The only place that knows all rooms of the house. Imports that cost time are made where they are needed, so that `--help` stays quick.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from jobs import JOBS
from sverka.companies.company import BusinessRuConnection, Company
from sverka.companies.load import load_companies
from sverka.domain.clock import Clock, MachineClock
from sverka.domain.messaging.channels import SMS
from sverka.domain.plan import Plan
from sverka.domain.runs import CompanyReport, RunReport
from sverka.domain.secret import known
from sverka.observe.records import Schedule
from sverka.observe.runs import watching
from sverka.observe.setup import setup
from sverka.settings import STOP, NotConnected, Secrets, Settings, SettingsError, secrets_for
from sverka.store.engine import Store
from sverka.store.runs import BY_HAND
from sverka.systems.bitrix24.portal import Portal
from sverka.systems.business_ru.ledger import Ledger
from sverka.systems.green_api.channel import GreenApi
from sverka.systems.http import HttpSettings
from sverka.systems.inbox import Inbox
from sverka.systems.messenger import Messenger
from sverka.systems.onec.accounts import Accounts
from sverka.systems.redaction import redact
from sverka.systems.retry import Jitter
from sverka.systems.smsc.sms import Sms
from sverka.work import runner
from sverka.work.crontab import Line
from sverka.work.desk import Desk
from sverka.work.mark import Mark
from sverka.work.post import Post
from sverka.work.runner import Progress
from sverka.work.schedule import Tick
from sverka.work.spec import Job
from sverka.work.stop import Stop
from sverka.work.switches import Switches

_T = TypeVar("_T")

_DUE_WAITS_S = 600
"""So long a due run waits for another job of its company: cron starts several in one minute, and comes again a day later for some."""

LONGEST_RUN_S = 50 * 60.0
"""So long a run may take, less than whoever watches the schedule waits for its end: a system that never answers is left then."""

ROOT = Path(__file__).resolve().parent.parent
"""The checkout or the image's folder: where config, templates and the default store lie."""


class WrongUsage(ValueError):
    """Something was asked for that cannot be; the text is the whole sentence, with what to do instead."""


@dataclass(frozen=True)
class App:
    """An opened installation."""

    settings: Settings
    companies: tuple[Company, ...]
    store: Store
    clock: Clock
    environ: Mapping[str, str]
    holder: str
    """This process among all that run jobs."""
    http: HttpSettings
    stop: Stop
    """Whether the process is to leave its work."""

    def chosen(self, name: str | None) -> tuple[Company, ...]:
        """Return the named company, or all. Raises WrongUsage."""
        return chosen(self.companies, name)

    def desk(self, company: Company, *, at: datetime | None = None, read_only: bool = False) -> Desk | NotConnected:
        """Lay a company's desk. Raises SettingsError if only some of its secrets are set."""
        secrets = secrets_for(company, self.environ)
        if isinstance(secrets, NotConnected):
            return secrets
        try:
            return self._connect(company, secrets, at, read_only=read_only)
        except ValueError as error:
            raise SettingsError([f"{company.name}: {error}"]) from error

    @property
    def switches(self) -> Switches:
        """Return what stops everything from outside the store."""
        return Switches.of(self.settings.stop_file, STOP if self.settings.is_stopped else "")

    def _messengers(
        self, company: Company, secrets: Secrets, http: HttpSettings, jitter: Jitter
    ) -> dict[str, Messenger]:
        sender, limits_off = company.connection.messengers.sms_sender, self.settings.limits_off

        def made(channel: str, name: str) -> Messenger:
            if channel == SMS:
                return Sms(secrets[name], sender, http, self.clock, jitter, limits_off=limits_off)
            return GreenApi(channel, secrets[name], http, self.clock, jitter, limits_off=limits_off)

        named = company.connection.messengers.variables
        return {channel: _made_of(name, partial(made, channel)) for channel, name in named.items()}

    def _ledger(self, account: BusinessRuConnection, secrets: Secrets, http: HttpSettings, jitter: Jitter) -> Ledger:
        return Ledger(
            secrets[account.url].reveal(), secrets[account.app_id].reveal(), secrets[account.secret], http, self.clock, jitter,
            requests_per_5min=account.requests_per_5min, limits_off=self.settings.limits_off,
        )  # fmt: skip

    def _accounts(self, company: Company, secrets: Secrets, http: HttpSettings, jitter: Jitter) -> Accounts | None:
        base = company.connection.onec
        if base is None:
            return None
        zone = company.policy.zone
        return _made_of(base.url, lambda name: Accounts(secrets[name], zone, http, self.clock, jitter))

    def _connect(self, company: Company, secrets: Secrets, at: datetime | None, *, read_only: bool) -> Desk:
        connection = company.connection
        ca_file = str(self.settings.ca_file) if self.settings.ca_file else None
        http = replace(self.http, ca_file=ca_file, read_only=read_only, may_go_on=self.stop.check)
        jitter, limits_off = random.Random().random, self.settings.limits_off  # noqa: S311 (spreads retries, keeps no secret)
        return Desk(
            policy=company.policy,
            fingerprint=company.fingerprint,
            field_titles={
                "deal": {key: field.title for key, field in company.fields.deal.items()},
                "client": {key: field.title for key, field in company.fields.client.items()},
            },
            portal=_made_of(
                connection.bitrix24.webhook,
                lambda name: Portal(secrets[name], http, self.clock, jitter, limits_off=limits_off),
            ),
            ledger=self._ledger(connection.business_ru, secrets, http, jitter) if connection.business_ru else None,
            accounts=self._accounts(company, secrets, http, jitter),
            post=Post(secrets[connection.mail.smtp], connection.mail.sender, ca_file, self.settings.redirect_all),
            store=self.store,
            clock=self.clock,
            at=at,
            readers={
                letter: {person.role: (person.name, person.email) for person in people}
                for letter, people in company.digest.readers.items()
            },
            writes_to_managers=company.digest.managers,
            inbox=_made_of(connection.mail.imap, lambda name: Inbox(secrets[name], ca_file)) if connection.mail.imap else None,
            templates=company.templates, messengers=self._messengers(company, secrets, http, jitter),
            switches=self.switches, mark=Mark(self.settings.mark_file), clock_jumps_allowed=self.settings.clock_jumps_allowed,
        )  # fmt: skip


def _made_of(variable: str, make: Callable[[str], _T]) -> _T:
    """Make something of a secret; one that cannot be used is told by the name of its variable. Raises ValueError."""
    try:
        return make(variable)
    except ValueError as error:
        raise ValueError(f"{variable}: {error}") from error


@contextmanager
def opened(
    environ: Mapping[str, str], root: Path = ROOT, clock: Clock | None = None, http: HttpSettings | None = None,
    *, prepare: bool = True,
) -> Iterator[App]:  # fmt: skip
    """Open the installation: settings, company files, store. Raises SettingsError, CompanyFileError, StoreError.

    prepare: make the schema of an empty store, and refuse one that is not ours.
    """
    settings = Settings.from_environment(environ, root)
    companies = tuple(load_companies(settings.companies_dir))
    _check_texts(companies)
    stop = Stop()
    clock = clock or MachineClock(stop.wait)
    store = Store.open(settings.database_url.reveal())
    try:
        if prepare:
            store.prepare()
        yield App(settings, companies, store, clock, environ, uuid.uuid4().hex, http or HttpSettings(), stop)
    finally:
        store.close()


def _check_texts(companies: Iterable[Company]) -> None:
    """Read the texts that companies bring, and render each from an example. Raises SettingsError with every mistake."""
    for company in companies:
        if company.templates is not None:
            from sverka.messages.overlay import check_overlay  # noqa: PLC0415  (most companies bring none)

            sorts = {name: kind.sort for name, kind in company.policy.own_kinds.items()}
            if wrong := check_overlay(company.templates, sorts):
                raise SettingsError(wrong)


def observe(settings: Settings) -> None:
    """Let the process tell its operator what it does, as the settings want it; every secret it holds is hidden."""
    setup(
        as_json=settings.logs_json,
        level=settings.log_level,
        sentry_dsn=settings.sentry_dsn,
        release=f"sverka@{version('sverka')}",
        clean=lambda text: redact(text, known()),
    )


def described(environ: Mapping[str, str], name: str | None, root: Path = ROOT) -> tuple[Company, ...]:
    """Return the named company, or all, as the files describe them. Raises SettingsError, CompanyFileError, WrongUsage."""
    settings = Settings.from_environment(environ, root)
    found = chosen(tuple(load_companies(settings.companies_dir)), name)
    _check_texts(found)
    return found


def chosen(companies: tuple[Company, ...], name: str | None) -> tuple[Company, ...]:
    """Return the named company, or all. Raises WrongUsage."""
    found = tuple(company for company in companies if name in (None, company.name))
    if not found and name is not None:
        raise unknown("company", name, [company.name for company in companies])
    return found


def job(name: str) -> Job:
    """Return a job by its name. Raises WrongUsage."""
    if name not in JOBS:
        raise unknown("job", name, JOBS)
    found: Job = import_module(f"jobs.{name}").JOB
    return found


def run(
    app: App, name: str, company: str | None = None, *, at: datetime | None = None, dry_run: bool = False,
    only: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None, progress: Progress = runner.silent,
) -> tuple[RunReport, dict[str, Plan]]:  # fmt: skip
    """Run a job over companies; one company's trouble is its own. `only`: company → key → payload of a reviewed plan.

    Returns the report and each company's last plan. Raises WrongUsage and SettingsError before anything is done.
    """
    spec = job(name)
    desks = [(each, app.desk(each, at=at, read_only=dry_run)) for each in app.chosen(company)]
    tick = f"{BY_HAND}{uuid.uuid4().hex[:12]}"
    reports, plans = [], {}
    for each, desk in desks:
        if isinstance(desk, NotConnected):
            reports.append(_not_connected(each, desk))
            continue
        reviewed = None if only is None else only.get(each.name, {})
        order = runner.Order(tick, app.holder, dry_run=dry_run, only=reviewed, progress=progress, stop=app.stop)
        ran = _watched(app, spec, desk, order)
        reports.append(ran.report)
        plans[each.name] = ran.plan
    return RunReport(name, tick, tuple(reports)), plans


def run_tick(
    app: App, tick: Tick, lines: Iterable[Line], *, at: datetime | None = None, progress: Progress = runner.silent
) -> CompanyReport:
    """Run what is due for a company, unless somebody else has or does. Raises SettingsError before anything is done.

    lines: the crontab, of which the observer is told when the job should run.
    """
    company = app.chosen(tick.company)[0]
    desk = app.desk(company, at=at)
    if isinstance(desk, NotConnected):
        return _not_connected(company, desk)
    order = runner.Order(tick.key, app.holder, progress=progress, writer_wait_s=_DUE_WAITS_S, stop=app.stop)
    fields = next(line.fields for line in lines if line.job == tick.job)
    return _watched(app, job(tick.job), desk, order, Schedule(fields, str(app.settings.zone))).report


def _watched(app: App, spec: Job, desk: Desk, order: runner.Order, schedule: Schedule | None = None) -> runner.Ran:
    with closing(desk), watching(spec.name, desk.company, order.tick, app.clock, schedule) as watch:
        with app.stop.limited(LONGEST_RUN_S, app.clock.monotonic):
            ran = runner.run(spec, desk, order)
        watch.report, watch.was_cut_short = ran.report, ran.was_cut_short
    return ran


def _not_connected(company: Company, reason: NotConnected) -> CompanyReport:
    report = CompanyReport(company.name, outcome="skipped", sentences=[str(reason)])
    report.skips["not_connected"] += 1
    return report


def unknown(what: str, name: str, known: Sequence[str]) -> WrongUsage:
    """Return the error for a name that does not exist: it says the nearest that does, else all."""
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
    return WrongUsage(f"there is no {what} «{name}»; {hint}")
