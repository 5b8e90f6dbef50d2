"""The HTTP front: listening sockets, connections that are kept alive, and answers that go wrong on the wire.

A door is one listening socket, plain or TLS, with the site behind it. The site decides what is answered and in which
manner; the front alone touches sockets. What an answer says, and which fault is due, do not belong here.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
import struct
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from enum import Enum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

from sandbox.kit import Reply, Request, SandboxError

HOST = "127.0.0.1"
BODY_LIMIT_BYTES = 64 * 1024 * 1024
_REASONS = {status.value: status.phrase for status in HTTPStatus}
_LINGER_ZERO = struct.pack("ii", 1, 0)  # closing such a socket sends RST instead of FIN


class Manner(Enum):
    """How an answer leaves: whole, half of its body, never (the line just closes), or as a TCP reset."""

    WHOLE = "whole"
    HALF = "half"
    SILENCE = "silence"
    RESET = "reset"


@dataclass(frozen=True)
class Delivery:
    """A reply and the manner in which it travels; the line is silent for `wait_s` before."""

    reply: Reply
    manner: Manner = Manner.WHOLE
    wait_s: float = 0.0


Site = Callable[[Request], Delivery]


class Front:
    """All doors of one sandbox, served by one accepting thread and a thread for each connection."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self._doors: list[_Door] = []
        self._lines: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._bell, self._bell_push = socket.socketpair()
        self._thread = threading.Thread(target=self._accept, name="sandbox-front", daemon=True)

    def listen(self, site: Site, port: int = 0, tls: ssl.SSLContext | None = None) -> str:
        """Open a door to `site` and return its address, such as `https://127.0.0.1:41234`; 0 takes a free port."""
        try:
            door = _Door(self, site, port, tls)
        except OSError as error:
            raise SandboxError(f"Port {port} of {HOST} cannot be taken: {error.strerror}.") from error
        self._doors.append(door)
        return f"{'https' if tls else 'http'}://{HOST}:{door.server_address[1]}"

    def start(self) -> None:
        """Begin to accept; what knocked since `listen` is served now."""
        self._thread.start()

    def stop(self) -> None:
        """Close every door and every line at once; answers under way are cut."""
        self._bell_push.close()
        if self._thread.is_alive():
            self._thread.join()
        self._bell.close()
        for door in self._doors:
            door.server_close()
        with self._lock:
            lines = list(self._lines)
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def remember(self, line: socket.socket) -> None:
        """Count an accepted connection among those which `stop` cuts."""
        with self._lock:
            self._lines.add(line)

    def forget(self, line: socket.socket) -> None:
        """Take a finished connection off the count."""
        with self._lock:
            self._lines.discard(line)

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._bell, selectors.EVENT_READ)
            for door in self._doors:
                selector.register(door, selectors.EVENT_READ, door)
            while True:
                ready = selector.select()
                if any(key.data is None for key, _ in ready):
                    return
                for key, _ in ready:
                    key.data.handle_request()


class _Door(ThreadingMixIn, TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    timeout = 0

    def __init__(self, front: Front, site: Site, port: int, tls: ssl.SSLContext | None) -> None:
        self.front, self.site, self.tls = front, site, tls
        super().__init__((HOST, port), _Line)

    def get_request(self) -> tuple[socket.socket, Any]:
        line, address = super().get_request()
        if (
            self.tls is not None
        ):  # the handshake is left to the connection's own thread: a mute client must not stop others
            line = self.tls.wrap_socket(line, server_side=True, do_handshake_on_connect=False)
        self.front.remember(line)
        return line, address

    def close_request(self, request: Any) -> None:
        self.front.forget(request)
        super().close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # a client that went away is no news
            traceback.print_exc()


class _BadBody(Exception):
    """The request's body cannot be read; the text says why."""


class _Line(BaseHTTPRequestHandler):
    """One connection: requests in, deliveries out, until either side closes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Door

    def setup(self) -> None:
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
        super().setup()

    def date_time_string(self, timestamp: float | None = None) -> str:
        return format_datetime(self.server.front.now(), usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Keep standard error quiet: the journal of requests tells more."""

    def _answer(self) -> None:
        try:
            body = self._body()
        except _BadBody as error:
            self.send_error(HTTPStatus.BAD_REQUEST, str(error))
            self.close_connection = True
            return
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        secure = self.server.tls is not None
        request = Request(self.command, path, query, headers, body, secure, self.client_address[0])
        self._deliver(self.server.site(request))

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _answer  # noqa: N815

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            raise _BadBody("Content-Length is not a number")
        return self._exactly(int(length))

    def _chunks(self) -> bytes:
        body = bytearray()
        while size := self._chunk_size():
            body += self._exactly(size, already=len(body))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers end with an empty line
        return bytes(body)

    def _chunk_size(self) -> int:
        try:
            return int(self.rfile.readline(1024).split(b";")[0], 16)
        except ValueError:
            raise _BadBody("a chunk's size is not a number") from None

    def _exactly(self, size: int, already: int = 0) -> bytes:
        if size < 0 or size + already > BODY_LIMIT_BYTES:
            raise _BadBody("the body is too large")
        body = self.rfile.read(size)
        if len(body) < size:
            raise ConnectionAbortedError("the client hung up in the middle of its body")
        return body

    def _deliver(self, delivery: Delivery) -> None:
        if delivery.wait_s > 0 and not self._wait(delivery.wait_s):
            self.close_connection = True
            return
        if delivery.manner is Manner.RESET:
            self._reset()
        elif delivery.manner is not Manner.SILENCE:
            self._send(delivery.reply, half=delivery.manner is Manner.HALF)
        self.close_connection |= delivery.manner is not Manner.WHOLE

    def _wait(self, wait_s: float) -> bool:
        """Hold the line; False as soon as the client hangs up or the sandbox stops."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.connection, selectors.EVENT_READ)
            return not selector.select(wait_s)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        socket.close(self.connection.detach())  # at once: the orderly way would send FIN first

    def _send(self, reply: Reply, *, half: bool) -> None:
        body = b"" if self.command == "HEAD" else reply.body
        self.wfile.write(self._head(reply) + (body[: len(body) // 2] if half else body))

    def _head(self, reply: Reply) -> bytes:
        headers = {
            "Date": self.date_time_string(),
            "Content-Type": reply.content_type,
            "Content-Length": str(len(reply.body)),
            "Connection": "close" if self.close_connection else "keep-alive",
            **reply.headers,
        }
        lines = [f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, '')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
