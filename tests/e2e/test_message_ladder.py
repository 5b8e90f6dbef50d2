"""By which channel a client is reached when one of them does not carry: no account, a phone that is off, providers in trouble, brakes.

What counts is what came into clients' hands, and what the providers took; visits are weeks ahead, so that nothing else is due.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from sandbox.faults import Fault
from sandbox.handset import Handset
from sverka.commands import braking
from sverka.store import outbox
from tests.e2e.town import COMPANY, Town, control, town

SERVICE, VISIT, VISIT_AT = "Сервис", "Закрыт на приезд", "Дата и время визита"
MONDAY = "2026-11-23T10:00:00+03:00"
FAR, FARTHER = "2026-12-22T12:00:00+03:00", "2026-12-23T15:00:00+03:00"
MAX, WHATSAPP, SMS, EMAIL = "max", "whatsapp", "sms", "email"
ALONE_BY_SMS = {MAX: "no_account", WHATSAPP: "no_account"}
TELL = "Сообщить клиенту"
_ENDS = "абвгдежзиклмнопрстуф"


@dataclass
class Someone:
    """A client with a phone in the hand. deal: the one in which the visit is noted."""

    name: str
    number: str
    mail: str
    handset: Handset
    deal: int = 0


@dataclass
class Street:
    """The company and its clients."""

    town: Town
    clients: list[Someone] = field(default_factory=list)

    def client(self, *, number: str | None = None, mail: str = "", visit: str = FAR, **habits: str) -> Someone:
        """Let somebody become a client and note a visit. habits: channel → how the phone behaves there."""
        place = len(self.clients)
        surname, phone = f"Ивашо{_ENDS[place % 20]}", f"+7916555{place:04d}" if number is None else number
        self.town.person().make_contact("Лев", surname, phone, mail)
        handset = Handset(self.town.sandbox.ready, COMPANY, phone or "+79990000000")
        for channel, word in habits.items():
            handset.behaves(channel, word)
        someone = Someone(f"Лев {surname}", phone, mail, handset)
        when = {VISIT_AT: datetime.fromisoformat(visit)}
        someone.deal = self.town.person().make_deal(SERVICE, VISIT, someone.name, [], Филиал="Москва", **when)
        self.clients.append(someone)
        return someone

    def move(self, someone: Someone, at: str = FARTHER) -> None:
        """Let the manager note another moment."""
        self.town.person().set_field(someone.deal, VISIT_AT, datetime.fromisoformat(at))

    def after(self, *minutes: int, outcome: str = "done") -> None:
        """Let so many minutes pass, then the job run; and so on."""
        for some in minutes:
            self.town.later(minutes=some)
            report = self.town.run("visits")
            assert report["outcome"] == outcome, report

    def taken(self, someone: Someone) -> list[str]:
        """Return by which channels providers took messages for somebody, in order."""
        rows = [(row["system"], row["payload"]) for row in self.town.sandbox.world.journal.effects]
        return [row.get("channel", EMAIL if system == "mail" else SMS) for system, row in rows if _is_for(someone, row)]

    def hand(self, someone: Someone) -> dict[str, list[str]]:
        """Return what came to somebody's phone, by channel."""
        came = {channel: [each["text"] for each in someone.handset.messages(channel)] for channel in (MAX, WHATSAPP, SMS)}  # fmt: skip
        return {channel: texts for channel, texts in came.items() if texts}

    def letters(self) -> list[dict[str, Any]]:
        """Return the letters that were sent."""
        return [row["payload"] for row in self.town.sandbox.world.journal.effects if row["system"] == "mail"]

    def account(self, channel: str, word: str) -> None:
        """Let our own account at a provider be in a state."""
        order = {"company": COMPANY, "channel": channel, "is": word}
        control(self.town.sandbox.ready["control"], "/_world/phones", order)

    def trouble(self, system: str, kind: str) -> None:
        """Let a provider fail at everything."""
        self.town.sandbox.world.faults.arm(Fault(COMPANY, system, kind, None, 1.0, Random(0), 0))

    def well(self) -> None:
        """Let all providers work."""
        self.town.sandbox.world.faults.clear()

    def unsure(self) -> list[str]:
        """Return the messages of which nobody can tell whether they went."""
        with self.town.app.store.reading() as tx:
            rows = outbox.listing(tx, COMPANY, limit=1000)
        return [row.key for row in rows if row.kind.startswith("message.") and row.state == "unknown"]


def _is_for(someone: Someone, payload: dict[str, Any]) -> bool:
    to = [*payload.get("to", ()), f"+{str(payload.get('phone', '')).removeprefix('+')}"]
    return "text" in payload and bool({someone.number, someone.mail} & set(to) - {""})


class Losing:
    """Loses one request to each of some paths on its way there, or on the way back its answer."""

    def __init__(self, street: Street, *paths: str, there: bool) -> None:
        transport = street.town.transport
        assert transport is not None
        self._left, self._there, self._carry = list(paths), there, transport.handle_request
        transport.handle_request = self.carry  # type: ignore[method-assign]

    def carry(self, request: httpx.Request) -> httpx.Response:
        """Carry a request, or lose it."""
        path = next((each for each in self._left if each in request.url.path), None)
        if path is None:
            return self._carry(request)
        self._left.remove(path)
        if not self._there:
            self._carry(request)
        raise httpx.ReadTimeout("no answer", request=request)


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    """The company on a Monday at ten."""
    with town(tmp_path, sockets=False) as opened:
        opened.set_clock(MONDAY)
        yield Street(opened)


@pytest.fixture(scope="module")
def hours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """Two hours of clients with all sorts of phones, to be looked at; later one who was told has a visit moved, without the net."""
    with town(tmp_path_factory.mktemp("hours"), sockets=False) as opened:
        opened.set_clock(MONDAY)
        street = Street(opened)
        street.client()
        street.client(max="no_account")
        street.client(**ALONE_BY_SMS)
        street.client(number="", mail="lev@pochta.example")
        street.client(number="+74951234567")
        street.client(max="off", whatsapp="no_account")
        street.client().handset.behaves(MAX, "off_until", until=datetime.fromisoformat("2026-11-23T10:20:00+03:00"))
        street.client(**ALONE_BY_SMS, sms="blocked")
        street.client(max="off", whatsapp="off", sms="off", mail="boris@pochta.example")
        street.after(1, 2, 23, 8)
        moved = street.clients[0]
        street.move(street.clients[1])
        street.move(moved)
        moved.handset.behaves(MAX, "off")
        street.after(2, 31, 31, 31)
        yield street


@pytest.mark.parametrize(
    ("place", "channels"),
    [
        pytest.param(2, [SMS], id="no messenger"), pytest.param(3, [EMAIL], id="a mailbox alone"), pytest.param(4, [], id="a landline"),
        pytest.param(5, [MAX, SMS], id="no net"), pytest.param(6, [MAX], id="off for twenty minutes"),
        pytest.param(7, [SMS], id="nothing comes through"), pytest.param(8, [MAX, WHATSAPP, SMS, EMAIL], id="off, but with a mailbox"),
    ],
)  # fmt: skip
def test_each_is_reached_by_the_channels_that_they_have_one_after_the_other(
    hours: Street, place: int, channels: list[str]
) -> None:
    someone = hours.clients[place]
    assert hours.taken(someone) == channels
    came = [text for texts in hours.hand(someone).values() for text in texts]
    assert len(came) == (1 if place in (2, 5, 6) else 0)
    assert all("22 декабря, в 12:00" in text.replace("\u00a0", " ") for text in came)


def test_a_letter_says_it_to_who_has_a_mailbox(hours: Street) -> None:
    subjects = {letter["to"][0]: letter["headers"]["Subject"].replace("\u00a0", " ") for letter in hours.letters()}
    assert set(subjects) == {"lev@pochta.example", "boris@pochta.example"}
    assert all("22 декабря, в 12:00" in subject for subject in subjects.values())


def test_who_has_no_account_is_looked_for_once(hours: Street) -> None:
    """Asking too often for phones that are not there is itself a reason to lock an account."""
    someone = hours.clients[1]
    assert hours.taken(someone) == [WHATSAPP, WHATSAPP]
    asked = [row["at"] for row in hours.town.requests() if "checkAccount" in row["method"]]
    assert len(asked) == len([each for each in hours.clients if each.number.startswith("+79")])


def test_the_second_channel_says_of_a_moved_visit_from_when_to_when_too(hours: Street) -> None:
    someone = hours.clients[0]
    assert hours.taken(someone) == [MAX, MAX, WHATSAPP]
    (text,) = hours.hand(someone)[WHATSAPP]
    assert "перенесён с 12:00 вторника, 22 декабря, на 15:00 среды, 23 декабря" in text.replace("\u00a0", " ")


@pytest.mark.parametrize("place", [4, 7], ids=["no address", "nowhere"])
def test_what_no_channel_carries_the_manager_tells(hours: Street, place: int) -> None:
    someone, owner = hours.clients[place], hours.town.person("owner")
    (todo,) = [row for row in owner.todos(someone.deal) if row["COMPLETED"] == "N"]
    assert TELL in todo["SUBJECT"]
    assert someone.name in todo["DESCRIPTION"]
    assert "22 декабря, в 12:00" in todo["DESCRIPTION"].replace("\u00a0", " ")


def test_the_to_do_to_tell_of_a_visit_closes_when_that_does_not_take_place(street: Street) -> None:
    someone, owner = street.client(number="+74951234567"), street.town.person("owner")
    street.after(1)
    assert [row["COMPLETED"] for row in owner.todos(someone.deal)] == ["N"]
    street.town.person().move_deal(someone.deal, "lost")
    street.after(1)
    assert [row["COMPLETED"] for row in owner.todos(someone.deal)] == ["Y"]


@pytest.mark.parametrize(
    ("words", "taken"),
    [("Стоп", [WHATSAPP]), ("Не пишите мне больше рекламу, стоп", [MAX])],
    ids=["no more here", "no more adverts"],
)
def test_who_asked_for_silence_before_we_knew_the_chat_is_heeded(street: Street, words: str, taken: list[str]) -> None:
    """MAX names a chat, not a phone; whose it is, is known as soon as the phone is asked for."""
    someone = street.client()
    someone.handset.writes(MAX, words)
    street.town.run("inbox")
    street.after(1, 1, 1)
    assert street.taken(someone) == taken


@pytest.mark.parametrize("kind", ["http_500", pytest.param("timeout_before", marks=pytest.mark.soak)])
def test_while_a_provider_is_dead_messages_go_by_sms_and_afterwards_by_it_again(street: Street, kind: str) -> None:
    known = street.client()
    street.after(1)
    street.trouble("green_api", kind)
    street.move(known)
    street.after(1, 1)
    fresh = [street.client() for _ in range(2)]
    street.after(6, 2, 7)
    assert [street.taken(each) for each in (known, *fresh)] == [[MAX, SMS], [SMS], [SMS]]
    street.after(20, 25)
    street.well()
    street.after(11)
    late = street.client()
    street.after(1)
    assert street.taken(late) == [MAX]
    assert [street.taken(each) for each in (known, *fresh)] == [[MAX, SMS], [SMS], [SMS]]
    assert street.unsure() == []


def test_a_phone_is_asked_for_before_its_message_is_claimed_and_the_ledger_for_nothing(street: Street) -> None:
    """A provider may take longer for that than a claim is fresh, and the message would not go."""
    transport, states = street.town.transport, []
    assert transport is not None

    def noted(request: httpx.Request) -> bool:
        if "checkAccount" in request.url.path:
            with street.town.app.store.reading() as tx:
                rows = outbox.listing(tx, COMPANY, limit=10)
            states.extend(row.state for row in rows if row.kind.startswith("message."))
        return False

    transport.lose = noted
    someone = street.client()
    street.after(1)
    assert (states, street.taken(someone)) == (["planned"], [MAX])
    assert {row["system"] for row in street.town.requests()} == {"bitrix24", "green_api"}


@pytest.mark.parametrize("there", [False, True], ids=["answer", "request"])
def test_what_was_lost_on_the_way_is_looked_up_and_goes_once(street: Street, *, there: bool) -> None:
    """GREEN-API is asked for its queue and journal, SMSC for our own id."""
    street.town.clock.is_felt = False  # a look-up waits for minutes, in which a lease is renewed
    Losing(street, "/sendMessage/", "/sys/send.php", there=there)
    by_max, by_sms = street.client(), street.client(**ALONE_BY_SMS)
    street.after(1)
    assert [street.taken(each) for each in (by_max, by_sms)] == ([[], []] if there else [[MAX], [SMS]])
    street.after(3, 2, 12)
    assert [street.taken(each) for each in (by_max, by_sms)] == [[MAX], [SMS]]
    assert [[*map(len, street.hand(each).values())] for each in (by_max, by_sms)] == [[1], [1]]
    assert street.unsure() == []


def test_an_account_that_is_not_let_in_is_gone_round_and_nothing_comes_of_it_later(street: Street) -> None:
    """GREEN-API would take messages for such an account, keep them for a day and send them when it is let in."""
    someone = street.client()
    street.after(1)
    street.account(MAX, "notAuthorized")
    street.move(someone)
    street.after(11, 1, 7, 3)
    assert street.taken(someone) == [MAX, WHATSAPP]
    street.account(MAX, "authorized")
    street.after(40)
    assert {each: len(texts) for each, texts in street.hand(someone).items()} == {MAX: 1, WHATSAPP: 1}


def test_a_brake_holds_messages_and_lets_go_what_still_makes_sense(street: Street) -> None:
    far, near = street.client(), street.client(visit="2026-11-23T14:00:00+03:00")
    braking.trip(street.town.app, f"{COMPANY}/messages", "head", "проверяем")
    street.after(5, outcome="held")
    assert [street.taken(each) for each in (far, near)] == [[], []]
    street.town.later(hours=2, minutes=5)
    braking.reset(street.town.app, f"{COMPANY}/messages", "head", "проверили")
    street.after(1, 2)
    assert [street.taken(each) for each in (far, near)] == [[MAX], [MAX]]
    (text,) = street.hand(near)[MAX]
    assert "сегодня" in text, "it is too late to say that the visit is noted, not that it is today"
