"""What a record of `logging` says: a constant sentence, data beside it, and where in the work it was written.

A customer's words never stand in a sentence, and the text of an exception stands nowhere, for it may hold anybody's data: of an error
its type and its place are told.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

Clean = Callable[[str], str]
"""Hides secrets in a text."""

OURS = ("sverka", "jobs", "reconcilers")
"""The loggers of this program; all others are libraries'."""

CHECK_IN = "check_in"
"""The name under which a record carries a CheckIn; Sentry gets it, a log line does not show it."""

_OF_EVERY_RECORD = frozenset((*vars(logging.makeLogRecord({})), "message", "asctime", "taskName", CHECK_IN))
_NOWHERE: Mapping[str, str] = MappingProxyType({})
_place: ContextVar[Mapping[str, str]] = ContextVar("place", default=_NOWHERE)


@dataclass(frozen=True)
class Schedule:
    """When a job is due: the five fields of its line in the crontab, and the name of the zone in which they are read."""

    fields: str
    zone: str


@dataclass(frozen=True)
class CheckIn:
    """A scheduled run began (`in_progress`) or ended (`ok`, `error`). monitor: whose run. id: the same for both."""

    id: str
    monitor: str
    schedule: Schedule
    status: str
    duration_s: float | None = None


@contextmanager
def written_in(**place: str) -> Iterator[None]:
    """Let all records of the block, in this thread, say where they were written: job, company, run."""
    token = _place.set({**_place.get(), **place})
    try:
        yield
    finally:
        _place.reset(token)


def place() -> Mapping[str, str]:
    """Return where the work is now."""
    return _place.get()


def data_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what was given with `extra=`."""
    return {name: value for name, value in vars(record).items() if name not in _OF_EVERY_RECORD}


def error_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return the type of the error that a record tells of, and its way through the program, the innermost place first."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return {}
    steps = reversed(traceback.extract_tb(error.__traceback__))
    trace = [f"{step.name} ({Path(step.filename).name}:{step.lineno})" for step in steps]
    cause = error.__cause__ or error.__context__
    return {"error": type(error).__name__, "trace": trace} | ({"cause": type(cause).__name__} if cause else {})


def cleaned(value: Any, clean: Clean) -> Any:
    """Return a value of plain JSON in which every text, keys too, went through `clean`; what is no JSON becomes text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {clean(str(key)): cleaned(each, clean) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [cleaned(each, clean) for each in value]
    return clean(str(value))
