"""The HTTP front under ordinary, parallel and hostile clients."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from core_echo import Scene, scene

from sandbox.front import Front
from sandbox.kit import SandboxError


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as opened:
        yield opened


@contextmanager
def _line(address: str) -> Iterator[http.client.HTTPConnection]:
    parts = urlsplit(address)
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)) as line:
        yield line


@contextmanager
def _secure_line(world: Scene, context: ssl.SSLContext) -> Iterator[http.client.HTTPSConnection]:
    port = urlsplit(world.https).port
    with closing(http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=5)) as line:
        yield line


def _trusting(world: Scene) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(world.ca_file))


def test_a_connection_is_kept_for_many_requests(world: Scene) -> None:
    with _line(world.http) as line:
        for n in range(3):
            line.request("POST", "/owner", json.dumps({"n": n}))
            assert json.loads(line.getresponse().read()) == {"id": n + 1}
    assert world.effects() == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert [row["by"] for row in world.world.journal.effects_since(0)] == ["owner"] * 3


def test_https_is_trusted_through_the_ca_file_and_only_so(world: Scene) -> None:
    with _secure_line(world, _trusting(world)) as line:
        line.request("GET", "/owner")
        assert line.getresponse().status == 200
    with _secure_line(world, ssl.create_default_context()) as stranger, pytest.raises(ssl.SSLCertVerificationError):
        stranger.request("GET", "/owner")


def test_a_client_that_never_speaks_tls_stops_nobody_else(world: Scene) -> None:
    mute = socket.create_connection(("127.0.0.1", urlsplit(world.https).port or 0))
    with mute, _secure_line(world, _trusting(world)) as line:
        line.request("GET", "/owner")
        assert line.getresponse().status == 200


def test_a_chunked_body_arrives_whole(world: Scene) -> None:
    with _line(world.http) as line:
        line.request(
            "POST", "/owner", iter([b'{"name": ', b'"\xd0\xa4\xd0\xb0\xd1\x80\xd0\xb0"}']), encode_chunked=True
        )
        assert line.getresponse().status == 200
    assert world.effects() == [{"name": "Фара"}]


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"POST /o HTTP/1.1\r\nContent-Length: much\r\n\r\n", id="length is no number"),
        pytest.param(b"POST /o HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", id="length is too large"),
        pytest.param(b"POST /o HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="chunk size is no number"),
        pytest.param(b"POST /o HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n", id="chunk size is negative"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(world: Scene, head: bytes) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(world.http).port or 0), timeout=5) as line:
        line.sendall(head)
        assert line.recv(100).startswith(b"HTTP/1.1 400 ")
    assert world.effects() == []


def test_the_date_header_shows_the_sandbox_clock(world: Scene) -> None:
    with _line(world.http) as line:
        line.request("GET", "/owner")
        shown = parsedate_to_datetime(line.getresponse().headers["Date"])
    assert 0 <= (world.world.clock.now() - shown).total_seconds() < 5


def test_an_emulator_that_breaks_answers_500_and_goes_on(world: Scene, capfd: pytest.CaptureFixture[str]) -> None:
    assert world.call("POST", f"{world.http}/owner", "break")[0] == 500
    assert world.call("GET", f"{world.http}/owner")[0] == 200
    assert "told to break" in capfd.readouterr().err


def test_32_clients_at_once_lose_and_double_nothing(world: Scene) -> None:
    def work(number: int) -> None:
        with _line(world.http) as line:
            for n in range(20):
                line.request("POST", "/owner", json.dumps(number * 100 + n))
                line.getresponse().read()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(world.effects()) == [number * 100 + n for number in range(32) for n in range(20)]
    requests = world.world.journal.requests_since(0)
    assert [row["n"] for row in requests] == list(range(1, 641))


def test_a_thousand_small_requests_take_about_a_second(world: Scene) -> None:
    began = time.perf_counter()
    with _line(world.http) as line:
        for _ in range(1000):
            line.request("GET", "/owner")
            line.getresponse().read()
    assert time.perf_counter() - began < 3  # a quarter of a second on an idle machine, the client's half included


def test_it_stops_quickly_with_lines_open_and_held(world: Scene) -> None:
    world.arm("timeout_before", seconds=30)
    with _line(world.http) as idle, _line(world.http) as held:
        held.request("GET", "/owner")
        idle.connect()
        time.sleep(0.1)
        began = time.perf_counter()
        world.front.stop()
        with pytest.raises(http.client.RemoteDisconnected):
            held.getresponse()
    assert time.perf_counter() - began < 1


def test_a_taken_port_is_told_in_a_sentence(world: Scene) -> None:
    taken = urlsplit(world.http).port or 0
    other = Front(world.world.clock.now)
    with pytest.raises(SandboxError, match=f"Port {taken} of 127.0.0.1 cannot be taken"):
        other.listen(lambda _: pytest.fail("nobody asks"), taken)
    other.stop()
