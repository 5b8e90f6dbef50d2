"""The one door to httpx: time limits, size limits, TLS, counting, and the translation of every failure into ours.

A request names itself (`where`) and says whether it writes; nothing here repeats a request or follows a redirect. A failure
before the request left is `Unreachable`, one after it `AnswerLost` or `BadAnswer`. No httpx exception leaves this file.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import cast

import httpx

from sverka.domain.clock import Clock
from sverka.domain.secret import Secret
from sverka.systems.bounds import bounded
from sverka.systems.errors import AnswerLost, BadAnswer, Unreachable, WriteForbidden
from sverka.systems.redaction import foreign
from sverka.systems.transport import BoundedTransport
from sverka.systems.trust import trust
from sverka.systems.unpacking import CODING, TooLargeError, unpacked

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"
_AGENT = f"sverka/{version('sverka')}"

_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_UNDECODABLE = (httpx.DecodingError, httpx.StreamError)


@dataclass(frozen=True)
class HttpSettings:
    """How to speak HTTP.

    read_s: longest silence. total_s: longest whole exchange, from connecting to the last byte. patience_s: how long one read may wait
    and ask again, tries: how many faults it forgives, less one. size_cap_bytes: longest answer, packed or not.
    ca_file: a certificate authority besides the public ones. read_only: refuse to send what writes.
    transport: what carries requests in place of sockets. may_go_on: asked before each request; raises what ends a run that is to stop.
    """

    connect_s: float = 10.0
    read_s: float = 65.0
    total_s: float = 100.0
    patience_s: float = 900.0
    tries: int = 3
    size_cap_bytes: int = 64 * 1024 * 1024
    ca_file: str | None = None
    read_only: bool = False
    transport: httpx.BaseTransport | None = None
    may_go_on: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Request:
    """One request. where: what errors call it. URL and headers may hold a secret and are never shown."""

    verb: str
    url: str
    where: str
    body: bytes = b""
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Response:
    """One whole answer."""

    status: int
    body: bytes
    content_type: str
    date: str
    location: str


class Wire:
    """The line to one system."""

    def __init__(self, system: str, settings: HttpSettings, clock: Clock, writes: Callable[[Request], bool]) -> None:
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)  # at INFO httpx prints whole URLs
        self.system = system
        self.settings = settings
        self.clock = clock
        self.sent = 0
        """Requests sent so far."""
        self._counting = threading.Lock()
        self._writes = writes
        self._client = httpx.Client(
            timeout=httpx.Timeout(settings.read_s, connect=settings.connect_s),
            transport=settings.transport or BoundedTransport(trust(settings.ca_file)),
            headers={
                "User-Agent": _AGENT,
                "Accept": JSON_TYPE,
                "Accept-Encoding": CODING,
            },
            follow_redirects=False,
            trust_env=False,
        )

    def exchange(self, request: Request, secrets: tuple[Secret, ...] = ()) -> Response:
        """Send once and return the whole answer, whatever its status.

        Raises Unreachable (surely not sent), AnswerLost, BadAnswer (too large, not decodable), WriteForbidden.
        """
        if self.settings.read_only and self._writes(request):
            raise WriteForbidden(self.system, request.where, "this client reads only")
        self.settings.may_go_on()
        with self._counting:
            self.sent += 1
        headers = {**request.headers, **({"Content-Type": request.content_type} if request.content_type else {})}
        with (
            _translated(self.system, request.where, secrets),
            bounded(self.clock, self.settings.total_s),
            self._client.stream(request.verb, request.url, content=request.body, headers=headers) as response,
        ):
            return _response(response, self._read(response, request.where, secrets))

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _read(self, response: httpx.Response, where: str, secrets: tuple[Secret, ...]) -> bytes:
        """Take the body in, never more of it than the cap, however well it was packed."""
        coding = response.headers.get("content-encoding", "")
        try:
            return unpacked(cast("Iterable[bytes]", response.stream), coding, self.settings.size_cap_bytes)
        except TooLargeError as error:
            raise BadAnswer(
                self.system, where, f"the answer is larger than {self.settings.size_cap_bytes} bytes"
            ) from error
        except ValueError as error:
            raise BadAnswer(self.system, where, f"the answer cannot be decoded ({_said(error, secrets)})") from error


def _response(response: httpx.Response, body: bytes) -> Response:
    headers = response.headers
    return Response(
        status=response.status_code,
        body=body,
        content_type=headers.get("content-type", ""),
        date=headers.get("date", ""),
        location=headers.get("location", ""),
    )


@contextmanager
def _translated(system: str, where: str, secrets: tuple[Secret, ...]) -> Iterator[None]:
    try:
        yield
    except _NOT_SENT as error:
        raise Unreachable(system, where, f"no connection ({_said(error, secrets)})") from error
    except httpx.InvalidURL:
        # the cause is dropped, for its text holds a part of the URL
        raise Unreachable(system, where, "the address is not a URL") from None
    except _UNDECODABLE as error:
        raise BadAnswer(system, where, f"the answer cannot be decoded ({_said(error, secrets)})") from error
    except httpx.HTTPError as error:
        raise AnswerLost(system, where, f"the answer was lost ({_said(error, secrets)})") from error


def _said(error: Exception, secrets: tuple[Secret, ...]) -> str:
    return foreign(f"{type(error).__name__}: {error}".rstrip(": "), secrets)
