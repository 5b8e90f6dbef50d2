"""Tables and sentences for the person at the terminal, and the same as JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from sverka.app import App
from sverka.app import job as find_job
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

Progress = Callable[[str, int, int], None]


def report(found: RunReport, plans: Mapping[str, Plan], *, as_json: bool) -> None:
    """Print what a run came to; with `plans` also each action that it would take."""
    if as_json:
        _print_json(found.as_json())
        return
    for company in found.companies:
        _company(found.job, company)
        for action in plans[company.company].actions[:_SHOWN_ACTIONS] if company.company in plans else ():
            click.echo(f"  would {action.kind} on {action.subject}: {action.reason}")


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


def jobs(app: App, *, as_json: bool) -> None:
    """List the jobs; with JSON also all that a run may say."""
    from jobs import JOBS

    items = [_job(app, name) for name in JOBS]
    if as_json:
        _print_json({"jobs": items})
        return
    _table(
        ["job", "what it does", "last run"], [[item["job"], item["summary"], item["last"] or "never"] for item in items]
    )


def history(app: App, company: str | None, job: str | None, limit: int, *, as_json: bool) -> None:
    """List the latest runs, the last one first."""
    with app.store.reading() as tx:
        rows = runs.history(tx, limit, company, job)
    if as_json:
        _print_json({"items": [_run(row) for row in rows]})
        return
    heads = ["run", "company", "job", "started", "outcome", "done"]
    _table(
        heads,
        [
            [str(row.id), row.company, row.job, _moment(row.started_at), row.outcome or "running", _done(row)]
            for row in rows
        ],
    )


def queue(app: App, company: str | None, *, as_json: bool) -> None:
    """List open findings, questions first, the dearest first."""
    with app.store.reading() as tx:
        rows = findings.open_items(tx, company)
    rows = sorted(rows, key=lambda row: (not row.finding.asks, -row.finding.money_kopecks, row.id))
    if as_json:
        _print_json({"items": [_finding(row) for row in rows]})
        return
    lines = [
        [str(row.id), row.company, row.finding.subject, _answer(row), row.finding.text, _moment(row.first_at)]
        for row in rows
    ]
    _table(["id", "company", "subject", "", "what", "since"], lines)


def outbox(app: App, company: str | None, *, everything: bool, as_json: bool) -> None:
    """List effects that wait or failed."""
    states: Sequence[State] = () if everything else (*WAITING, State.FAILED)
    with app.store.reading() as tx:
        rows = effects.listing(tx, company, states=states)
    if as_json:
        _print_json({"items": [_effect(row) for row in rows]})
        return
    _table(
        ["id", "company", "subject", "kind", "state", "detail"],
        [[str(row.id), row.company, row.subject, row.kind, str(row.state), row.detail or row.reason] for row in rows],
    )


def breakers(app: App, *, as_json: bool) -> None:
    """List brakes that are on."""
    with app.store.reading() as tx:
        rows = runs.holds(tx)
    if as_json:
        _print_json(
            {
                "items": [
                    {"id": row.scope, "by": row.by, "reason": row.reason, "since": _moment(row.since)} for row in rows
                ]
            }
        )
        return
    _table(["scope", "by", "why", "since"], [[row.scope, row.by, row.reason, _moment(row.since)] for row in rows])


def action_line(action: Action) -> str:
    """Return an action as one line."""
    change = f" ({action.before} → {action.after})" if action.before or action.after else ""
    return f"{action.kind} {action.subject}{change}: {action.reason}"


def _job(app: App, name: str) -> dict[str, Any]:
    found = find_job(name)
    with app.store.reading() as tx:
        rows = runs.history(tx, 1, None, name)
    return {
        "job": name, "summary": found.summary, "cron": None, "last": _moment(rows[0].started_at) if rows else None, "next": None,
        "kinds": list(found.kinds), "reasons": sorted(REASONS), "outcomes": list(OUTCOMES),
    }  # fmt: skip


def _run(row: Run) -> dict[str, Any]:
    return {
        "id": row.id, "company": row.company, "job": row.job, "tick": row.tick, "started": _moment(row.started_at),
        "outcome": row.outcome, "report": row.report,
    }  # fmt: skip


def _done(row: Run) -> str:
    return _brief((row.report or {}).get("done", {}))


def _finding(row: OpenFinding) -> dict[str, Any]:
    return {
        "id": row.id, "company": row.company, "subject": row.finding.subject, "class": row.finding.kind, "text": row.finding.text,
        "asks": row.finding.asks, "sum": roubles(row.finding.money_kopecks), "since": _moment(row.first_at),
        "answer": row.answer.choice if row.answer else None,
    }  # fmt: skip


def _answer(row: OpenFinding) -> str:
    if row.answer:
        return row.answer.choice
    return "?" if row.finding.asks else ""


def _effect(row: Effect) -> dict[str, Any]:
    return {
        "id": row.id, "company": row.company, "subject": row.subject, "kind": row.kind, "state": str(row.state), "reason": row.reason,
        "detail": row.detail, "attempts": row.attempts, "planned": _moment(row.planned_at), "external_id": row.external_id,
    }  # fmt: skip


def _company(job: str, company: CompanyReport) -> None:
    click.secho(f"{company.company}: {job} {company.outcome}", bold=True)
    for name in _COUNTS:
        counts = getattr(company, name)
        if counts:
            click.echo(f"  {name:<9} {_brief(counts)}")
    if not company.planned and company.outcome == "done":
        click.echo("  nothing to do: all is in agreement")
    if company.unknown or company.failed:
        click.echo(f"  unknown {company.unknown}, failed {company.failed}")
    for sentence in company.sentences:
        click.echo(f"  {sentence}")


def _brief(counts: Mapping[str, int]) -> str:
    return " · ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def _moment(moment: datetime) -> str:
    return moment.astimezone().isoformat(timespec="seconds")


def _print_json(value: Mapping[str, Any]) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        click.echo("nothing")
        return
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    table = Table(*heads, box=SIMPLE, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console(soft_wrap=False).print(table)
