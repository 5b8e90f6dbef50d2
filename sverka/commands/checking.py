"""`sverka check`: everything that must be right before the first run, in one answer; and the rules in Russian, to be signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import click

from sverka.app import ROOT, App, WrongUsage, observe, opened
from sverka.commands import installation
from sverka.commands.showing import print_json
from sverka.companies.company import Company
from sverka.companies.paper import paper
from sverka.settings import NotConnected, Settings, SettingsError
from sverka.store.errors import StoreError
from sverka.systems.http import HttpSettings
from sverka.work.checkup.lines import Line, Severity, error, look
from sverka.work.checkup.looking import check_up

FAILED, USAGE = 1, 2
_PATIENCE_S = 60.0
"""A person waits for the answer, so a system that is busy is told to be so sooner than in a run."""

_MARKS = {
    Severity.OK: ("ok  ", None), Severity.LOOK: ("look", "cyan"), Severity.WARNING: ("warn", "yellow"), Severity.ERROR: ("ERR ", "red"),
}  # fmt: skip


@dataclass
class Checked:
    """What was found about a company, or about the installation (`company` is ""). code: the exit code that it stands for."""

    company: str
    title: str
    lines: list[Line] = field(default_factory=list)
    is_connected: bool = True
    code: int = 0

    def count(self, severity: Severity) -> int:
        """Return how many lines are of a severity."""
        return sum(line.severity is severity for line in self.lines)

    @property
    def exit_code(self) -> int:
        """Return 0 if a run may begin."""
        return self.code or (FAILED if self.count(Severity.ERROR) else 0)


def table(companies: Sequence[Company]) -> None:
    """Print the companies' rules in Russian."""
    click.echo("\n\n".join(paper(each, _edited_at(each)) for each in companies))


def check(environ: Mapping[str, str], company: str | None, *, create_fields: bool, as_json: bool) -> int:
    """Check the installation and the companies; return 0, or what must be mended before a run: 1, of the settings 2.

    Raises WrongUsage, SettingsError and CompanyFileError before anything is looked at.
    """
    if create_fields and company is None:
        raise WrongUsage("fields are made for one company at a time; name it with --company")
    settings = Settings.from_environment(environ, ROOT)
    here = Checked("", "this installation", list(installation.store_place(settings)))
    found = [here]
    try:
        with opened(environ, http=HttpSettings(patience_s=_PATIENCE_S), prepare=False) as app:
            observe(app.settings)
            for each in checks(app, here, company, create_fields=create_fields):
                found += [] if each is here else [each]
                if not as_json:
                    _print(each, here)
    except StoreError as trouble:
        here.lines.append(
            error("store", f"{settings.database_shown}: {trouble}", "the variable is SVERKA_DATABASE_URL")
        )
        if not as_json:
            _print(here, here)
    if as_json:
        print_json(as_object(found))
    return max(each.exit_code for each in found)


def checks(app: App, here: Checked, company: str | None, *, create_fields: bool) -> Iterator[Checked]:
    """Look at the installation, then at one company after the other."""
    chosen = app.chosen(company)
    crontab, runs_an_hour = installation.times(app)
    here.lines += [*installation.store(app), *installation.brakes(app), *installation.companies(app), *crontab]
    yield here
    for each in chosen:
        yield _checked(app, each, create_fields=create_fields, runs_an_hour=runs_an_hour)


def as_object(found: Iterable[Checked]) -> dict[str, Any]:
    """Return all of it for machines."""
    here, *companies = found
    return {
        "ready": not any(each.exit_code for each in (here, *companies)),
        "lines": [_line(line) for line in here.lines],
        "companies": [
            {
                "company": each.company, "connected": each.is_connected, "ready": each.is_connected and not each.exit_code,
                "lines": [_line(line) for line in each.lines],
            }
            for each in companies
        ],
    }  # fmt: skip


def _checked(app: App, company: Company, *, create_fields: bool, runs_an_hour: int | None) -> Checked:
    found = Checked(company.name, f"{company.name} · {company.policy.title}")
    try:
        desk = app.desk(company, read_only=not create_fields)
    except SettingsError as wrong:
        found.lines = [_wrong_setting(problem.removeprefix(f"{company.name}: ")) for problem in wrong.problems]
        found.code = USAGE
        return found
    if isinstance(desk, NotConnected):
        text, mend = (
            "none of its secrets is set, so it is left alone",
            f"to connect it, set {', '.join(desk.variables)}",
        )
        found.lines, found.is_connected = [look("settings", text, mend)], False
        return found
    with closing(desk):
        places = [desk.portal.place, *(books.place for books in (desk.ledger, desk.accounts) if books)]
        is_real = not all(place.is_loopback for place in places)
        found.lines = [
            *(installation.switches(app.settings) if is_real else ()),
            *check_up(company, desk, create_fields=create_fields, runs_an_hour=runs_an_hour),
        ]
    return found


def _wrong_setting(problem: str) -> Line:
    text, _, mend = problem.partition("; ")
    return error("settings", text, mend)


def _print(found: Checked, here: Checked) -> None:
    click.secho(f"\n{found.title}" if found.company else found.title, bold=True)
    for line in found.lines:
        mark, colour = _MARKS[line.severity]
        click.echo(f"  {click.style(mark, fg=colour)} {line}")
    if errors := found.count(Severity.ERROR):
        click.echo(f"  {errors} to mend before the first run")
    elif found.company and found.is_connected:
        click.echo("  nothing to mend here" if here.exit_code else "  all is ready for a run")


def _line(line: Line) -> dict[str, str]:
    return {"severity": line.severity.value, "about": line.about, "text": line.text, "mend": line.mend}


def _edited_at(company: Company) -> datetime:
    return datetime.fromtimestamp(company.file.stat().st_mtime, company.policy.zone)
