"""What the letters tell of messages to clients, over a real store that is filled as runs would fill it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from sverka.domain.actions import Action
from sverka.domain.effects import Answer, State
from sverka.domain.messaging.channels import CHANNEL_BY_NAME, EMAIL, MAX, SMS, Delivery, Fate
from sverka.domain.messaging.kinds import BIRTHDAY, KIND_BY_NAME, THANKS_REVIEW, VISIT_EVE, VISIT_SOON
from sverka.domain.messaging.talked import End, HeldBack, Outage, Talked
from sverka.domain.messaging.wishes import BY_HAND, GOES, HELD, TOLD, WAITS, Note, Wish, tried_again
from sverka.domain.rows import Client
from sverka.messages.book import Book
from sverka.store import messages, outbox, runs
from sverka.work.digests import head, manager, owner
from sverka.work.summary import Covered
from tests.unit.digest_office import COMPANY, MORNING, OLGA, OWNER, STEPAN, Office, open_office, tell

YESTERDAY = MORNING - timedelta(days=1)
NOON = MORNING - timedelta(hours=21)
"""Of the day before the letter."""
PHONES = {EMAIL: "anna@mail.example"}
ROLES = {"owner": {"owner": OWNER}, "head": {"head": ("Ирина Лебедева", "head@fary.example")}}


def plain(text: str) -> str:
    return " ".join(unescape(text).replace("\u00a0", " ").replace("\u202f", " ").split())


class Talker:
    """An office whose clients are written to: deals 71 (Olga's) and 72 (Stepan's), two clients."""

    def __init__(self, office: Office) -> None:
        self.office = office
        office.desk = replace(office.desk, readers=ROLES)
        office.deal(71)
        office.deal(72, responsible=STEPAN)
        for number, name in ((7, "Анна Орлова"), (8, "Игнатов Павел")):
            office.put(Client(ext_id=f"contact:{number}", name=name, phone="+79161234567", email=""))

    def wish(
        self, verdict: str, rule: str = "", *, card: str = "deal:71", kind: str = VISIT_EVE, occasion: str = "1", client: int = 7,
        at: datetime = NOON,
    ) -> Wish:  # fmt: skip
        """Remember what became of a wish."""
        last = at + timedelta(days=1)
        made = Wish(KIND_BY_NAME[kind], card, f"contact:{client}", occasion, {}, at, last, "Пора.")
        with self.office.store.writing() as tx:
            messages.note(tx, COMPANY, [Note(made, verdict, rule)], at)
        return made

    def send(
        self, wish: Wish, channel: str, delivery: Delivery | None = None, *, state: State = State.DONE, again: int = 0, at: datetime = NOON
    ) -> int:  # fmt: skip
        """Send a message for a wish, now by real time; return its effect."""
        to = PHONES.get(channel, "+79161234567")
        payload = {"template": wish.kind.name, "recipient": wish.recipient, "to": to, "again": again, "text": "…"}
        occasion = tried_again(wish.occasion, again)
        action = Action(CHANNEL_BY_NAME[channel].action, wish.subject, occasion, payload, reason=wish.reason)
        with self.office.store.writing() as tx:
            fence = runs.acquire(tx, "test", "me", 600, self.office.clock.now)
            assert fence is not None
            (effect_id,) = outbox.put(tx, COMPANY, [action], 1, self.office.clock.real()).ids
            messages.dispatched(tx, COMPANY, [action], at)
            assert outbox.claim_many(tx, [effect_id], "test", fence, self.office.clock.now)
            brought = f"{channel}-{effect_id}"
            outbox.finish(tx, effect_id, fence, state, now=self.office.clock.now, changed=True, external_id=brought)
            if state is State.DONE:
                messages.accepted(tx, effect_id, at)
                messages.learn(tx, COMPANY, channel, [Fate(brought, delivery, at, is_final=True)] if delivery else [])
        return effect_id

    def told(self, channel: str, delivery: Delivery | None = None, **changes: Any) -> None:
        """Tell a client something by one channel."""
        self.send(self.wish(TOLD if delivery else GOES, **changes), channel, delivery)

    def talked(self, last: Covered | None = None) -> Talked:
        """Return what the owner is told of it."""
        found: Talked = tell(owner, self.office.day(), last).talked
        return found

    def managers(self, last: Covered | None = None) -> tuple[Any, Any]:
        """Return what Olga and Stepan are told."""
        day = self.office.day()
        users = {user.ext_id: user for user in day.users}
        return tell(manager, day, last, users[OLGA]), tell(manager, day, last, users[STEPAN])

    def letter_just_went(self) -> Covered:
        return Covered(MORNING.date(), self.office.clock.now, MORNING)


@pytest.fixture
def talker(tmp_path: Path) -> Iterator[Talker]:
    with open_office(tmp_path) as office:
        yield Talker(office)


def test_a_message_is_counted_once_by_the_channel_that_brought_it(talker: Talker) -> None:
    wish = talker.wish(TOLD)
    talker.send(wish, MAX, Delivery.UNDELIVERABLE)
    talker.send(wish, SMS, Delivery.DELIVERED, again=1)
    talker.told(MAX, Delivery.READ, occasion="2")
    talker.told(EMAIL, occasion="3")
    talker.told(SMS, occasion="4")
    assert talker.talked() == Talked(
        by_channel=((SMS, 2), (EMAIL, 1), (MAX, 1)), told=3, arrived=2, on_way=1,
    )  # fmt: skip


def test_what_was_told_is_not_told_again_whatever_becomes_of_it(talker: Talker) -> None:
    talker.told(MAX)
    talker.wish(HELD, "opted_out", occasion="2")
    last = talker.letter_just_went()
    assert talker.talked(last) == Talked()
    talker.wish(TOLD, at=MORNING + timedelta(hours=1))
    letter = tell(owner, talker.office.day(), last)
    assert (letter.talked, letter.details.messages) == (Talked(), ())
    talker.told(MAX, occasion="3", at=MORNING + timedelta(hours=1))
    assert talker.talked(last).by_channel == ((MAX, 1),)


def test_what_may_have_gone_is_told_as_such_and_is_no_failure(talker: Talker) -> None:
    talker.send(talker.wish(WAITS, "not_sure"), SMS, state=State.UNKNOWN)
    talker.send(talker.wish(GOES, card="deal:72"), MAX, state=State.FAILED)
    letter = tell(owner, talker.office.day())
    assert letter.talked == Talked(unsure=1)
    assert not letter.troubles, "a channel that refuses is followed by the next"


def test_whom_no_channel_reaches_is_called_by_who_looks_after_them(talker: Talker) -> None:
    lost = talker.wish(BY_HAND, "nowhere")
    talker.send(lost, MAX, Delivery.UNDELIVERABLE)
    talker.wish(BY_HAND, "no_address", card="deal:72", client=8)
    greeting = talker.wish(BY_HAND, "no_address", card="contact:8", kind=BIRTHDAY, client=8)
    call = {"owner": "contact:8", "responsible": OLGA, "title": "", "text": "", "deadline": "", "mark": ""}
    talker.office.do(Action("todo.create", greeting.subject, "message 1", call, ""))
    assert talker.talked() == Talked(by_channel=((MAX, 1),), told=1, to_say=3)
    olga, stepan = talker.managers()
    assert [(each.name, each.kind, each.deal and each.deal.title) for each in olga.to_say] == [
        ("Игнатов Павел", BIRTHDAY, None), ("Анна Орлова", VISIT_EVE, "Заказ 71"),
    ]  # fmt: skip
    assert [each.rule for each in stepan.to_say] == ["no_address"]
    last = talker.letter_just_went()
    assert talker.talked(last) == Talked(), "the owner reads of it once"
    olga, _ = talker.managers(last)
    assert (len(olga.to_say), olga.is_worth_sending) == (2, True), "the manager until it is done"


def test_what_a_person_has_said_is_not_to_be_said_any_more(talker: Talker) -> None:
    talker.wish(BY_HAND, "no_address")
    talker.wish(TOLD)
    assert talker.talked() == Talked(said=1)
    olga, _ = talker.managers()
    assert olga.to_say == ()


def test_a_manager_reads_of_messages_to_the_own_clients(talker: Talker) -> None:
    talker.told(MAX, Delivery.DELIVERED)
    talker.told(MAX, card="deal:72", client=8)
    olga, stepan = talker.managers()
    assert olga.talked == Talked(by_channel=((MAX, 1),), told=1, arrived=1)
    assert stepan.talked == Talked(by_channel=((MAX, 1),), told=1, on_way=1)
    assert stepan.is_worth_sending


def test_what_was_held_back_is_grouped_and_the_routine_stands_in_the_table_alone(talker: Talker) -> None:
    talker.wish(HELD, "opted_out", kind=THANKS_REVIEW)
    talker.wish(HELD, "early_visit", kind=VISIT_SOON, card="deal:72", client=8)
    talker.wish(WAITS, "not_due", occasion="2")
    day = talker.office.day()
    letter = tell(owner, day)
    ((name, deal),) = letter.talked.held[0].names
    assert letter.talked.held == (HeldBack("opted_out", 1, 1, ((name, deal),)),)
    assert (name, deal.title) == ("Анна Орлова", "Заказ 71")
    assert sorted((each.end, each.rule) for each in letter.details.messages) == [
        (End.HELD, "early_visit"), (End.HELD, "opted_out"), (End.WAITS, "not_due"),
    ]  # fmt: skip
    assert tell(head, day).talked.held == letter.talked.held


def test_what_waits_for_permission_is_told_as_long_as_it_waits(talker: Talker) -> None:
    talker.wish(WAITS, "stopped")
    last = talker.letter_just_went()
    assert [each.rule for each in talker.talked(last).held] == ["stopped"]
    talker.wish(GOES)
    assert talker.talked(last).held == ()


def test_a_channel_that_failed_yesterday_is_told_by_business_time_in_the_companys_zone(talker: Talker) -> None:
    effects = {channel: talker.send(talker.wish(GOES, occasion=channel), channel) for channel in (SMS, MAX)}
    apart = timedelta(hours=3)
    for channel, minutes, answer in (
        (SMS, 0, Answer.NOT_EXECUTED), (MAX, 10, Answer.ACCEPTED), (SMS, 30, Answer.AMBIGUOUS), (SMS, 65, Answer.ACCEPTED),
    ):  # fmt: skip
        with talker.office.store.writing() as tx:
            at = NOON + apart + timedelta(minutes=minutes)
            outbox.note_attempt(tx, effects[channel], 1, answer, 10, "no route", at)
    talker.office.clock.now = MORNING + apart - timedelta(minutes=1)  # the day is read a minute later
    (outage,) = talker.talked().outages
    assert outage == Outage(SMS, ((NOON, NOON + timedelta(minutes=65)),), is_rounded=True)
    assert outage.times[0][0].strftime("%H:%M") == "11:55", "in Moscow"
    over = Covered(NOON.date(), NOON + apart + timedelta(hours=2))
    assert talker.talked(over).outages == ()


def table(payload: Any) -> list[tuple[str, ...]]:
    """Return the rows of the sheet of messages."""
    sheets = Book.from_json(payload["book"]).sheets
    return [tuple(map(str, row)) for sheet in sheets if sheet.title == "Сообщения" for row in sheet.rows]


def test_text_html_and_table_give_the_same_figures(talker: Talker) -> None:
    for number in range(3):
        talker.told(MAX, Delivery.DELIVERED, occasion=f"max {number}")
    talker.told(SMS, occasion="sms")
    talker.wish(BY_HAND, "nowhere", occasion="by hand")
    talker.wish(HELD, "opted_out", kind=THANKS_REVIEW)
    letters = talker.office.letters()
    told = "Клиентам ушли 4 сообщения: в MAX 3, SMS 1; дошло 3, в пути 1; одно — менеджер скажет сам."
    mine = "Вашим клиентам ушли 4 сообщения: в MAX 3, SMS 1; дошло 3, в пути 1."
    held = "1 клиенту — по собственной просьбе."
    for form in ("text", "html"):
        assert told in plain(letters["owner"][form])
        assert held in plain(letters["owner"][form])
        assert mine in plain(letters[OLGA][form])
    assert sorted((row[3], row[4]) for row in table(letters["owner"])) == [
        ("", "менеджер скажет сам"), ("", "не отправляли"), ("MAX", "дошло"), ("MAX", "дошло"), ("MAX", "дошло"), ("SMS", "в пути"),
    ]  # fmt: skip
    assert "ПОЗВОНИТЕ САМИ: НАПИСАТЬ НЕ ПОЛУЧИЛОСЬ ИЛИ НЕЛЬЗЯ 1. «Анна Орлова»" in plain(letters[OLGA]["text"])
    assert "позвонить 1 клиенту" in plain(letters[OLGA]["subject"])


def test_the_next_letter_begins_where_the_last_one_ended_on_both_clocks(talker: Talker) -> None:
    talker.told(MAX, Delivery.DELIVERED, at=MORNING - timedelta(hours=1))
    talker.wish(HELD, "opted_out", kind=THANKS_REVIEW, at=MORNING - timedelta(hours=1))
    assert "Клиентам ушло 1 сообщение" in plain(talker.office.letters()["owner"]["text"])
    talker.wish(HELD, "in_dispute", kind=THANKS_REVIEW, card="deal:72", at=MORNING + timedelta(hours=1))
    text = plain(talker.office.letters(MORNING + timedelta(days=1))["owner"]["text"])
    assert "Клиентам ушло" not in text
    assert "по собственной просьбе" not in text
    assert "1 клиенту — открыт спор" in text
    assert "КОМУ НЕ ПИСАЛИ" not in talker.office.letters(MORNING + timedelta(days=2))["owner"]["text"]


def test_no_phone_and_no_address_stands_in_a_letter_or_its_table(talker: Talker) -> None:
    card = Client(ext_id="contact:7", name="Анна\r\nBcc: x +7 916 123-45-67 anna@mail.example", phone="", email="")
    talker.office.put(card)
    talker.told(SMS, Delivery.DELIVERED)
    talker.told(EMAIL, occasion="2")
    talker.wish(BY_HAND, "nowhere", occasion="3")
    talker.wish(HELD, "opted_out", kind=THANKS_REVIEW)
    letters = talker.office.letters()
    assert set(letters) == {"owner", "head", OLGA}
    for payload in letters.values():
        assert "Анна Bcc" in f"{payload}"
        assert not [part for part in ("1234567", "123-45", "anna@") if part in f"{payload}"]
    addresses = {row[2].rpartition(", ")[2] for row in table(letters["owner"])}
    assert {"+7916***-**-67", "a***@mail.example"} <= addresses


def test_a_quiet_day_with_the_routine_alone_is_quiet(talker: Talker) -> None:
    talker.wish(HELD, "just_told")
    letter = tell(owner, talker.office.day())
    assert letter.is_quiet
    assert not letter.talked
