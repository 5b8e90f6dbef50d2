"""The IMAP server as a client meets it: log in, look, read without a trace, mark; and be refused or cut off."""

from __future__ import annotations

import imaplib
import smtplib
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from core_echo import PEOPLE, Scene, scene

from sandbox import mail


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as opened:
        yield opened


def send(
    world: Scene, to: str = "owner@echo.example", subject: str = "hello", sender: str = "sverka@echo.example"
) -> None:
    parts, own = urlsplit(world.smtp), mail.credential("acme", "worker", PEOPLE)
    with closing(smtplib.SMTP(parts.hostname or "", parts.port or 0, "localhost", timeout=5)) as line:
        line.login(own["login"], own["password"])
        line.sendmail(sender, [to], f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\n\r\nbody\r\n".encode())


@contextmanager
def box(world: Scene, person: str = "owner", *, readonly: bool = False) -> Iterator[imaplib.IMAP4]:
    parts, own = urlsplit(world.imap), mail.credential("acme", person, PEOPLE)
    line = imaplib.IMAP4(parts.hostname or "", parts.port or 0, timeout=5)
    try:
        line.login(own["login"], own["password"])
        line.select("INBOX", readonly=readonly)
        yield line
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            line.logout()
        with suppress(OSError):
            line.shutdown()


def uids(line: imaplib.IMAP4, *criteria: str) -> list[str]:
    (found,) = line.uid("SEARCH", *(criteria or ("ALL",)))[1]
    return str(found.decode()).split()


def fetched(line: imaplib.IMAP4, uid: str, parts: str) -> tuple[str, bytes]:
    _, data = line.uid("FETCH", uid, parts)
    said, content = next(item for item in data if isinstance(item, tuple))
    return str(said.decode()), bytes(content)


def told(line: imaplib.IMAP4, name: str) -> int:
    _, values = line.response(name)
    return int(values[0] or 0)


def marks(world: Scene) -> list[Any]:
    """Return what clients changed in boxes."""
    rows = world.world.journal.effects_since(0)
    return [(row["kind"], row["by"]) for row in rows if row["kind"].startswith("imap")]


def test_a_letter_lies_with_its_recipient_and_with_nobody_else(world: Scene) -> None:
    send(world, "OWNER@echo.example")
    send(world, "somebody@elsewhere.example")
    send(world, "sverka@echo.example")
    with box(world) as line:
        assert uids(line) == ["1"]
        assert told(line, "UIDNEXT") == 2
    with box(world, "worker") as line:
        assert uids(line) == ["3"], "numbers grow, with gaps"


def test_the_server_says_who_sent_it_and_when_it_came(world: Scene) -> None:
    send(world)
    send(world, sender="owner@echo.example", subject="forged")
    world.world.clock.forward(86_400)
    with box(world) as line:
        said, head = fetched(line, "1", "(UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]<0.4096>)")
        _, forged = fetched(line, "2", "(BODY.PEEK[HEADER])")
        assert uids(line, "SINCE", "24-Nov-2026") == []
        assert uids(line, "SINCE", "23-Nov-2026") == ["1", "2"]
    assert 'INTERNALDATE "23-Nov-2026 05:00:0' in said
    assert b"dmarc=pass" in head
    assert b"Subject: hello" in head
    assert b"dmarc=fail" in forged


def test_reading_leaves_a_trace_unless_one_takes_care(world: Scene) -> None:
    send(world)
    with box(world) as line:
        fetched(line, "1", "(BODY.PEEK[])")
        assert (marks(world), uids(line, "SEEN")) == ([], [])
        fetched(line, "1", "(BODY[])")
        assert (marks(world), uids(line, "SEEN")) == ([("imap STORE", "owner")], ["1"])
    with box(world, readonly=True) as line:
        assert line.uid("STORE", "1", "-FLAGS", r"(\Seen)")[0] == "NO"
    with box(world) as line:
        assert uids(line, "SEEN") == ["1"], "flags last from one login to the next"
        line.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
        line.expunge()
        assert (uids(line), marks(world)[-1]) == ([], ("imap EXPUNGE", "owner"))


def test_letters_come_by_smtp_only(world: Scene) -> None:
    with box(world) as line:
        assert line.append("INBOX", "", "", b"Subject: mine\r\n\r\n")[0] == "NO"


def test_a_world_set_back_numbers_its_letters_anew(world: Scene) -> None:
    send(world)
    with box(world) as line:
        before = told(line, "UIDVALIDITY")
    world.world.reset()
    with box(world) as line:
        assert (uids(line), told(line, "UIDVALIDITY") != before) == ([], True)


@pytest.mark.parametrize(
    ("login", "password"), [("owner@echo.example", "guess"), ("nobody@echo.example", "guess"), ("", "")]
)
def test_nobody_reads_without_logging_in_rightly(world: Scene, login: str, password: str) -> None:
    parts = urlsplit(world.imap)
    line = imaplib.IMAP4(parts.hostname or "", parts.port or 0, timeout=5)
    with pytest.raises(imaplib.IMAP4.error):
        line.login(login or '""', password or '""')
    line.logout()


@pytest.mark.parametrize("kind", ["maintenance", "http_503", "wrong_token"])
def test_a_closed_office_lets_nobody_in(world: Scene, kind: str) -> None:
    world.arm(kind, "mail", count=1)
    with pytest.raises(imaplib.IMAP4.error), box(world):
        pass
    with box(world) as line:
        assert uids(line) == []


@pytest.mark.parametrize("kind", ["reset", "timeout_before", "timeout_after", "half_body"])
def test_a_line_is_cut_while_letters_are_fetched(world: Scene, kind: str) -> None:
    send(world)
    world.arm(kind, "mail", count=1, seconds=0.05)
    with box(world) as line, pytest.raises((imaplib.IMAP4.abort, OSError)):
        fetched(line, "1", "(BODY.PEEK[HEADER])")
    with box(world) as line:
        assert b"hello" in fetched(line, "1", "(BODY.PEEK[HEADER])")[1]
    assert world.statuses()[-4:] == [200, 0, 200, 200]


def test_a_slow_office_answers(world: Scene) -> None:
    send(world)
    world.arm("slow", "mail", count=1, seconds=0.2)
    began = time.monotonic()
    with box(world) as line:
        assert b"hello" in fetched(line, "1", "(BODY.PEEK[HEADER])")[1]
    assert time.monotonic() - began >= 0.2


def test_it_stops_quickly_with_a_box_open(world: Scene) -> None:
    with box(world) as line:
        began = time.monotonic()
        world.office.stop()
        assert time.monotonic() - began < 1
        with pytest.raises((imaplib.IMAP4.abort, OSError)):
            line.noop()
