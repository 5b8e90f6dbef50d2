"""Letters to a mail server that may fail at every step: what each end means."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme

from sverka.domain.effects import Answer
from sverka.domain.secret import Secret
from sverka.systems import mail
from sverka.systems.mail_host import MailHost
from tests.contract.scripted import serving

A, R, N, M = Answer.ACCEPTED, Answer.REFUSED, Answer.NOT_EXECUTED, Answer.AMBIGUOUS
STEPS = {
    "connect": "220 hello",
    "EHLO": "250 hello",
    "AUTH": "235 welcome",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "dot": "250 2.0.0 queued as 4F1A",
}
HANG, DROP = "hang", "drop"


@dataclass
class MailServer:
    """Answers by its script; `hang` keeps silent, `drop` closes. taken: the letters that came whole."""

    script: Mapping[str, str]
    context: ssl.SSLContext | None = None
    extensions: tuple[str, ...] = ()
    taken: list[bytes] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    port: int = 0

    def talk(self, line: socket.socket) -> None:
        stream = line.makefile("rwb")
        if not self._say(stream, "connect"):
            return
        for raw in stream:
            words = raw.decode().strip()
            self.heard.append(words)
            step = words.split(" ")[0].upper()
            if step == "QUIT":
                stream.write(b"221 bye\r\n")
                stream.flush()
                return
            if not self._say(stream, step):
                return
            if step == "DATA" and self._reply(step).startswith("354") and not self._take(stream):
                return

    def _take(self, stream: object) -> bool:
        lines = []
        for raw in stream:  # type: ignore[attr-defined]
            if raw == b".\r\n":
                self.taken.append(b"".join(lines))
                return self._say(stream, "dot")
            lines.append(raw.removeprefix(b".") if raw.startswith(b"..") else raw)
        return False

    def _reply(self, step: str) -> str:
        return self.script.get(step) or STEPS[step]

    def _say(self, stream: object, step: str) -> bool:
        reply = self._reply(step)
        if reply == HANG:
            threading.Event().wait(0.5)
        if reply in (HANG, DROP):
            return False
        lines = [reply, *(f"250 {each}" for each in self.extensions)] if step == "EHLO" else [reply]
        marked = [f"{each[:3]}-{each[4:]}" for each in lines[:-1]] + lines[-1:]
        stream.write("".join(f"{each}\r\n" for each in marked).encode())  # type: ignore[attr-defined]
        stream.flush()  # type: ignore[attr-defined]
        return True


def letter(**headers: str) -> EmailMessage:
    message = EmailMessage()
    fields = {
        "From": "Сверка <sverka@example.ru>",
        "To": "Анна <anna@example.ru>",
        "Subject": "Сводка за день",
        **headers,
    }
    for name, value in {**fields, "Message-ID": "<42@example.ru>"}.items():
        if value:
            message[name] = value
    message.set_content("Здравствуйте.\n.точка в начале строки\n")
    return message


def sent(script: Mapping[str, str], *, user: str = "", **server: object) -> tuple[mail.Outcome, MailServer]:
    with serving(MailServer(script, **server)) as running:  # type: ignore[arg-type]
        url = Secret(f"smtp://{user}127.0.0.1:{running.port}")
        return mail.send(url, letter(), 0.25), running


def test_a_letter_arrives_as_it_was_written() -> None:
    outcome, server = sent({})
    assert (outcome.answer, outcome.external_id, outcome.detail) == (A, "<42@example.ru>", "250 2.0.0 queued as 4F1A")
    (raw,) = server.taken
    assert raw.isascii()
    came = message_from_bytes(raw, policy=policy.default)
    assert came["Subject"] == "Сводка за день"
    assert came.get_content().splitlines() == ["Здравствуйте.", ".точка в начале строки"]
    assert server.heard[:3] == ["ehlo example.ru", "mail FROM:<sverka@example.ru>", "rcpt TO:<anna@example.ru>"]


@pytest.mark.parametrize(
    ("step", "reply", "meaning", "taken"),
    [
        ("connect", "554 go away", N, 0),
        ("connect", DROP, N, 0),
        ("connect", HANG, N, 0),
        ("EHLO", "502 no", N, 0),
        ("MAIL", "451 later", N, 0),
        ("MAIL", "530 log in first", N, 0),
        ("MAIL", "550 no", R, 0),
        ("RCPT", "450 greylisted", N, 0),
        ("RCPT", "550 5.1.1 no such user", R, 0),
        ("RCPT", DROP, N, 0),
        ("DATA", "452 full", N, 0),
        ("DATA", "554 no", R, 0),
        ("DATA", DROP, N, 0),
        ("dot", "451 later", N, 1),
        ("dot", "554 5.7.1 spam", R, 1),
        ("dot", "354 what", M, 1),
        ("dot", DROP, M, 1),
        ("dot", HANG, M, 1),
    ],
)
def test_an_end_at_each_step_means(step: str, reply: str, meaning: Answer, taken: int) -> None:
    outcome, server = sent({step: reply})
    assert (outcome.answer, len(server.taken)) == (meaning, taken)
    assert outcome.changed is (meaning is A)


def test_a_server_that_is_not_there_was_surely_not_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    assert mail.send(Secret(f"smtp://127.0.0.1:{port}"), letter(), 0.25).answer is N


def test_refused_credentials_are_told_without_showing_them() -> None:
    outcome, server = sent({"AUTH": "535 s3cr3tword is wrong"}, user="ivan:s3cr3tword@", extensions=("AUTH PLAIN",))
    assert (outcome.answer, "s3cr3t" in outcome.detail, "535" in outcome.detail) == (N, False, True)
    assert server.taken == []


def test_credentials_are_given_where_they_are_asked_for() -> None:
    outcome, server = sent({}, user="ivan%40example.ru:s3cr3tword@", extensions=("AUTH PLAIN",))
    assert (outcome.answer, any(words.startswith("AUTH PLAIN") for words in server.heard)) == (A, True)


def test_elsewhere_than_on_loopback_nothing_travels_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MailHost, "is_loopback", False)
    outcome, server = sent({}, user="ivan:s3cr3tword@", extensions=("AUTH PLAIN",))
    assert (outcome.answer, outcome.detail) == (
        N,
        "STARTTLS: SMTPNotSupportedError: STARTTLS extension not supported by server.",
    )
    assert server.heard == ["ehlo example.ru"]


def test_the_certificate_of_a_tls_server_is_checked(tmp_path: Path) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with serving(MailServer({}, context)) as server:
        assert mail.send(Secret(f"smtps://127.0.0.1:{server.port}"), letter(), 0.25).answer is N
    with serving(MailServer({}, context)) as server:
        outcome = mail.send(Secret(f"smtps://127.0.0.1:{server.port}"), letter(), 0.4, ca_file=str(tmp_path / "ca.pem"))
    assert (outcome.answer, len(server.taken)) == (A, 1)


@pytest.mark.parametrize(
    "headers",
    [
        {"To": "a@example.ru, b@example.ru"},
        {"Cc": "b@example.ru"},
        {"Bcc": "b@example.ru"},
        {"To": ""},
        {"To": "иван@example.ru"},
        {"To": "ivan@почта.рф"},
        {"To": "ivan"},
    ],
    ids=["two", "a copy", "a blind copy", "nobody", "a Russian name", "a Russian domain", "no domain"],
)
def test_a_letter_goes_to_one_plain_address(headers: dict[str, str]) -> None:
    assert mail.send(Secret("smtp://127.0.0.1:9"), letter(**headers), 0.4).answer is R


@pytest.mark.parametrize("url", ["", "http://127.0.0.1", "smtp://", "127.0.0.1:25"])
def test_an_address_of_another_shape_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="looks like smtps://"):
        mail.send(Secret(url), letter(), 0.25)
