"""Where records go, decided once for the process: to standard error, and to Sentry if there is an address of it.

The level counts for our own records. Libraries speak from WARNING on, whatever the level: at INFO some print addresses with secrets,
at DEBUG whole requests.
"""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType

from sverka.domain.secret import Secret
from sverka.observe.lines import JsonLine, PlainLine, StandardError
from sverka.observe.records import OURS, Clean

_log = logging.getLogger(__name__)

# Until `setup` is called nothing is said: `logging` by itself would print bare sentences from WARNING on.
for _name in OURS:
    logging.getLogger(_name).addHandler(logging.NullHandler())


def setup(*, as_json: bool, level: str, sentry_dsn: Secret | None, release: str, clean: Clean) -> None:
    """Let records of the given level (a name of `logging`) and above reach the operator, and defects that nobody catches too.

    clean: hides secrets in a text. May be called again: the last call counts.
    """
    lines = StandardError(level)
    lines.setFormatter(JsonLine(clean) if as_json else PlainLine(clean))
    handlers: list[logging.Handler] = [lines]
    least = lines.level
    if sentry_dsn:
        from sverka.observe.sentry import start  # noqa: PLC0415 (the SDK takes longer than all the rest of a start)

        handlers.append(start(sentry_dsn, release, clean))
        least = min(least, logging.INFO)
    _install(handlers, least)
    sys.excepthook = _at_the_end
    threading.excepthook = _in_a_thread


def flush() -> None:
    """Wait, for two seconds at most, until what was reported has left. A process that is killed afterwards takes nothing with it."""
    for handler in logging.getLogger().handlers:
        handler.flush()


def _install(handlers: list[logging.Handler], level: int) -> None:
    root = logging.getLogger()
    for handler in [each for each in root.handlers if type(each).__module__.startswith("sverka.")]:
        root.removeHandler(handler)
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)


def _at_the_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, Exception):
        sys.__excepthook__(kind, error, trace)
        return
    _log.critical("the program stopped at a defect of its own; please report this line", exc_info=error)


def _in_a_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None and issubclass(told.exc_type, Exception):
        _log.error("a thread stopped at a defect of the program; please report this line", exc_info=told.exc_value)
