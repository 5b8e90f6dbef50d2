"""Reading the heads of letters that came to our mailbox, by IMAP, and what mail servers report of letters that did not arrive.

The box is opened for reading only, so nothing in it changes, not even what is marked as read: people may use it, too. No body but a
report's is fetched, and no link is followed. Nothing travels in the clear but on loopback. What a letter means does not belong here.
"""

from __future__ import annotations

import hashlib
import imaplib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from socket import socket

from imap_tools.errors import ImapToolsError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox
from imap_tools.message import MailMessage

from sverka.domain.clock import Clock, MachineClock
from sverka.domain.mailbox import Incoming, Position, Report
from sverka.domain.secret import Secret
from sverka.systems import reports
from sverka.systems.bounds import TooMuchError, bounded, connect
from sverka.systems.errors import BadAnswer, NoAccess, Unreachable
from sverka.systems.mail_host import MailHost
from sverka.systems.redaction import foreign
from sverka.systems.trust import trust_for_letters

PORTS = {"imap": 143, "imaps": 993}
TIMEOUT_S = 30.0
"""Longest silence of the server."""

TOTAL_S = 180.0
"""Longest whole reading, however the server drips."""

MOST_AT_ONCE = 500
"""Letters that one reading takes; the rest is for the next one."""

MOST_REPORTS = 50
"""Reports that one reading takes; what comes after them is for the next one, too."""

_BEYOND = 2**32
"""No letter has this number (RFC 3501)."""

_CHUNK = 50
_HEAD_BYTES = 64 * 1024
_REPORT_BYTES = 200 * 1024
_MOST_BYTES = 2 * (MOST_AT_ONCE * _HEAD_BYTES + MOST_REPORTS * _REPORT_BYTES)
_PARTS = f"(UID INTERNALDATE BODY.PEEK[HEADER]<0.{_HEAD_BYTES}>)"
_WHOLE = f"(UID BODY.PEEK[]<0.{_REPORT_BYTES}>)"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ARRIVED = re.compile(rb'INTERNALDATE "\s?([^"]+)"')
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_TROUBLES = (OSError, imaplib.IMAP4.error, ImapToolsError, ValueError)
_MACHINES = (*reports.DAEMONS, "noreply", "no-reply", "donotreply")
_BULK = ("bulk", "junk", "list", "auto_reply")
_MADE_BY_MACHINES = ("list-id", "list-unsubscribe", "x-autoreply", "x-autorespond", "x-auto-reply")


class LoginRefused(NoAccess):
    """The server did not let us in."""

    remedy = "Check login and password in the address; many servers want a password made for applications"


@dataclass(frozen=True)
class Mail:
    """What one reading brought: the heads of letters, oldest first, how far the box is read with them, and what reports among them say."""

    letters: tuple[Incoming, ...]
    position: Position
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True)
class Inbox:
    """A mailbox. url: `imaps://user:password@host:993`, or `imap://…:143` with STARTTLS."""

    url: Secret
    ca_file: str | None = None
    timeout_s: float = TIMEOUT_S
    total_s: float = TOTAL_S
    clock: Clock = field(default_factory=MachineClock)

    def __post_init__(self) -> None:
        """Raise ValueError for an address that is no IMAP server's."""
        MailHost.at(self.url, PORTS)

    def read(self, after: Position | None, since: date) -> Mail:
        """Read what came after a position; from the day `since` on, if there is none or the server numbers its letters anew.

        Raises SystemTrouble.
        """
        with bounded(self.clock, self.total_s, _MOST_BYTES), self._selected() as (box, uid_validity):
            if after is not None and after.uid_validity == uid_validity:
                found, last = _uids(box, f"UID {after.uid + 1}:*"), after.uid
            else:
                found = _uids(box, f"SINCE {since.day:02d}-{_MONTHS[since.month - 1]}-{since.year}")
                last = _told(box, "UIDNEXT", 1) - 1 if not found else 0
            # `n:*` names the last letter even if it is older.
            fresh = [uid for uid in found if uid > last][:MOST_AT_ONCE]
            letters = [letter for chunk in _chunks(fresh) for letter in _heads(box, chunk)]
            end = _end(letters)
            read = tuple(letter for letter in letters if letter.uid < end)
            told = tuple(report for letter in read if letter.is_report for report in _reports(box, letter))
            last = max((uid for uid in fresh if uid < end), default=last)
            return Mail(read, Position(uid_validity, last), told)

    @contextmanager
    def _selected(self) -> Iterator[tuple[BaseMailBox, int]]:
        step = "connect"
        box: BaseMailBox | None = None
        try:
            host = MailHost.at(self.url, PORTS)
            box = self._connect(host)
            if not host.is_tls and not host.is_loopback:
                box.client.starttls(trust_for_letters(self.ca_file))
            step = "LOGIN"
            box.login(host.user, host.password.reveal(), initial_folder=None)
            step = "EXAMINE"
            box.folder.set("INBOX", readonly=True)
            uid_validity = _told(box, "UIDVALIDITY", 0)
            step = "FETCH"
            yield box, uid_validity
        except _TROUBLES as trouble:
            raise self._in_our_words(step, trouble) from trouble
        finally:
            if box is not None:
                with suppress(*_TROUBLES):
                    box.logout()
                with suppress(*_TROUBLES):  # a line that broke is left open by a logout that fails
                    box.client.shutdown()

    def _connect(self, host: MailHost) -> BaseMailBox:
        if host.is_tls:
            context = trust_for_letters(self.ca_file)
            return _Box(_EncryptedLine(host.host, host.port, ssl_context=context, timeout=self.timeout_s))
        return _Box(_Line(host.host, host.port, self.timeout_s))

    def _in_our_words(self, step: str, trouble: Exception) -> Unreachable | LoginRefused | BadAnswer:
        secrets = (self.url, MailHost.at(self.url, PORTS).password)
        what = foreign(f"{type(trouble).__name__}: {trouble}", secrets)
        if step == "connect":
            return Unreachable("mail", f"IMAP {step}", what)
        if isinstance(trouble, MailboxLoginError):
            return LoginRefused("mail", f"IMAP {step}", what)
        return BadAnswer("mail", f"IMAP {step}", what)


class _Line(imaplib.IMAP4):
    """A conversation on a connection that heeds our bounds; the library has no other way to give it one."""

    def _create_socket(self, timeout: float | None) -> socket:
        return connect(self.host, self.port, timeout)

    def read(self, size: int) -> bytes:
        return super().read(_believable(size))


class _EncryptedLine(imaplib.IMAP4_SSL):
    """The same, encrypted from the first byte."""

    def _create_socket(self, timeout: float | None) -> socket:
        line: socket = self.ssl_context.wrap_socket(connect(self.host, self.port, timeout), server_hostname=self.host)
        return line

    def read(self, size: int) -> bytes:
        return super().read(_believable(size))


def _believable(size: int) -> int:
    """Return the announced size of a piece, for which room is made before it comes. Raises TooMuchError."""
    if size > _MOST_BYTES:
        raise TooMuchError(f"a piece of {size} bytes was announced")
    return size


class _Box(BaseMailBox):
    """The library's mailbox on a conversation of ours."""

    def __init__(self, line: imaplib.IMAP4) -> None:
        self._line = line
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._line


def _told(box: BaseMailBox, name: str, otherwise: int) -> int:
    """Return a number that the server told when the box was opened."""
    _, values = box.client.response(name)
    return int(values[0]) if values and values[0] else otherwise


def _uids(box: BaseMailBox, criteria: str) -> list[int]:
    return sorted(int(uid) for uid in box.uids(criteria, charset=None))


def _chunks(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (uids[start : start + _CHUNK] for start in range(0, len(uids), _CHUNK))


def _heads(box: BaseMailBox, uids: Sequence[int]) -> Iterator[Incoming]:
    status, items = box.client.uid("FETCH", ",".join(map(str, uids)), _PARTS)
    if status != "OK":
        raise imaplib.IMAP4.error(f"FETCH was answered {status}")
    for answer in _answers(items):
        letter = _understood(answer)
        if letter is not None and letter.uid in uids:
            yield letter


def _end(letters: Iterable[Incoming]) -> int:
    """Return the number of the first report too many, at which this reading ends; one that no letter has if there is none."""
    numbers = sorted(letter.uid for letter in letters if letter.is_report)
    return numbers[MOST_REPORTS] if len(numbers) > MOST_REPORTS else _BEYOND


def _reports(box: BaseMailBox, letter: Incoming) -> Iterator[Report]:
    """Fetch a letter that says that it is a report; one that the server does not give, or that cannot be read, says nothing."""
    _, items = box.client.uid("FETCH", str(letter.uid), _WHOLE)
    for answer in _answers(items):
        with suppress(Exception):  # the parsers of mail raise almost anything on what is no mail
            message = MailMessage(answer)
            if message.uid == str(letter.uid):
                yield from reports.read(message.obj, letter.arrived_at)


def _answers(items: Iterable[object]) -> Iterator[list[object]]:
    """Part what the server said by letters: each begins with a pair of its data and its head."""
    answer: list[object] = []
    for item in items:
        if isinstance(item, tuple):
            if answer:
                yield answer
            answer = [item]
        elif answer:
            answer.append(item)
    if answer:
        yield answer


def _understood(answer: list[object]) -> Incoming | None:
    """Read one letter's head, None if it cannot be read: whatever strangers write, the others are read."""
    try:
        return _incoming(MailMessage(answer), answer)
    except Exception:  # noqa: BLE001 (the parsers of mail raise almost anything on what is no mail)
        return None


def _incoming(message: MailMessage, answer: list[object]) -> Incoming | None:
    head = message.obj
    arrived = _ARRIVED.search(b" ".join(part for item in answer for part in _parts_of_data(item)))
    if not message.uid or arrived is None:
        return None
    sender, message_id = _sender(head), _MESSAGE_ID.search(str(head["Message-ID"] or ""))
    raw = b"".join(item[1] for item in answer if isinstance(item, tuple))
    known_by = message_id.group(0).encode() if message_id else raw
    return Incoming(
        uid=int(message.uid), key=hashlib.sha256(sender.encode(errors="replace") + b"|" + known_by).hexdigest()[:24],
        message_id=message_id.group(0) if message_id else "", sender=sender, subject=message.subject,
        arrived_at=_moment(arrived.group(1).decode("ascii")),
        is_automatic=_is_automatic(head, sender), is_forged=_is_forged(head), is_report=reports.is_report(head, sender),
    )  # fmt: skip


def _parts_of_data(item: object) -> Iterator[bytes]:
    """Yield what the server itself says of a letter, without the letter."""
    data = item[0] if isinstance(item, tuple) else item
    if isinstance(data, bytes):
        yield data


def _moment(text: str) -> datetime:
    moment = parsedate_to_datetime(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment


def _sender(head: Message) -> str:
    found = getaddresses([str(each) for each in head.get_all("From", [])])
    return found[0][1].casefold() if len(found) == 1 else ""


def _is_automatic(head: Message, sender: str) -> bool:
    said = {name.lower(): str(value).strip().lower() for name, value in head.items()}
    return bool(
        said.get("auto-submitted", "no").partition(";")[0].strip() != "no"
        or said.get("precedence", "") in _BULK
        or said.get("return-path", "") == "<>"
        or head.get_content_type() == "multipart/report"
        or any(name in said for name in _MADE_BY_MACHINES)
        or sender.partition("@")[0] in _MACHINES
    )


def _is_forged(head: Message) -> bool:
    """Whether the server that took the letter found that From is not who sent it; only the topmost line is the server's own word."""
    words = str(head.get("Authentication-Results", "")).lower()
    if "dmarc=" in words:
        return "dmarc=fail" in words
    return "spf=fail" in words and "dkim=pass" not in words
