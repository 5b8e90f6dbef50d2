"""Tables and sentences for the person at the terminal, and the same as JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from sverka.app import App
from sverka.app import job as find_job
from sverka.commands import braking
from sverka.commands.ticks import times
from sverka.domain.actions import Action
from sverka.domain.effects import WAITING, Effect, State
from sverka.domain.money import roubles
from sverka.domain.plan import REASONS, Plan
from sverka.domain.runs import OUTCOMES, CompanyReport, RunReport, exit_code
from sverka.store import findings, runs
from sverka.store import outbox as effects
from sverka.store.findings import OpenFinding
from sverka.store.runs import Run

_COUNTS = ("planned", "done", "proposed", "skips", "findings", "requests")
_SHOWN_ACTIONS = 50
_COMPARING = ("agreement", "sweep")
"""The jobs that look at everything in scope, so that nothing to do means agreement."""
_SENTENCES = ("what", "what it does", "done", "detail", "why")
"""Heads of the columns that give way where the terminal is narrow."""

Progress = Callable[[str, int, int], None]


def report(found: RunReport, plans: Mapping[str, Plan], *, as_json: bool, remark: str = "") -> None:
    """Print what a run came to; with `plans` also each action that it would take. remark: said of a run that did nothing."""
    if as_json:
        print_json(found.as_json())
        return
    for company in found.companies:
        _company(found.job, company, remark)
        _would(plans.get(company.company, Plan()).actions)


def _would(actions: Sequence[Action]) -> None:
    for action in actions[:_SHOWN_ACTIONS]:
        click.echo(f"  would {action.kind} on {action.subject}: {action.reason}")
    if len(actions) > _SHOWN_ACTIONS:
        click.echo(f"  … and {len(actions) - _SHOWN_ACTIONS} more")


def exit_code_of(found: RunReport) -> int:
    """Return the exit code that a report stands for."""
    return exit_code([found])


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Show how far a run is where a person watches; nothing where a program reads."""
    if quiet or not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total or None)


def nothing_due() -> None:
    """Say that a run had nothing to run."""
    click.echo("nothing is due that has not been run")


def jobs(app: App, *, as_json: bool) -> None:
    """List the jobs and their times; with JSON also all that a run may say. Raises WrongUsage for a crontab that cannot be read."""
    from jobs import JOBS

    due = times(app.settings, app.clock.real())
    items = [_job(app, name, *due.get(name, (None, None))) for name in JOBS]
    if as_json:
        print_json({"jobs": items})
        return
    zone = app.settings.zone
    rows = [
        [row["job"], row["cron"] or "by hand", _local(row["last"], zone), _local(row["next"], zone), row["summary"]]
        for row in items
    ]
    table(["job", "when", "last run", "next run", "what it does"], rows)
    click.echo(f"The times are those of {zone}.")


def history(app: App, company: str | None, job: str | None, limit: int, *, as_json: bool) -> None:
    """List the latest runs, the last one first. Raises WrongUsage for a company or job that does not exist."""
    app.chosen(company)
    if job is not None:
        find_job(job)
    with app.store.reading() as tx:
        rows = runs.history(tx, limit, company, job)
    if as_json:
        print_json({"items": [_run(row) for row in rows]})
        return
    heads = ["run", "company", "job", "started", "outcome", "done"]
    table(
        heads,
        [
            [str(row.id), row.company, row.job, _minute(row.started_at), row.outcome or "running", _done(row)]
            for row in rows
        ],
    )


def queue(app: App, company: str | None, *, as_json: bool) -> None:
    """List open findings, questions first, the dearest first. Raises WrongUsage for a company that does not exist."""
    app.chosen(company)
    with app.store.reading() as tx:
        rows = findings.open_items(tx, company)
    rows = sorted(rows, key=lambda row: (not row.finding.asks, -row.finding.money_kopecks, row.id))
    if as_json:
        print_json({"items": [_finding(row) for row in rows]})
        return
    lines = [
        [str(row.id), row.company, row.finding.subject, _answer(row), row.finding.text, _minute(row.first_at)]
        for row in rows
    ]
    table(["id", "company", "subject", "", "what", "since"], lines)


def outbox(app: App, company: str | None, *, everything: bool, as_json: bool) -> None:
    """List effects that wait or failed. Raises WrongUsage for a company that does not exist."""
    app.chosen(company)
    states: Sequence[State] = () if everything else (*WAITING, State.FAILED)
    with app.store.reading() as tx:
        rows = effects.listing(tx, company, states=states)
    if as_json:
        print_json({"items": [_effect(row) for row in rows]})
        return
    table(
        ["id", "company", "subject", "kind", "state", "detail"],
        [[str(row.id), row.company, row.subject, row.kind, str(row.state), row.detail or row.reason] for row in rows],
    )


def breakers(app: App, *, as_json: bool) -> None:
    """List brakes that are on."""
    rows = braking.holds(app)
    if as_json:
        items = [{"id": row.scope, "by": row.by, "reason": row.reason, "since": moment(row.since)} for row in rows]
        print_json({"items": items})
        return
    table(["scope", "by", "why", "since"], [[row.scope, row.by, row.reason, _minute(row.since)] for row in rows])


def moment(at: datetime) -> str:
    """Return a moment to the second, in the zone of the machine."""
    return at.astimezone().isoformat(timespec="seconds")


def brief(counts: Mapping[str, int]) -> str:
    """Return counts on one line."""
    return " · ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object."""
    click.echo(json.dumps(value, ensure_ascii=False))


def _job(app: App, name: str, cron: str | None, coming: datetime | None) -> dict[str, Any]:
    found = find_job(name)
    with app.store.reading() as tx:
        rows = runs.history(tx, 1, None, name)
    return {
        "job": name, "summary": found.summary, "cron": cron, "last": moment(rows[0].started_at) if rows else None,
        "next": moment(coming) if coming else None,
        "kinds": list(found.kinds), "reasons": sorted(REASONS), "outcomes": list(OUTCOMES),
    }  # fmt: skip


def _local(text: str | None, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(text).astimezone(zone):%m-%d %H:%M}" if text else "never"


def _run(row: Run) -> dict[str, Any]:
    return {
        "id": row.id, "company": row.company, "job": row.job, "tick": row.tick, "started": moment(row.started_at),
        "outcome": row.outcome, "report": row.report,
    }  # fmt: skip


def _done(row: Run) -> str:
    return brief((row.report or {}).get("done", {}))


def _finding(row: OpenFinding) -> dict[str, Any]:
    return {
        "id": row.id, "company": row.company, "subject": row.finding.subject, "class": row.finding.kind, "text": row.finding.text,
        "asks": row.finding.asks, "sum": roubles(row.finding.money_kopecks), "since": moment(row.first_at),
        "answer": row.answer.choice if row.answer else None,
    }  # fmt: skip


def _answer(row: OpenFinding) -> str:
    if row.answer:
        return row.answer.choice
    return "?" if row.finding.asks else ""


def _effect(row: Effect) -> dict[str, Any]:
    return {
        "id": row.id, "company": row.company, "subject": row.subject, "kind": row.kind, "state": str(row.state), "reason": row.reason,
        "detail": row.detail, "attempts": row.attempts, "planned": moment(row.planned_at), "external_id": row.external_id,
    }  # fmt: skip


def _company(job: str, company: CompanyReport, remark: str) -> None:
    click.secho(f"{company.company}: {job} {company.outcome}", bold=True)
    for name in _COUNTS:
        counts = getattr(company, name)
        if counts:
            click.echo(f"  {name:<9} {brief(counts)}")
    if company.outcome == "done" and not company.planned and not company.done:
        click.echo(f"  {remark or _nothing(job, company)}")
    if company.outcome == "skipped" and not company.sentences:
        click.echo("".join(f"  {REASONS[reason]}\n" for reason in company.skips), nl=False)
    if company.unknown or company.failed:
        click.echo(f"  unknown {company.unknown}, failed {company.failed}")
    for sentence in company.sentences:
        click.echo(f"  {sentence}")


def _nothing(job: str, company: CompanyReport) -> str:
    """Say of a run that planned nothing whether that means agreement: only a job that compares, with nothing left open, may say so."""
    left_open = (
        company.proposed or company.findings or company.unknown or company.failed or company.skips.keys() - {"history"}
    )
    return "nothing to do now" if left_open or job not in _COMPARING else "nothing to do: all is in agreement"


def _minute(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their heads; "nothing" where there are none."""
    if not rows:
        click.echo("nothing")
        return
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE, header_style="bold", pad_edge=False)
    for head in heads:
        table.add_column(head, no_wrap=head not in _SENTENCES, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(soft_wrap=False).print(table)
