"""The command line. Each command is a few lines over `sverka.app`; what is imported at the top costs every call, so little is.

Exit codes: 0 done · 1 failed (wins over 3) · 2 wrong usage or settings · 3 a brake has tripped · 130 interrupted. With `--json`
standard output holds one object and nothing else; lines for people go to standard error.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

import click

from sverka.commands import decisions, dunning
from sverka.commands.edge import AS_JSON, AT, BY, COMPANY, opened_app, told
from sverka.commands.grammar import Commands, Moment


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="sverka", message="sverka %(version)s")
def main() -> None:
    """Keep a company's CRM, stock and accounts in agreement."""


@main.command()
@click.option(
    "--out",
    default="out",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for its letters: a new or empty one, or that of an earlier demo.",
)
def demo(out: Path) -> None:
    """Play a working week of the example company on loopback.

    People move deals, Sverka answers; what is printed really happened. Needs no account and no settings.
    """
    from sverka.commands import demo as week

    with told():
        sys.exit(week.play(out))


@main.command()
@COMPANY
@click.option("--table", is_flag=True, help="Print only the state table, in Russian: what must be true at each stage.")
@click.option("--create-fields", is_flag=True, help="Make the custom fields that the company's portal lacks.")
@AS_JSON
def check(company: str | None, *, table: bool, create_fields: bool, as_json: bool) -> None:
    """Check settings, addresses, rights and names.

    Nothing is changed anywhere, unless told to make fields; each line that is not right says how to mend it.
    """
    from sverka.commands import checking

    if table:
        from sverka.app import described

        with told():
            checking.table(described(os.environ, company))
        return
    with told():
        sys.exit(checking.check(os.environ, company, create_fields=create_fields, as_json=as_json))


@main.command()
@AS_JSON
def jobs(*, as_json: bool) -> None:
    """List the jobs: what they do, when they ran last. `sverka explain job:NAME` tells more."""
    from sverka.commands import showing

    with opened_app() as app:
        showing.jobs(app, as_json=as_json)


@main.command()
@click.argument("job", required=False)
@click.option(
    "--due", is_flag=True, help="Only what is due by the crontab and was not run yet; without JOB, every job."
)
@COMPANY
@AT
@click.option("--dry-run", is_flag=True, help="Read and decide; write nothing outside.")
@AS_JSON
def run(job: str | None, company: str | None, at: datetime | None, *, due: bool, dry_run: bool, as_json: bool) -> None:
    """Run a job now, or what is due.

    JOB is one that `sverka jobs` lists, such as agreement. It reads the systems, decides, writes, and reads back. By hand it always
    runs; with --due it runs once for each of its ticks, whoever starts it: cron, the scheduler or you.
    """
    if job is None and not due:
        raise click.UsageError("name a JOB, or say --due, or both")
    from sverka.commands import running
    from sverka.commands.ticks import Due

    with opened_app() as app:
        sys.exit(running.run(app, Due(job, company, at, dry_run=dry_run), only_due=due, as_json=as_json))


@main.command()
def scheduler() -> None:
    """Run what is due by the crontab, until a signal ends it.

    Runs that were missed are made up for as far as they still count. Several schedulers and cron may run side by side over one store.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))  # kept for whoever waits for them
    from sverka.commands import scheduler as process

    with told():
        sys.exit(process.serve(os.environ))


@main.command()
def health() -> None:
    """Say whether the schedule is kept: exit 1 if something was due and nothing came to its end."""
    from sverka.commands import health as schedule
    from sverka.domain.clock import MachineClock

    with told():
        troubles = schedule.troubles(os.environ, MachineClock().real())
    click.echo("\n".join(troubles) or "The schedule is kept.", err=True)
    sys.exit(1 if troubles else 0)


@main.command()
@click.argument("job")
@COMPANY
@AT
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the plan is written."
)
def plan(job: str, company: str | None, at: datetime | None, out: Path) -> None:
    """Write down what a job would do, for review.

    Nothing is written to the systems. `sverka apply FILE` carries the plan out within 30 minutes.
    """
    from sverka.commands import reviewing, showing

    with opened_app() as app:
        report, plans = reviewing.make(app, job, company, at, out)
    showing.report(report, plans, as_json=False)
    if any(each.actions for each in plans.values()):
        click.echo(f"The plan is in {out}; `sverka apply {out}` carries it out within 30 minutes.", err=True)
    else:
        click.echo(f"The plan in {out} is empty: there is nothing to apply.", err=True)
    sys.exit(showing.exit_code_of(report))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@AS_JSON
def apply(file: Path, *, as_json: bool) -> None:
    """Carry out a reviewed plan; what went stale is refused.

    FILE is what `sverka plan` wrote, at most 30 minutes ago.
    """
    from sverka.commands import reviewing, showing

    with opened_app() as app:
        report, refused = reviewing.apply(app, file)
    showing.report(report, {}, as_json=as_json, remark="nothing was carried out")
    for line in refused:
        click.echo(f"refused: {line}", err=True)
    sys.exit(showing.exit_code_of(report) or (1 if refused else 0))


@main.command()
@COMPANY
@click.option("--job", help="One job; all by default.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many runs.")
@AS_JSON
def history(company: str | None, job: str | None, limit: int, *, as_json: bool) -> None:
    """List the latest runs and what they did."""
    from sverka.commands import showing

    with opened_app() as app:
        showing.history(app, company, job, limit, as_json=as_json)


@main.command()
@click.argument("subject")
@AS_JSON
def explain(subject: str, *, as_json: bool) -> None:
    """Say how something stands, what was done and why.

    SUBJECT is [company/]kind:id:

    \b
      deal:71        a deal of the CRM, by its id
      order:12       an order of the ledger, by its number
      client:5       a company of the CRM, by its id; contact:7 a contact
      message:34     a letter, by its id in `sverka outbox list --all`
      job:agreement  what a job does, and its latest runs
    """  # noqa: D301
    from sverka.commands import explaining

    with opened_app() as app:
        explaining.explain(app, subject, as_json=as_json)


@main.command()
@click.option(
    "--preview",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The HTML file to write; the text comes beside it.",
)
@click.option(
    "--for",
    "person",
    default="owner",
    show_default=True,
    help="owner, head, accountant or warehouse; a role of the company's file; or the id of a user in the CRM.",
)
@click.option("--company", help="The company; needed if there are several.")
@click.option("--at", type=Moment(), help="As of this moment; by default as of the last reading.")
def digest(preview: Path, person: str, company: str | None, at: datetime | None) -> None:
    """Write the letter of the day to a file, its text and its table beside it.

    It is made from what is stored; nothing is read from the systems, nothing is sent.
    """
    from sverka.commands import previewing

    with opened_app() as app:
        sys.exit(previewing.preview(app, company, person, at, preview))


@main.group()
def messages() -> None:
    """What clients are told: the kinds of message and how each reads."""


@messages.command("list")
@click.option("--company", help="Show a company's own kinds and texts as well.")
@AS_JSON
def messages_list(company: str | None, *, as_json: bool) -> None:
    """List the kinds of message: sort, channels, the length of the usual SMS, how long after its moment one may still go."""
    from sverka.app import described
    from sverka.commands import messages as kinds

    with told():
        found = described(os.environ, company) if company else ()
        kinds.listing(*kinds.of(found), as_json=as_json)


@messages.command("preview")
@click.argument("kind")
@click.option("--channel", help="email, sms, whatsapp or max; by default all that the kind has a text for.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the letter: HTML, and the text beside it."
)
@click.option("--company", help="Write as a company would: its name, its own texts.")
def messages_preview(kind: str, channel: str | None, out: Path | None, company: str | None) -> None:
    """Show how a kind of message reads, from invented examples; nothing is read from the systems or sent."""
    from sverka.app import described
    from sverka.commands import messages as kinds

    with told():
        found = described(os.environ, company) if company else ()
        kinds.preview(kind, channel, out, kinds.of(found)[1], found[0].policy.title if found else "")


@main.group()
def sandbox() -> None:
    """Emulators of the outside systems, on loopback."""


@sandbox.command("serve", context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def sandbox_serve(arguments: tuple[str, ...]) -> None:
    """Serve until interrupted; the first line is JSON with all addresses."""
    from sandbox.__main__ import main as serve

    sys.exit(serve(["serve", *arguments]))


@main.group()
def db() -> None:
    """The store: Sverka's own memory."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the store's schema up to this version."""
    from sverka.commands import keeping

    with told():
        click.echo(f"The store {keeping.upgrade(os.environ)} is up to date.", err=True)


@db.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def db_backup(file: Path) -> None:
    """Write a consistent copy of the store to a new file."""
    from sverka.commands import keeping

    with told():
        click.echo(f"The store {keeping.backup(os.environ, file)} was copied to {file}.", err=True)


@db.command("adopt")
@BY
@click.option("--reason", required=True, help="Where the copy came from, and why it is gone on with.")
def db_adopt(by: str, reason: str) -> None:
    """Go on with a store that is older than its mark, such as a backup that was put back.

    What was sent after the copy was taken is in no row of it. So for a week whatever is to be made is looked for first, and of letters to
    clients that may have gone a person says whether they did.
    """
    import secrets

    from sverka.commands import braking

    with opened_app() as app:
        was_old = braking.adopt(app, by, reason, secrets.token_hex(16))
    click.echo(
        "The store goes on from where it stands." if was_old else "The store is not older than its mark.", err=True
    )


for group in (decisions.queue, decisions.outbox, decisions.breaker, decisions.silence, dunning.dunning):
    main.add_command(group)
