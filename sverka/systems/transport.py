"""What carries HTTP requests over sockets: httpcore's pool, on connections that heed the bounds of the whole exchange in all its phases.

httpx offers no way to put such connections under its own transport, so this is one, translating requests, answers and troubles.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from socket import SOCK_STREAM, getaddrinfo
from typing import Any, cast

import httpcore
import httpx

from sverka.systems.bounds import TooLateError, left_s

_MOST_LINES = 10
_PIECE_BYTES = 64 * 1024
"""A body leaves in pieces, each in what is left of the whole: within one write every part of it would have all of that to itself."""
_KEPT_LINES = 0
"""Every request has a connection of its own. On one that is kept, a server may hang up while a write is under way, which leaves it open
whether it was executed; and an answer too many would be taken for the next one's. A handshake costs little beside the vendors' limits.
"""


class BoundedTransport(httpx.BaseTransport):
    """Sends over real sockets; nothing of it outlasts the bounds that its thread stands under."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=_MOST_LINES,
            max_keepalive_connections=_KEPT_LINES,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and return the head of its answer; the body comes as it is read."""
        url = request.url
        place = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        with _as_httpx():
            answer = self._pool.handle_request(
                httpcore.Request(
                    request.method, place, headers=request.headers.raw, content=cast("Iterable[bytes]", request.stream),
                    extensions=request.extensions,
                )
            )  # fmt: skip
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._stream

    def close(self) -> None:
        self._stream.close()


class _Backend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect by the first address that answers; without bounds each of them would have the whole time to itself."""
        trouble: Exception = httpcore.ConnectError("the host has no address")
        with _in_time(httpcore.ConnectTimeout):
            for address in _addresses(host, port):
                left = left_s(timeout)
                try:
                    return _Stream(self._sockets.connect_tcp(address, port, left, local_address, socket_options))
                except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                    trouble = error
        raise trouble


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _in_time(httpcore.ReadTimeout):
            return self._stream.read(max_bytes, left_s(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with _in_time(httpcore.WriteTimeout):
            for start in range(0, len(buffer), _PIECE_BYTES):
                self._stream.write(buffer[start : start + _PIECE_BYTES], left_s(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with _in_time(httpcore.ConnectTimeout):
            return _Stream(self._stream.start_tls(ssl_context, server_hostname, left_s(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _addresses(host: str, port: int) -> list[str]:
    try:
        return list(dict.fromkeys(str(each[4][0]) for each in getaddrinfo(host, port, type=SOCK_STREAM)))
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from error


@contextmanager
def _in_time(kind: type[Exception]) -> Iterator[None]:
    """Raise `kind` when the bounds are over, also where they cut a shorter wait short."""
    try:
        try:
            yield
        except kind:
            left_s(None)
            raise
    except TooLateError as error:
        raise kind(str(error)) from error


@contextmanager
def _as_httpx() -> Iterator[None]:
    """Give a trouble of httpcore its name in httpx, which calls them the same."""
    try:
        yield
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.UnsupportedProtocol,
    ) as error:
        kind = next(each for each in type(error).__mro__ if hasattr(httpx, each.__name__))
        raise getattr(httpx, kind.__name__)(str(error)) from error
