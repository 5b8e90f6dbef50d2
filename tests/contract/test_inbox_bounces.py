"""Reports of letters that did not arrive, from a mail server: whose bodies are fetched, how much of them, and how many at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.bounces import DIALECTS, VERDICTS, Returned, report
from sandbox.world import Letters
from sverka.domain.mailbox import Position
from sverka.systems import inbox as systems_inbox
from sverka.systems.errors import BadAnswer
from tests.contract.test_inbox import DATE, HEAD, NOON, US, Scripted, Server, office, read  # noqa: F401

BORIS = "boris@pochta.example"


@pytest.fixture
def server(office: Server) -> Server:  # noqa: F811
    office.mailbox.state = Letters()
    return office


def written(dialect: str = "postfix", body: str = "", number: int = 1) -> bytes:
    letter = f"Message-ID: <r-{number}@fary.example>\r\nSubject: x\r\n\r\n{body}\r\n".encode()
    return report(Returned(letter, US, BORIS, VERDICTS["no_such_user"], NOON, NOON), dialect)


def deliver(server: Server, *letters: bytes) -> None:
    for letter in letters:
        server.mailbox.deliver(letter, [US], NOON)


def ids(mail: systems_inbox.Mail) -> list[str]:
    return [each.message_id.partition("@")[0] for each in mail.reports]


@pytest.mark.parametrize("dialect", sorted(set(DIALECTS) - {"terse"}))
def test_a_report_is_read_with_its_body_and_leaves_no_trace(server: Server, dialect: str) -> None:
    deliver(server, written(dialect))
    (said,) = server.read().reports
    assert (said.message_id, said.recipients, said.action, said.status) == (
        "<r-1@fary.example>", {BORIS}, "failed", "5.1.1",
    )  # fmt: skip
    assert timedelta(0) <= said.at - NOON < timedelta(seconds=1)
    assert server.world.journal.effects_since(0) == []


def test_a_report_that_encloses_a_huge_letter_is_read_all_the_same(server: Server) -> None:
    deliver(server, written("exchange", "й" * 300_000))
    assert ids(server.read()) == ["<r-1"]


def test_a_report_that_says_nothing_is_passed_over(server: Server) -> None:
    deliver(server, written("terse"), written().replace(b"/rfc822-headers", b"/plain"), written(number=3))
    mail = server.read()
    assert (ids(mail), mail.position.uid, len(mail.letters)) == (["<r-3"], 3, 3)


def test_so_many_reports_are_read_at_once_and_nothing_after_them(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(systems_inbox, "MOST_REPORTS", 2)
    deliver(server, *(written(number=number) for number in range(1, 4)))
    server.deliver("Subject: hi")
    deliver(server, written(number=5))
    first = server.read()
    assert (ids(first), first.position.uid, len(first.letters)) == (["<r-1", "<r-2"], 2, 2)
    second = server.read(first.position)
    assert (ids(second), second.position.uid, second.letters[1].subject) == (["<r-3", "<r-5"], 5, "hi")


REPORT = written()
ENCLOSED = b"Content-Type: text/rfc822-headers\r\n\r\n"
TOP = REPORT.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


def answer(part: bytes, content: bytes, uid: int = 5) -> bytes:
    said = (uid, DATE.encode(), part, len(content), content)
    return b"* 1 FETCH (UID %d INTERNALDATE %b %b {%d}\r\n%b)\r\n%%s OK done\r\n" % said


class Giving(Scripted):
    """A server with one letter, which gives its head, and then its body as a script says."""

    def __init__(self, head: bytes, body: bytes) -> None:
        super().__init__({"UID FETCH": answer(b"BODY[HEADER]<0>", head)})
        self.body, self.script = body, _Turning(self)


class _Turning(dict[str, bytes]):
    def __init__(self, server: Giving) -> None:
        super().__init__(server.script)
        self._server = server

    def get(self, command: str, usual: bytes | None = None) -> bytes | None:  # type: ignore[override]
        if command == "UID FETCH" and "BODY.PEEK[]" in self._server.heard[-1]:
            return self._server.body
        return super().get(command, usual)


def test_of_a_body_no_more_than_enough_is_asked_for() -> None:
    server = Giving(TOP, answer(b"BODY[]<0>", REPORT))
    assert ids(read(server)) == ["<r-1"]
    asked = [words for words in server.heard if words.startswith("UID FETCH")]
    assert asked == ["UID FETCH 5 (UID INTERNALDATE BODY.PEEK[HEADER]<0.65536>)", "UID FETCH 5 (UID BODY.PEEK[]<0.204800>)"]  # fmt: skip


@pytest.mark.parametrize(
    "head",
    [HEAD, TOP.replace(b"Return-Path: <>\r\n", b"").replace(b"MAILER-DAEMON", b"eve"), TOP.replace(b"/report", b"/mixed")],
    ids=["a letter", "of somebody", "of parts"],
)  # fmt: skip
def test_no_body_of_any_other_letter_is_asked_for(head: bytes) -> None:
    server = Giving(head, answer(b"BODY[]<0>", REPORT))
    assert (ids(read(server)), [words for words in server.heard if "BODY.PEEK[]" in words]) == ([], [])


@pytest.mark.parametrize(
    "body",
    [
        b"%s OK done\r\n", b"%s NO it is gone\r\n", answer(b"BODY[]<0>", REPORT, uid=6), answer(b"BODY[]<0>", b""),
        answer(b"BODY[]<0>", b"\xff\x00" * 500),
        answer(b"BODY[]<0>", REPORT.replace(ENCLOSED, b"Content-Type: message/rfc822\r\n\r\n" * 5_000)),
    ],
    ids=["nothing", "no", "another's", "empty", "no text", "thousands of letters, each in the next"],
)  # fmt: skip
def test_a_report_of_which_nothing_comes_is_passed_over(body: bytes) -> None:
    mail = read(Giving(TOP, body))
    assert (mail.reports, len(mail.letters), mail.position) == ((), 1, Position(7, 5))


@pytest.mark.parametrize("body", [b"", b"%s BAD what\r\n", b"* 1 FETCH (UID 5 BODY[]<0> {900}\r\nFrom"])
def test_a_line_that_breaks_in_a_report_is_trouble_and_it_is_read_the_next_time(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        read(Giving(TOP, body))
