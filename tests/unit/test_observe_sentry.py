"""What leaves for Sentry, looked at where it arrives: defects by type and place, monitors' check-ins, and nobody's data."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sentry_sdk

from sverka.domain.clock import MachineClock
from sverka.domain.runs import CompanyReport
from sverka.domain.secret import Secret, known
from sverka.observe.records import OURS, Schedule, written_in
from sverka.observe.runs import watching
from sverka.observe.setup import flush, setup
from sverka.systems.redaction import redact
from tests.ingest import Ingest, ingest

PERSONAL = ("Иван Петров", "+7 916 123-45-67", "ivan@shop.example")
EVERY_FIVE_MINUTES = Schedule("*/5 * * * *", "Europe/Moscow")

_log = logging.getLogger("sverka.work.runner")


class SteppingClock(MachineClock):
    """Each look is two seconds after the last."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """Return the next moment."""
        self.now += timedelta(seconds=2).total_seconds()
        return self.now


@pytest.fixture
def sentry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ingest]:
    root = logging.getLogger()
    handlers, levels = list(root.handlers), {name: logging.getLogger(name).level for name in OURS}
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    with ingest() as served, sentry_sdk.isolation_scope():
        dsn = Secret(served.dsn)
        setup(as_json=True, level="ERROR", sentry_dsn=dsn, release="sverka@1", clean=lambda text: redact(text, known()))
        yield served
        sentry_sdk.get_client().close(timeout=0)
    sentry_sdk.init()
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def stumble(secret: str) -> None:
    """Fail with a local variable, a text and a cause that all hold what must not leave."""
    client = {"title": PERSONAL[0], "phone": PERSONAL[1], "secret": secret}
    try:
        raise ValueError(f"{PERSONAL[2]} {client}")
    except ValueError as error:
        raise KeyError(PERSONAL[0], secret) from error


def test_a_defect_arrives_with_its_place_and_whose_run_it_was_and_nothing_else(sentry: Ingest) -> None:
    secret = Secret("canary-0815")
    with written_in(job="agreement", company="headlights", run="2026-11-24T09:00"):
        _log.info("effect", extra={"kind": "order.create", "subject": "deal:71", "seen": secret.reveal()})
        try:
            stumble(secret.reveal())
        except KeyError as error:
            _log.error("a defect of the program ended the run", exc_info=error, extra={"effects": [3]})
    flush()
    (event,) = sentry.events
    assert event["logentry"] == {"message": "a defect of the program ended the run"}
    assert event["tags"] == {"job": "agreement", "company": "headlights", "run": "2026-11-24T09:00"}
    assert (event["server_name"], event["release"], event["level"]) == ("worker", "sverka@1", "error")
    assert [error["type"] for error in event["exception"]["values"]] == ["ValueError", "KeyError"]
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert frames[-1]["function"] == "stumble"
    assert all({"vars", "context_line", "pre_context"}.isdisjoint(frame) for frame in frames)
    (crumb,) = event["breadcrumbs"]["values"]
    assert (crumb["message"], crumb["data"]["subject"], crumb["data"]["seen"]) == ("effect", "deal:71", "***")
    assert_clean(sentry, secret)


def test_what_libraries_say_stays_here(sentry: Ingest) -> None:
    library = logging.getLogger("somelibrary")
    library.warning("cannot write to %s", PERSONAL[2])
    try:
        stumble("x")
    except KeyError as error:
        library.error(f"no card of {PERSONAL[0]}", exc_info=error, extra={"phone": PERSONAL[1]})
    flush()
    (event,) = sentry.events
    assert event["logentry"] == {"message": "a library reported an error"}
    assert event["logger"] == "somelibrary"
    assert_clean(sentry)


def test_what_is_no_error_is_no_event(sentry: Ingest) -> None:
    _log.warning("a trouble ended the run", extra={"trouble": "NoAccess"})
    flush()
    assert sentry.envelopes == []


@pytest.mark.parametrize(
    ("outcome", "status"), [("done", "ok"), ("held", "ok"), ("skipped", "ok"), ("failed", "error"), (None, "error")]
)
def test_a_scheduled_run_checks_in_at_its_start_and_its_end(sentry: Ingest, outcome: str | None, status: str) -> None:
    with watching("ship_today", "headlights", "2026-11-24T09:00", SteppingClock(), EVERY_FIVE_MINUTES) as watch:
        watch.report = CompanyReport("headlights", outcome=outcome) if outcome else None
    begun, ended = sentry.check_ins
    assert begun["check_in_id"] == ended["check_in_id"]
    assert (begun["status"], ended["status"], ended["duration"]) == ("in_progress", status, 2.0)
    assert begun["monitor_slug"] == ended["monitor_slug"] == "ship_today-headlights"
    assert begun["monitor_config"]["schedule"] == {"type": "crontab", "value": "*/5 * * * *"}
    assert begun["monitor_config"]["timezone"] == "Europe/Moscow"
    assert begun["monitor_config"]["checkin_margin"] >= 5


def test_every_run_checks_in_under_an_id_of_its_own(sentry: Ingest) -> None:
    for company in ("headlights", "machinery"):
        for run in ("2026-11-24T09:00", "2026-11-24T09:05"):
            with watching("agreement", company, run, SteppingClock(), EVERY_FIVE_MINUTES):
                pass
    assert len({told["check_in_id"] for told in sentry.check_ins}) == 4


def test_a_run_that_breaks_off_checks_in_as_an_error_and_goes_on_falling(sentry: Ingest) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        watching("agreement", "headlights", "t", SteppingClock(), EVERY_FIVE_MINUTES),
    ):
        raise KeyboardInterrupt
    assert [told["status"] for told in sentry.check_ins] == ["in_progress", "error"]


def test_a_run_that_was_cut_short_turns_no_monitor_red_and_ends_when_its_tick_is_run_again(sentry: Ingest) -> None:
    for was_cut_short, outcome in ((True, "failed"), (False, "done")):
        with watching("agreement", "headlights", "t", SteppingClock(), EVERY_FIVE_MINUTES) as watch:
            watch.report, watch.was_cut_short = CompanyReport("headlights", outcome=outcome), was_cut_short
    assert [told["status"] for told in sentry.check_ins] == ["in_progress", "in_progress", "ok"]
    assert len({told["check_in_id"] for told in sentry.check_ins}) == 1


def test_a_run_by_hand_says_nothing_of_whether_the_schedule_is_kept(sentry: Ingest) -> None:
    with watching("agreement", "headlights", "hand-1", SteppingClock()) as watch:
        watch.report = CompanyReport("headlights")
    assert sentry.envelopes == []


def test_a_sentry_that_is_down_holds_nobody_up(monkeypatch: pytest.MonkeyPatch, sentry: Ingest) -> None:
    monkeypatch.setattr("sverka.observe.sentry.FLUSH_S", 0.1)
    monkeypatch.setattr(sentry_sdk.get_client().transport, "_send_request", _hang)
    with watching("agreement", "headlights", "t", SteppingClock(), EVERY_FIVE_MINUTES):
        pass
    assert sentry.envelopes == []


def _hang(*_: Any, **__: Any) -> None:
    raise OSError("the line is dead")


def assert_clean(sentry: Ingest, *secrets: Secret) -> None:
    """Check that nothing that came holds a person's data or a secret; it is checked raw, as it came."""
    came = b"\n".join(sentry.envelopes).decode()
    decoded = came.encode().decode("unicode_escape", errors="replace")
    hidden = [*PERSONAL, *(secret.reveal() for secret in secrets)]
    assert [each for each in hidden if each in came or each in decoded] == []
