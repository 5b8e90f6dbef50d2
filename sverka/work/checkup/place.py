"""The place of the store: a file for which locks hold and which nobody else may read, or a server."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from sverka.work.checkup.lines import Line, error, warning

MOUNTS = Path("/proc/self/mountinfo")
NETWORKS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "ncpfs", "afs", "ceph", "glusterfs", "lustre"}
)
"""File systems on which locks do not hold between machines, or at all. FUSE shows itself as fuse.NAME and may be anything."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_FUSE_ON_DISK = frozenset({"fuse.bindfs", "fuse.mergerfs"})


def place(file: Path, mounts: str) -> Iterator[Line]:
    """Look at the place of a SQLite store; nothing of it need exist yet. mounts: the text of `/proc/self/mountinfo`, "" without one."""
    kind = file_system(file, mounts)
    if kind in NETWORKS or (kind.startswith("fuse.") and kind not in _FUSE_ON_DISK):
        text = f"{file.parent} lies on a network file system ({kind}), where locks fail and the database is damaged sooner or later"
        yield error("store", text, "put the folder on a disk of this machine, or use PostgreSQL (SVERKA_DATABASE_URL)")
    yield from _modes(file)


def file_system(path: Path, mounts: str) -> str:
    """Return the type of the file system that a path lies on, "" if that cannot be told."""
    resolved, best, found = path.resolve(), "", ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        if len(before.split()) > 4 and after:
            point = _unescaped(before.split()[4])
            # of two mounts on one place the later one shows
            if resolved.is_relative_to(point) and len(point) >= len(best):
                best, found = point, after.split()[0]
    return found


def _unescaped(point: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), point)


def _modes(file: Path) -> Iterator[Line]:
    folder = next(each for each in file.parents if each.exists())
    mend = f"chown it to the user who runs Sverka, who has the number {os.getuid()} here"
    if not os.access(folder, os.W_OK | os.X_OK):
        yield error("store", f"nothing can be written to {folder}, where the database and its journal must lie", mend)
    elif file.exists() and not os.access(file, os.R_OK | os.W_OK):
        yield error("store", f"{file} cannot be read and written by this user", mend)
    elif file.exists() and file.stat().st_mode & _OTHERS:
        mode = stat.S_IMODE(file.stat().st_mode)
        text = f"{file} has the mode {mode:o}, so others on this machine may read names and phones"
        yield warning("store", text, f"chmod 600 {file}")
