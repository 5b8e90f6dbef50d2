"""The long-lived process over the crontab.

APScheduler is its alarm clock and nothing else: what is due is asked of the ledger, anew each time, so nothing can be misfired, piled
up, or lost with a restart. The alarm goes by the machine's clock; if that is set back, the watchdog ends the process and whoever keeps it
running starts it again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from signal import SIGINT, SIGTERM

from sverka import app as application
from sverka.app import ROOT, App
from sverka.commands import ticks
from sverka.commands.leaving import end, leaving
from sverka.work.ticking import PATIENCE_S, Rounds, Watchdog

EVERY_S = 30

_log = logging.getLogger(__name__)


def serve(environ: Mapping[str, str], root: Path = ROOT, patience_s: float = PATIENCE_S) -> int:
    """Run what is due until a signal comes; return the exit code. Raises WrongUsage, SettingsError, StoreError at the start."""
    with application.opened(environ, root) as app:
        application.observe(app.settings)
        _warn_of_carelessness(app)
        ticks.owed(app, app.clock.real())  # what cannot be used is told now, and whoever is new is seen
        rounds = Rounds(
            [company.name for company in app.companies],
            lambda company: ticks.owed(app, app.clock.real(), company),
            lambda tick: application.run_tick(app, tick, ticks.lines(app.settings)),
            app.clock,
            app.stop,
        )
        where = {"zone": str(app.settings.zone), "store": app.settings.database_shown}
        with leaving(app.stop, (SIGTERM, SIGINT)) as asked:
            with Watchdog(lambda: rounds.asked_at, app.clock, end, patience_s), _alarm(app, rounds):
                _log.info("the scheduler is at work", extra=where)
                asked.wait()
            rounds.end()
        _log.info("the scheduler has left in good order")
        return 0


def _warn_of_carelessness(app: App) -> None:
    """Tell of a database that may forget, after a power cut, what it has committed."""
    with app.store.reading() as tx:
        careless = tx.careless()
    if careless:
        _log.warning("what was sent before a power cut may be sent again after it", extra={"off": ", ".join(careless)})


@contextmanager
def _alarm(app: App, rounds: Rounds) -> Iterator[None]:
    from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]

    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    alarm = BackgroundScheduler(timezone=UTC)
    alarm.add_job(
        rounds.begin, "interval", seconds=EVERY_S, next_run_time=app.clock.real(),
        misfire_grace_time=None, coalesce=True, max_instances=1,
    )  # fmt: skip
    alarm.start()
    try:
        yield
    finally:
        alarm.shutdown(wait=False)
