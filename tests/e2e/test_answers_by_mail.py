"""Questions answered by letter: a link in the daily letter, a letter back, `inbox`, and what the systems hold afterwards.

SMTP and IMAP are real in each of these; people read and write with their own logins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from sverka import app as application
from sverka.work import runner
from tests.e2e.play import LAMP, MONDAY, Play
from tests.e2e.test_promises_questions import amounts, quarrel
from tests.e2e.town import COMPANY, Town, control, town

US = "sverka@fary.example"
TOKEN = re.compile(r"[0-9a-f]{32}")


class Post(Play):
    """A play in this process whose people write letters, too."""

    def asked(self) -> int:
        """Return a deal about which the owner and the manager were asked by letter."""
        deal = quarrel(self)
        self.run()
        self.run("digest")
        return deal

    def daily(self, person: str = "manager") -> dict[str, Any]:
        """Return the first daily letter that somebody had."""
        return next(each for each in self.person(person).letters() if "Вопрос №" in each["text"])

    def answer(self, choice: str, person: str = "manager", **changed: str) -> None:
        """Follow a link of one's daily letter."""
        self.person(person).answer_letter(self.daily(person), choice, **changed)

    def take(self) -> None:
        """Run the job, and once more to see that it rests."""
        self.settle("inbox")

    def replies(self, person: str = "manager") -> list[str]:
        """Return the subjects of what was written back to somebody."""
        found = (letter["headers"] for letter in self.person(person).letters())
        return [headers["Subject"] for headers in found if "In-Reply-To" in headers]


def posted(opened: Town) -> Post:
    play = Post(opened.sandbox.ready, lambda *_: "", opened.run)
    play.set_clock(MONDAY)
    return play


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, sockets=False) as opened:
        yield opened


def test_a_letter_answers_once_and_the_first_answer_holds(tmp_path: Path) -> None:
    with town(tmp_path) as opened:
        play = posted(opened)
        deal = play.asked()
        tokens = [set(TOKEN.findall(play.daily(person)["text"])) for person in ("owner", "manager")]
        assert (len(tokens[0]), len(tokens[1]), tokens[0] & tokens[1]) == (3, 3, set()), "each has links of their own"
        stored = (tmp_path / "sverka.db").read_bytes()
        assert [token for token in tokens[0] | tokens[1] if token.encode() in stored] == [], (
            "they are in the letters only"
        )
        play.answer("Бизнес.ру")
        play.answer("Бизнес.ру")
        play.answer("Сделка", "owner")
        play.take()
        assert amounts(play, deal)[:2] == (3, 5), "it is kept, and carried out by the next run of the main job"
        play.settle()
        assert (amounts(play, deal), play.tasks(deal)) == ((5, 5, 5), [])
        assert ["уже принят" in subject for subject in play.replies()] == [True]
        assert ["ответ уже есть" in subject for subject in play.replies("owner")] == [True]
        told = play.person("owner").letters()[-1]
        assert "раньше вас ответили: Ольга Климова" in " ".join(told["text"].split())
        assert (told["headers"]["Auto-Submitted"], TOKEN.findall(told["text"])) == ("auto-replied", [])
        letters = len(play.letters())
        mailbox = opened.sandbox.world.companies[COMPANY].mailbox
        assert mailbox is not None
        mailbox.state = deepcopy(mailbox.state)  # the same letters under other numbers, as after a server was restored
        play.take()
        assert (len(play.letters()), amounts(play, deal)) == (letters, (5, 5, 5))
        assert [row["kind"] for row in play.changes() if row["kind"].startswith("imap")] == [], "the box is as it was"


def test_nobody_else_no_other_time_and_no_other_values(memory: Town) -> None:
    play = posted(memory)
    deal = play.asked()
    letters = len(play.letters())
    play.answer("Сделка", sender="owner@fary.example")
    play.answer("Сделка", sender="nobody@elsewhere.example")
    play.answer("Сделка", Auto_Submitted="auto-replied")
    play.answer("Сделка", Precedence="bulk")
    play.answer("Сделка", subject="Re: Понедельник")
    play.take()
    assert len(play.letters()) == letters, (
        "nothing is said to forgers, strangers, machines, and to letters without a token"
    )

    play.person("head").answer_letter(play.daily(), "Сделка")
    play.answer("Сделка", subject=f"Ответ [{'0' * 32}]")
    play.take()
    assert ["чужого письма" in subject for subject in play.replies("head")] == [True]
    assert ["Не узнали" in subject for subject in play.replies()] == [True]
    play.person().write(US, f"Re: {play.replies()[-1]}", "Я в отпуске")
    play.take()
    assert len(play.replies()) == 1, "an answering machine that does not say so has no token to quote"

    play.person("warehouse").change_line_amount(play.order(deal)["id"], LAMP, 7)
    play.run()
    play.answer("Сделка")
    play.take()
    play.forward(days=7)
    play.answer("Оставить")
    play.take()
    assert ["всё изменилось" in play.replies()[1], "Срок ссылки" in play.replies()[2]] == [True, True]
    play.settle()
    assert amounts(play, deal)[:2] == (3, 7), "the question stands"


def test_no_answer_is_lost_by_trouble(memory: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given by who reads plain text, nearly a week later, and read when it is too late to answer."""
    play = posted(memory)
    deal = play.asked()
    play.forward(days=6, hours=23)
    token = re.search(r"«Сделка»: ([0-9a-f]{32})", play.daily()["text"])
    assert token
    play.person().write(US, f"Re: Fwd: {token.group(1).upper()}")
    play.forward(days=1)
    for kind in ("maintenance", "wrong_token", "reset", "timeout_after", "half_body"):
        fault = {"company": COMPANY, "system": "mail", "kind": kind, "seconds": 0.05}
        control(play.ready["control"], "/_world/faults", fault)
        report = memory.run("inbox")
        assert (report["outcome"], report["failed"]) == ("failed", 1), (kind, report)
    with monkeypatch.context() as patch:
        patch.setattr(runner, "_keep", _die)
        with pytest.raises(KeyboardInterrupt):
            application.run(memory.app, "inbox", COMPANY)
    memory.later(minutes=30)  # the lease of the dead run runs out
    play.take()
    play.settle()
    assert (amounts(play, deal), play.replies()) == ((3, 3, 3), [])


def _die(*_: object) -> None:
    raise KeyboardInterrupt
