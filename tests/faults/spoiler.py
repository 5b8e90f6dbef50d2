"""A proxy before a real emulator: the emulator executes, or does not, and then the wire spoils the answer.

Each request and each answer passes whole, but for the one that a toxic strikes. Whether the effect happened is in the emulator's
own journal, never here. After Toxiproxy's list of toxics (latency, slicer, limit_data, timeout, reset_peer) and reliability §5.1, T6.
"""

from __future__ import annotations

import re
import select
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from random import Random
from types import MappingProxyType

from tests.faults.door import Door, behind

LATENCY_S = 0.05
HOLD_S = 3.0
"""How long a line is held at most; every client here gives up long before."""

DRIP_S = 3.0
"""How long bytes drip: longer than any deadline here, and with silences shorter than any."""

LATE_S = 0.15
"""After the client gave up, a late request is executed."""

FLOOD_BYTES = 100 * 1024 * 1024
_BETWEEN_BYTES_S = 0.03
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_LINGER_ZERO = struct.pack("ii", 1, 0)
_CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
_UNMEASURED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
_PAGE = b"<!DOCTYPE html><html><body>Please log in.</body></html>"
_HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(_PAGE), _PAGE)
_FAULT = _HTML.replace(b"200 OK", b"502 Bad Gateway")
_AWAY = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/login\r\nContent-Length: 0\r\n\r\n"


class ClosedError(Exception):
    """The other side hung up."""


@dataclass(frozen=True)
class Message:
    """A request or an answer, as bytes."""

    head: bytes
    body: bytes

    @property
    def whole(self) -> bytes:
        return self.head + self.body


class Line:
    """One connection of the client."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def hear(self) -> Message:
        """Return the next whole message. Raises ClosedError."""
        came = b""
        while b"\r\n\r\n" not in came:
            came += self._some()
        head, _, body = came.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        while len(body) < int(length[1] if length else 0):
            body += self._some()
        return Message(head + b"\r\n\r\n", body)

    def say(self, data: bytes) -> None:
        """Send. Raises ClosedError."""
        try:
            self.sock.sendall(data)
        except OSError as error:
            raise ClosedError from error

    def drip(self, data: bytes) -> None:
        """Send byte by byte for a while, then hang up."""
        for byte in data[: round(DRIP_S / _BETWEEN_BYTES_S)]:
            self.say(bytes((byte,)))
            self.hold(_BETWEEN_BYTES_S)
        raise ClosedError

    def hold(self, seconds: float = HOLD_S) -> None:
        """Keep silent. Raises ClosedError as soon as the client hangs up."""
        if select.select([self.sock], [], [], seconds)[0]:
            raise ClosedError

    def reset(self) -> None:
        """Cut the line by a TCP reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        self.sock.close()
        raise ClosedError

    def _some(self) -> bytes:
        try:
            data = self.sock.recv(65536)
        except OSError as error:
            raise ClosedError from error
        if not data:
            raise ClosedError
        return data


Ask = Callable[[], Message]
Toxic = Callable[[Line, Ask], None]
"""Serves one request on a line; `ask` lets the emulator execute it. Raises ClosedError where the line ends with it."""


def _over(line: Line) -> None:
    line.sock.close()
    raise ClosedError


def _latency(line: Line, ask: Ask) -> None:
    answer = ask()
    line.hold(LATENCY_S)
    line.say(answer.whole)


def _closed_between(line: Line, ask: Ask) -> None:
    line.say(ask().whole)
    _over(line)


def _twice(line: Line, ask: Ask) -> None:
    line.say(ask().whole * 2)


def _dripped_body(line: Line, ask: Ask) -> None:
    answer = ask()
    line.say(answer.head)
    line.drip(answer.body)


def _dripped_head(line: Line, ask: Ask) -> None:
    answer = ask()
    line.drip(answer.head[:-4] + b"\r\nX-Padding: " + b"x" * 1000 + b"\r\n\r\n")


def _endless_hints(line: Line, ask: Ask) -> None:
    ask()
    for _ in range(1000):
        line.say(b"HTTP/1.1 102 Processing\r\n\r\n")
        line.hold(0.01)


def _half_body(line: Line, ask: Ask) -> None:
    answer = ask()
    line.say(answer.head + answer.body[: len(answer.body) // 2])
    _over(line)


def _half_unmeasured(line: Line, ask: Ask) -> None:
    answer = ask()
    line.say(_UNMEASURED + answer.body[: len(answer.body) // 2])
    _over(line)


def _garbage_chunk(line: Line, ask: Ask) -> None:
    answer = ask()
    line.say(_CHUNKED + b"%x\r\n%s\r\nZZ\r\n" % (len(answer.body), answer.body))
    _over(line)


def _no_last_chunk(line: Line, ask: Ask) -> None:
    answer = ask()
    line.say(_CHUNKED + b"%x\r\n%s\r\n" % (len(answer.body), answer.body))
    _over(line)


def _no_http(line: Line, ask: Ask) -> None:
    ask()
    line.say(b"\x00\xff garbage\r\n\r\n")
    _over(line)


def _flood(line: Line, ask: Ask) -> None:
    ask()
    line.say(_UNMEASURED)
    for _ in range(FLOOD_BYTES // 65536):
        line.say(b" " * 65536)
    _over(line)


def _bomb(line: Line, ask: Ask) -> None:
    ask()
    packed = packed_zeros()
    line.say(_UNMEASURED.replace(b"Connection", b"Content-Encoding: gzip\r\nConnection") + packed)
    _over(line)


def _page_before(line: Line, _ask: Ask) -> None:
    line.say(_HTML)


def _page_after(line: Line, ask: Ask) -> None:
    ask()
    line.say(_HTML)


def _fault_before(line: Line, _ask: Ask) -> None:
    line.say(_FAULT)


def _fault_after(line: Line, ask: Ask) -> None:
    ask()
    line.say(_FAULT)


def _away_before(line: Line, _ask: Ask) -> None:
    line.say(_AWAY)


def _away_after(line: Line, ask: Ask) -> None:
    ask()
    line.say(_AWAY)


def _reset_before(line: Line, _ask: Ask) -> None:
    line.reset()


def _reset_after(line: Line, ask: Ask) -> None:
    ask()
    line.reset()


def _closed_after(line: Line, ask: Ask) -> None:
    ask()
    _over(line)


def _silence_before(line: Line, _ask: Ask) -> None:
    line.hold()


def _silence_after(line: Line, ask: Ask) -> None:
    ask()
    line.hold()


def _late(line: Line, ask: Ask) -> None:
    """Execute it after the client gave up; the client sees silence."""
    with suppress(ClosedError):
        line.hold()
    time.sleep(LATE_S)
    ask()
    raise ClosedError


TOXICS = MappingProxyType({
    "latency": _latency, "closed between": _closed_between, "twice": _twice,
    "dripped body": _dripped_body, "dripped head": _dripped_head, "endless hints": _endless_hints,
    "half body": _half_body, "half body without length": _half_unmeasured,
    "garbage chunk": _garbage_chunk, "no last chunk": _no_last_chunk, "no http": _no_http,
    "100 MB": _flood, "100 MB packed": _bomb,
    "page instead": _page_before, "page afterwards": _page_after, "fault": _fault_before, "fault afterwards": _fault_after,
    "sent away": _away_before, "sent away afterwards": _away_after,
    "reset before": _reset_before, "reset after": _reset_after, "closed after": _closed_after,
    "silence before": _silence_before, "silence after": _silence_after, "late": _late,
})  # fmt: skip
HARMLESS = frozenset(("latency", "closed between", "twice"))
"""After these the whole answer was there, in time."""


@cache
def packed_zeros() -> bytes:
    """Return 100 MB packed into 100 KB."""
    packing = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b"".join(packing.compress(bytes(1024 * 1024)) for _ in range(100)) + packing.flush()


class Spoiler:
    """The proxy. url: what the client is told instead of the emulator's address; it takes one armed toxic at a time."""

    def __init__(self, target: str) -> None:
        self._target = behind(target)
        self._armed: tuple[Toxic, int, int] | None = None
        self._lock = threading.Condition()
        self._under_way = 0
        door = Door(self._serve)
        self.url, self.close = f"http://{door.address}", door.close

    def arm(self, toxic: str, after: int = 0, times: int = 1) -> None:
        """Let a toxic strike the next request but `after`, and so many in a row."""
        with self._lock:
            self._armed = TOXICS[toxic], after, times

    def disarm(self) -> bool:
        """Take the toxic back; say whether it had struck as often as it should."""
        with self._lock:
            struck, self._armed = self._armed is None, None
        return struck

    def settle(self) -> None:
        """Wait until nothing that came is still to be executed."""
        with self._lock:
            assert self._lock.wait_for(lambda: not self._under_way, 2 * HOLD_S), "a request hangs in the proxy"

    def _serve(self, sock: socket.socket) -> None:
        line = Line(sock)
        with closing(sock), suppress(ClosedError):
            while True:
                request = line.hear()
                with self._counted():
                    self._toxic()(line, partial(self._ask, request))

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self._under_way += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1
                self._lock.notify_all()

    def _toxic(self) -> Toxic:
        with self._lock:
            if self._armed is None:
                return _whole
            toxic, after, times = self._armed
            if after:
                self._armed = toxic, after - 1, times
                return _whole
            self._armed = (toxic, 0, times - 1) if times > 1 else None
            return toxic

    def _ask(self, request: Message) -> Message:
        with socket.create_connection(self._target) as upstream:
            upstream.sendall(request.whole)
            return Line(upstream).hear()


def _whole(line: Line, ask: Ask) -> None:
    line.say(ask().whole)


@contextmanager
def spoiling(target: str) -> Iterator[Spoiler]:
    """Open a proxy before an emulator's address."""
    spoiler = Spoiler(target)
    try:
        yield spoiler
    finally:
        spoiler.close()


class BehindSpoiler:
    """What every client behind this proxy does alike (`law.Side`). requests: among so many of the next ones a toxic picks its own."""

    requests: int

    def __init__(self, spoiler: Spoiler) -> None:
        self.spoiler = spoiler
        self.disarm, self.settle = spoiler.disarm, spoiler.settle

    def arm(self, toxic: str, random: Random) -> None:
        """Let a toxic strike one of the next requests."""
        self.spoiler.arm(toxic, random.randrange(self.requests))

    def arm_for_long(self, toxic: str) -> None:
        """Let a toxic strike all requests."""
        self.spoiler.arm(toxic, times=1000)
