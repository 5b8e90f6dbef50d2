"""What becomes of letters to an address, and the reports that mail servers write of it (RFC 3464), each in its own dialect.

A report comes back to the envelope sender with an empty return path. Where letters lie does not belong here.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.kit import SandboxError

REPORT_S = 5.0
"""So long after a letter was accepted comes the report of what became of it."""
LATE_S = 600.0
"""So long after that a delayed letter arrives."""
SERVER = "mail.sandbox"
USUAL = "usual"
_OUTWARD = re.compile(r"[^\x21-\x7e]+")
_TIME = ZoneInfo("Europe/Moscow")


@dataclass(frozen=True)
class Verdict:
    """How the delivery to an address ends. reply: what the address's own server said."""

    action: str
    status: str
    reply: str

    @property
    def is_final(self) -> bool:
        """Whether the letter never arrives."""
        return self.action == "failed"


VERDICTS: Mapping[str, Verdict] = {
    "no_such_user": Verdict("failed", "5.1.1", "550 5.1.1 User unknown in virtual mailbox table"),
    "full": Verdict("failed", "5.2.2", "552 5.2.2 Mailbox size limit exceeded"),
    "delayed": Verdict("delayed", "4.4.1", "451 4.4.1 Connection timed out"),
}
"""Habits of addresses that are worth a report."""


@dataclass(frozen=True)
class Habit:
    """What becomes of letters to an address, and in which dialect the server reports it."""

    word: str = USUAL
    dialect: str = "postfix"

    @property
    def verdict(self) -> Verdict | None:
        """What is reported, None for nothing."""
        return VERDICTS.get(self.word)


@dataclass(frozen=True)
class Returned:
    """A letter of which a server reports."""

    content: bytes
    sender: str
    recipient: str
    verdict: Verdict
    accepted_at: datetime
    at: datetime

    @property
    def number(self) -> str:
        """What the server calls the letter."""
        return sha256(self.content + self.recipient.encode()).hexdigest()[:10].upper()

    @property
    def head(self) -> bytes:
        """The head of the letter, as it came."""
        return re.split(rb"\r?\n\r?\n", self.content, maxsplit=1)[0] + b"\r\n"

    def said(self, name: str) -> str:
        """Return a line of the letter's head as it is written there, unfolded, "" without one."""
        found = re.search(rb"(?im)^" + name.encode() + rb":[ \t]*((?:.*\r?\n[ \t]+)*.*)", self.head)
        return re.sub(r"\s*\r?\n\s+", " ", found.group(1).decode("ascii", "replace")).strip() if found else ""


def habit(word: str, more: Mapping[str, Any]) -> Habit:
    """Return a habit from the words of whoever has the address; raises SandboxError for words that nobody knows.

    more: the `dialect` of the server that reports.
    """
    if word not in (known := (USUAL, *VERDICTS)):
        raise SandboxError(f"A mailbox is not {word!r}; it may be: {', '.join(known)}.")
    if unknown := sorted(set(more) - {"dialect"}):
        raise SandboxError(f"{', '.join(unknown)} cannot be said of a mailbox.")
    dialect = more.get("dialect", Habit.dialect)
    if dialect not in DIALECTS:
        raise SandboxError(f"No server reports in the dialect {dialect!r}; there are: {', '.join(DIALECTS)}.")
    return Habit(word, dialect)


def report(letter: Returned, dialect: str) -> bytes:
    """Write what the server tells the sender of a letter."""
    head, parts = DIALECTS[dialect](letter)
    boundary = f"{letter.number}.{int(letter.at.timestamp())}/{SERVER}"
    lines = [
        b"Return-Path: <>", *(line.encode() for line in head), b"MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="{boundary}"'.encode(), b"",
    ]  # fmt: skip
    for about, content in parts:
        lines += [f"--{boundary}".encode(), about.encode(), b"", content]
    return b"\r\n".join([*lines, f"--{boundary}--".encode(), b""])


Part = tuple[str, bytes]
"""The lines above a part, and the part."""
Written = tuple[list[str], list[Part]]


def _postfix(letter: Returned) -> Written:
    is_final = letter.verdict.is_final
    head = [
        f"Received: by {SERVER} (Postfix) id {letter.number}; {_moment(letter.at)}", f"Date: {_moment(letter.at)}",
        f"From: MAILER-DAEMON@{SERVER} (Mail Delivery System)",
        f"Subject: {'Undelivered Mail Returned to Sender' if is_final else 'Delayed Mail (still being retried)'}",
        f"To: {letter.sender}", "Auto-Submitted: auto-replied", f"Message-Id: <{letter.number}.report@{SERVER}>",
    ]  # fmt: skip
    happened = (
        "could not\r\nbe delivered to one or more recipients." if is_final else "has not been\r\ndelivered to all yet."
    )
    text = [
        f"This is the mail system at host {SERVER}.", "", f"I'm sorry to have to inform you that your message {happened}", "",
        f"<{letter.recipient}>: host {_host(letter)} said:", f"    {letter.verdict.reply} (in reply to RCPT TO command)", "",
    ]  # fmt: skip
    status = [
        f"Reporting-MTA: dns; {SERVER}", f"X-Postfix-Queue-ID: {letter.number}", f"X-Postfix-Sender: rfc822; {letter.sender}",
        f"Arrival-Date: {_moment(letter.accepted_at)}", "",
        f"Final-Recipient: rfc822; {letter.recipient}", f"Original-Recipient: rfc822;{letter.recipient}",
        f"Action: {letter.verdict.action}", f"Status: {letter.verdict.status}", f"Remote-MTA: dns; {_host(letter)}",
        f"Diagnostic-Code: smtp; {letter.verdict.reply}", "",
    ]  # fmt: skip
    return head, [
        ("Content-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii", _lines(text)),
        ("Content-Description: Delivery report\r\nContent-Type: message/delivery-status", _lines(status)),
        ("Content-Description: Undelivered Message Headers\r\nContent-Type: text/rfc822-headers", letter.head),
    ]


def _exchange(letter: Returned) -> Written:
    word = "Не удаётся доставить" if letter.verdict.is_final else "Доставка задерживается"
    inner = f"_000_{letter.number}_"
    head = [
        f'From: "Microsoft Outlook"\r\n\t<MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@{letter.sender.rpartition("@")[2]}>',
        f"To: {letter.sender}", f"Date: {_moment(letter.at)}", "Content-Language: ru-RU", f"Message-ID: <{letter.number}@{SERVER}>",
        f"In-Reply-To: {letter.said('Message-ID')}", f"References: {letter.said('Message-ID')}",
        f"Subject: {_koi8_word(word)}: {letter.said('Subject')}", "Auto-Submitted: auto-replied", "X-MS-Exchange-Message-Is-Ndr:",
    ]  # fmt: skip
    text = f"{word}.\r\n\r\n{letter.recipient}\r\nАдрес электронной почты не найден или недоступен.\r\n"
    shown = [
        f"--{inner}", 'Content-Type: text/plain; charset="koi8-r"', "Content-Transfer-Encoding: base64", "", _koi8(text),
        f"--{inner}", 'Content-Type: text/html; charset="koi8-r"', "Content-Transfer-Encoding: base64", "",
        _koi8(f"<html><body><p>{text}</p></body></html>"), f"--{inner}--",
    ]  # fmt: skip
    status = [
        f"Reporting-MTA: dns;{SERVER}", f"Received-From-MTA: dns;{SERVER}", f"Arrival-Date: {_moment(letter.accepted_at)}", "",
        f"Original-Recipient: rfc822;{letter.recipient}", f"Final-Recipient: rfc822;{letter.recipient}",
        f"Action: {letter.verdict.action}", f"Status: {letter.verdict.status}",
        f"Diagnostic-Code: smtp;{letter.verdict.reply}", f"X-Display-Name: {letter.recipient}", "",
    ]  # fmt: skip
    return head, [
        (f'Content-Type: multipart/alternative; differences=Content-Type;\r\n\tboundary="{inner}"', _lines(shown)),
        ("Content-Type: message/delivery-status", _lines(status)),
        ("Content-Type: message/rfc822", letter.content),
    ]


def _terse(letter: Returned) -> Written:
    """Say no more than RFC 3464 demands: nothing tells which letter it was."""
    head = [
        f"From: Postmaster <postmaster@{_host(letter)}>", f"To: <{letter.sender}>", f"Date: {_moment(letter.at)}",
        "Subject: Delivery Status Notification",
    ]  # fmt: skip
    status = [
        f"Reporting-MTA: dns; {_host(letter)}", "", f"Final-Recipient: RFC822; {letter.recipient.upper()}",
        f"Action: {letter.verdict.action}", f"Status: {letter.verdict.status}", "",
    ]  # fmt: skip
    return head, [
        ("Content-Type: text/plain", _lines([f"Delivery {letter.verdict.action}.", ""])),
        ("Content-Type: message/delivery-status", _lines(status)),
    ]


DIALECTS: Mapping[str, Callable[[Returned], Written]] = {"postfix": _postfix, "exchange": _exchange, "terse": _terse}
"""How servers write."""


def _host(letter: Returned) -> str:
    return f"mx.{_OUTWARD.sub('', letter.recipient.rpartition('@')[2])}"


def _moment(at: datetime) -> str:
    return format_datetime(at.astimezone(_TIME))


def _lines(lines: list[str]) -> bytes:
    return "\r\n".join(lines).encode()


def _koi8(text: str) -> str:
    return encodebytes(text.encode("koi8-r", "replace")).decode("ascii").strip().replace("\n", "\r\n")


def _koi8_word(text: str) -> str:
    return f"=?koi8-r?B?{_koi8(text)}?="
