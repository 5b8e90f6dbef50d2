"""The door to httpx, against real sockets on loopback: limits of time and size, TLS, and the translation of every failure."""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from sverka.domain.clock import MachineClock
from sverka.domain.effects import Answer
from sverka.domain.secret import Secret
from sverka.systems import errors
from sverka.systems.errors import AnswerLost, BadAnswer, SystemTrouble, Unreachable, WriteForbidden
from sverka.systems.http import HttpSettings, Request, Wire
from sverka.systems.outcomes import ANSWERS, answer_of
from tests.contract.vendors import StoppedClock

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
Server = Callable[[socket.socket], None]
MakeWire = Callable[..., Wire]


@contextmanager
def serving(talk: Server, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve every connection with `talk` on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        stopped = threading.Event()

        def serve() -> None:
            while not stopped.is_set():
                with suppress(OSError):
                    line, _ = door.accept()
                    with context.wrap_socket(line, server_side=True) if context else line as wrapped:
                        talk(wrapped)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield door.getsockname()[1]
        stopped.set()
        with suppress(OSError):
            socket.create_connection(door.getsockname(), timeout=1).close()
        thread.join(timeout=2)


@pytest.fixture
def wire() -> Iterator[MakeWire]:
    """Makes wires that are closed at the end."""
    with ExitStack() as stack:

        def make(**settings: Any) -> Wire:
            made = Wire("portal", HttpSettings(**settings), MachineClock(), lambda request: request.verb != "GET")
            stack.callback(made.close)
            return made

        yield make


def get(port: int, scheme: str = "http") -> Request:
    return Request("GET", f"{scheme}://localhost:{port}/rest/1/s3cr3tcode/x.json", "crm.item.list")


def saying(*parts: bytes, pause_s: float = 0.0) -> Server:
    def talk(line: socket.socket) -> None:
        line.recv(65536)
        for part in parts:
            line.sendall(part)
            threading.Event().wait(pause_s)

    return talk


def test_an_answer_comes_whole(wire: MakeWire) -> None:
    with serving(saying(OK)) as port:
        door = wire()
        response = door.exchange(get(port))
    assert (response.status, response.body, response.content_type, door.sent) == (200, b"{}", "application/json", 1)


def test_a_body_that_drips_is_cut_at_the_whole_deadline(wire: MakeWire) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
    with serving(saying(head, *[b"x"] * 99, pause_s=0.05)) as port, pytest.raises(AnswerLost, match=r"within 0\.3 s"):
        wire(read_s=1.0, total_s=0.3).exchange(get(port))


def test_a_head_that_drips_is_cut_at_the_whole_deadline(wire: MakeWire) -> None:
    dripping = saying(*(bytes((byte,)) for byte in OK), pause_s=0.05)
    with serving(dripping) as port, pytest.raises(AnswerLost, match=r"within 0\.3 s") as caught:
        wire(read_s=1.0, total_s=0.3).exchange(get(port))
    assert answer_of(caught.value) is Answer.AMBIGUOUS


def test_a_handshake_that_does_not_end_is_cut_and_nothing_was_sent(wire: MakeWire) -> None:
    with serving(saying(pause_s=1.0)) as port, pytest.raises(Unreachable):
        wire(connect_s=5.0, total_s=0.3).exchange(get(port, "https"))


def packed(body: bytes, coding: bytes = b"gzip") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s" % (coding, len(body), body)


def test_a_packed_answer_is_unpacked(wire: MakeWire) -> None:
    with serving(saying(packed(gzip.compress(b"x" * 200_000)))) as port:
        assert wire().exchange(get(port)).body == b"x" * 200_000


def test_a_packed_answer_counts_as_what_it_unfolds_to(wire: MakeWire) -> None:
    with serving(saying(packed(gzip.compress(b"x" * 200_000)))) as port, pytest.raises(BadAnswer, match="larger than"):
        wire(size_cap_bytes=100_000).exchange(get(port))


@pytest.mark.parametrize(
    "said",
    [packed(gzip.compress(b"x" * 1000)[:-9]), packed(b"nope"), packed(b"x", b"br"), packed(b"x", b"gzip, gzip")],
    ids=["broken off", "garbled", "an unknown packing", "packed twice"],
)
def test_what_cannot_be_unpacked_is_a_bad_answer(wire: MakeWire, said: bytes) -> None:
    with serving(saying(said)) as port, pytest.raises(BadAnswer, match="cannot be decoded"):
        wire().exchange(get(port))


def test_an_empty_body_that_calls_itself_packed_is_empty(wire: MakeWire) -> None:
    with serving(saying(packed(b""))) as port:
        assert wire().exchange(get(port)).body == b""


def test_silence_is_cut(wire: MakeWire) -> None:
    with serving(saying(pause_s=0.5)) as port, pytest.raises(AnswerLost):
        wire(read_s=0.1).exchange(get(port))


def test_a_body_over_the_cap_is_refused(wire: MakeWire) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"
    with serving(saying(head + b"x" * 5000)) as port, pytest.raises(BadAnswer, match="larger than 100 bytes"):
        wire(size_cap_bytes=100).exchange(get(port))


@pytest.mark.parametrize(
    "talk",
    [
        saying(),
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"),
        saying(b"garbage\r\n\r\n"),
        saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"),
    ],
    ids=["closed without a word", "half a body", "no HTTP", "a garbage chunk"],
)
def test_an_answer_that_breaks_off_may_have_been_executed(wire: MakeWire, talk: Server) -> None:
    with serving(talk) as port, pytest.raises(AnswerLost) as caught:
        wire().exchange(get(port))
    assert answer_of(caught.value) is Answer.AMBIGUOUS


def test_a_closed_port_was_surely_not_reached(wire: MakeWire) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with pytest.raises(Unreachable) as caught:
        wire().exchange(get(port))
    assert answer_of(caught.value) is Answer.NOT_EXECUTED


def test_a_certificate_is_always_checked_and_our_own_authority_can_be_named(wire: MakeWire, tmp_path: Path) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with serving(saying(OK), context) as port:
        with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            wire().exchange(get(port, "https"))
        assert wire(ca_file=str(tmp_path / "ca.pem")).exchange(get(port, "https")).status == 200


def test_a_ca_file_that_is_none_stops_the_start(wire: MakeWire, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(ValueError, match="CA file cannot be used"):
        wire(ca_file=str(tmp_path / "ca.pem"))


def test_a_redirect_is_returned_and_not_followed(wire: MakeWire) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/\r\nContent-Length: 0\r\n\r\n"
    with serving(saying(moved)) as port:
        response = wire().exchange(get(port))
    assert (response.status, response.location) == (302, "http://elsewhere.example/")


def test_proxies_of_the_environment_are_not_obeyed(wire: MakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with serving(saying(OK)) as port:
        assert wire().exchange(get(port)).status == 200


def test_a_wire_for_reading_sends_no_write(wire: MakeWire) -> None:
    door = wire(read_only=True)
    with pytest.raises(WriteForbidden) as caught:
        door.exchange(Request("POST", "http://localhost:9/", "POST partners"))
    assert (answer_of(caught.value), door.sent) == (Answer.NOT_EXECUTED, 0)


def test_no_url_is_logged(wire: MakeWire, caplog: pytest.LogCaptureFixture) -> None:
    with serving(saying(OK)) as port, caplog.at_level(logging.DEBUG):
        door = wire()
        door.exchange(get(port))
    assert "s3cr3t" not in caplog.text


def foreign_family() -> list[type[Exception]]:
    found: list[type[Exception]] = [httpx.InvalidURL]
    todo: list[type[Exception]] = [httpx.HTTPError, httpx.StreamError]
    while todo:
        kind = todo.pop()
        found.append(kind)
        todo += kind.__subclasses__()
    return [kind for kind in found if kind.__module__ == "httpx" and kind is not httpx.HTTPStatusError]


@pytest.mark.parametrize("kind", foreign_family(), ids=lambda kind: kind.__name__)
def test_no_httpx_exception_leaves(kind: type[Exception]) -> None:
    said = "at https://portal.example/rest/1/s3cr3tcode/batch.json"
    trouble = kind() if issubclass(kind, httpx.StreamError) and kind is not httpx.StreamError else kind(said)

    def fail(_request: httpx.Request) -> httpx.Response:
        raise trouble

    door = Wire("portal", HttpSettings(transport=httpx.MockTransport(fail)), StoppedClock(), lambda _request: False)
    with pytest.raises(SystemTrouble) as caught:
        door.exchange(Request("POST", "https://portal.example/", "batch"), (Secret("s3cr3tcode"),))
    not_sent = {
        "ConnectError",
        "ConnectTimeout",
        "PoolTimeout",
        "UnsupportedProtocol",
        "LocalProtocolError",
        "InvalidURL",
    }
    assert answer_of(caught.value) is (Answer.NOT_EXECUTED if kind.__name__ in not_sent else Answer.AMBIGUOUS)
    assert "s3cr3t" not in str(caught.value)


def test_every_trouble_has_a_meaning_for_writes_and_a_remedy() -> None:
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, SystemTrouble)]
    families = {errors.SystemTrouble, errors.AskAgain, errors.DoNotAskAgain}
    listed = tuple(kind for kind, _ in ANSWERS)
    assert [kind for kind in kinds if kind not in families and not issubclass(kind, listed)] == []
    assert all(kind.__doc__ and kind.remedy for kind in kinds)
