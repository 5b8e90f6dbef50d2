"""`sverka check`: everything that must be right before the first run, in one answer; and the rules in Russian, to be signed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

import click

from sverka.app import App
from sverka.companies.company import Company
from sverka.companies.paper import paper
from sverka.settings import NotConnected
from sverka.work.checkup import check_up

_MARKS = {"": "ok  ", "warning": "warn", "error": "ERR "}


def table(companies: Sequence[Company]) -> None:
    """Print the companies' rules in Russian."""
    click.echo("\n\n".join(paper(each, _edited_at(each)) for each in companies))


def check(app: App, company: str | None) -> int:
    """Check the companies; return 0, or 1 if something must be mended before a run."""
    chosen = app.chosen(company)
    click.echo(f"store      {app.settings.database_shown}")
    click.echo(f"companies  {app.settings.companies_dir} ({len(app.companies)})")
    return max([_check(app, each) for each in chosen], default=0)


def _check(app: App, company: Company) -> int:
    click.secho(f"\n{company.name} · {company.policy.title}", bold=True)
    desk = app.desk(company)
    if isinstance(desk, NotConnected):
        click.echo(f"  {desk}")
        return 0
    with closing(desk):
        lines = check_up(desk)
    for line in lines:
        click.echo(f"  {_MARKS[line.severity]} {line.text}")
    errors = sum(line.severity == "error" for line in lines)
    click.echo(f"  {'all is ready for a run' if not errors else f'{errors} to mend before the first run'}")
    return 1 if errors else 0


def _edited_at(company: Company) -> datetime:
    return datetime.fromtimestamp(company.file.stat().st_mtime, company.policy.zone)
