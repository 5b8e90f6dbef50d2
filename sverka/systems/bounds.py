"""How long one conversation with an outside system may take as a whole, and how much of it we take in, whatever library holds it.

A library's own limit is for one read, so a server that drips byte after byte holds it for hours. Here every read is cut to what is left
of the whole. The bounds stand in a context variable of the asking thread, for libraries open their sockets themselves. Names are looked
up by the machine, whose own limits hold for that.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sverka.domain.clock import Clock

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_SHORTEST_S = 0.001
"""No wait is shorter; the machine's own are not more exact."""


class TooLateError(TimeoutError):
    """The whole conversation did not end in its time."""


class TooMuchError(OSError):
    """More came than any honest answer holds."""


@dataclass
class Bounds:
    """What one conversation may take. came: bytes so far, of which sockets for letters keep count."""

    clock: Clock
    total_s: float
    ends_at: float
    most_bytes: int | None
    came: int = 0

    def left_s(self, silence_s: float | None) -> float:
        """Return how long the next wait may last, at most `silence_s`. Raises TooLateError."""
        left = self.ends_at - self.clock.monotonic()
        if left < _SHORTEST_S:
            raise TooLateError(f"the whole did not end within {self.total_s:g} s")
        return left if silence_s is None else min(silence_s, left)

    def take(self, count: int) -> None:
        """Count what came. Raises TooMuchError."""
        self.came += count
        if self.most_bytes is not None and self.came > self.most_bytes:
            raise TooMuchError(f"more than {self.most_bytes} bytes came")


_present: ContextVar[Bounds | None] = ContextVar("bounds", default=None)


@contextmanager
def bounded(clock: Clock, total_s: float, most_bytes: int | None = None) -> Iterator[None]:
    """Bound everything that this thread hears and says inside; an outer deadline goes on to hold."""
    ends_at, outer = clock.monotonic() + total_s, _present.get()
    if outer is not None and outer.ends_at < ends_at:
        ends_at, total_s = outer.ends_at, outer.total_s
    token = _present.set(Bounds(clock, total_s, ends_at, most_bytes))
    try:
        yield
    finally:
        _present.reset(token)


def left_s(silence_s: float | None) -> float | None:
    """Return how long the next wait may last: `silence_s`, or what is left if that is less. Raises TooLateError."""
    bounds = _present.get()
    return silence_s if bounds is None else bounds.left_s(silence_s)


class _Bounded(socket.socket):
    """A socket that is read through a file, as the libraries for letters do."""

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        self.settimeout(left_s(self.gettimeout()))
        count = super().recv_into(buffer, nbytes or memoryview(buffer).nbytes, flags)
        if bounds := _present.get():
            bounds.take(count)
        return count

    def sendall(self, data: ReadableBuffer, flags: int = 0) -> None:
        self.settimeout(left_s(self.gettimeout()))
        super().sendall(data, flags)

    def send(self, data: ReadableBuffer, flags: int = 0) -> int:
        self.settimeout(left_s(self.gettimeout()))
        return super().send(data, flags)


class _BoundedTls(_Bounded, ssl.SSLSocket):
    """The same, encrypted, whoever begins the handshake."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 (the signature of the standard library)
        self.settimeout(left_s(self.gettimeout()))
        super().do_handshake(block)


def connect(host: str, port: int, silence_s: float | None) -> socket.socket:
    """Open a connection that heeds the present bounds, by the first address of the host that answers. Raises OSError."""
    trouble: OSError = OSError("the host has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        try:
            line = _Bounded(family, kind, protocol)
        except OSError as error:  # a family that this machine does not speak; another address may do
            trouble = error
            continue
        try:
            line.settimeout(left_s(silence_s))
            line.connect(address)
        except OSError as error:
            line.close()
            trouble = error
        else:
            line.settimeout(silence_s)
            return line
    raise trouble


def heeding(context: ssl.SSLContext) -> ssl.SSLContext:
    """Let what a context encrypts heed the present bounds."""
    context.sslsocket_class = _BoundedTls
    return context
