"""The mark outside the database: a small file that says how far the store had come.

It is replaced as a whole or not at all, and never goes back. It is raised when a plan was written down, before anything of it is sent, and
after each run. What it proves and what it cannot: `sverka.domain.high_water`, decision 13.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sverka.domain.high_water import HighWater

_FORMAT = 1
_log = logging.getLogger(__name__)
_RAISING = threading.Lock()
"""A process works for several companies at once, and they share the file."""


class MarkUnreadable(Exception):
    """The file is there and says nothing that can be understood."""


@dataclass(frozen=True)
class Mark:
    """The file of the mark."""

    file: Path

    def read(self) -> HighWater | None:
        """Return what it says, None if there is no such file. Raises MarkUnreadable."""
        try:
            said = json.loads(self.file.read_text(encoding="utf-8"))
            if said["format"] != _FORMAT:
                raise MarkUnreadable("it is of another version")
            at = datetime.fromisoformat(said["at"])
            return HighWater(str(said["epoch"]), int(said["effect"]), int(said["run"]), at)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise MarkUnreadable(error.strerror or type(error).__name__) from error
        except (ValueError, KeyError, TypeError) as error:
            raise MarkUnreadable("it is no mark") from error

    def raise_to(self, now: HighWater) -> bool:
        """Let it say how far the store has come, unless it says more already; tell whether it could be written."""
        try:
            with _RAISING:
                if (known := self.read()) is None or now.reaches(known):
                    self.replace(now)
        except (OSError, MarkUnreadable) as error:
            _log.warning("the mark beside the store could not be written", extra={"trouble": str(error)})
            return False
        return True

    def replace(self, now: HighWater) -> None:
        """Write it, whatever it said. Raises OSError."""
        said = {
            "format": _FORMAT,
            "epoch": now.epoch,
            "effect": now.effect_id,
            "run": now.run_id,
            "at": now.at.isoformat(),
        }
        self.file.parent.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_name(f"{self.file.name}.{os.getpid()}.new")
        with beside.open("w", encoding="utf-8") as new:
            new.write(json.dumps(said) + "\n")
            new.flush()
            os.fsync(new.fileno())
        beside.replace(self.file)
        folder = os.open(self.file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
