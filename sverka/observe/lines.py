"""Log lines on standard error: one for each record, whatever a customer wrote; JSON for machines, plain for people."""

from __future__ import annotations

import json
import logging
import re
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sverka.observe.records import Clean, cleaned, data_of, error_of, place

_BARE = re.compile(r"[\w.:/@+*-]+")
"""Values that need no quotes in a plain line."""


class JsonLine(logging.Formatter):
    """Makes a record one object of JSON, in ASCII: no text can end its line."""

    def __init__(self, clean: Clean) -> None:
        super().__init__()
        self._clean = clean

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return json.dumps(_told(record, self._clean))


class PlainLine(JsonLine):
    """Makes a record `moment LEVEL sentence name=value …`; what cannot be printed is escaped, what has spaces is quoted."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told = _told(record, self._clean)
        head = " ".join(str(told.pop(name)) for name in ("at", "level", "logger"))
        sentence = told.pop("message")
        line = " ".join([f"{head}: {sentence}", *(f"{name}={_value(value)}" for name, value in told.items())])
        return "".join(each if each.isprintable() else json.dumps(each).strip('"') for each in line)


class StandardError(logging.Handler):
    """Writes lines to what standard error is at that moment; a display of progress may have taken it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line. What cannot be written is dropped: the work is worth more than its log."""
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 (logging's own answer prints the arguments, secrets and all)
            line = "A line of the log could not be put together."
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()


def _told(record: logging.LogRecord, clean: Clean) -> dict[str, Any]:
    head = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": record.getMessage(),
    }
    rest = {**place(), **data_of(record), **error_of(record)}
    return {name: cleaned(value, clean) for name, value in {**head, **rest, **head}.items()}


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if _BARE.fullmatch(text) else json.dumps(value, ensure_ascii=False)
