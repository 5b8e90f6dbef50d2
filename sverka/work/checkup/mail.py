"""Mail: whether letters can be sent, tried by logging in and naming the sender, and whether answers can be read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parseaddr

from sverka.companies.company import Company
from sverka.systems import mail
from sverka.systems.errors import NoAccess, SystemTrouble, Unreachable
from sverka.systems.mail_host import MailHost
from sverka.work.checkup.lines import Line, error, look, right
from sverka.work.desk import Desk
from sverka.work.post import TIMEOUT_S

_NOT_YET = timedelta(days=2)
"""Of days that have not come there are no letters, so none is fetched."""

_MENDS = {
    "connect": "check host and port in {variable}: 465 goes with smtps://, 587 with smtp://",
    "EHLO": "check host and port in {variable}: 465 goes with smtps://, 587 with smtp://",
    "STARTTLS": "the server begins no encryption there: write smtps:// and its port for encrypted lines in {variable}",
    "AUTH": "check login and password in {variable}: many servers want a password made for applications, "
    "and @ : / # % in it are written %40 %3A %2F %23 %25",
    "MAIL": "write an address of the mailbox that {variable} logs in to in `systems.mail.sender`, or allow it to send as this one",
}
"""Where the conversation ended → what to do."""

_LATER = "the server puts us off: try again in a quarter of an hour; if it stays so, ask who runs it"
_LOG_IN_FIRST = 530


def smtp(company: Company, desk: Desk) -> Iterator[Line]:
    """Log in to the server and ask whether the sender may write; nothing is sent."""
    variable, sender = company.connection.mail.smtp, parseaddr(desk.post.sender)[1]
    try:
        host = MailHost.at(desk.post.url, mail.PORTS)
        knock = mail.knock(desk.post.url, sender, TIMEOUT_S, ca_file=desk.post.ca_file)
    except ValueError as problem:
        yield error("SMTP", str(problem), f"mend {variable}")
        return
    shown = f"{host.host}:{host.port}"
    if not knock.step:
        yield right(
            "SMTP", f"{shown} lets us in{f' as {host.user}' if host.user else ''} and takes letters from {sender}"
        )
        return
    text = f"{shown} does not take letters from {sender} ({knock.detail.rstrip('.')}), so no letter goes out"
    yield error("SMTP", text, _mend(knock, variable))


def _mend(knock: mail.Knock, variable: str) -> str:
    if 400 <= knock.code < 500:
        return _LATER
    step = "AUTH" if knock.code == _LOG_IN_FIRST else knock.step
    return _MENDS[step].format(variable=variable)


def imap(company: Company, desk: Desk, now: datetime) -> Iterator[Line]:
    """Open the mailbox for reading, if the file names one; no letter is fetched."""
    variable = company.connection.mail.imap
    if desk.inbox is None:
        yield look(
            "IMAP",
            "the file names no mailbox, so answers to letters are not read",
            "name the variable with its address in `systems.mail.imap`",
        )
        return
    try:
        desk.inbox.read(None, (now + _NOT_YET).date())
    except SystemTrouble as trouble:
        text = f"the mailbox cannot be read ({trouble.what.rstrip('.')}), so answers to letters are not"
        yield error("IMAP", text, _imap_mend(trouble, variable))
        return
    yield right("IMAP", "the mailbox can be read")


def _imap_mend(trouble: SystemTrouble, variable: str) -> str:
    if isinstance(trouble, NoAccess):
        return _MENDS["AUTH"].format(variable=variable)
    if isinstance(trouble, Unreachable):
        return f"check host and port in {variable}: 993 goes with imaps://, 143 with imap://"
    return _LATER
