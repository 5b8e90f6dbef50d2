"""A process that is told to leave at any moment: `sverka run` or the scheduler, forked from a server that has imported everything."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from sverka.cli import main
from sverka.commands import scheduler
from tests.crash.worker import FORK

ROLES = ("run", "scheduler")
CRONTAB = "* * * * * sverka run agreement --due\n"


@dataclass(frozen=True)
class Left:
    """How a process left. after_s: the last signal. log: what it wrote on standard error."""

    code: int
    after_s: float
    log: str
    was_signalled: bool


def _work(role: str, environ: Mapping[str, str], folder: Path) -> None:
    os.environ.clear()
    os.environ.update(environ)
    with (folder / "log").open("wb") as log:
        os.dup2(log.fileno(), 2)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    if role == "run":
        main(["run", "agreement", "--company", "headlights"])
    signal.pthread_sigmask(
        signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT)
    )  # as the command does before it imports anything
    sys.exit(scheduler.serve(os.environ, folder))


class Leaver:
    """A started process."""

    def __init__(self, role: str, environ: Mapping[str, str], folder: Path) -> None:
        self._folder = folder
        (folder / "crontab").write_text(CRONTAB, encoding="utf-8")
        self.process: BaseProcess = FORK.Process(target=_work, args=(role, environ, folder))
        self.process.start()

    def leave(self, *, twice_after_s: float | None) -> Left:
        """Send SIGTERM, perhaps once more after some seconds; wait until the process is gone."""
        was_alive = self.process.is_alive()
        since = self._signal()
        if twice_after_s is not None:
            self.process.join(twice_after_s)
            if self.process.is_alive():
                since = self._signal()
        self.process.join(20)
        after_s = time.monotonic() - since
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        log = (self._folder / "log").read_text(encoding="utf-8") if (self._folder / "log").exists() else ""
        return Left(self.process.exitcode or 0, after_s, log, was_alive)

    def _signal(self) -> float:
        self.process.terminate()
        return time.monotonic()
