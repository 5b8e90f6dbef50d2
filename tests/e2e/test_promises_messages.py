"""What clients are told: visits, orders that are ready, thanks with a request for a review (H5, H8, H11, X5)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from sandbox.handset import Handset
from tests.e2e.play import GLASS, GLASS_WORK, LENS, SERVICE, SHOP, Play
from tests.e2e.town import COMPANY

VISIT, VISIT_AT, READY = "Закрыт на приезд", "Дата и время визита", "Самовывоз/доставка"
LONG = pytest.mark.soak
ALEKSEI, RUSLAN = ("Алексей Воронцов", "+79161234501"), ("Руслан Ахметов", "+79267890107")


class Client:
    """One with a phone, who books a visit and buys; everybody here has an account at MAX."""

    def __init__(self, play: Play, who: tuple[str, str] = ALEKSEI) -> None:
        self.play, self.name = play, who[0]
        self._handset = Handset(play.ready, COMPANY, who[1])

    def books(self, at: str, branch: str = "Москва") -> int:
        """Have a visit noted."""
        lines = [(GLASS, 1, 6200), (GLASS_WORK, 1, 6000)]
        return self.play.person().make_deal(SERVICE, VISIT, self.name, lines, **{"Филиал": branch, VISIT_AT: day(at)})

    def read(self) -> list[str]:
        """Return what has come to the phone when a minute has passed, each as one line."""
        self.play.forward(minutes=1)
        return [" ".join(each["text"].split()) for each in self._handset.messages("max")]

    def news(self) -> list[str]:
        """Return the sentence of each that says what it is about."""
        return [text.partition("Это «Фары и свет». ")[2].partition(" Где:")[0] for text in self.read()]


def day(at: str) -> datetime:
    """Return a moment of November in Moscow, written as `24 10:00`."""
    number, clock = at.split()
    return datetime.fromisoformat(f"2026-11-{number}T{clock}:00+03:00")


def at(play: Play, *moments: str, job: str = "visits") -> None:
    """Let the job run at moments."""
    for moment in moments:
        play.set_clock(day(moment).isoformat())
        play.run(job)


def timeline(play: Play, deal: int) -> list[str]:
    """Return the comments in the card of a deal."""
    wish = {"filter": {"ENTITY_TYPE": "deal", "ENTITY_ID": deal}, "order": {"ID": "ASC"}}
    rows = play.person("owner").bitrix("crm.timeline.comment.list", wish)
    return [" ".join(row["COMMENT"].split()) for row in rows]


def test_a_client_is_told_of_a_visit_three_times_and_of_each_change(played: Play) -> None:
    """H5, X5: at booking, at 19:00 the day before, two hours before; each once, each in the card."""
    client = Client(played)
    deal = client.books("25 10:00")
    at(played, "23 10:01", "23 10:02", "23 19:01")
    played.person().set_field(deal, VISIT_AT, day("26 12:00"))
    at(
        played,
        "24 11:00",
        "24 19:01",
        "25 08:01",
        "25 18:59",
        "25 19:01",
        "25 19:02",
        "26 09:59",
        "26 10:01",
        "26 10:02",
        "26 12:30",
    )
    assert client.news() == [
        "Вы записаны на среду, 25 ноября, в 10:00.",
        "Ваш визит перенесён с 10:00 среды, 25 ноября, на 12:00 четверга, 26 ноября.",
        "Ждём вас завтра, в четверг, 26 ноября, в 12:00.",
        "Ждём вас сегодня, 26 ноября, в 12:00.",
    ]  # fmt: skip
    assert all("Угрешская" in text for text in client.read())
    said = timeline(played, deal)
    assert [news in text for news, text in zip(client.news(), said, strict=True)] == [True] * 4
    assert all(text.startswith("Клиенту отправлено сообщение в MAX: Алексей Воронцов, +79161234501") for text in said)
    why = played.command("explain", f"deal:{deal}")
    assert "visit_eve 2026-11-25T10:00+03:00 Москва: held (повод отпал до отправки)" in why
    assert "by max, was taken by the provider, delivered" in why
    numbers = [line.split()[0] for line in why.splitlines() if line.strip().startswith("message:")]
    told = [played.command("explain", number) for number in numbers]
    assert any("Ждём вас завтра" in each and "накануне" in each for each in told)


def test_a_visit_that_does_not_take_place_is_told_and_its_reminders_are_not(play: Play) -> None:
    client = Client(play)
    deal = client.books("25 12:00")
    at(play, "23 10:01")
    play.person().move_deal(deal, "lost")
    at(play, "23 10:05", "23 10:06", "24 19:01", "25 10:01")
    assert client.news()[1].startswith("Ваш визит в среду, 25 ноября, в 12:00 отменён.")
    assert len(client.news()) == 2


def test_a_visit_lost_before_anybody_was_told_of_it_is_not_spoken_of(play: Play) -> None:
    client = Client(play)
    play.set_clock("2026-11-23T22:00:00+03:00")
    deal = client.books("25 12:00")
    at(play, "23 22:01")
    play.person().move_deal(deal, "lost")
    at(play, "24 08:01", "24 19:01", "25 10:01")
    assert client.read() == []


def test_what_changes_within_ten_minutes_is_told_once_as_it_stands_then(play: Play) -> None:
    """Somebody corrects what they noted: the client hears of the last hour alone, and of nothing if it is the first one again."""
    aleksei, ruslan = Client(play), Client(play, RUSLAN)
    moved, back = aleksei.books("27 12:00"), ruslan.books("27 12:00")
    at(play, "23 10:01")
    for minute, hour in ((3, 15), (6, 17)):
        play.person().set_field(moved, VISIT_AT, day(f"28 {hour}:00"))
        play.person().set_field(back, VISIT_AT, day(f"28 {hour}:00"))
        at(play, f"23 10:0{minute}")
    play.person().set_field(back, VISIT_AT, day("27 12:00"))
    at(play, "23 10:09", "23 10:11", "23 10:12", "23 10:25")
    assert [text.partition(".")[0] for text in aleksei.news()] == [
        "Вы записаны на пятницу, 27 ноября, в 12:00",
        "Ваш визит перенесён с 12:00 пятницы, 27 ноября, на 17:00 субботы, 28 ноября",
    ]
    assert [text.partition(".")[0] for text in ruslan.news()] == ["Вы записаны на пятницу, 27 ноября, в 12:00"]


def test_what_holds_again_is_told_again(play: Play) -> None:
    """Moved there and back, and booked again after it was cancelled: the last that is told is what holds."""
    aleksei, ruslan = Client(play), Client(play, RUSLAN)
    moved, lost = aleksei.books("27 12:00"), ruslan.books("27 12:00")
    at(play, "23 10:01")
    play.person().set_field(moved, VISIT_AT, day("28 15:00"))
    play.person().move_deal(lost, "lost")
    at(play, "23 10:15")
    play.person().set_field(moved, VISIT_AT, day("27 12:00"))
    play.person().move_deal(lost, VISIT)
    at(play, "23 10:30", "23 10:31")
    play.person().move_deal(lost, "lost")
    at(play, "23 10:45", "23 10:46")
    assert [text.partition(".")[0] for text in aleksei.news()] == [
        "Вы записаны на пятницу, 27 ноября, в 12:00",
        "Ваш визит перенесён с 12:00 пятницы, 27 ноября, на 15:00 субботы, 28 ноября",
        "Ваш визит перенесён с 15:00 субботы, 28 ноября, на 12:00 пятницы, 27 ноября",
    ]
    booked, cancelled = "Вы записаны на пятницу, 27 ноября, в 12:00", "Ваш визит в пятницу, 27 ноября, в 12:00 отменён"
    assert [text.partition(".")[0] for text in ruslan.news()] == [booked, cancelled, booked, cancelled]


@pytest.mark.parametrize(
    ("visit", "runs", "told"),
    [
        pytest.param("24 09:30", ("23 10:01", "23 19:01", "24 07:31", "24 08:00", "24 08:20"), ["записаны", "завтра"], id="early"),
        pytest.param("25 12:00", ("23 10:01", "24 21:10", "25 08:01", "25 10:50"), ["записаны"], id="the worker was down", marks=LONG),
        pytest.param("25 12:00", ("23 10:01", "24 20:55", "25 10:40"), ["записаны", "завтра", "сегодня"], id="a bit late", marks=LONG),
        pytest.param("23 13:00", ("23 10:40", "23 11:01", "23 11:40"), ["записаны"], id="today, told a moment ago"),
        pytest.param("23 11:30", ("23 10:01", "23 10:40"), ["сегодня"], id="within two hours"),
    ],
)  # fmt: skip
def test_a_reminder_comes_in_time_or_not_at_all(play: Play, visit: str, runs: tuple[str, ...], told: list[str]) -> None:
    """H5: a late one is dropped; the evening's has the hour of a visit whose own would come before eight."""
    client = Client(play)
    client.books(visit)
    at(play, *runs)
    assert len(client.news()) == len(told), client.news()
    assert all(word in text for word, text in zip(told, client.news(), strict=True))
    if told == ["записаны", "завтра"]:
        assert "в 09:30" in client.news()[1]


@pytest.mark.parametrize(
    ("booked", "asked"),
    [
        pytest.param("23 10:00", ["booked", "eve", "soon"], id="the day before"),
        pytest.param("24 16:00", ["booked", "soon"], id="shortly before the reminder"),
    ],
)
def test_whom_no_message_reaches_a_person_tells_and_reminds_of_the_visit(
    play: Play, booked: str, asked: list[str]
) -> None:
    play.set_clock(day(booked).isoformat())
    play.person().make_contact("Лев", "Ивашов", "", "")
    deal = Client(play, ("Лев Ивашов", "+79160000000")).books("25 16:00")
    play.run("visits")
    at(play, "24 16:31", "24 19:01", "24 19:06", "25 14:01", "25 14:02")
    assert play.todos(deal) == ["Сообщить клиенту"] * len(asked)


@pytest.mark.parametrize(
    ("choice", "by"),
    [("", "max"), ("SMS", "sms"), ("WhatsApp", "whatsapp"), ("почта", "letter"), ("не писать", "a person")],
)
def test_a_client_is_told_as_their_card_says(play: Play, choice: str, by: str) -> None:
    """The manager notes how this client wants to be written to; whoever wants nothing written is told by a person."""
    play.person().fill_card(ALEKSEI[0], "Как писать", choice)
    deal = Client(play).books("25 12:00")
    at(play, "23 10:01", "23 10:02")
    assert told_by_now(play, ALEKSEI[1], "vorontsov@pochta.example") == ([] if by == "a person" else [by])
    assert play.todos(deal) == (["Сообщить клиенту"] if by == "a person" else [])
    known = play.command("explain", f"contact:{play.person().client(ALEKSEI[0])['id']}")
    assert (f"is written to: {choice}" in known) == bool(choice)


def test_what_a_card_says_of_writing_counts_from_then_on(play: Play) -> None:
    client = Client(play)
    deal = client.books("25 12:00")
    at(play, "23 10:01", "23 10:02")
    play.person().fill_card(client.name, "Как писать", "не писать")
    at(play, "24 19:01", "24 19:02", "25 10:01", "25 10:02")
    assert client.news() == ["Вы записаны на среду, 25 ноября, в 12:00."]
    assert play.todos(deal) == ["Сообщить клиенту"] * 2


def test_explain_says_that_a_client_asked_for_silence(played: Play) -> None:
    Client(played).books("25 12:00")
    at(played, "23 10:01")
    played.command("silence", "add", ALEKSEI[1], "--company", COMPANY, "--by", "Ольга")
    known = played.command("explain", f"contact:{played.person().client(ALEKSEI[0])['id']}")
    assert f"asked not to be written to at {ALEKSEI[1]} (care) since " in known
    (item,) = json.loads(played.command("silence", "list", "--json"))["items"]
    assert timedelta() <= datetime.fromisoformat(item["since"]) - day("23 10:01") < timedelta(minutes=5), (
        "business time"
    )


def test_whom_nobody_writes_to_a_person_tells_of_each_change_and_writing_repeats_nothing(play: Play) -> None:
    """What the person has said counts as told: a visit moved there and back is said anew, and so is one that does not take place."""
    play.person().fill_card(ALEKSEI[0], "Как писать", "не писать")
    client = Client(play)
    deal = client.books("25 12:00")
    at(play, "23 10:01", "23 10:02")
    for clock, visit in (("23 10:30", "26 15:00"), ("23 11:00", "25 12:00")):
        say_all(play, deal)
        play.person().set_field(deal, VISIT_AT, day(visit))
        at(play, clock, clock[:-1] + "1")
        assert play.todos(deal, is_open=True) == ["Сообщить клиенту"]
    say_all(play, deal)
    play.person().fill_card(ALEKSEI[0], "Как писать", "MAX")
    at(play, "23 11:30", "23 11:31")
    assert client.news() == []
    play.person().fill_card(ALEKSEI[0], "Как писать", "не писать")
    play.person().move_deal(deal, "lost")
    at(play, "23 12:00", "23 12:01")
    assert play.todos(deal, is_open=True) == ["Сообщить клиенту"]


def say_all(play: Play, deal: int) -> None:
    """Let the manager say what is to be said, and the worker see it."""
    for todo in play.person("owner").todos(deal):
        if todo["COMPLETED"] == "N":
            play.person().complete_todo(todo["ID"])
    play.run("visits")
    assert play.todos(deal, is_open=True) == []


def told_by_now(play: Play, phone: str, email: str) -> list[str]:
    """Return by which ways somebody was told of something."""
    play.forward(minutes=1)
    handset = Handset(play.ready, COMPANY, phone)
    letters = [letter for letter in play.letters() if email in letter["to"]]
    return [*(way for way in ("max", "whatsapp", "sms") for _ in handset.messages(way)), *("letter" for _ in letters)]


def test_a_visit_booked_late_in_the_evening_is_told_in_the_morning(play: Play) -> None:
    client = Client(play)
    play.set_clock("2026-11-23T21:30:00+03:00")
    client.books("24 15:00")
    at(play, "23 21:31", "24 07:59", "24 08:01", "24 13:01", "24 13:02")
    assert ["записаны" in text for text in client.news()] == [True, False]
    assert "сегодня" in client.news()[1]


def test_a_client_is_thanked_with_the_link_of_the_branch(played: Play) -> None:
    """H8, X5: the next day at noon, once, the same client not again within ninety days; not while there is a dispute."""
    manager, aleksei, ruslan = played.person(), Client(played), Client(played, RUSLAN)
    first = manager.make_deal(SHOP, "Оценка качества", ALEKSEI[0], [], Филиал="Санкт-Петербург")
    second = manager.make_deal(SHOP, "Оценка качества", ALEKSEI[0], [], Филиал="Москва")
    quarrel = manager.make_deal(SHOP, "Оценка качества", RUSLAN[0], [], Филиал="Москва", Спор=True)
    for deal in (first, quarrel):
        manager.move_deal(deal, "won")
    at(played, "23 10:05", "24 11:59", "24 12:01", "24 12:16", job="reviews")
    (text,) = aleksei.read()
    assert "https://reviews.example/fary-spb" in text
    assert "fary-moscow" not in text
    (comment,) = timeline(played, first)
    assert "https://reviews.example/fary-spb" in comment
    manager.move_deal(second, "won")
    at(played, "24 12:30", "25 12:01", "26 12:01", job="reviews")
    assert (len(aleksei.read()), ruslan.read()) == (1, [])
    assert "held (о том же недавно уже просили)" in played.command("explain", f"deal:{second}")
    assert "held (открыт спор" in played.command("explain", f"deal:{quarrel}")
    played.set_clock("2027-02-24T10:00:00+03:00")
    third = manager.make_deal(SHOP, "won", ALEKSEI[0], [], Филиал="Москва")
    played.run("reviews")
    played.set_clock("2027-02-25T12:01:00+03:00")
    played.run("reviews")
    assert [("fary-moscow" in text) for text in aleksei.read()] == [False, True]
    assert len(timeline(played, third)) == 1


def test_thanks_that_do_not_come_by_one_channel_go_by_the_next(play: Play) -> None:
    """That the client was asked a moment ago, for this very deal, is no reason to keep silent."""
    phone = Handset(play.ready, COMPANY, RUSLAN[1])
    phone.behaves("max", "off")
    play.person().make_deal(SHOP, "won", RUSLAN[0], [], Филиал="Москва")
    at(play, "24 12:01", "24 12:33", job="reviews")
    play.forward(minutes=1)
    assert [len(phone.messages(channel)) for channel in ("max", "whatsapp", "sms")] == [0, 1, 0]


@pytest.mark.soak
def test_thanks_keep_to_their_hours(play: Play) -> None:
    """A worker that was off at noon thanks the next morning from ten on; after two days it is too late."""
    aleksei, ruslan = Client(play), Client(play, RUSLAN)
    play.person().make_deal(SHOP, "won", ALEKSEI[0], [], Филиал="Москва")
    at(play, "24 19:05", "25 09:55", job="reviews")
    assert aleksei.read() == []
    at(play, "25 10:01", job="reviews")
    assert len(aleksei.read()) == 1
    play.person().make_deal(SHOP, "won", RUSLAN[0], [], Филиал="Москва")
    at(play, "28 12:05", job="reviews")
    assert ruslan.read() == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"Способ получения": "самовывоз", "Дата отгрузки": "2026-11-26"}, ("ждёт вас с 26 ноября", "Угрешская"), id="pick-up"),
        pytest.param(
            {"Способ получения": "доставка", "Дата отгрузки": "2026-11-26", "Адрес доставки": "Тверь, ул. Советская, д. 14"},
            ("привезём его 26 ноября", "Тверь, ул. Советская, д. 14"), id="delivery",
        ),
    ],
)  # fmt: skip
def test_a_client_reads_in_the_messenger_that_the_order_is_ready(
    play: Play, fields: dict[str, str], words: tuple[str, ...]
) -> None:
    """H11, X5: pick-up with place and day, or delivery with address and day."""
    deal = play.person().make_deal(SHOP, READY, ALEKSEI[0], [(LENS, 2, 8900)], Филиал="Москва", **fields)
    play.settle()
    (text,) = Client(play).read()
    assert all(word in text for word in words), text
    assert "17 800 ₽" in text.replace("\u202f", " ").replace("\u00a0", " ")
    (comment,) = timeline(play, deal)
    assert words[0] in comment
    assert play.letters() == []


def test_an_order_that_is_ready_is_told_by_the_commands_of_a_user(played: Play) -> None:
    way = {"Способ получения": "самовывоз", "Дата отгрузки": "2026-11-26"}
    deal = played.person().make_deal(SHOP, READY, ALEKSEI[0], [(LENS, 1, 8900)], Филиал="Москва", **way)
    played.settle()
    assert len(Client(played).read()) == 1
    played.forward(minutes=31)
    played.rest()
    why = played.command("explain", f"deal:{deal}")
    (line,) = [line for line in why.splitlines() if "order_ready" in line and "message:" in line]
    assert "by max" in line
    assert "заказ собран" in played.command("explain", line.split()[0])
