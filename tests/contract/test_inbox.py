"""Heads of letters from a mail server: what is understood, how far it is read, and what any trouble is called."""

from __future__ import annotations

import copy
import re
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from sandbox.mail import PostOffice, worker_url
from sandbox.world import Company, Letters, Mailbox, World
from sverka.domain.mailbox import Incoming, Position
from sverka.domain.secret import Secret
from sverka.systems import inbox as systems_inbox
from sverka.systems.errors import BadAnswer, SystemTrouble, Unreachable
from sverka.systems.inbox import Inbox, LoginRefused
from sverka.systems.mail_host import MailHost
from tests.contract.scripted import serving

US = "sverka@fary.example"
NOON = datetime(2026, 11, 24, 9, tzinfo=UTC)
ALWAYS = date(2000, 1, 1)
TOKEN = "0123456789abcdef" * 2


@dataclass
class Server:
    """A real server with one mailbox, ours."""

    world: World
    mailbox: Mailbox
    inbox: Inbox

    def deliver(self, *heads: str, at: datetime = NOON) -> None:
        for head in heads:
            content = head.replace("\n", "\r\n").encode("utf-8", "surrogateescape") + b"\r\n\r\nbody\r\n"
            self.mailbox.deliver(content, [US], at)

    def read(self, after: Position | None = None, since: date = ALWAYS) -> systems_inbox.Mail:
        return self.inbox.read(after, since)


@pytest.fixture(scope="module")
def office() -> Iterator[Server]:
    world = World(NOON, time.monotonic)
    company = world.companies["acme"] = Company(
        "acme", {}, {"worker": {"name": "Сверка", "email": US}}, mailbox=Mailbox(world.clock)
    )
    post_office = PostOffice(world)
    url = worker_url(company, post_office.listen_imap(company))
    post_office.start()
    assert company.mailbox is not None
    try:
        yield Server(world, company.mailbox, Inbox(Secret(url), timeout_s=5))
    finally:
        post_office.stop()


@pytest.fixture
def server(office: Server) -> Server:
    office.mailbox.state = Letters()
    return office


def only(server: Server, head: str) -> Incoming:
    server.deliver(head)
    (letter,) = server.read().letters
    return letter


def test_a_head_is_read(server: Server) -> None:
    letter = only(
        server,
        "From: =?utf-8?b?0J7Qu9GM0LPQsA==?= <Olga@Fary.example>\nMessage-ID: <a1@client.example>\n"
        f"Subject: =?utf-8?b?0J7RgtCy0LXRgjogwqvQodC00LXQu9C60LDCuw==?=\n =?utf-8?q?_[{TOKEN[:10]}?=\n =?utf-8?q?{TOKEN[10:]}]?=",
    )
    assert (letter.uid, letter.message_id, letter.sender) == (1, "<a1@client.example>", "olga@fary.example")
    assert (letter.subject, letter.token) == (f"Ответ: «Сделка» [{TOKEN}]", TOKEN)
    assert (letter.arrived_at, letter.is_automatic, letter.is_forged) == (NOON, False, False)


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied", "Auto-Submitted: Auto-Generated; x=1", "Precedence: bulk", "precedence: LIST", "Return-Path: <>",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "List-Id: <news.example>", "X-Autoreply: yes",
    ],
)  # fmt: skip
def test_machines_are_known(server: Server, head: str) -> None:
    assert only(server, f"From: a@fary.example\n{head}").is_automatic


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@fary.example", "postmaster@fary.example", "no-reply@shop.example"])
def test_machines_are_known_by_their_names(server: Server, sender: str) -> None:
    assert only(server, f"From: {sender}").is_automatic


@pytest.mark.parametrize("head", ["Auto-Submitted: no", "Precedence: normal", "Return-Path: <a@fary.example>"])
def test_people_are_no_machines(server: Server, head: str) -> None:
    assert not only(server, f"From: a@fary.example\n{head}").is_automatic


@pytest.mark.parametrize(
    ("results", "forged"),
    [
        ([], False),
        (["mx; spf=pass; dkim=pass; dmarc=pass"], False),
        (["mx; spf=pass; dkim=pass; dmarc=fail"], True),
        (["mx; spf=fail smtp.mailfrom=x"], True),
        (["mx; spf=fail; dkim=pass"], False),
        (["mx; DMARC=FAIL (p=none)", "elsewhere; dmarc=pass"], True),
        (["mx; dmarc=pass", "elsewhere; dmarc=fail"], False),
    ],
)
def test_the_topmost_word_of_the_server_tells_a_forged_address(
    server: Server, results: Sequence[str], *, forged: bool
) -> None:
    lines = "".join(f"Authentication-Results: {each}\n" for each in results)
    assert only(server, f"{lines}From: a@fary.example").is_forged is forged


@pytest.mark.parametrize(
    "head",
    ["", "Subject: x", "From: a@x.example, b@x.example", "From: a@x.example\nFrom: b@x.example", "From: "],
    ids=["nothing", "no From", "two", "two lines", "an empty one"],
)
def test_a_letter_of_nobody_or_of_several_has_no_sender(server: Server, head: str) -> None:
    assert only(server, head or "X: y").sender == ""


@pytest.mark.parametrize(
    "head",
    [
        "Subject: =?klingon?q?abc?=", "Subject: =?utf-8?b?!!!?=", "Subject: \udcff\udcfe", "Subject: a\x00b", "Message-ID: <a\tb> <c d>",
        "From: =?utf-8?b?////?= <a@fary.example", "Authentication-Results: \udcff", "Content-Type: \udcff; =", "not a head at all",
        "Subject: " + "я" * 70_000, "X: " + "y" * 200_000,
    ],
    ids=[
        "a strange charset", "no base64", "no text", "a zero", "no id", "half an address", "strange results", "strange type", "no head",
        "a long subject", "a long head",
    ],
)  # fmt: skip
def test_whatever_strangers_write_the_next_letter_is_read(server: Server, head: str) -> None:
    server.deliver(head, f"From: a@fary.example\nSubject: {TOKEN}")
    mail = server.read()
    assert (mail.letters[-1].token, mail.position.uid) == (TOKEN, 2)


def test_a_letter_is_known_again_however_often_it_is_read(server: Server) -> None:
    server.deliver(
        "From: a@fary.example\nMessage-ID: <1@x>",
        "From: b@fary.example\nMessage-ID: <1@x>",
        "From: a@fary.example\nX: 1",
    )
    before = server.read()
    server.mailbox.state = copy.deepcopy(server.mailbox.state)
    after = server.read(before.position)
    assert [letter.key for letter in after.letters] == [letter.key for letter in before.letters]
    assert len({letter.key for letter in after.letters}) == 3
    assert after.position.uid_validity != before.position.uid_validity


def test_only_what_came_since_is_read(server: Server) -> None:
    server.deliver("Subject: 1", "Subject: 2")
    first = server.read()
    assert (len(first.letters), server.read(first.position)) == (2, systems_inbox.Mail((), first.position))
    server.deliver("Subject: 3")
    second = server.read(first.position)
    assert ([letter.subject for letter in second.letters], second.position.uid) == (["3"], 3)


def test_an_unknown_box_is_read_from_a_day_on_and_then_from_where_it_ended(server: Server) -> None:
    server.deliver("Subject: old", at=NOON - timedelta(days=9))
    first = server.read(since=(NOON - timedelta(days=8)).date())
    assert (first.letters, first.position.uid) == ((), 1)
    server.deliver("Subject: new")
    assert [letter.subject for letter in server.read(first.position).letters] == ["new"]


def test_a_full_box_is_read_in_parts(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systems_inbox, "MOST_AT_ONCE", 5)
    monkeypatch.setattr(systems_inbox, "_CHUNK", 2)
    server.deliver(*(f"Subject: {number}" for number in range(12)))
    position, read = None, list[str]()
    for _ in range(4):
        mail = server.read(position)
        position, read = mail.position, read + [letter.subject for letter in mail.letters]
    assert read == [str(number) for number in range(12)]


def test_no_body_is_fetched_and_nothing_is_marked(server: Server) -> None:
    server.deliver("Subject: 1")
    server.read()
    assert server.world.journal.effects_since(0) == []


HEAD = b"From: a@fary.example\r\nSubject: hi\r\n\r\n"
DATE = '"24-Nov-2026 12:00:00 +0300"'


@dataclass
class Scripted:
    """A server that answers each command by a script, in which `%s` is the command's tag."""

    script: dict[str, bytes] = field(default_factory=dict)
    greeting: bytes = b"* OK ready\r\n"
    context: ssl.SSLContext | None = None
    heard: list[str] = field(default_factory=list)
    port: int = 0

    def talk(self, line: socket.socket) -> None:
        stream = line.makefile("rwb")
        stream.write(self.greeting)
        stream.flush()
        for raw in stream:
            tag, _, words = raw.decode().strip().partition(" ")
            self.heard.append(words)
            command = (
                " ".join(words.split()[:2]).upper() if words.upper().startswith("UID") else words.split()[0].upper()
            )
            answer = self.script.get(command, USUAL.get(command, b"%s OK done\r\n"))
            if not answer:
                return
            stream.write(answer.replace(b"%s", tag.encode()))
            stream.flush()

    @property
    def url(self) -> str:
        return f"127.0.0.1:{self.port}"


USUAL = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n%s OK done\r\n",
    "EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 6] x\r\n%s OK [READ-ONLY] done\r\n",
    "UID SEARCH": b"* SEARCH 5\r\n%s OK done\r\n",
    "UID FETCH": b"* 1 FETCH (UID 5 INTERNALDATE %b BODY[HEADER]<0> {%d}\r\n%b)\r\n" % (DATE.encode(), len(HEAD), HEAD)
    + b"%s OK done\r\n",
    "LOGOUT": b"* BYE\r\n%s OK done\r\n",
}


def read(server: Scripted, scheme: str = "imap", ca_file: str | None = None) -> systems_inbox.Mail:
    with serving(server):
        return Inbox(Secret(f"{scheme}://us:s3cr3tword@{server.url}"), ca_file, timeout_s=0.5).read(None, ALWAYS)


def test_the_server_is_asked_for_no_more_than_is_needed() -> None:
    server = Scripted()
    mail = read(server)
    assert (mail.letters[0].subject, mail.position) == ("hi", Position(7, 5))
    asked = [words for words in server.heard if not words.startswith("CAPABILITY")]
    assert asked == [
        'LOGIN "us" "s3cr3tword"', 'EXAMINE "INBOX"', "UID SEARCH SINCE 01-Jan-2000",
        "UID FETCH 5 (UID INTERNALDATE BODY.PEEK[HEADER]<0.65536>)", "LOGOUT",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    [
        b"* 1 FETCH (INTERNALDATE %b BODY[HEADER]<0> {%d}\r\n%b UID 5)\r\n",
        b"* 1 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID 5 INTERNALDATE %b BODY[HEADER]<0> {%d}\r\n%b)\r\n* 1 FETCH (FLAGS ())\r\n",
        b"* 9 FETCH (UID 9 INTERNALDATE %b BODY[HEADER]<0> {%d}\r\n%b)\r\n* 1 FETCH (UID 5 INTERNALDATE %b BODY[HEADER]<0> {%d}\r\n%b)\r\n",
    ],
    ids=["the number comes last", "flags come between", "a letter comes unasked"],
)
def test_servers_speak_in_dialects(answer: bytes) -> None:
    values = (DATE.encode(), len(HEAD), HEAD) * answer.count(b"INTERNALDATE")
    mail = read(Scripted({"UID FETCH": answer % values + b"%s OK done\r\n"}))
    assert [(letter.uid, letter.subject) for letter in mail.letters] == [(5, "hi")]


@pytest.mark.parametrize(
    "answer",
    [
        b"%s OK done\r\n",
        b"* 1 FETCH (UID 5)\r\n%s OK done\r\n",
        b"* 1 FETCH (UID 5 BODY[HEADER]<0> {2}\r\n\r\n)\r\n%s OK done\r\n",
    ],
    ids=["nothing", "no head", "no date"],
)
def test_a_letter_of_which_nothing_comes_is_passed_over(answer: bytes) -> None:
    mail = read(Scripted({"UID FETCH": answer}))
    assert (mail.letters, mail.position) == ((), Position(7, 5))


def test_an_empty_box_is_read_up_to_its_end() -> None:
    assert read(Scripted({"UID SEARCH": b"* SEARCH\r\n%s OK done\r\n"})).position == Position(7, 5)


@pytest.mark.parametrize(
    ("script", "trouble"),
    [
        ({"LOGIN": b"%s NO [AUTHENTICATIONFAILED] s3cr3tword is wrong\r\n"}, LoginRefused),
        ({"LOGIN": b"%s BAD what\r\n"}, BadAnswer),
        ({"LOGIN": b""}, BadAnswer),
        ({"EXAMINE": b"%s NO no such box\r\n"}, BadAnswer),
        ({"EXAMINE": b""}, BadAnswer),
        ({"UID SEARCH": b"%s NO busy\r\n"}, BadAnswer),
        ({"UID SEARCH": b"* SEARCH five\r\n%s OK done\r\n"}, BadAnswer),
        ({"UID FETCH": b"%s NO busy\r\n"}, BadAnswer),
        ({"UID FETCH": b"* 1 FETCH (UID 5 BODY[HEADER]<0> {900}\r\nFrom"}, BadAnswer),
        ({"UID FETCH": b""}, BadAnswer),
    ],
)
def test_trouble_is_called_by_its_name_without_the_secret(
    script: dict[str, bytes], trouble: type[SystemTrouble]
) -> None:
    with pytest.raises(trouble) as caught:
        read(Scripted(script))
    assert "s3cr3t" not in str(caught.value)
    assert re.match(r"mail IMAP (LOGIN|EXAMINE|FETCH): ", str(caught.value))


@pytest.mark.parametrize("greeting", [b"* BYE too many lines\r\n", b"HTTP/1.1 400 Bad Request\r\n", b""])
def test_a_server_that_does_not_greet_is_not_reached(greeting: bytes) -> None:
    with pytest.raises(Unreachable):
        read(Scripted(greeting=greeting))


def test_a_server_that_is_not_there_is_not_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with pytest.raises(Unreachable):
        Inbox(Secret(f"imap://127.0.0.1:{port}"), timeout_s=0.3).read(None, ALWAYS)


def test_elsewhere_than_on_loopback_nothing_travels_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MailHost, "is_loopback", False)
    server = Scripted()
    with pytest.raises(Unreachable):
        read(server)
    assert [words for words in server.heard if "LOGIN" in words] == []


def test_the_certificate_of_a_tls_server_is_checked(tmp_path: Path) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with pytest.raises(Unreachable):
        read(Scripted(context=context), "imaps")
    assert read(Scripted(context=context), "imaps", str(tmp_path / "ca.pem")).position == Position(7, 5)


@pytest.mark.parametrize("url", ["", "https://127.0.0.1", "imap://", "127.0.0.1:143"])
def test_an_address_of_another_shape_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="looks like imaps://"):
        Inbox(Secret(url))
