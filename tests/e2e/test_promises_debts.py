"""What dealers owe, from the document in 1C to the letter at their accountant's and the hold on their card (M1, M4)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from sverka.cli import main
from tests.e2e.dealers_books import (
    HYDRO,
    MACHINERY,
    NEWCOMER,
    OFFICE,
    Books,
    opened_again,
    with_holds_set_by_themselves,
)
from tests.e2e.town import Town

OLD, LATER, LAST = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)
CALL, TELL, ALLOCATE, PREPAY = (
    "Позвонить по оплате", "Сказать клиенту о долге: написать некуда", "Разнести оплату", "Предлагаем: Только предоплата",
)  # fmt: skip


@pytest.fixture
def owing(books: Books) -> Books:
    """A dealer who has three overdue documents and an accountant, on the Monday."""
    books.hire_accountant()
    books.owes(128_400, OLD, "3187")
    books.owes(50_000, LATER, "3190")
    books.owes("20300.50", LAST, "3201")
    return books


def morning(books: Books, day: str = "2026-11-24") -> None:
    """Let a day begin on which the bank's statement is loaded at half past nine."""
    books.set_clock(f"{day} 09:30")
    books.statement_loaded()


def documents(books: Books) -> dict[str, float | str]:
    """Return what pays for all three documents."""
    numbered = books.person().shipment_numbered
    return {numbered("3187"): 128_400, numbered("3190"): 50_000, numbered("3201"): "20300.50"}


def test_who_has_no_card_gets_one_with_requisites_and_nobody_gets_two(books: Books) -> None:
    assert sorted(books.requisites()) == sorted(
        [(f"77010000{number}", "770101001") for number in (26, 33, 40, 58, 65, 72)] + [("770100000600", "")]
    )
    books.person().make_counterparty("ООО «Горные дороги»", "7701000139", "770101001", limit=90_000, deferral_days=5)
    report = books.at("2026-11-23 11:00")
    assert (report["done"]["company.create"], report["done"]["requisite.create"]) == (1, 1)
    assert [each for each in books.requisites() if each[0] == "7701000139"] == [("7701000139", "770101001")]
    card = books.card("ООО «Горные дороги»")
    assert (card["Вид цен"], card["Отсрочка"], card["Кредитный лимит"]) == ("", "5 дней", "90 000 ₽")


def test_the_terms_of_1c_stand_on_the_cards_and_change_with_it(books: Books) -> None:
    def terms(client: str) -> tuple[str, ...]:
        card = books.card(client)
        return card["Вид цен"], card["Отсрочка"], card["Кредитный лимит"]

    assert terms(HYDRO) == ("Дилерская", "21 день", "1 500 000 ₽")
    assert terms("ООО «АгроТехСервис»") == ("Оптовая", "предоплата", "0 ₽")
    (unpriced,) = books.told("не заполнено")
    assert "Лесные дороги" in unpriced
    assert "вид цен" in unpriced
    books.person().change_limit(HYDRO, 2_000_000)
    books.person().change_agreement(HYDRO, "Оптовая", 30)
    books.person().change_agreement("ООО «Лесные дороги»", "Дилерская", 30)
    books.at("2026-11-23 11:00")
    assert terms(HYDRO) == ("Оптовая", "30 дней", "2 000 000 ₽")
    assert terms("ООО «Лесные дороги»")[0] == "Дилерская"
    assert books.told("не заполнено") == []


def test_three_overdue_documents_are_one_statement_at_the_accountants_in_the_afternoon(owing: Books) -> None:
    morning(owing)
    owing.tick("2026-11-24 09:40")
    owing.tick("2026-11-24 13:56")
    assert owing.sent() == []
    owing.at("2026-11-24 14:06")
    owing.tick("2026-11-24 15:36")
    (letter,) = owing.letters()
    assert owing.letters(OFFICE) == []
    assert letter["at"].startswith("2026-11-24T11:06:")  # 14:06 in Moscow
    for written in ("3187", "128 400,00", "3190", "50 000,00", "3201", "20 300,50", "198 700,50", "Вера"):
        assert written in letter["text"]
    for figure in ("128", "198", "700", "₽"):
        assert figure not in letter["subject"]
    assert (owing.card()["Долг"], owing.card()["Просрочено"]) == ("198 700,50 ₽", "198 700,50 ₽, 8 дней")


def test_where_no_accountant_is_known_the_companys_own_mailbox_gets_it(books: Books) -> None:
    books.owes(128_400, OLD, "3187")
    morning(books)
    books.at("2026-11-24 14:06")
    assert len(books.letters(OFFICE)) == 1
    assert len(books.sent()) == 1


def test_who_pays_at_noon_is_not_written_to(owing: Books) -> None:
    morning(owing)
    owing.tick("2026-11-24 09:40")
    owing.set_clock("2026-11-24 12:00")
    owing.person().receive_payment(HYDRO, "198700.50", documents(owing))
    owing.at("2026-11-24 14:06")
    assert owing.sent() == []
    assert (owing.card()["Долг"], owing.card()["Просрочено"]) == ("", "")


def test_before_the_banks_statement_is_loaded_nobody_is_written_to_and_it_is_kept_why(owing: Books) -> None:
    owing.at("2026-11-24 14:06")
    assert owing.sent() == []
    assert owing.kept_back() == ["payments_unknown"]
    owing.set_clock("2026-11-24 14:20")
    owing.statement_loaded()
    owing.at("2026-11-24 14:26")
    assert len(owing.letters()) == 1


def test_money_that_belongs_to_no_document_is_the_accountants_to_allocate_and_nobody_is_written_to(
    books: Books,
) -> None:
    books.hire_accountant()
    shipment = books.owes(128_400, OLD, "3187")
    books.set_clock("2026-11-24 09:30")
    payment = books.person().receive_payment(HYDRO, 60_000)
    books.at("2026-11-24 14:06")
    assert (books.sent(), books.kept_back()) == ([], ["unallocated"])
    assert books.todos() == [(ALLOCATE, "accountant")]
    books.person().allocate_payment(payment, {shipment: 60_000})
    books.at("2026-11-24 14:26")
    assert (books.todos(), books.todos(is_open=False)) == ([], [(ALLOCATE, "accountant")])
    assert books.card()["Просрочено"] == "68 400 ₽, 8 дней"
    assert books.sent() == [], "who has just paid a good part is given time"


def test_who_cannot_be_written_to_is_told_by_the_manager_and_the_ladder_goes_on(books: Books) -> None:
    books.give_to("manager", NEWCOMER)
    books.owes(40_000, LAST, "3190", NEWCOMER)
    books.statement_loaded()
    books.at("2026-11-23 14:06")
    assert (books.sent(), books.todos(NEWCOMER)) == ([], [(TELL, "manager")])
    morning(books, "2026-11-25")
    books.at("2026-11-25 10:06")
    assert (books.sent(), sorted(books.todos(NEWCOMER))) == ([], [(CALL, "manager"), (TELL, "manager")])


def test_a_debt_climbs_the_ladder_day_by_day_until_it_is_paid(books: Books) -> None:
    books.hire_accountant()
    shipment = books.owes(128_400, LAST, "3187")
    books.statement_loaded()
    books.tick("2026-11-23 14:06")
    assert [each["at"][:10] for each in books.letters()] == ["2026-11-23"]
    morning(books, "2026-11-25")
    books.at("2026-11-25 10:06")
    assert books.todos() == [(CALL, "manager")]
    books.person("manager").call_back(HYDRO)
    books.tick("2026-11-25 11:06")
    assert books.todos() == []
    morning(books, "2026-11-27")
    books.at("2026-11-27 10:06")
    assert (books.todos(), books.card()["Отгрузки"]) == ([(PREPAY, "head")], "Под наблюдением")
    books.tick("2026-11-30 08:06")
    assert (books.todos(), books.todos(is_open=False)) == ([(PREPAY, "head")], [(CALL, "manager")])
    morning(books, "2026-11-30")
    books.at("2026-11-30 14:06")
    assert [each["at"][:10] for each in books.letters()] == ["2026-11-23", "2026-11-30"]
    books.set_clock("2026-12-01 09:30")
    books.person().receive_payment(HYDRO, 128_400, {shipment: 128_400})
    books.at("2026-12-01 10:06")
    card = books.card()
    assert (card["Долг"], card["Просрочено"], card["Отгрузки"], books.todos()) == ("", "", "Без ограничений", [])


def test_a_head_who_agrees_chooses_it_on_the_card_and_is_asked_no_more(books: Books) -> None:
    books.owes(128_400, OLD, "3187")
    morning(books, "2026-11-25")
    books.tick("2026-11-25 10:06")
    assert books.todos() == [(PREPAY, "head")]
    books.person("head").fill_card(HYDRO, "Отгрузки", "Только предоплата")
    books.at("2026-11-25 10:16")
    assert (books.todos(), books.card()["Отгрузки"]) == ([], "Только предоплата")


def test_where_holds_need_nobodys_word_they_are_set_and_lifted(
    machinery_known: tuple[Town, bytes], tmp_path: Path
) -> None:
    with opened_again(machinery_known, tmp_path, with_holds_set_by_themselves(tmp_path)) as books:
        shipment = books.owes(128_400, OLD, "3187")
        morning(books, "2026-11-25")
        books.at("2026-11-25 10:06")
        assert (books.card()["Отгрузки"], books.todos()) == ("Только предоплата", [])
        books.set_clock("2026-11-26 09:30")
        books.person().receive_payment(HYDRO, 128_400, {shipment: 128_400})
        books.at("2026-11-26 10:06")
        assert books.card()["Отгрузки"] == "Без ограничений"


def test_a_payment_that_is_taken_back_brings_the_debt_back_and_not_the_letter(books: Books) -> None:
    books.hire_accountant()
    shipment = books.owes(128_400, LAST, "3187")
    books.statement_loaded()
    books.tick("2026-11-23 14:06")
    books.set_clock("2026-11-24 09:30")
    payment = books.person().receive_payment(HYDRO, 128_400, {shipment: 128_400})
    books.at("2026-11-24 10:06")
    assert books.card()["Просрочено"] == ""
    books.set_clock("2026-11-25 09:30")
    books.person().reverse_payment(payment)
    books.statement_loaded()
    books.at("2026-11-25 14:06")
    assert (books.card()["Просрочено"], books.todos()) == ("128 400 ₽, 7 дней", [(CALL, "manager")])
    assert len(books.letters()) == 1, "the first step was taken, and the ladder goes on from it"


def test_a_statement_whose_answer_was_lost_does_not_go_again(owing: Books) -> None:
    morning(owing)
    owing.tick("2026-11-24 09:40")
    owing.fail("timeout_after", "mail")
    owing.set_clock("2026-11-24 14:06")
    assert owing.town.run("dunning")["unknown"] == 1
    owing.well()
    for minutes in (11, 20):
        owing.town.later(minutes=minutes)
        owing.town.run("dunning")
    assert len(owing.letters()) == 1
    assert len(owing.told("Ответа не было")) == 1


def test_a_base_that_takes_its_time_is_read_as_well_as_a_quick_one(
    owing: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = owing.town.transport
    assert transport is not None
    answer = transport.handle_request

    def slowly(request: httpx.Request) -> httpx.Response:
        owing.town.forward(seconds=2 if "odata" in str(request.url) else 0)
        return answer(request)

    morning(owing)
    owing.set_clock("2026-11-24 14:06")
    monkeypatch.setattr(transport, "handle_request", slowly)
    owing.run()
    assert len(owing.letters()) == 1


def test_while_1c_does_not_answer_figures_stand_nothing_goes_and_the_rest_works(owing: Books) -> None:
    morning(owing)
    owing.tick("2026-11-24 09:40")
    shown = owing.card()
    owing.fail("http_503")
    owing.set_clock("2026-11-24 14:06")
    assert owing.town.run("dunning")["outcome"] == "done"
    assert (owing.sent(), owing.unread(), owing.kept_back()) == ([], ["source:onec"], [])
    assert [owing.card()[name] for name in ("Долг", "Просрочено")] == [shown[name] for name in ("Долг", "Просрочено")]
    assert owing.run("ship_today")["outcome"] == "done"
    assert owing.run("agreement")["outcome"] == "done"
    owing.well()
    owing.at("2026-11-24 14:36")
    assert len(owing.letters()) == 1


def test_who_pays_before_the_day_shows_no_debt_any_more(books: Books) -> None:
    shipped = books.owes(54_200, date(2026, 12, 2), "3291")
    books.at("2026-11-23 11:00")
    assert (books.card()["Долг"], books.card()["Просрочено"]) == ("54 200 ₽", "")
    books.person().receive_payment(HYDRO, 54_200, {shipped: 54_200})
    books.at("2026-11-24 11:06")
    assert (books.card()["Долг"], books.card()["Просрочено"]) == ("", "")


def test_while_1c_has_not_worked_out_its_ageing_nobody_is_reminded(owing: Books) -> None:
    """The money has come, and the register that documents write at once knows it; the one with the due days does not yet."""
    morning(owing)
    owing.let_ageing_lag(seconds=6 * 3600)
    owing.person().receive_payment(HYDRO, "198700.50", documents(owing))
    owing.at("2026-11-24 14:06")
    assert (owing.sent(), owing.kept_back()) == ([], ["ageing_lags"])
    owing.let_ageing_lag(seconds=0)
    owing.at("2026-11-24 14:16")
    assert (owing.sent(), owing.card()["Долг"]) == ([], "")


def test_the_whole_way_by_the_commands_of_a_user(owing: Books, tmp_path: Path) -> None:
    def sverka(*arguments: str) -> str:
        done = CliRunner().invoke(main, arguments, env=owing.environ(tmp_path))
        assert done.exit_code == 0, done.output
        return str(done.stdout)

    morning(owing)
    owing.set_clock("2026-11-24 14:06")
    plan = str(tmp_path / "plan.json")
    sverka("plan", "dunning", "--company", MACHINERY, "--out", plan)
    assert owing.sent() == []
    sverka("apply", plan)
    assert len(owing.letters()) == 1
    for planned in ({"comment.create": 1}, {}):
        (report,) = json.loads(sverka("run", "dunning", "--company", MACHINERY, "--json"))["companies"]
        assert (report["outcome"], report["planned"], len(owing.sent())) == ("done", planned, 1)
    told = sverka("explain", f"client:{owing.person('owner').client(HYDRO)['id']}")
    assert "by email, was taken by the provider, accepted" in told
