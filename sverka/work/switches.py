"""Kill switches outside the store: a file that somebody touches, a variable of the environment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sverka.domain.brakes import ALL, Hold

RUNTIME_FOLDER = Path("/run/sverka")
"""Where a machine's own switch lies, if there is such a folder."""
_NAME = "STOP"


@dataclass(frozen=True)
class Switches:
    """What stops everything by merely being there. files: looked for each time; variable: one that is set, "" for none."""

    files: tuple[Path, ...] = ()
    variable: str = ""

    @classmethod
    def of(cls, file: Path, variable: str, runtime_folder: Path = RUNTIME_FOLDER) -> Switches:
        """Return the switches of an installation: its own file, and that of the machine."""
        return cls((file, runtime_folder / _NAME), variable)

    def thrown(self, now: datetime) -> tuple[Hold, ...]:
        """Return the switches that are thrown, as brakes of everything. A file that cannot be looked for is taken for thrown."""
        found = [
            Hold(ALL, self.variable, f"{self.variable} is set", now, mend=f"take {self.variable} away and start anew")
        ]
        holds = found if self.variable else []
        return (*holds, *(hold for file in self.files if (hold := _of(file, now))))


def _of(file: Path, now: datetime) -> Hold | None:
    try:
        since = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return Hold(
            ALL, str(file), f"the file {file} cannot be looked for: {error.strerror}", now, mend="let it be readable"
        )
    return Hold(ALL, str(file), f"the file {file} is there", since, mend=f"rm {file}")
