"""Letters out: from a frozen payload to one SMTP transaction for one person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

from sverka.domain.effects import Answer, Outcome
from sverka.domain.secret import Secret
from sverka.systems import mail

TIMEOUT_S = 30.0


@dataclass(frozen=True)
class Post:
    """A company's letter box. sender: `Name <address>`, as the company's file has it, for letters that name no other; url: smtp://user:password@host:port."""

    url: Secret
    sender: str

    def send(self, payload: Mapping[str, object], permit: Callable[[], bool]) -> Outcome:
        """Send the letter of a payload {key, to_name, to, subject, text, html}, and to clients {from_name, reply_to} as well."""
        message = compose(payload, self.sender)
        if not permit():
            return Outcome(Answer.NOT_EXECUTED, detail="the run was no longer allowed to send")
        return mail.send(self.url, message, TIMEOUT_S)


def compose(payload: Mapping[str, object], sender: str) -> EmailMessage:
    """Make the letter: text that reads well alone, and the same as HTML. The Message-ID follows from the key."""
    name, address = parseaddr(sender)
    message = EmailMessage()
    message["From"] = Address(str(payload.get("from_name") or name), addr_spec=address)
    message["To"] = Address(str(payload["to_name"]), addr_spec=str(payload["to"]))
    if reply_to := payload.get("reply_to"):
        message["Reply-To"] = Address(addr_spec=str(reply_to))
    message["Subject"] = str(payload["subject"])
    message["Message-ID"] = (
        f"<{hashlib.sha256(str(payload['key']).encode()).hexdigest()[:32]}@{address.partition('@')[2]}>"
    )
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(str(payload["text"]))
    message.add_alternative(str(payload["html"]), subtype="html")
    return message
