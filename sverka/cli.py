"""The command line. Each command is a few lines over `sverka.app`; what is imported at the top costs every call, so little is.

Exit codes: 0 done · 1 failed (wins over 3) · 2 wrong usage or settings · 3 a brake has tripped. With `--json` standard output
holds one object and nothing else; lines for people go to standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sverka.app import App

USAGE = 2
_COMPANY = click.option("--company", help="One company; all by default.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
_BY = click.option("--by", required=True, help="Who decides; kept with the decision.")


class Moment(click.ParamType[datetime]):
    """A moment with an offset, such as 2026-11-24T09:00+03:00."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the text; complain about a missing offset."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"«{value}» is no moment; write one such as 2026-11-24T09:00+03:00", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"«{value}» has no offset; write it, as in {value}+03:00", param, ctx)
        return moment


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="sverka", message="sverka %(version)s")
def main() -> None:
    """Keep a company's CRM, stock and accounts in agreement."""


@main.command()
@click.option(
    "--out",
    default="out",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where letters go.",
)
def demo(out: Path) -> None:
    """Play a working week of the example company on loopback; leave its letters in a folder."""
    from sverka.commands import demo as week

    sys.exit(week.play(out))


@main.command()
@_COMPANY
@click.option("--table", is_flag=True, help="Print the state table in Russian.")
def check(company: str | None, *, table: bool) -> None:
    """Look whether settings, addresses, rights and names are right, and say how to mend what is not."""
    from sverka.commands import checking

    with _app() as app:
        sys.exit(checking.check(app, company, table=table))


@main.command()
@_JSON
def jobs(*, as_json: bool) -> None:
    """List the jobs: what they do, when they ran last."""
    from sverka.commands import showing

    with _app() as app:
        showing.jobs(app, as_json=as_json)


@main.command()
@click.argument("job")
@_COMPANY
@click.option("--at", type=Moment(), help="Business time; the vendors' own by default.")
@click.option("--dry-run", is_flag=True, help="Read and decide; write nothing outside.")
@_JSON
def run(job: str, company: str | None, at: datetime | None, *, dry_run: bool, as_json: bool) -> None:
    """Run a job now."""
    from sverka import app as application
    from sverka.commands import showing
    from sverka.domain.runs import exit_code

    with _app() as app, showing.progress(quiet=as_json) as progress:
        report, plans = application.run(app, job, company, at=at, dry_run=dry_run, progress=progress)
    showing.report(report, plans if dry_run else {}, as_json=as_json)
    sys.exit(exit_code([report]))


@main.command()
@click.argument("job")
@_COMPANY
@click.option("--at", type=Moment(), help="Business time; the vendors' own by default.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the plan is written."
)
def plan(job: str, company: str | None, at: datetime | None, out: Path) -> None:
    """Write down what a job would do, for a person to review and apply within 30 minutes."""
    from sverka.commands import reviewing, showing

    with _app() as app:
        report, plans = reviewing.write(app, job, company, at, out)
    showing.report(report, plans, as_json=False)
    click.echo(f"The plan is in {out}; `sverka apply {out}` carries it out within 30 minutes.", err=True)
    sys.exit(showing.exit_code_of(report))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_JSON
def apply(file: Path, *, as_json: bool) -> None:
    """Carry out a reviewed plan; what went stale since is refused."""
    from sverka.commands import reviewing, showing

    with _app() as app:
        report, refused = reviewing.apply(app, file)
    showing.report(report, {}, as_json=as_json)
    for line in refused:
        click.echo(f"refused: {line}", err=True)
    sys.exit(showing.exit_code_of(report) or (1 if refused else 0))


@main.command()
@_COMPANY
@click.option("--job", help="One job; all by default.")
@click.option("--limit", default=20, show_default=True, help="How many runs.")
@_JSON
def history(company: str | None, job: str | None, limit: int, *, as_json: bool) -> None:
    """List the latest runs and what they came to."""
    from sverka.commands import showing

    with _app() as app:
        showing.history(app, company, job, limit, as_json=as_json)


@main.command()
@click.argument("subject")
@_JSON
def explain(subject: str, *, as_json: bool) -> None:
    """Say how a deal or order stands, what was done about it and why. SUBJECT: [company/]deal:71, order:12."""
    from sverka.commands import explaining

    with _app() as app:
        sys.exit(explaining.explain(app, subject, as_json=as_json))


@main.group()
def queue() -> None:
    """Questions that wait for a person."""


@queue.command("list")
@_COMPANY
@_JSON
def queue_list(company: str | None, *, as_json: bool) -> None:
    """List what was found, questions first."""
    from sverka.commands import showing

    with _app() as app:
        showing.queue(app, company, as_json=as_json)


@queue.command("decide")
@click.argument("id", type=int)
@click.argument("choice")
@_BY
@click.option("--reason", default="", help="Why; kept with the decision.")
def queue_decide(id: int, choice: str, by: str, reason: str) -> None:  # noqa: A002
    """Answer a question: take-owner, take-mirror, bind:ID or ignore:DATE. The next run carries it out."""
    from sverka.store import findings

    with _app() as app, app.store.writing() as tx:
        findings.answer(tx, id, choice, by, reason, app.clock.real())
    click.echo(f"Noted; the next run acts on it as long as nothing changes on question {id}.", err=True)


@main.group()
def outbox() -> None:
    """Effects on their way out."""


@outbox.command("list")
@_COMPANY
@click.option("--all", "everything", is_flag=True, help="Also what has ended.")
@_JSON
def outbox_list(company: str | None, *, everything: bool, as_json: bool) -> None:
    """List effects that wait, failed or are unknown."""
    from sverka.commands import showing

    with _app() as app:
        showing.outbox(app, company, everything=everything, as_json=as_json)


@outbox.command("retry")
@click.argument("id", type=int)
@_BY
def outbox_retry(id: int, by: str) -> None:  # noqa: A002
    """Plan an effect anew that failed or is unknown."""
    from sverka.store import outbox as rows

    with _app() as app, app.store.writing() as tx:
        rows.retry(tx, id, by, app.clock.real())
    click.echo(f"Effect {id} is planned again; `sverka run outbox` sends it.", err=True)


@outbox.command("cancel")
@click.argument("id", type=int)
@_BY
@click.option("--reason", default="", help="Why; kept with the effect.")
def outbox_cancel(id: int, by: str, reason: str) -> None:  # noqa: A002
    """End an effect without sending it."""
    from sverka.store import outbox as rows

    with _app() as app, app.store.writing() as tx:
        rows.cancel(tx, id, by, reason, app.clock.real())
    click.echo(f"Effect {id} is cancelled.", err=True)


@main.group()
def breaker() -> None:
    """Brakes that have tripped."""


@breaker.command("list")
@_JSON
def breaker_list(*, as_json: bool) -> None:
    """List the brakes that are on."""
    from sverka.commands import showing

    with _app() as app:
        showing.breakers(app, as_json=as_json)


@breaker.command("reset")
@click.argument("scope")
@_BY
@click.option("--reason", required=True, help="Why it is safe to go on.")
def breaker_reset(scope: str, by: str, reason: str) -> None:
    """Let a brake go."""
    from sverka.store import runs

    with _app() as app, app.store.writing() as tx:
        was_on = runs.reset(tx, scope, by, reason, app.clock.real())
    click.echo(f"The brake of {scope} is off." if was_on else f"The brake of {scope} was not on.", err=True)


@main.command()
@click.option(
    "--preview", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The HTML file to write."
)
@click.option("--for", "person", default="owner", show_default=True, help="owner, or the id of a manager in the CRM.")
@_COMPANY
@click.option("--at", type=Moment(), help="Business time; the vendors' own by default.")
def digest(preview: Path, person: str, company: str | None, at: datetime | None) -> None:
    """Write the letter of the day to a file instead of sending it."""
    from sverka.commands import previewing

    with _app() as app:
        sys.exit(previewing.preview(app, company, person, at, preview))


@main.group()
def sandbox() -> None:
    """Emulators of the outside systems, on loopback."""


@sandbox.command("serve", context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def sandbox_serve(arguments: tuple[str, ...]) -> None:
    """Serve until interrupted; the first line printed is JSON with all addresses."""
    from sandbox.__main__ import main as serve

    sys.exit(serve(["serve", *arguments]))


@main.group()
def db() -> None:
    """The store."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the store's schema up to this version."""
    from sverka.commands import keeping

    with _told():
        click.echo(f"The store {keeping.upgrade(os.environ)} is up to date.", err=True)


@db.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def db_backup(file: Path) -> None:
    """Write a consistent copy of the store to a file."""
    from sverka.commands import keeping

    with _told():
        click.echo(f"The store {keeping.backup(os.environ, file)} was copied to {file}.", err=True)


@contextmanager
def _app() -> Iterator[App]:
    from sverka.app import opened

    with _told(), opened(os.environ) as app:
        yield app


@contextmanager
def _told() -> Iterator[None]:
    """Turn the errors that a person can meet into sentences on standard error and the right exit code."""
    from sverka.app import UnknownName
    from sverka.companies.mistakes import CompanyFileError
    from sverka.settings import SettingsError
    from sverka.store.errors import BadValue, NotFound, NotPossible, StoreError
    from sverka.systems.errors import SystemTrouble

    try:
        yield
    except (SettingsError, CompanyFileError, UnknownName, NotFound, NotPossible, BadValue) as error:
        click.echo(str(error), err=True)
        sys.exit(USAGE)
    except (StoreError, SystemTrouble) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
