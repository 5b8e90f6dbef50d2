"""Handing one letter to a mail server, step by step, so that it is known how far it came.

Before the final dot nothing was sent, whatever broke; after it only the server's reply tells, and silence is ambiguous. One
recipient a letter: a server may refuse some of several in silence. Nothing travels in the clear but on loopback.
"""

from __future__ import annotations

import re
import smtplib
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import getaddresses
from socket import socket

from sverka.domain.clock import MachineClock
from sverka.domain.effects import Answer, Outcome
from sverka.domain.secret import Secret
from sverka.systems.bounds import bounded, connect
from sverka.systems.mail_host import MailHost
from sverka.systems.redaction import foreign
from sverka.systems.trust import trust_for_letters

PORTS = {"smtp": 587, "smtps": 465}
TOTAL_S = 120.0
"""Longest whole conversation, however the server drips."""

_ADDRESS = re.compile(
    r"[^\s<>()\[\],;:\"\\@\x00-\x1f\x7f]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?", re.ASCII | re.IGNORECASE
)
_DOT_AT_START = re.compile(rb"^\.", re.MULTILINE)
_LONGEST_LINE = 998
"""RFC 5322's own limit; shorter folding breaks long addresses in `List-Unsubscribe`."""

_GOODBYE_S = 5.0
_MOST_BYTES = 1024 * 1024
"""Replies are lines; a server that says more than this does not stop by itself."""

_ABOUT_THE_LETTER = frozenset(("MAIL", "RCPT", "DATA", "dot"))
_LOG_IN_FIRST = frozenset((530, 535))


def meaning(step: str, code: int) -> Answer:
    """Say what a reply other than yes means at a step (`EHLO MAIL RCPT DATA dot`). Pure."""
    if step == "dot" and not 400 <= code < 600:
        return Answer.AMBIGUOUS
    if step in _ABOUT_THE_LETTER and 500 <= code < 600 and code not in _LOG_IN_FIRST:
        return Answer.REFUSED
    return Answer.NOT_EXECUTED


def send(
    url: Secret, message: EmailMessage, timeout_s: float, *, total_s: float = TOTAL_S, ca_file: str | None = None
) -> Outcome:
    """Hand `message` to the server at `url`: `smtps://user:password@host:465`, or `smtp://…:587` with STARTTLS.

    timeout_s: longest silence of the server; RFC 5321 allows it 600 s after the final dot. total_s: longest whole conversation.
    The external id is the Message-ID. Raises ValueError for an address that is no mail server's.
    """
    sender, recipient = _addresses(message, "From"), _addresses(message, "To")
    if len(sender) != 1 or len(recipient) != 1 or message["Cc"] or message["Bcc"]:
        return Outcome(
            Answer.REFUSED, changed=False, detail="a letter has one sender and one recipient, of plain addresses"
        )
    delivery = _Delivery(MailHost.at(url, PORTS), timeout_s, total_s, ca_file)
    try:
        reply = delivery.run(sender[0], recipient[0], _on_the_wire(message))
    except _Declined as declined:
        return Outcome(meaning(delivery.step, declined.code), changed=False, detail=_told(delivery.step, declined, url))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        answer = Answer.AMBIGUOUS if delivery.step == "dot" else Answer.NOT_EXECUTED
        return Outcome(answer, changed=False, detail=_told(delivery.step, error, url))
    return Outcome(Answer.ACCEPTED, external_id=str(message["Message-ID"] or ""), detail=foreign(reply))


@dataclass(frozen=True)
class Knock:
    """How far a conversation without a letter came.

    step: where it ended (`connect EHLO STARTTLS AUTH MAIL`), "" if all went well. code: the server's, 0 if it gave none.
    """

    step: str = ""
    code: int = 0
    detail: str = ""


def knock(url: Secret, sender: str, timeout_s: float, *, total_s: float = TOTAL_S, ca_file: str | None = None) -> Knock:
    """Log in and ask whether `sender` may write, then take leave: no recipient is named and nothing is sent.

    Raises ValueError for an address that is no mail server's.
    """
    delivery = _Delivery(MailHost.at(url, PORTS), timeout_s, total_s, ca_file)
    try:
        delivery.knock(sender)
    except _Declined as declined:
        return Knock(delivery.step, declined.code, _told(delivery.step, declined, url))
    except smtplib.SMTPResponseException as refused:
        return Knock(delivery.step, refused.smtp_code, _told(delivery.step, refused, url))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return Knock(delivery.step, detail=_told(delivery.step, error, url))
    return Knock()


class _Declined(Exception):
    """The server said something other than what lets us go on."""

    def __init__(self, code: int, reply: bytes | str) -> None:
        super().__init__(code, reply)
        self.code = code
        self.reply = reply.decode(errors="replace") if isinstance(reply, bytes) else reply

    def __str__(self) -> str:
        return f"{self.code} {self.reply}"


class _Line(smtplib.SMTP):
    """A conversation on a connection that heeds our bounds; the library has no other way to give it one."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket:
        return connect(host, port, timeout)


class _EncryptedLine(smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket:
        return self.context.wrap_socket(connect(host, port, timeout), server_hostname=host)


class _Delivery:
    """One conversation; `step` tells how far it came, and "dot" that the whole letter left us."""

    def __init__(self, server: MailHost, timeout_s: float, total_s: float, ca_file: str | None) -> None:
        self.step = "connect"
        self._server = server
        self._timeout_s = timeout_s
        self._total_s = total_s
        self._ca_file = ca_file

    def run(self, sender: str, recipient: str, data: bytes) -> str:
        with self._bounded(self._total_s), closing(self._connect(sender.rpartition("@")[2])) as smtp:
            self._greet(smtp)
            self._expect("MAIL", smtp.mail(sender))
            self._expect("RCPT", smtp.rcpt(recipient))
            self._expect("DATA", smtp.docmd("DATA"), 354)
            smtp.send(data)
            self.step = "dot"
            reply = self._expect("dot", smtp.getreply())
            # a failure to say goodbye changes nothing
            with suppress(OSError, smtplib.SMTPException), self._bounded(min(_GOODBYE_S, self._timeout_s)):
                smtp.quit()
            return reply

    def knock(self, sender: str) -> None:
        with self._bounded(self._total_s), closing(self._connect(sender.rpartition("@")[2])) as smtp:
            self._greet(smtp)
            self._expect("MAIL", smtp.mail(sender))
            with suppress(OSError, smtplib.SMTPException):  # whoever hangs up now said yes before
                smtp.rset()
                smtp.quit()

    def _connect(self, our_name: str) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if self._server.is_tls:
            return _EncryptedLine(
                host, port, our_name, timeout=self._timeout_s, context=trust_for_letters(self._ca_file)
            )
        return _Line(host, port, our_name, self._timeout_s)

    def _bounded(self, total_s: float) -> AbstractContextManager[None]:
        return bounded(MachineClock(), total_s, _MOST_BYTES)

    def _greet(self, smtp: smtplib.SMTP) -> None:
        self._expect("EHLO", smtp.ehlo())
        if not self._server.is_tls and not self._server.is_loopback:
            self.step = "STARTTLS"
            smtp.starttls(context=trust_for_letters(self._ca_file))
            self._expect("EHLO", smtp.ehlo())
        if self._server.user:
            self.step = "AUTH"
            smtp.login(self._server.user, self._server.password.reveal())

    def _expect(self, step: str, said: tuple[int, bytes | str], wanted: int = 250) -> str:
        self.step = step
        code, reply = said
        if code != wanted and not (wanted == 250 and 200 <= code < 300):
            raise _Declined(code, reply)
        return f"{code} {reply.decode(errors='replace') if isinstance(reply, bytes) else reply}"


def _addresses(message: EmailMessage, header: str) -> list[str]:
    found = [address for _, address in getaddresses([str(each) for each in message.get_all(header, [])])]
    return found if all(each.isascii() and _ADDRESS.fullmatch(each) for each in found) else []


def _on_the_wire(message: EmailMessage) -> bytes:
    policy = message.policy.clone(linesep="\r\n", max_line_length=_LONGEST_LINE, cte_type="7bit")
    data = _DOT_AT_START.sub(b"..", message.as_bytes(policy=policy))
    return data + (b"" if data.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _told(step: str, error: Exception, url: Secret) -> str:
    return foreign(f"{step}: {type(error).__name__.strip('_')}: {error}", (url, MailHost.at(url, PORTS).password))
