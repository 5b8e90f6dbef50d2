"""The sections of the letters that tell of work, of delays, debts and sales: each fact and its Russian sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sverka.domain.digest import Notice, OwnerDigest, Period
from sverka.domain.done import Done, Errands, Move
from sverka.domain.report import Line, Report, Score, week_and_month
from sverka.domain.tally import Tally
from sverka.messages.digest import done as words_of_done
from sverka.messages.digest import money, phrase, questions, sales, state, work
from sverka.messages.examples import MANAGER_BUSY, OWNER_BUSY, OWNER_QUIET, OWNER_WEEKLY

TODAY = date(2026, 11, 24)
DAY = Period(date(2026, 11, 23), TODAY)
DEALS = MANAGER_BUSY.done_deals


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def owner(**changes: Any) -> OwnerDigest:
    return replace(OWNER_QUIET, **changes)


@pytest.mark.parametrize(
    ("period", "title"),
    [
        (DAY, "Сделано за сутки"),
        (Period(date(2026, 11, 20), TODAY), "Сделано за период с 20 по 24 ноября"),
        (Period(TODAY, TODAY), "Сделано сегодня"),
        (Period(None, TODAY), "Сделано с начала работы"),
    ],
)
def test_the_time_of_what_was_done_is_named(period: Period, title: str) -> None:
    assert plain(words_of_done.done_title(period)) == title


@pytest.mark.parametrize(
    ("done", "sentence"),
    [
        (Done(orders=Tally(1, 640_00)), "Создан 1 заказ в Бизнес.ру на 640 ₽."),
        (Done(clients=2), "Заведены 2 клиента в Бизнес.ру."),
        (Done(lines=Tally(1, 7)), "Состав исправлен в 1 заказе: разница 0,07 ₽."),
        (Done(lines=Tally(21, 0)), "Состав исправлен в 21 заказе."),
        (Done(cancelled=Tally(1, 100_00)), "Отменён 1 заказ проигранной сделки на 100 ₽."),
        (Done(reopened=Tally(5, 100_00)), "Возвращено в работу 5 заказов на 100 ₽."),
        (Done(reserves=Tally(6, 135_271_52)), "Поставлено 6 резервов: товар на 135 272 ₽ ждёт своих клиентов."),
        (Done(reserves_back=Tally(1, 1_00)), "Возвращён 1 резерв на 1 ₽."),
        (Done(reserve_lines=3), "Состав исправлен в 3 резервах."),
        (Done(released=Tally(4, 96_300_00)), "Сняты 4 резерва: товар на 96 300 ₽ снова в продаже."),
        (Done(numbers=65), "В 65 сделках записан номер заказа."),
        (
            Done(numbers=1, availability=2, titles=5),
            "В 1 сделке записан номер заказа, в 2 сделках показано наличие товара, названо 5 сделок по общему правилу.",
        ),
        (Done(titles=1), "Названа 1 сделка по общему правилу."),
        (Done(cards=1), "Имена и телефоны приведены в порядок в 1 карточке клиента."),
        (Done(shop_deals=Tally(1, 0)), "Создана 1 сделка по заказу магазина."),
        (Done(shop_deals=Tally(3, 74_900_00)), "Созданы 3 сделки по заказам магазина на 74 900 ₽."),
        (Done(linked_deals=5), "Создано 5 связанных сделок."),
        (Done(contacts=2), "Заведены 2 контакта в Битрикс24."),
        (Done(completed=Tally(5, 120_000_00)), "Отгружено и закрыто 5 заказов на 120 000 ₽."),
        (Done(shipped=Tally(1, 0)), "Отгружен 1 заказ."),
        (Done(closed=Tally(2, 10_00)), "Закрыты 2 заказа на 10 ₽."),
        (Done(paid=Tally(4, 98_000_00)), "Записана оплата в кассе по 4 заказам: 98 000 ₽."),
        (Done(deal_lines=1), "Состав исправлен в 1 сделке."),
        (Done(shop_lines=2), "Состав исправлен в 2 заказах магазина."),
        (Done(shop_cancelled=1), "Отменён 1 заказ магазина."),
        (
            Done(moves=((Move("Х", facts=("work_order closed",)), 1),)),
            "По факту переведена 1 сделка: заказ-наряд закрыт.",
        ),
        (
            Done(
                moves=(
                    (Move("Х", facts=("payment full", "shipment all")), 4),
                    (Move("Х", facts=("work_order opened",)), 3),
                )
            ),
            "По факту переведено 7 сделок: отгружено и оплачено — 4, заказ-наряд открыт — 3.",
        ),
        (Done(moves=((Move("Х", facts=("shipment none",)), 2),)), "По факту переведены 2 сделки: на «Х»."),
        (
            Done(moves=((Move("Обработан", "Сервис"), 1), (Move("Заявка", "Сервис"), 1))),
            "В воронку «Сервис» переведены 2 сделки.",
        ),
        (
            Done(moves=((Move("Резерв"), 1), (Move(""), 1))),
            "Переведены 2 сделки: на «Резерв» — 1, на другую стадию — 1.",
        ),
        (Done(errands=Errands(given=12, notices=1)), "Поставлено 12 задач, отправлено 1 уведомление."),
        (Done(errands=Errands(over=1)), "Закрыта 1 задача, которая больше не нужна."),
    ],
)
def test_what_was_done_is_said(done: Done, sentence: str) -> None:
    assert [plain(phrase.plain(said)) for said in words_of_done.done(done)] == [sentence]


LATE = Notice(
    "allowed", "Своими словами.", 7, 118_300_00, date(2026, 11, 12), DEALS, managers=(("Ольга", 5), ("Степан", 2))
)


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (replace(LATE, count=1, deals=DEALS[:1]), "Своими словами. Так с 12 ноября."),
        (
            LATE,
            (
                "Стоят дольше положенного: 5 сделок на 118 300 ₽ (Ольга — 5, Степан — 2). "
                "Это «Заказ 126», «Заказ 128», «Заказ 129» и ещё 2. Самая давняя — с 12 ноября."
            ),
        ),
        (
            Notice("answer", "", 2, 0, TODAY, DEALS[:2], managers=(("Ольга", 2),)),
            "Заявки без ответа: 2 (Ольга). Это «Заказ 126» и «Заказ 128».",
        ),
        (Notice("call", "", 3, 0, date(2026, 11, 23)), "Пропущенные звонки: 3. Самый давний — с 23 ноября."),
        (
            replace(LATE, managers=tuple((name, 1) for name in "АБВГДЕ"), deals=DEALS[:2], since=TODAY, sum_kopecks=0),
            "Стоят дольше положенного: 2 сделки (А — 1, Б — 1, В — 1, Г — 1, у других — 2). Это «Заказ 126» и «Заказ 128».",
        ),
    ],
)  # fmt: skip
def test_what_people_are_late_with_is_said(notice: Notice, said: str) -> None:
    assert plain(phrase.plain(work.delay(notice, DAY))) == said


@pytest.mark.parametrize(
    ("field", "how"),
    [
        ("Ответ Сверке", "впишите вариант, который стоит в кавычках, или номер в поле сделки «Ответ Сверке»."),
        ("", "передайте номер вопроса и ваш вариант тому, кто ведёт у вас «Сверку»."),
    ],
)
def test_the_reader_is_told_how_to_answer(field: str, how: str) -> None:
    assert questions.how_to_answer(owner(answer_field=field)).endswith(how)


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (Score(8, Tally(3, 96_300_00), 2), ("8 новых", "выиграно 3 на 96 300 ₽", "проиграно 2")),
        (Score(1), ("1 новая",)),
        (Score(won=Tally(1, 0)), ("новых нет", "выиграно 1")),
        (Score(lost=1), ("новых нет", "проиграно 1")),
    ],
)
def test_yesterday_is_told_in_a_line(score: Score, said: tuple[str, ...]) -> None:
    (figure,) = [each for each in state.figures(owner(yesterday=score)) if each.label == "Заявки за вчера"]
    assert tuple(plain(text) for text in (figure.value, *figure.notes)) == said


def test_debts_are_a_sum_with_the_oldest_named() -> None:
    (owed,) = [each for each in money.owner_money(OWNER_BUSY) if each.label == "Отгружено и не оплачено"]
    assert [plain(text) for text in (owed.value, *owed.notes)] == [
        "371 200 ₽", "5 сделок", "самый давний долг — 34 дня, «Заказ 62»", "меньше, чем неделю назад, на 262 400 ₽",
    ]  # fmt: skip


def test_the_report_names_its_lines_and_its_days() -> None:
    report = OWNER_WEEKLY.report
    assert report is not None
    assert plain(sales.stretches(report)).startswith("Неделя — с 16 по 22 ноября, месяц — с 1 ноября.")
    tables = dict(sales.tables(report))
    assert [entry.name for entry in tables["Источники"]] == [
        "Интернет-магазин",
        "Веб-сайт",
        "Звонок",
        "Источник не указан",
    ]
    assert [entry.name for entry in tables["Филиалы"]][-1] == "Филиал не указан"
    whole = sales.total(report)
    assert (plain(whole.note), [[plain(cell) for cell in cells] for _, cells in whole.rows]) == (
        "в работе 138, обычно 4 дня", [["46", "21", "9", "70", "612 400"], ["152", "70", "31", "69", "2,15 млн"]],
    )  # fmt: skip


def test_the_example_of_the_report_agrees_with_itself() -> None:
    report = OWNER_WEEKLY.report
    assert report is not None
    for lines in report.tables.values():
        assert sum(line.in_work for line in lines) == report.total.in_work
        for place, whole in enumerate(report.total.scores):
            parts = [line.scores[place] for line in lines]
            assert sum(part.new for part in parts) == whole.new
            assert sum(part.lost for part in parts) == whole.lost
            assert sum(part.won.sum_kopecks for part in parts) == whole.won.sum_kopecks


@pytest.mark.parametrize(
    ("line", "name", "note", "rows"),
    [
        (Line("17", 0, (Score(), Score(1))), "Сотрудник № 17", "", [("месяц", "1 — — — —")]),
        (Line("", 3, (Score(), Score())), "Без ответственного", "в работе 3", []),
        (Line("", 3, (Score(), Score(2, lost=2)), others=4), "Остальные (4)", "в работе 3", [("месяц", "2 — 2 0 —")]),
        (
            Line("Ольга", 0, (Score(), Score(won=Tally(1, 5_00), took=timedelta(hours=11)))), "Ольга", "обычно меньше дня",
            [("месяц", "— 1 — 100 5")],
        ),
        (
            Line("Ольга", 0, (Score(), Score(won=Tally(1, 0), took=timedelta(hours=36)))), "Ольга", "обычно 2 дня",
            [("месяц", "— 1 — 100 —")],
        ),
    ],
)  # fmt: skip
def test_a_line_of_the_report_hides_what_is_nothing(
    line: Line, name: str, note: str, rows: list[tuple[str, str]]
) -> None:
    report = Report(week_and_month(TODAY), line, {"manager": (line, line), "branch": (line,)})
    ((title, (entry, _)),) = sales.tables(report)
    assert title == "Менеджеры"
    assert (plain(entry.name), plain(entry.note)) == (name, note)
    assert [(stretch, plain(" ".join(cells))) for stretch, cells in entry.rows] == rows
