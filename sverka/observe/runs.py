"""A run of one company as its operator sees it: a line when it starts, one when it ends, and the check-ins of a scheduled one."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sverka.domain.clock import Clock
from sverka.domain.runs import CompanyReport
from sverka.observe.records import CHECK_IN, CheckIn, Schedule, written_in
from sverka.observe.setup import flush

_log = logging.getLogger(__name__)

_COUNTS = ("planned", "done", "proposed", "skips", "findings", "requests", "failed", "unknown")


class Watch:
    """A run under way. Give it the report; a run that ends without one broke off. was_cut_short: its tick will be run again."""

    report: CompanyReport | None = None
    was_cut_short: bool = False


@contextmanager
def watching(job: str, company: str, run: str, clock: Clock, schedule: Schedule | None = None) -> Iterator[Watch]:
    """Tell of a run when it starts and when it ends, and let all that is told in between say whose run it is.

    The check-in of a run that was cut short stays open: who runs the tick again ends it, and if nobody does the monitor finds it late.

    run: the key of the tick, or of a run by hand. schedule: None for a run by hand, which does not show that the schedule is kept.
    """
    begun_at = clock.monotonic()
    check_in = CheckIn(_id(job, company, run), f"{job}-{company}", schedule, "in_progress") if schedule else None
    watch = Watch()
    with written_in(job=job, company=company, run=run):
        _log.info("run started", extra={CHECK_IN: check_in})
        try:
            yield watch
        finally:
            _tell(watch.report, clock.monotonic() - begun_at, None if watch.was_cut_short else check_in)
            flush()


def _tell(report: CompanyReport | None, seconds: float, check_in: CheckIn | None) -> None:
    outcome = report.outcome if report else "broken off"
    troubles = len(report.sentences) if report else 0
    counts = {name: count for name in _COUNTS if (count := getattr(report, name, None))}
    if check_in:
        # A brake or a lease held elsewhere is no fault of the schedule: the run went as it should.
        status = "error" if outcome in {"failed", "broken off"} else "ok"
        check_in = replace(check_in, status=status, duration_s=seconds)
    _log.log(
        logging.INFO if outcome in {"done", "skipped"} and not troubles else logging.WARNING,
        "run finished",
        extra={"outcome": outcome, "seconds": round(seconds, 1), **counts, "troubles": troubles, CHECK_IN: check_in},
    )


def _id(job: str, company: str, run: str) -> str:
    return hashlib.sha256(f"{company}/{job}/{run}".encode()).hexdigest()[:32]
