"""What the laws look at: the files of the project, tracked or about to be."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("sverka", "jobs", "reconcilers", "sandbox")


@cache
def files() -> tuple[Path, ...]:
    """Return every file that git knows or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return tuple(path for name in sorted(set(listed.split("\0")) - {""}) if (path := ROOT / name).is_file())


def python_files(*folders: str) -> list[Path]:
    """Return the Python files below the given folders; of the whole project without any."""
    return [path for path in files() if path.suffix == ".py" and (not folders or short(path).split("/")[0] in folders)]


def short(path: Path) -> str:
    """Return a path as people write it."""
    return path.relative_to(ROOT).as_posix()
