"""`sverka explain`: finds what a person named, and says how it stands, what was done about it and why."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from importlib import import_module

import click

from sverka.app import App, WrongUsage, unknown
from sverka.app import job as find_job
from sverka.commands.showing import brief, moment, print_json
from sverka.commands.subjects import KINDS, Known
from sverka.domain.actions import Subject
from sverka.store import runs
from sverka.store.runs import Run

_JOB = "job"
_SHOWN_RUNS = 5
_READ_MORE = "`sverka run agreement` reads what changed, `sverka run sweep` everything"
_NOT_THERE = {
    "letter": "no letter has this number; `sverka outbox list --all` shows the latest",
    "message": "no message to a client has this number; `sverka explain deal:71` names those about a deal",
    "order": f"no deal with such an order is in the mirror; {_READ_MORE}",
}


def explain(app: App, text: str, *, as_json: bool) -> None:
    """Explain a subject. Raises WrongUsage if nothing or more than one thing is meant: several are listed."""
    subject = _parse(text)
    companies = [company.name for company in app.chosen(subject.company or None)]
    if subject.kind == _JOB:
        _explain_job(app, subject.ext_id, subject.company or None, as_json=as_json)
        return
    with app.store.reading() as tx:
        found = [known for company in companies for known in KINDS[subject.kind](tx, company, subject.ext_id)]
    if len(found) != 1:
        raise _not_one(text, subject, found)
    if as_json:
        print_json(found[0].as_json())
    else:
        click.echo(found[0].as_text())


def _parse(text: str) -> Subject:
    try:
        subject = Subject.parse(text)
    except ValueError as error:
        raise WrongUsage(str(error)) from error
    if subject.kind not in (*KINDS, _JOB):
        raise unknown("kind of subject", subject.kind, [*KINDS, _JOB])
    return subject


def _not_one(text: str, subject: Subject, found: Sequence[Known]) -> WrongUsage:
    if not found:
        return WrongUsage(f"«{text}»: {_NOT_THERE.get(subject.kind, f'it is not in the mirror; {_READ_MORE}')}")
    lines = [f"  {known.company}/{known.name}  {known.title}" for known in found]
    return WrongUsage("\n".join(["several match; name one of them:", *lines]))


def _explain_job(app: App, name: str, company: str | None, *, as_json: bool) -> None:
    """Say what a job does, by its rulebook, and how it went lately."""
    job = find_job(name)
    rulebook = inspect.cleandoc(import_module(f"jobs.{name}").__doc__ or job.summary)
    with app.store.reading() as tx:
        latest = runs.history(tx, _SHOWN_RUNS, company, name)
    if as_json:
        shown = [
            {"id": run.id, "company": run.company, "started": moment(run.started_at), "outcome": run.outcome}
            for run in latest
        ]
        print_json(
            {
                "subject": f"{_JOB}:{name}",
                "title": job.summary,
                "rules": rulebook,
                "kinds": list(job.kinds),
                "runs": shown,
            }
        )
        return
    click.echo(f"{_JOB}:{name} «{job.summary}»\n\n{rulebook}\n")
    click.echo(f"May do: {', '.join(job.kinds) or 'nothing new of its own'}")
    click.echo("\n".join(["Latest runs:", *map(_run, latest)]) if latest else "It has not run yet.")


def _run(run: Run) -> str:
    done = brief((run.report or {}).get("done", {}))
    return f"  {moment(run.started_at)}  {run.company}: {run.outcome or 'running'}{f', {done}' if done else ''}"
