"""Letters that a mail server takes and cannot deliver: its report comes to our mailbox, and the client is told in another way, once.

SMTP and IMAP are real in each of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.bounces import VERDICTS, Returned, report
from sandbox.handset import Handset
from sandbox.world import Mailbox
from tests.e2e.test_client_letters import MAIL, begin, timeline
from tests.e2e.test_message_ladder import EMAIL, MONDAY, SMS, Someone, Street
from tests.e2e.town import COMPANY, experienced_file, told_by, town

US = "sverka@fary.example"
TELL = "Сообщить клиенту"
PHONE = "+79161234501"
SAID = {EMAIL: "Клиенту отправлено письмо", SMS: "Клиенту отправлено SMS"}


@dataclass
class Postal(Street):
    """A street whose people read letters first."""

    def address(self, mail: str, word: str, **more: str) -> None:
        """Let a mailbox behave in a way."""
        Handset(self.town.sandbox.ready, COMPANY, mail).behaves(EMAIL, word, **more)

    def person(self, name: str, word: str = "usual", number: str | None = None, **more: str) -> Someone:
        """Let somebody with a mailbox that behaves in a way note a visit."""
        mail = f"{name}@pochta.example"
        self.address(mail, word, **more)
        return self.client(number=number, mail=mail)

    @property
    def mailbox(self) -> Mailbox:
        found = self.town.sandbox.world.companies[COMPANY].mailbox
        assert found is not None
        return found

    def read(self) -> None:
        """Let what was written a moment ago come back, and the worker read it."""
        self.town.later(minutes=1)
        assert self.town.run("inbox")["outcome"] == "done"

    def forget_place(self) -> None:
        """Let the mail server number its letters anew, so that all are read again."""
        self.mailbox.state = deepcopy(self.mailbox.state)

    def letter_to(self, mail: str) -> str:
        """Return the Message-ID of the letter to somebody."""
        (found,) = [each["headers"]["Message-ID"] for each in self.letters() if each["to"] == [mail]]
        return str(found)

    def forge(self, message_id: str, recipient: str, *, honest: bool = False) -> None:
        """Let a stranger report to us that a letter was refused; an honest one says who writes."""
        now, head = self.town.sandbox.world.clock.now(), f"Message-ID: {message_id}\r\nSubject: x\r\n\r\nx\r\n"
        returned = Returned(head.encode(), US, recipient, VERDICTS["no_such_user"], now, now)
        written = report(returned, "postfix")
        if honest:
            written = written.replace(b"Return-Path: <>", b"Return-Path: <eve@elsewhere.example>").replace(
                b"From: MAILER-DAEMON@mail.sandbox (Mail Delivery System)", b"From: eve@elsewhere.example"
            )
        self.mailbox.take(written, "", [US])


@contextmanager
def opened(folder: Path, *channels: str) -> Iterator[Postal]:
    """Open the company on a Monday at ten, which tells clients by some channels alone."""
    with town(folder, companies=told_by(folder, *channels), sockets=False, database=experienced_file(folder)) as place:
        place.set_clock(MONDAY)
        yield Postal(place)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postal]:
    """An hour of clients with all sorts of mailboxes; then everything is read a second time."""
    with opened(tmp_path_factory.mktemp("letters"), EMAIL, SMS) as street:
        street.person("alone", "no_such_user", number="")
        street.person("moved", "no_such_user")
        street.person("full", "full", dialect="exchange")
        street.person("late", "delayed")
        street.person("terse", "no_such_user", dialect="terse")
        street.person("well")
        street.after(1)
        well = "well@pochta.example"
        street.forge("<0123456789abcdef0123456789abcdef@fary.example>", well)
        street.forge(street.letter_to(well), "somebody@elsewhere.example")
        street.forge(street.letter_to(well), well, honest=True)
        street.read()
        street.after(1)
        street.forget_place()
        street.read()
        street.after(20)
        yield street


@pytest.mark.parametrize(
    ("place", "channels"),
    [
        pytest.param(0, [EMAIL], id="a mailbox alone"), pytest.param(1, [EMAIL, SMS], id="nobody there"),
        pytest.param(2, [EMAIL, SMS], id="full, told in Russian"), pytest.param(3, [EMAIL], id="late"),
        pytest.param(4, [EMAIL], id="nobody says which letter"), pytest.param(5, [EMAIL], id="well, but forged reports"),
    ],
)  # fmt: skip
def test_who_a_letter_did_not_reach_is_told_by_the_next_channel_once(
    street: Postal, place: int, channels: list[str]
) -> None:
    assert street.taken(street.clients[place]) == channels


def test_where_no_other_channel_is_the_manager_tells_it(street: Postal) -> None:
    owner = street.town.person("owner")
    told = [[TELL in row["SUBJECT"] for row in owner.todos(someone.deal)] for someone in street.clients]
    assert told == [[True], [], [], [], [], []]


def test_a_letter_that_is_late_arrives(street: Postal) -> None:
    came = {place: street.clients[place].mail for place in (1, 3, 5)}
    boxes = {place: Handset(street.town.sandbox.ready, COMPANY, mail).messages(EMAIL) for place, mail in came.items()}
    assert {place: len(letters) for place, letters in boxes.items()} == {1: 0, 3: 1, 5: 1}
    assert "22 декабря, в 12:00" in boxes[3][0]["text"].replace("\u00a0", " ")


def test_the_mailbox_stays_as_it_was(street: Postal) -> None:
    assert [row["kind"] for row in street.town.effects() if row["kind"].startswith("imap")] == []


@pytest.mark.parametrize(("first", "second"), [(EMAIL, SMS), (SMS, EMAIL)])
def test_a_deal_that_rests_is_looked_at_again_when_its_message_did_not_arrive(
    tmp_path: Path, first: str, second: str
) -> None:
    with opened(tmp_path, first, second) as street:
        street.address(MAIL, "no_such_user")
        Handset(street.town.sandbox.ready, COMPANY, PHONE).behaves(SMS, "no_such_number")
        deal = begin(street.town)
        street.town.settle()
        street.read()
        reports = [street.town.run() for _ in range(2)]
        assert [report["done"].get(f"message.{second}", 0) for report in reports].count(1) == 1
        comments = timeline(street.town, deal)
        assert [comment.partition(":")[0] for comment in comments] == [SAID[first], SAID[second]]
