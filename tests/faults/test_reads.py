"""One question under each toxic: the whole answer comes, or a trouble of ours says that it did not; in time, and within the cap."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from random import Random
from typing import TypeVar

import pytest

from sandbox.serve import Sandbox
from sverka.domain.clock import MachineClock
from sverka.domain.effects import Answer
from sverka.domain.secret import Secret
from sverka.systems import mail
from sverka.systems.errors import BadAnswer, SystemTrouble, Unreachable
from sverka.systems.http import HttpSettings, Request, Wire
from sverka.systems.inbox import Inbox, Mail
from sverka.systems.outcomes import answer_of
from tests.contract.portal_world import COMPANY
from tests.faults import relay, spoiler
from tests.faults.law import HTTP, READ_S, SPARE_S, TOTAL_S
from tests.faults.mail_side import letter
from tests.faults.relay import relaying
from tests.faults.spoiler import packed_zeros, spoiling
from tests.soak import SOAK

MEGABYTE = 1024 * 1024
EXCHANGES = range(7)
"""Of a reading by IMAP: greeting, CAPABILITY, LOGIN, EXAMINE, SEARCH, FETCH, LOGOUT."""

IMAP = [(toxic, at) for toxic in relay.TOXICS for at in EXCHANGES]
IMAP_READ_S, IMAP_TOTAL_S = 1.5, 2.5
"""The emulator of boxes is slow."""

ALWAYS = date(2000, 1, 1)
SEEM_WHOLE = frozenset((
    "page instead", "page afterwards", "fault", "fault afterwards", "sent away", "sent away afterwards", "half body without length",
))  # fmt: skip
"""What is whole for the wire; that it is no answer is found by whoever reads it."""

T = TypeVar("T")


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    assert took <= seconds * 1.1 + SPARE_S, f"it took {took:.2f} s"


@contextmanager
def wire_to(url: str, settings: HttpSettings = HTTP) -> Iterator[Callable[[], bytes]]:
    wire = Wire("portal", settings, MachineClock(), lambda request: request.verb != "GET")
    try:
        yield lambda: wire.exchange(Request("GET", f"{url}/rest/1/x/profile.json", "profile")).body
    finally:
        wire.close()


@pytest.mark.parametrize("toxic", spoiler.TOXICS)
def test_an_answer_over_http_is_whole_or_a_trouble(sandbox: Sandbox, toxic: str) -> None:
    address = sandbox.ready["companies"][COMPANY]["systems"]["bitrix24"]["http"]
    with wire_to(address) as ask:
        truth = ask()
    with spoiling(address) as proxy, wire_to(proxy.url) as ask, within(TOTAL_S):
        proxy.arm(toxic)
        came = or_trouble(ask)
        assert proxy.disarm(), f"it was never struck: {came}"
    if toxic in spoiler.HARMLESS:
        assert came == truth
    elif toxic not in SEEM_WHOLE:
        assert isinstance(came, SystemTrouble) or came == truth


@pytest.mark.parametrize("toxic", [*relay.AFTER, *relay.BEFORE][1:] if SOAK else ["dripped", "silence after"])
@pytest.mark.parametrize("scheme", ["https", "smtps", "imaps"])
def test_a_handshake_is_bounded_and_nothing_was_sent(sandbox: Sandbox, scheme: str, toxic: str) -> None:
    address = sandbox.ready["companies"][COMPANY]["systems"]["bitrix24"]["https"]
    ca_file = sandbox.ready["env"]["SVERKA_CA_FILE"]
    with relaying(address) as proxy, within(TOTAL_S):
        proxy.arm(toxic, 1)
        assert knock(scheme, proxy.address, ca_file) is Answer.NOT_EXECUTED
        assert proxy.disarm(), "it was never struck"


def knock(scheme: str, address: str, ca_file: str) -> Answer:
    """Say what a client makes of a handshake that fails."""
    url = Secret(f"{scheme}://ivan:s3cr3t@{address}")
    if scheme == "smtps":
        return mail.send(url, letter("<1@fary.example>", "x"), READ_S, total_s=TOTAL_S, ca_file=ca_file).answer
    try:
        if scheme == "imaps":
            Inbox(url, ca_file, READ_S, TOTAL_S).read(None, ALWAYS)
        else:
            settings = HttpSettings(connect_s=READ_S, read_s=READ_S, total_s=TOTAL_S, ca_file=ca_file)
            with wire_to(f"https://{address}", settings) as ask:
                ask()
    except SystemTrouble as trouble:
        return answer_of(trouble)
    return Answer.ACCEPTED


@pytest.mark.parametrize("toxic", ["100 MB packed", "100 MB"] if SOAK else ["100 MB packed"])
def test_a_huge_answer_takes_no_more_room_than_the_cap(sandbox: Sandbox, toxic: str) -> None:
    address = sandbox.ready["companies"][COMPANY]["systems"]["bitrix24"]["http"]
    packed_zeros()
    with spoiling(address) as proxy, wire_to(proxy.url, HttpSettings(size_cap_bytes=2 * MEGABYTE)) as ask:
        proxy.arm(toxic)
        tracemalloc.start()
        try:
            with pytest.raises(BadAnswer, match="larger than 2097152 bytes"):
                ask()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 8 * MEGABYTE, f"{peak / MEGABYTE:.1f} MB"


@pytest.fixture(scope="module")
def letters(sandbox: Sandbox) -> Mail:
    """Put letters into our box, and read them over a sound line."""
    box = sandbox.world.companies[COMPANY].mailbox
    assert box is not None
    for number in range(40):
        head = f"Subject: n{number}\r\nFrom: a{number}@client.example\r\nMessage-ID: <{number}@client.example>\r\n\r\nx\r\n"
        box.deliver(head.encode(), ["sverka@fary.example"], datetime(2026, 11, 23, 9, tzinfo=UTC))
    read = Inbox(Secret(sandbox.ready["env"]["HEADLIGHTS_IMAP_URL"])).read(None, ALWAYS)
    assert len(read.letters) == 40
    return read


@pytest.mark.parametrize(("toxic", "at"), IMAP if SOAK else Random(7).sample(IMAP, 8))
def test_letters_are_read_all_or_not_at_all(sandbox: Sandbox, letters: Mail, toxic: str, at: int) -> None:
    url = sandbox.ready["env"]["HEADLIGHTS_IMAP_URL"]
    address = url.rpartition("@")[2]
    with relaying(address) as proxy, within(IMAP_TOTAL_S):
        proxy.arm(toxic, at)
        inbox = Inbox(Secret(url.replace(address, proxy.address)), None, IMAP_READ_S, IMAP_TOTAL_S)
        came = or_trouble(lambda: inbox.read(None, ALWAYS))
        assert proxy.disarm(), f"it was never struck: {came}"
    assert came == letters or (isinstance(came, SystemTrouble) and toxic not in relay.HARMLESS), came


def or_trouble(ask: Callable[[], T]) -> T | SystemTrouble:
    """Return the answer, or the trouble of ours that came instead."""
    try:
        return ask()
    except SystemTrouble as trouble:
        return trouble


def test_a_name_that_leads_nowhere_was_not_reached(sandbox: Sandbox) -> None:
    with relaying(sandbox.ready["env"]["HEADLIGHTS_SMTP_URL"].rpartition("@")[2]) as proxy:
        port = int(proxy.address.rpartition(":")[2])
    with wire_to(f"http://localhost:{port}") as ask, pytest.raises(Unreachable):
        ask()
