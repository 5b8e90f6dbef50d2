"""Unpacking an answer's body piece by piece, so that a small one that unfolds into a huge one is stopped at the cap."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

CODING = "gzip"
"""The packing that we ask for."""

_PIECE_BYTES = 64 * 1024


class TooLargeError(Exception):
    """More came than may come, packed or unpacked."""


def unpacked(packed: Iterable[bytes], coding: str, cap_bytes: int) -> bytes:
    """Return the whole body. coding: its `Content-Encoding`. Raises TooLargeError, ValueError if it cannot be unpacked."""
    unpack = _UNPACK.get(coding.strip().lower())
    if unpack is None:
        raise ValueError(f"an unknown content encoding: {coding}")
    body = bytearray()
    for piece in unpack(_counted(packed, cap_bytes)):
        body += piece
        if len(body) > cap_bytes:
            raise TooLargeError
    return bytes(body)


def _counted(packed: Iterable[bytes], cap_bytes: int) -> Iterator[bytes]:
    came = 0
    for chunk in packed:
        came += len(chunk)
        if came > cap_bytes:
            raise TooLargeError
        yield chunk


def _inflated(packed: Iterable[bytes]) -> Iterator[bytes]:
    """Inflate gzip; a body that ends in the middle of it is no body."""
    inflating = zlib.decompressobj(zlib.MAX_WBITS | 16)
    is_empty = True
    try:
        for chunk in packed:
            left, is_empty = chunk, is_empty and not chunk
            while left and not inflating.eof:
                yield inflating.decompress(left, _PIECE_BYTES)
                left = inflating.unconsumed_tail
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not inflating.eof and not is_empty:
        raise ValueError("it breaks off")


_UNPACK: Mapping[str, Callable[[Iterable[bytes]], Iterable[bytes]]] = MappingProxyType(
    {"": lambda packed: packed, "identity": lambda packed: packed, CODING: _inflated}
)
