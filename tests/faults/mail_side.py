"""Letters to the mail server's emulator, through the proxy: nobody can look one up, so what is not known stays unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from random import Random

from sandbox.serve import Sandbox
from sverka.domain.effects import Outcome, Probe
from sverka.domain.secret import Secret
from sverka.systems import mail
from tests.faults.law import READ_S, TOTAL_S, Record, Write
from tests.faults.relay import HARMLESS, TOXICS, Relay, relaying

_EXCHANGES = 8
"""Greeting, EHLO, AUTH, MAIL, RCPT, DATA, the letter, QUIT."""


class MailSide:
    """See `law.Side`."""

    toxics: Sequence[str] = TOXICS
    harmless = HARMLESS
    blind = frozenset(("letter",))

    def __init__(self, sandbox: Sandbox, relay: Relay, url: Secret) -> None:
        self._relay, self._url, self._journal = relay, url, sandbox.world.journal

    def write(self, number: int, random: Random) -> Write:
        wanted = f"<{number}@fary.example>"
        size = random.choice((20, 1000, 50_000))
        return Write(
            "letter",
            {"id": wanted, "text": "Здравствуйте. " * (size // 14)},
            [lambda record: record["kind"] == "send" and record["payload"]["headers"]["Message-ID"] == wanted],
        )

    def arm(self, toxic: str, random: Random) -> None:
        self._relay.arm(toxic, random.randrange(_EXCHANGES))

    def arm_for_long(self, toxic: str) -> None:
        raise AssertionError(f"nobody can look up letters, under {toxic} either")

    def disarm(self) -> bool:
        return self._relay.disarm()

    def settle(self) -> None:
        self._relay.settle()

    def send(self, write: Write) -> Outcome:
        wanted = letter(str(write.payload["id"]), str(write.payload["text"]))
        return mail.send(self._url, wanted, READ_S, total_s=TOTAL_S)

    def look(self, write: Write) -> Probe:
        raise AssertionError(f"nobody can look up {write.kind}")

    def records(self) -> Sequence[Record]:
        return self._journal.effects


def letter(message_id: str, text: str) -> EmailMessage:
    """Make a letter to the manager."""
    message = EmailMessage()
    message["From"], message["To"] = "Сверка <sverka@fary.example>", "manager@fary.example"
    message["Message-ID"], message["Subject"] = message_id, "Сводка"
    message.set_content(text)
    return message


@contextmanager
def mail_side(sandbox: Sandbox) -> Iterator[MailSide]:
    """Put the server behind the proxy."""
    url = sandbox.ready["env"]["HEADLIGHTS_SMTP_URL"]
    address = url.rpartition("@")[2]
    with relaying(address) as relay:
        yield MailSide(sandbox, relay, Secret(url.replace(address, relay.address)))
