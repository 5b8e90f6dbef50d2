"""The first letter to a client, from the deal's stage to the mailbox, over real sockets, SMTP included."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sandbox.faults import Fault
from sverka.store import findings, outbox
from tests.e2e.town import COMPANY, Town, experienced_file, told_by, town

SHOP, PICKUP = "Интернет-магазин", "Самовывоз/доставка"
LENS, LAMP = "HL-HELLA-3R-5", "LAMP-D2S-PHILIPS"
LINES = [(LENS, 2, 8900), (LAMP, 2, 4200)]
ALEKSEI, MAIL = "Алексей Воронцов", "vorontsov@pochta.example"
MONDAY = "2026-11-23T10:00:00+03:00"
BY_CLIENT = {"Способ получения": "самовывоз", "Дата отгрузки": "2026-11-26"}
TELL, TELL_ANEW = "Сообщить клиенту", "Сообщить клиенту, что заказ готов"


@pytest.fixture
def headlights(tmp_path: Path) -> Iterator[Town]:
    """The company on a Monday at ten, its mail server behind a socket."""
    with by_letters(tmp_path, sockets=False) as opened:
        yield opened


@pytest.fixture(scope="module", params=["memory", "sockets"])
def first(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, int]]:
    """The same after the first letter: the town and its deal, to be looked at."""
    with by_letters(tmp_path_factory.mktemp("first"), sockets=request.param == "sockets") as opened:
        deal = begin(opened)
        opened.settle()
        yield opened, deal


@contextmanager
def by_letters(folder: Path, *, sockets: bool) -> Iterator[Town]:
    """Open a company that writes letters and nothing else, on a Monday at ten."""
    with town(folder, companies=told_by(folder, "email"), sockets=sockets, database=experienced_file(folder)) as opened:
        opened.set_clock(MONDAY)
        yield opened


def begin(town: Town, client: str = ALEKSEI, fields: dict[str, Any] | None = None, stage: str = PICKUP) -> int:
    """Make a deal of the Moscow branch that stands at a stage."""
    return town.person().make_deal(
        SHOP, stage, client, LINES, **({"Филиал": "Москва"} | (BY_CLIENT if fields is None else fields))
    )


def letters(town: Town) -> list[dict[str, Any]]:
    """What came to clients' mailboxes."""
    sent = [row["payload"] for row in town.sandbox.world.journal.effects if row["system"] == "mail"]
    return [letter for letter in sent if not letter["to"][0].endswith("fary.example")]


def told(town: Town) -> list[str]:
    """The subjects of the letters to clients."""
    return [letter["headers"]["Subject"].replace("\u00a0", " ") for letter in letters(town)]


def timeline(town: Town, deal: int) -> list[str]:
    """The comments in a deal's timeline."""
    wish = {"filter": {"ENTITY_TYPE": "deal", "ENTITY_ID": deal}, "order": {"ID": "ASC"}}
    return [
        row["COMMENT"].replace("\u00a0", " ") for row in town.person("owner").bitrix("crm.timeline.comment.list", wish)
    ]


def todos(town: Town, deal: int, completed: str = "N") -> list[dict[str, Any]]:
    """The to-dos to tell the client."""
    found = town.person("owner").todos(deal)
    return [row for row in found if row["SUBJECT"] in (TELL, TELL_ANEW) and row["COMPLETED"] == completed]


def fail(town: Town, kind: str, times: int = 1) -> None:
    """Let the mail server fail."""
    town.sandbox.world.faults.arm(Fault(COMPANY, "mail", kind, times, None, Random(0), 0))


def clear(town: Town) -> None:
    """Let the mail server work again."""
    town.sandbox.world.faults.clear()


def found(town: Town, what: str) -> list[str]:
    """What stands open and holds certain words."""
    with town.app.store.reading() as tx:
        return [item.finding.text for item in findings.open_items(tx, COMPANY) if what in item.finding.text]


def test_a_client_is_told_once_where_and_from_when_the_goods_can_be_fetched(first: tuple[Town, int]) -> None:
    headlights, deal = first
    (letter,) = letters(headlights)
    number = headlights.order_of(deal)["number"]
    text = letter["text"].replace("\u00a0", " ").replace("\u202f", " ")
    assert letter["to"] == [MAIL]
    assert told(headlights) == [f"Ваш заказ № {number} собран и ждёт вас с 26 ноября"]
    assert text.startswith("Здравствуйте, Алексей!\n")
    assert "г. Москва, ул. Угрешская, д. 2, стр. 53" in text
    assert "Итого к оплате" in text
    assert "26 200 ₽" in text
    assert "Угрешская" in letter["html"]


def test_the_letter_comes_from_the_company_and_is_answered_to_the_manager(first: tuple[Town, int]) -> None:
    (letter,) = letters(first[0])
    assert letter["headers"]["From"] == "Фары и свет <sverka@fary.example>"
    assert letter["headers"]["To"] == f"{ALEKSEI} <{MAIL}>"
    assert letter["headers"]["Reply-To"] == "manager@fary.example"
    assert "Ольга Климова, ваш менеджер" in letter["text"]


def test_the_timeline_says_that_the_letter_went(first: tuple[Town, int]) -> None:
    (comment,) = timeline(*first)
    assert comment.startswith(f"Клиенту отправлено письмо: {ALEKSEI}, {MAIL}, 23 ноября в ")
    assert "собран и ждёт вас с 26 ноября" in comment


def test_a_second_run_and_a_sweep_tell_nothing_again(first: tuple[Town, int]) -> None:
    headlights, deal = first
    assert [headlights.run(job)["planned"] for job in ("agreement", "sweep", "outbox")] == [{}, {}, {}]
    assert (len(letters(headlights)), len(timeline(headlights, deal))) == (1, 1)


def test_a_day_that_is_moved_is_told_anew_and_the_same_day_never_twice(headlights: Town) -> None:
    deal = begin(headlights)
    headlights.settle()
    headlights.person().set_field(deal, "Дата отгрузки", "2026-11-28")
    headlights.settle()
    headlights.later(minutes=11)
    headlights.settle()
    assert [subject.rpartition(" с ")[2] for subject in told(headlights)] == ["26 ноября", "28 ноября"]
    assert len(timeline(headlights, deal)) == 2
    headlights.person().set_field(deal, "Дата отгрузки", "2026-11-26")
    headlights.settle()
    assert len(letters(headlights)) == 2
    (todo,) = todos(headlights, deal)
    assert "с 26 ноября" in todo["DESCRIPTION"].replace("\u00a0", " ")


def test_goods_that_are_brought_are_told_with_their_address_and_day(headlights: Town) -> None:
    way = {"Способ получения": "доставка", "Дата отгрузки": "2026-11-26", "Адрес доставки": "Тверь,ул.Советская, д.14"}
    begin(headlights, fields=way)
    headlights.settle()
    assert "привезём его 26 ноября" in told(headlights)[0]
    assert "Тверь, ул. Советская, д. 14" in letters(headlights)[0]["text"].replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({}, "не указан способ получения"),
        ({"Способ получения": "доставка", "Дата отгрузки": "2026-11-26"}, "не указан адрес доставки"),
        ({"Способ получения": "доставка", "Адрес доставки": "Тверь"}, "не указана дата доставки"),
        ({"Способ получения": "доставка", "Адрес доставки": "Тверь", "Дата отгрузки": "2026-11-20"}, "уже прошла"),
    ],
    ids=["no way", "no address", "no day", "a day that has passed"],
)
def test_what_is_not_filled_in_is_told_to_the_manager_and_not_guessed(
    headlights: Town, fields: dict[str, str], what: str
) -> None:
    deal = begin(headlights, fields=fields)
    headlights.settle()
    assert letters(headlights) == []
    assert len(found(headlights, what)) == 1
    for title, value in (BY_CLIENT | {"Способ получения": "самовывоз"}).items():
        headlights.person().set_field(deal, title, value)
    headlights.settle()
    assert len(letters(headlights)) == 1
    assert found(headlights, "клиенту не сообщить") == []


def test_nobody_is_written_to_at_night_and_everybody_at_eight(headlights: Town) -> None:
    headlights.set_clock("2026-11-23T21:00:00+03:00")
    begin(headlights)
    skips = [headlights.run()["skips"] for _ in range(2)]
    assert (letters(headlights), skips[0]) == ([], {"not_now": 1})
    assert skips[1] == {}, "until the morning nobody looks at the deal again"
    headlights.set_clock("2026-11-24T07:59:00+03:00")
    headlights.settle()
    assert letters(headlights) == []
    headlights.set_clock("2026-11-24T08:00:00+03:00")
    headlights.settle()
    assert len(letters(headlights)) == 1


def test_a_client_without_an_address_is_told_by_the_manager(headlights: Town) -> None:
    headlights.person().make_contact("Пётр", "Безпочтов", phone="+79160000001")
    deal = begin(headlights, "Пётр Безпочтов")
    headlights.settle()
    (todo,) = todos(headlights, deal)
    assert "+79160000001" in todo["DESCRIPTION"]
    assert "г. Москва, ул. Угрешская" in todo["DESCRIPTION"]
    headlights.person().complete_todo(todo["ID"])
    headlights.settle()
    assert (letters(headlights), todos(headlights, deal)) == ([], [])


def test_a_letter_that_the_server_refuses_becomes_a_to_do(headlights: Town) -> None:
    fail(headlights, "http_500")
    deal = begin(headlights)
    headlights.run()
    headlights.run()
    (todo,) = todos(headlights, deal)
    assert letters(headlights) == []
    assert "не доставить ни одним способом" in todo["DESCRIPTION"]
    assert "собран и ждёт вас с 26 ноября" in todo["DESCRIPTION"].replace("\u00a0", " ")


def test_where_an_installation_is_wanted_no_letter_goes(headlights: Town) -> None:
    begin(headlights, fields=BY_CLIENT | {"Установка": "да"})
    headlights.settle()
    assert letters(headlights) == []


def test_a_deal_at_another_stage_is_told_of_nothing(headlights: Town) -> None:
    begin(headlights, stage="Резерв")
    headlights.settle()
    assert letters(headlights) == []


def test_goods_that_no_store_has_are_not_called_ready(headlights: Town) -> None:
    deal = begin(headlights)
    headlights.person().set_lines(deal, [("FARA-BMW-F10-L", 2, 8900)])
    headlights.settle()
    assert letters(headlights) == []
    assert len(found(headlights, "не хватает: Фара")) == 1


@pytest.mark.parametrize("kind", ["timeout_after", "half_body"])
def test_a_letter_whose_answer_was_lost_is_for_a_person_to_decide(headlights: Town, kind: str) -> None:
    fail(headlights, kind)
    deal = begin(headlights)
    assert headlights.run()["unknown"] == 1
    headlights.later(minutes=11)
    for _ in range(2):
        report = headlights.run()
        assert (report["unknown"], report["done"].get("message.email", 0)) == (1, 0)
    assert len(letters(headlights)) == 1, "it had gone, and does not go again"
    assert len(found(headlights, "Ответа не было")) == 1
    headlights.person().set_field(deal, "Оплачено в кассе", value=True)
    headlights.run()
    assert headlights.person("owner").deal(deal)["stage"] == "Оценка качества", "the deal goes on"


def test_a_letter_that_a_person_cancelled_is_not_written_again(headlights: Town) -> None:
    fail(headlights, "timeout_after")
    begin(headlights)
    headlights.run()
    headlights.later(minutes=11)
    headlights.run()
    with headlights.app.store.writing() as tx:
        (lost,) = outbox.open_ends(tx, COMPANY)
        outbox.cancel(tx, lost.id, "Ольга", "письмо дошло", headlights.clock.real())
    assert headlights.settle()["unknown"] == 0
    assert len(letters(headlights)) == 1


def test_a_mail_server_that_is_down_holds_no_deal_up(headlights: Town) -> None:
    fail(headlights, "http_503", times=50)
    deal = begin(headlights)
    headlights.run()
    headlights.person().set_field(deal, "Оплачено в кассе", value=True)
    headlights.later(minutes=10)
    headlights.run()
    assert headlights.person("owner").deal(deal)["stage"] == "Оценка качества"
    clear(headlights)
    headlights.later(minutes=10)
    headlights.run("outbox")
    assert letters(headlights) == [], "there is nothing left to fetch"


def test_a_letter_that_had_to_wait_goes_when_the_server_is_back(headlights: Town) -> None:
    fail(headlights, "http_503", times=50)
    deal = begin(headlights)
    headlights.run()
    clear(headlights)
    headlights.later(minutes=10)
    headlights.run("outbox")
    headlights.settle()
    assert (len(letters(headlights)), len(timeline(headlights, deal))) == (1, 1)


def test_a_letter_that_waited_into_the_night_goes_in_the_morning(headlights: Town) -> None:
    headlights.set_clock("2026-11-23T20:58:00+03:00")
    fail(headlights, "http_503", times=50)
    begin(headlights)
    headlights.run()
    clear(headlights)
    headlights.later(minutes=20)
    headlights.run("outbox")
    assert letters(headlights) == []
    headlights.set_clock("2026-11-24T08:00:00+03:00")
    headlights.settle()
    assert len(letters(headlights)) == 1


def test_what_clients_were_told_is_counted_in_the_owners_letter(headlights: Town) -> None:
    begin(headlights)
    headlights.settle()
    headlights.run("digest")
    digests = [row["payload"] for row in headlights.sandbox.world.journal.effects if row["system"] == "mail"]
    texts = [each["text"].replace("\u00a0", " ") for each in digests if each["to"][0].endswith("fary.example")]
    assert len(texts) == 2
    assert all("лиентам ушло 1 сообщение." in " ".join(text.split()) for text in texts)
