"""Records to Sentry: a defect as an event, what went before it as breadcrumbs, a scheduled run as check-ins of its monitor.

Sentry may stand in another country and is read by other people than the company's own: nothing leaves but our constant sentences,
ids, and the types and places of errors. Texts of libraries and of exceptions stay here, and every value goes through the cleaning of
secrets once more right before it leaves. What the SDK would gather by itself (locals, source lines, arguments, host name) is off;
personal data (`send_default_pii`) is off by its own default, and to say so again is deprecated.
"""

from __future__ import annotations

import logging
from typing import Any, cast

import sentry_sdk
from sentry_sdk.crons import capture_checkin
from sentry_sdk.types import Breadcrumb, Event, Hint
from sentry_sdk.utils import event_from_exception

from sverka.domain.secret import Secret
from sverka.observe.records import CHECK_IN, OURS, CheckIn, Clean, cleaned, data_of, place

FLUSH_S = 2.0
"""So long the end of a run waits for Sentry, which may be down."""

_MARGIN_MINUTES = 10
"""A tick that is caught up after a restart is late, not missing."""
_LONGEST_RUN_MINUTES = 60
_OF_A_LIBRARY = "a library reported an error"


class SentryHandler(logging.Handler):
    """Turns records into what Sentry understands."""

    def emit(self, record: logging.LogRecord) -> None:
        """Hand the record to the SDK, which sends from a thread of its own."""
        check_in = vars(record).get(CHECK_IN)
        if isinstance(check_in, CheckIn):
            _check_in(check_in)
        if record.levelno >= logging.ERROR:
            sentry_sdk.capture_event(*_event(record))
        elif _is_ours(record):
            sentry_sdk.add_breadcrumb(
                category=record.name,
                level=record.levelname.lower(),
                message=str(record.msg),
                data={**place(), **data_of(record)},
            )

    def flush(self) -> None:
        """Wait until everything is sent, but not long. `logging` asks for it when the process ends."""
        sentry_sdk.flush(timeout=FLUSH_S)


def start(dsn: Secret, release: str, clean: Clean) -> SentryHandler:
    """Open the line to Sentry and return the handler for the root logger."""

    def leaving(event: Event, _hint: Hint) -> Event:
        for error in cast("dict[str, Any]", event).get("exception", {}).get("values", []):
            error.pop("value", None)
        return cast("Event", cleaned(event, clean))

    def leaving_later(crumb: Breadcrumb, _hint: Hint) -> Breadcrumb:
        return cast("Breadcrumb", cleaned(crumb, clean))

    sentry_sdk.init(
        dsn=dsn.reveal(),
        release=release,
        environment="production",
        server_name="worker",
        before_send=leaving,
        before_send_transaction=leaving,
        before_breadcrumb=leaving_later,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        default_integrations=False,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        send_client_reports=False,
        propagate_traces=False,
        spotlight=False,
        debug=False,
    )
    return SentryHandler()


def _event(record: logging.LogRecord) -> tuple[Event, Hint]:
    event: dict[str, Any] = {}
    hint: dict[str, Any] = {}
    if record.exc_info and record.exc_info[1]:
        found, hint = event_from_exception(record.exc_info[1], client_options=sentry_sdk.get_client().options)
        event = dict(found)
    event |= {
        "level": "fatal" if record.levelno >= logging.CRITICAL else "error",
        "logger": record.name,
        "logentry": {"message": str(record.msg) if _is_ours(record) else _OF_A_LIBRARY},
        "tags": dict(place()),
        "extra": data_of(record) if _is_ours(record) else {},
    }
    return cast("Event", event), hint


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in OURS


def _check_in(told: CheckIn) -> None:
    capture_checkin(
        monitor_slug=told.monitor,
        check_in_id=told.id,
        status=told.status,
        duration=told.duration_s,
        monitor_config={
            "schedule": {"type": "crontab", "value": told.schedule.fields},
            "timezone": told.schedule.zone,
            "checkin_margin": _MARGIN_MINUTES,
            "max_runtime": _LONGEST_RUN_MINUTES,
        },
    )
