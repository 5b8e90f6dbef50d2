"""What people do with their letters: read those that lie in their box, follow a link in one, write.

A `mailto:` link opens a letter that is ready to be sent; following one is sending it.
"""

from __future__ import annotations

import imaplib
import smtplib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sandbox.letters import letter, links
from sandbox.people.keys import Keys

_PATIENCE_S = 10.0


class MailWork(Keys):
    """Letters. Everything goes by SMTP and IMAP with the person's own login."""

    @property
    def address(self) -> str:
        """The person's own address."""
        return str(self._keys["mail"]["login"])

    def letters(self) -> list[dict[str, Any]]:
        """Return the letters in one's box, decoded, the oldest first; they stay as they are, read or not."""
        with self._box() as box:
            (found,) = box.uid("SEARCH", "ALL")[1]
            return [letter(_raw(box, uid), "", [self.address]) for uid in found.decode().split()]

    def answer_letter(self, received: Mapping[str, Any], choice: str, about: str = "", **changed: str) -> None:
        """Follow the link of a received letter that says `choice`; `about` are words of what it opens, if several say so.

        changed: what is edited before the letter goes: `sender`, `subject`, `body`, or headers (`Auto_Submitted`).
        """
        opened = [url for text, url in links(received["html"]) if text == choice and url.startswith("mailto:")]
        found = [url for url in opened if about in unquote(url)]
        if len(found) != 1:
            raise LookupError(f"The letter has {len(found)} links {choice!r} about {about!r}.")
        self.follow(found[0], **changed)

    def follow(self, url: str, **changed: str) -> None:
        """Send the letter that a `mailto:` link opens."""
        parts = urlsplit(url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.write(unquote(parts.path), **{"subject": asked["subject"], "body": asked.get("body", ""), **changed})

    def write(self, to: str, subject: str, body: str = "", sender: str = "", **headers: str) -> None:
        """Write a letter; `sender` may be anybody's address. Underscores in names of headers stand for hyphens."""
        message = EmailMessage()
        message["From"] = Address(self.name, addr_spec=sender or self.address)
        message["To"] = to
        message["Subject"] = subject
        message["Message-ID"] = make_msgid(domain="client.example")
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(body)
        parts = urlsplit(self._systems["mail"]["smtp"])
        with closing(smtplib.SMTP(parts.hostname or "", parts.port or 0, "localhost", _PATIENCE_S)) as line:
            line.login(self.address, self._keys["mail"]["password"])
            line.send_message(message, from_addr=self.address, to_addrs=[to])

    @contextmanager
    def _box(self) -> Iterator[imaplib.IMAP4]:
        parts = urlsplit(self._systems["mail"]["imap"])
        box = imaplib.IMAP4(parts.hostname or "", parts.port or 0, _PATIENCE_S)
        try:
            box.login(self.address, self._keys["mail"]["password"])
            box.select("INBOX", readonly=True)
            yield box
        finally:
            box.logout()


def _raw(box: imaplib.IMAP4, uid: str) -> bytes:
    _, data = box.uid("FETCH", uid, "(BODY.PEEK[])")
    return next(bytes(item[1]) for item in data if isinstance(item, tuple))
