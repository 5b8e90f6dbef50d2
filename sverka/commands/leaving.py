"""How a process leaves when a signal asks it to: runs stop in good order, within ten seconds, at once after a second signal.

What the machine calls when a signal comes writes a byte into a pipe, and one thread reads it: no code of ours breaks into anything.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from signal import Signals

from sverka.work.stop import Stop

INSIST_AFTER_S, LEAVE_AFTER_S = 5.0, 9.0
"""When waits inside an effect are broken off, and when the process ends, whatever still runs in it."""
LEFT_SOMETHING = 1
"""What the process exits with if it did not wait for a run: the run's lease ends by itself, and its tick counts again."""
_TELL_FOR_S = 0.5
"""So long a process that ends itself waits until what it reported has left."""

_log = logging.getLogger(__name__)


@contextmanager
def leaving(stop: Stop, signals: Collection[Signals]) -> Iterator[threading.Event]:
    """Let `signals` ask for a stop in the block; the event says that one came. For the main thread."""
    asked = threading.Event()
    coming_out, going_in = os.pipe()
    listener = threading.Thread(target=_listen, args=(coming_out, stop, signals, asked), name="signals", daemon=True)
    listener.start()
    try:
        with _caught(signals, going_in):
            yield asked
    finally:
        os.close(going_in)
        listener.join()
        os.close(coming_out)


def end(code: int) -> None:
    """End the process now, without waiting for its threads; what was reported has half a second to leave."""
    from sverka.observe.setup import flush

    telling = threading.Thread(target=flush, name="last words", daemon=True)
    telling.start()
    telling.join(_TELL_FOR_S)
    sys.stderr.flush()
    os._exit(code)


@contextmanager
def _caught(signals: Collection[Signals], pipe: int) -> Iterator[None]:
    os.set_blocking(pipe, False)
    fd_before = signal.set_wakeup_fd(pipe, warn_on_full_buffer=False)
    before = {number: signal.signal(number, lambda *_: None) for number in signals}
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)  # one that came early was kept until now
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(fd_before)


def _listen(pipe: int, stop: Stop, signals: Collection[Signals], asked: threading.Event) -> None:
    """Ask, insist, and end the process; each sooner if another signal comes, nothing any more after the pipe is closed."""
    if not _came(pipe, signals, None):
        return
    stop.ask()
    asked.set()
    again = _came(pipe, signals, INSIST_AFTER_S)
    if again is None:
        stop.insist()
        again = _came(pipe, signals, LEAVE_AFTER_S - INSIST_AFTER_S)
    if again is not False:
        _log.warning("left without waiting for a run; what it was doing is looked up by the next one")
        end(LEFT_SOMETHING)


def _came(pipe: int, signals: Collection[Signals], timeout_s: float | None) -> bool | None:
    """Wait for one of the signals: whether it came, False after the pipe was closed; None if nothing came in time."""
    while select.select([pipe], [], [], timeout_s)[0]:
        byte = os.read(pipe, 1)
        if not byte or byte[0] in signals:
            return bool(byte)
    return None
