"""Files that a person names for something to be written into: looked at before the work begins, written with a sentence if it fails."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sverka.app import WrongUsage


def check_writable(file: Path) -> None:
    """Raise WrongUsage unless the file may be written as far as can be told; no folder is made and nothing is touched."""
    with _told_of(file):
        if not file.parent.is_dir():
            raise WrongUsage(
                f"{file} cannot be written: there is no folder {file.parent}; make it, or name another file"
            )
        if not os.access(file if file.exists() else file.parent, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def write(file: Path, content: str | bytes) -> None:
    """Write a text as UTF-8, or bytes as they are. Raises WrongUsage if the place does not take it."""
    with _told_of(file):
        file.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def _told_of(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WrongUsage(f"{file} cannot be written: {error.strerror}; name another file") from error
