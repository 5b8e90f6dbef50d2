"""Letters out: from a frozen payload to one SMTP transaction for one person.

Where all letters are redirected, each goes to that one address and to nobody else, and says for whom it was: the frozen payload stays.

A payload holds the data of charts, table and papers, never their bytes: the outbox stays small and readable, and what is drawn cannot
differ from what was planned, for it is drawn from nothing else. The Message-ID follows from the payload's key alone, so a letter that goes
a second time is the same letter to whoever receives it, pictures and papers included.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from html import escape
from typing import Any
from urllib.parse import quote

from sverka.domain.effects import Answer, Outcome
from sverka.domain.secret import Secret
from sverka.messages import spreadsheet
from sverka.messages.book import Book
from sverka.messages.chart import Chart
from sverka.messages.charts import drawing
from sverka.messages.documents import drawing as papers
from sverka.messages.documents.paper import Paper
from sverka.systems import mail

TIMEOUT_S = 30.0
_BODY = re.compile(r"<body[^>]*>", re.IGNORECASE)
_XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Post:
    """A company's letter box. sender: `Name <address>`, as the company's file has it, for letters that name no other; url: smtp://user:password@host:port.

    ca_file: certificates to trust besides the machine's, None for none. redirect_to: the only address that gets letters, "" for
    everybody's own.
    """

    url: Secret
    sender: str
    ca_file: str | None = None
    redirect_to: str = ""

    def prepare(self, payload: Mapping[str, Any]) -> None:
        """Draw what a letter shows, before it is claimed: that may take longer than a claim is fresh."""
        for held in payload.get("charts", ()):
            drawing.draw(Chart.from_json(held))
        if held := payload.get("book"):
            spreadsheet.draw(Book.from_json(held))
        for held in payload.get("papers", ()):
            papers.draw(Paper.from_json(held))

    def send(self, payload: Mapping[str, Any], permit: Callable[[], bool]) -> Outcome:
        """Send the letter of a payload {key, to_name, to, subject, text, html}; to clients {from_name, reply_to, may_refuse} as well.

        A daily letter may have {charts, book} beside them, one to a client {papers}.
        """
        message = compose(redirected(payload, self.redirect_to) if self.redirect_to else payload, self.sender)
        if not permit():
            return Outcome(Answer.NOT_EXECUTED, detail="the run was no longer allowed to send")
        return mail.send(self.url, message, TIMEOUT_S, ca_file=self.ca_file)


def redirected(payload: Mapping[str, Any], address: str) -> dict[str, Any]:
    """Return the letter for another address: its subject and its first line name the one for whom it was."""
    meant = f"{payload['to_name']} <{payload['to']}>".strip()
    line = f"Проверка: это письмо предназначалось {meant}."
    shown = f'<p style="background:#fff3cd;padding:8px">{escape(line)}</p>'
    page = str(payload["html"])
    body = _BODY.search(page)
    at = body.end() if body else 0
    return {
        **payload, "to": address, "to_name": "", "subject": f"[для {payload['to']}] {payload['subject']}",
        "text": f"{line}\n\n{payload['text']}", "html": f"{page[:at]}{shown}{page[at:]}",
    }  # fmt: skip


def compose(payload: Mapping[str, Any], sender: str) -> EmailMessage:
    """Make the letter: text that reads well alone, the same as HTML with pictures, table, papers. The Message-ID follows from the key."""
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
    if answered := payload.get("in_reply_to"):
        message["In-Reply-To"] = message["References"] = str(answered)
    if payload.get("may_refuse"):
        message["List-Unsubscribe"] = f"<mailto:{address}?subject={quote('СТОП')}>"
    message["Auto-Submitted"] = "auto-replied" if answered else "auto-generated"
    message.set_content(str(payload["text"]))
    message.add_alternative(str(payload["html"]), subtype="html")
    _add_pictures(message, payload.get("charts", ()))
    if held := payload.get("book"):
        book = Book.from_json(held)
        message.add_attachment(spreadsheet.draw(book), "application", _XLSX, filename=book.file_name)
    for held in payload.get("papers", ()):
        paper = Paper.from_json(held)
        message.add_attachment(papers.draw(paper), "application", "pdf", filename=paper.file_name)
    return message


def _add_pictures(message: EmailMessage, charts: Any) -> None:
    """Put the pictures beside the HTML, which finds them by their Content-ID."""
    html = message.get_body(("html",))
    for held in charts if html else ():
        chart = Chart.from_json(held)
        html.add_related(  # type: ignore[union-attr]  # the loop is empty without it
            drawing.draw(chart),
            "image",
            "png",
            cid=f"<{chart.cid}>",
            filename=f"{chart.name}.png",
            disposition="inline",
        )


@dataclass(frozen=True)
class Pages:
    """A letter as files: HTML that opens in a browser, pictures inside it; the text; attachments by their names."""

    html: str
    text: str
    files: Mapping[str, bytes]


def pages(message: EmailMessage) -> Pages:
    """Take a letter apart for a person to look at."""
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    shown = html.get_content() if html else ""
    for part in message.walk():
        if cid := part.get("Content-ID"):
            data = b64encode(part.get_payload(decode=True) or b"").decode()  # type: ignore[arg-type]
            shown = shown.replace(f"cid:{cid.strip('<>')}", f"data:{part.get_content_type()};base64,{data}")
    files = {
        part.get_filename() or "attachment": part.get_payload(decode=True) or b"" for part in message.iter_attachments()
    }
    return Pages(shown, text.get_content() if text else "", files)  # type: ignore[arg-type]
