"""A proxy for conversations line by line (SMTP, IMAP, a TLS handshake): it passes bytes on, and spoils one exchange of them.

Exchange 0 is the server's greeting; each later one begins when the client speaks. *Before* toxics keep what the client says from the
server, *after* toxics let the server hear it and spoil what it says.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from types import MappingProxyType

from tests.faults.door import Door, behind
from tests.faults.spoiler import HOLD_S, LATE_S, LATENCY_S, ClosedError, Line

Spoil = Callable[[Line, bytes], None]
"""Says something to the client in place of what the server said. Raises ClosedError where the conversation ends with it."""

_DRIPPED = 4000
_FLOOD = 1600


def _latency(line: Line, said: bytes) -> None:
    line.hold(LATENCY_S)
    line.say(said)


def _dripped(line: Line, said: bytes) -> None:
    line.drip(said[:-2] + b" " * _DRIPPED + said[-2:])


def _half(line: Line, said: bytes) -> None:
    line.say(said[: len(said) // 2])
    raise ClosedError


def _garbage(line: Line, _said: bytes) -> None:
    line.say(b"\x00\xff garbage\r\n")
    raise ClosedError


def _endless(line: Line, said: bytes) -> None:
    """Say that another line follows, for ever."""
    more = b"* OK more\r\n" if said[:1] == b"*" or said[:3].isalpha() else said[:3] + b"-more\r\n"
    for _ in range(_FLOOD):
        line.say(more * 6000)
    raise ClosedError


def _one_long_line(line: Line, said: bytes) -> None:
    line.say(said[:3])
    for _ in range(_FLOOD):
        line.say(b"x" * 65536)
    raise ClosedError


def _reset(line: Line, _said: bytes) -> None:
    line.reset()


def _closed(_line: Line, _said: bytes) -> None:
    raise ClosedError


def _silence(line: Line, _said: bytes) -> None:
    line.hold()


AFTER = MappingProxyType({
    "latency": _latency, "dripped": _dripped, "half": _half, "garbage": _garbage, "endless": _endless, "one long line": _one_long_line,
    "reset after": _reset, "closed after": _closed, "silence after": _silence,
})  # fmt: skip
BEFORE = MappingProxyType({"reset before": _reset, "silence before": _silence})
LATE = "late"
TOXICS = (*AFTER, *BEFORE, LATE)
HARMLESS = frozenset(("latency",))


class Relay:
    """The proxy. address: host and port for the client, in place of the server's; it takes one armed toxic at a time."""

    def __init__(self, target: str) -> None:
        self._target = behind(target)
        self._toxic, self._at, self._struck = "", 0, False
        self._door = Door(self._serve)
        self.address, self.close = self._door.address, self._door.close

    def arm(self, toxic: str, at: int) -> None:
        """Let a toxic strike the exchange `at` of the next conversation."""
        self._toxic, self._at, self._struck = toxic, at, False

    def disarm(self) -> bool:
        """Take the toxic back; say whether it had struck."""
        self._toxic = ""
        return self._struck

    def settle(self) -> None:
        """Wait until all conversations are over, also those that go on without the client."""
        for thread in list(self._door.threads):
            thread.join(HOLD_S + 1)

    def _serve(self, client: socket.socket) -> None:
        toxic, at = self._toxic, self._at
        with closing(client), suppress(ClosedError, OSError), socket.create_connection(self._target) as server:
            self._talk(client, server, toxic, at)

    def _talk(self, client: socket.socket, server: socket.socket, toxic: str, at: int) -> None:
        exchange, spoken_by_server = 0, True
        while True:
            ready = select.select([client, server], [], [])[0]
            from_client = client in ready and server not in ready
            said = (client if from_client else server).recv(65536)
            if not said:
                return
            if from_client and spoken_by_server:
                exchange += 1
            spoken_by_server = not from_client
            if toxic and exchange == at:
                toxic = self._strike(client, server, toxic, said, is_from_client=from_client)
            else:
                (server if from_client else client).sendall(said)

    def _strike(
        self, client: socket.socket, server: socket.socket, toxic: str, said: bytes, *, is_from_client: bool
    ) -> str:
        """Let the toxic at what was said; return it if it still waits for its turn."""
        if is_from_client and toxic in AFTER:
            server.sendall(said)
            return toxic
        self._struck = True
        if toxic == LATE:
            _finish_alone(client, server, said)
        (AFTER.get(toxic) or BEFORE[toxic])(Line(client), said)
        return ""


def _finish_alone(client: socket.socket, server: socket.socket, said: bytes) -> None:
    """Pass on what the client said, all of it, after it gave up waiting for an answer."""
    while more := client.recv(65536):
        said += more
    time.sleep(LATE_S)
    server.sendall(said)
    select.select([server], [], [], HOLD_S)
    raise ClosedError


@contextmanager
def relaying(target: str) -> Iterator[Relay]:
    """Open a proxy before a server's address."""
    relay = Relay(target)
    try:
        yield relay
    finally:
        relay.close()
