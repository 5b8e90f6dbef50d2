"""What certificates are checked against: the public authorities, and our own if there is a file of it.

Reading the authorities takes longer than a handshake, so it is done once, and again when the file has changed.
"""

from __future__ import annotations

import ssl
from functools import lru_cache
from pathlib import Path

import httpx

from sverka.systems.bounds import heeding


def trust(ca_file: str | None) -> ssl.SSLContext:
    """Return it for requests. Raises ValueError if the file cannot be used."""
    return _read(ca_file, _version(ca_file), for_letters=False)


def trust_for_letters(ca_file: str | None) -> ssl.SSLContext:
    """Return it for the libraries of letters: what they encrypt heeds the present bounds. Raises ValueError."""
    return _read(ca_file, _version(ca_file), for_letters=True)


@lru_cache(maxsize=8)
def _read(ca_file: str | None, _version: int, *, for_letters: bool) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise _unusable(error) from error
    return heeding(context) if for_letters else context


def _version(ca_file: str | None) -> int:
    try:
        return Path(ca_file).stat().st_mtime_ns if ca_file else 0
    except OSError as error:
        raise _unusable(error) from error


def _unusable(error: OSError) -> ValueError:
    return ValueError(f"the CA file cannot be used: {type(error).__name__}")
