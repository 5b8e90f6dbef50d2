"""`sverka run`: a job by hand, or what is due, and the report of it."""

from __future__ import annotations

from signal import SIGTERM

from sverka import app as application
from sverka.app import App
from sverka.commands import showing, ticks
from sverka.commands.leaving import leaving
from sverka.commands.ticks import Due
from sverka.domain.runs import exit_code


def run(app: App, wish: Due, *, only_due: bool, as_json: bool) -> int:
    """Run, print, and return the exit code. A signal to end lets the run leave in good order; its tick counts again."""
    with leaving(app.stop, (SIGTERM,)), showing.progress(quiet=as_json) as progress:
        if only_due:
            reports, plans = ticks.run(app, wish, progress)
        else:
            assert wish.job is not None
            report, plans = application.run(
                app, wish.job, wish.company, at=wish.at, dry_run=wish.dry_run, progress=progress
            )
            reports = [report]
    if as_json and wish.job is None:
        showing.print_json({"runs": [report.as_json() for report in reports]})
    else:
        for report in reports:
            showing.report(report, plans if wish.dry_run else {}, as_json=as_json)
    if not as_json and not reports:
        showing.nothing_due()
    return exit_code(reports)
