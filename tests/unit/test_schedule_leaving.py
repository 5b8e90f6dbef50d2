"""How a process leaves: small ones, which have signals, threads and exit codes of their own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.house.tree import ROOT

LEAVES = """
import signal, sys, threading
from sverka.commands import leaving
from sverka.work.stop import Stop, Stopped
leaving.INSIST_AFTER_S, leaving.LEAVE_AFTER_S = {insist_s}, {leave_s}
stop = Stop()
def say(word):
    print(word, flush=True)
with leaving.leaving(stop, (signal.SIGTERM,)) as asked:
    say("ready")
    {work}
say("left")
"""
IN_GOOD_ORDER = "asked.wait(); say('asked')"
FINISHING = """
    with stop.finishing():
        try:
            stop.wait(60)
        except Stopped:
            say("insisted")
"""
HANGING = "threading.Event().wait()"
WATCHED = """
import threading
from sverka.commands.leaving import end
from sverka.domain.clock import MachineClock
from sverka.work.ticking import Watchdog
with Watchdog(lambda: 0.0, MachineClock(), end, patience_s=0.1):
    threading.Event().wait()
"""


HOLDS_BACK = """
import logging, sys, time
from sverka.commands.leaving import end
class Slow(logging.Handler):
    def flush(self):
        time.sleep({seconds})
        print("told", flush=True)
logging.getLogger().addHandler(Slow())
end(1)
"""


def leaves(work: str, insist_s: float = 60, leave_s: float = 120, signals: int = 1) -> tuple[int, list[str]]:
    """Send signals to a process at work; return its exit code and what it said."""
    code = LEAVES.format(work=work, insist_s=insist_s, leave_s=leave_s)
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline().strip()]
        for _ in range(signals - 1):
            process.terminate()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.2)
        process.terminate()
        said += process.communicate(timeout=20)[0].split()
    return process.returncode, said


def test_whoever_is_asked_leaves_in_good_order() -> None:
    assert leaves(IN_GOOD_ORDER) == (0, ["ready", "asked", "left"])


def test_whoever_waits_in_the_middle_of_an_effect_is_insisted_upon() -> None:
    assert leaves(FINISHING, insist_s=0.1) == (0, ["ready", "insisted", "left"])


def test_whoever_hangs_is_not_waited_for() -> None:
    assert leaves(HANGING, insist_s=0.1, leave_s=0.2) == (1, ["ready"])


def test_a_second_signal_is_not_kept_waiting() -> None:
    assert leaves(HANGING, signals=2) == (1, ["ready"])


def test_a_process_whose_alarm_is_dead_ends_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED], cwd=ROOT, check=False, capture_output=True, timeout=20, text=True
    )
    assert (done.returncode, "nobody asked what is due; the process ends itself" in done.stderr) == (70, True)


@pytest.mark.parametrize(("seconds", "said"), [(0.05, "told\n"), (30, "")], ids=["Sentry answers", "Sentry is down"])
def test_a_process_that_ends_itself_tells_why_if_it_can_be_told_soon(seconds: float, said: str) -> None:
    code = HOLDS_BACK.format(seconds=seconds)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, timeout=20, text=True
    )
    assert (done.returncode, done.stdout) == (1, said)
